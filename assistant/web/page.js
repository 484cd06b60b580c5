// The page's own behaviour: the source panel, copying, words. Text is only ever set as text.
"use strict";

// Gradio picks its words by the browser's language; this page goes by its own, Chinese unless switched.
Object.defineProperty(navigator, "language", { get: () => document.documentElement.lang });
Object.defineProperty(navigator, "languages", { get: () => [document.documentElement.lang] });

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

// ---- the source panel ----

let opener = null;

function panel() {
  const found = document.getElementById("jx-source");
  if (found) return found;
  const made = element("aside");
  made.id = "jx-source";
  made.setAttribute("role", "complementary");
  made.setAttribute("aria-label", "来源原文");
  made.tabIndex = -1;
  document.body.append(made);
  return made;
}

function closePanel() {
  document.body.classList.remove("jx-open");
  panel().replaceChildren();
  if (opener) opener.focus();
  opener = null;
}

function fillPanel(title, where, body) {
  const head = element("div", "jx-source-head");
  const close = element("button", "jx-close", "关闭");
  close.type = "button";
  close.addEventListener("click", closePanel);
  head.append(element("strong", "", title), close);
  panel().replaceChildren(head, element("p", "jx-source-where", where), body);
  document.body.classList.add("jx-open");
}

function sourceLines(lines, cited) {
  const list = element("ol", "jx-lines");
  for (const [number, text] of lines) {
    const item = element("li", number === cited ? "jx-cited" : "");
    const words = text.trim();
    item.append(element("span", "jx-line-number", String(number)), element("span", words ? "" : "jx-blank", words || (number === cited ? "（空白）" : "\u00a0")));
    if (number === cited) item.setAttribute("aria-current", "true");
    list.append(item);
  }
  return list;
}

async function openSource(button) {
  opener = button;
  document.querySelectorAll(".jx-chosen").forEach((other) => other.classList.remove("jx-chosen"));
  button.classList.add("jx-chosen");
  const [, id, line] = button.className.match(/\bjx-at-(\w+)-(\d+)/) || [];
  const where = (button.querySelector(".jx-where")?.textContent || "").replace(/（第 \d+ 行）$/, "");
  if (!Number(line)) return fillPanel("来源", where, element("p", "", "这处来源没有行号。"));
  try {
    const answer = await fetch(`source?document=${encodeURIComponent(id)}&line=${encodeURIComponent(line)}`);
    const said = await answer.json();
    if (!answer.ok) return fillPanel("来源", where, element("p", "", said.error));
    fillPanel(said.document, `${where} · 第 ${said.line} 行`, sourceLines(said.lines, said.line));
    panel().querySelector(".jx-cited")?.scrollIntoView({ block: "center" });
    panel().focus({ preventScroll: true });
  } catch {
    fillPanel("来源", where, element("p", "", "连接中断，请稍后再试。"));
  }
}

// A quote opens where there is room for it: the chat cuts off what stands over its edge.
function placeTip(chip) {
  const tip = chip.querySelector(".jx-tip");
  const room = chip.closest("#chat")?.getBoundingClientRect();
  if (!tip || !room) return;
  const at = chip.getBoundingClientRect();
  tip.classList.toggle("jx-leftwards", at.left + 350 > room.right);
  tip.classList.toggle("jx-below", at.top - 150 < room.top);
}

// ---- copying ----

async function copyReply(button) {
  const text = button.closest(".jx-reply").querySelector(".jx-text").innerText;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "已复制";
  } catch {
    button.textContent = "无法复制";
  }
  setTimeout(() => (button.textContent = "复制"), 1500);
}

// ---- the few words that Gradio has in English only ----

const GRADIO_WORDS = new Map([
  ["Error", "提示"],
  ["Warning", "提醒"],
  ["Info", "说明"],
  ["Success", "完成"],
  ["Connection to the server was lost. Attempting reconnection...", "与服务的连接中断，正在重新连接……"],
  ["Connection restored", "连接已恢复。"],
  ["Connection errored out.", "连接中断，这次没有完成，请稍后再试。"],
]);

function inChinese(toast) {
  const walker = document.createTreeWalker(toast, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    const unforeseen = words.length > 12 && !/[\u4e00-\u9fff]/.test(words) ? "操作没有完成，请刷新页面后再试。" : null;
    const chinese = GRADIO_WORDS.get(words) || unforeseen;
    if (chinese) walker.currentNode.data = chinese;
  }
}

// Gradio has screen readers read a message's markup aloud.
function labelMessage(message) {
  message.setAttribute("aria-label", message.getAttribute("aria-label").startsWith("user") ? "问" : "答");
}

// ---- charts: Gradio's sanitizer drops what a screen reader needs ----

function labelChart(chart) {
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", chart.querySelector("title")?.textContent || "资金支出计划");
}

// ---- wiring ----

const ON_CLICK = {
  ".jx-chip": openSource,
  ".jx-cell": openSource,
  ".jx-copy": copyReply,
  ".jx-sort": sortBy,
  ".jx-replace": replaceDocument,
  ".jx-forget": forgetDocument,
  ".jx-fill": fillBlank,
  ".jx-to-place": showPlace,
  ".jx-edit": editMessage,
  ".jx-logout": signOut,
  ".jx-language": switchLanguage,
  ".jx-card-open": openCard,
  ".jx-card-close": closeCard,
};

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[role=tab]") && document.body.classList.contains("jx-open")) closePanel();
  const button = event.target.closest?.(Object.keys(ON_CLICK).join(", "));
  if (!button) return;
  event.preventDefault();
  const chosen = Object.keys(ON_CLICK).find((selector) => button.matches(selector));
  ON_CLICK[chosen](button);
});

for (const name of ["mouseover", "focusin"]) {
  document.addEventListener(name, (event) => {
    const chip = event.target.closest?.(".jx-chip");
    if (chip) placeTip(chip);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("jx-open")) closePanel();
});

new MutationObserver(() => {
  const place = document.getElementById("jx-upload");
  if (place) furnishUpload(place);
  document.querySelectorAll("[aria-label^=\"user's message\"], [aria-label^=\"bot's message\"]").forEach(labelMessage);
  document.querySelectorAll("svg.jx-plan:not([role])").forEach(labelChart);
  document.querySelectorAll(".toast-body, [data-testid=toast-body]").forEach(inChinese);
}).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
