// Tables that sort, blanks that are filled where they stand, and questions that are asked anew.
"use strict";

// ---- sorting: figures by size, what is blank at the end, all else as Chinese is sorted ----

const NO_VALUE = new Set(["", "—", "（空白）", "涉密", "(blank)", "classified"]);
const IN_CHINESE = new Intl.Collator("zh-CN", { numeric: true });

function sortKey(row, column) {
  const cell = row.cells[column]?.cloneNode(true);
  cell?.querySelectorAll(".jx-tip, small").forEach((extra) => extra.remove());
  const words = cell?.textContent.trim() || "";
  const figure = /^[-−]?[\d,]+(\.\d+)?\s*(%|万元|亿元|元|个)?$/.test(words) ? Number(words.replace(/[^\d.-]/g, "")) : null;
  return { words, figure, blank: NO_VALUE.has(words) };
}

function compareKeys(one, two, direction) {
  if (one.blank !== two.blank) return one.blank ? 1 : -1;
  if (one.figure !== null && two.figure !== null) return direction * (one.figure - two.figure);
  return direction * IN_CHINESE.compare(one.words, two.words);
}

function sortBy(button) {
  const head = button.closest("th");
  const table = button.closest("table");
  const body = table.tBodies[0];
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const keyed = [...body.rows].map((row) => [sortKey(row, head.cellIndex), row]);
  keyed.sort(([one], [two]) => compareKeys(one, two, direction));
  body.append(...keyed.map(([, row]) => row));
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
}

// ---- what the page tells the server through a field nobody sees ----

function send(field, value) {
  const box = document.querySelector(`#${field} textarea, #${field} input`);
  if (!box) return;
  const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
  set.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- a project's card ----

function openCard(button) {
  const key = [...button.classList].find((name) => name.startsWith("jx-project-"))?.slice(11);
  send("card-wanted", `${key}/${Date.now()}`);
  const card = document.getElementById("card");
  const seen = new MutationObserver(() => {
    seen.disconnect();
    card.scrollIntoView({ block: "start", behavior: "smooth" });
  });
  if (card) seen.observe(card, { childList: true, subtree: true });
}

const closeCard = () => send("card-wanted", `/${Date.now()}`);

// ---- blanks of a draft ----

function fillBlank(button) {
  const words = button.textContent;
  const name = words.replace(/^【待填：/, "").replace(/】$/, "");
  const form = element("span", "jx-filling");
  const box = element("input");
  box.type = "text";
  box.maxLength = 200;
  box.placeholder = name;
  box.setAttribute("aria-label", `填写：${name}`);
  const done = element("button", "jx-plain", "填入");
  done.type = "button";
  const back = () => form.replaceWith(button);
  const give = () => {
    const value = box.value.trim();
    if (!value) return back();
    box.disabled = done.disabled = true;
    send("draft-fill", JSON.stringify({ name, value, at: Date.now() }));
  };
  done.addEventListener("click", give);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") give();
    if (event.key === "Escape") {
      back();
      button.focus();
    }
  });
  form.append(box, done);
  button.replaceWith(form);
  box.focus();
}

// From what the check says of a draft to the words it is about.
function showPlace(button) {
  const mark = [...button.classList].find((name) => name.startsWith("jx-place-"));
  const place = button.closest(".jx-draft")?.querySelector(`.jx-paper .${mark}`);
  if (!place) return;
  place.tabIndex = -1;
  place.scrollIntoView({ block: "center" });
  place.focus({ preventScroll: true });
  place.classList.remove("jx-shown");
  void place.offsetWidth;
  place.classList.add("jx-shown");
}

// ---- asking a question anew, in other words ----

function editMessage(button) {
  const turn = [...button.classList].find((name) => name.startsWith("jx-turn-"))?.slice(8);
  const box = document.querySelector("#question textarea");
  if (!turn || !box) return;
  const said = button.closest(".jx-said-whole").querySelector(".jx-said").innerText;
  send("question", said);
  send("editing", `${turn}/${Date.now()}`); // the server takes each edit once
  document.body.classList.add("jx-editing");
  box.focus();
  box.setSelectionRange(said.length, said.length);
}

function endEditing() {
  if (!document.body.classList.contains("jx-editing")) return;
  document.body.classList.remove("jx-editing");
  send("editing", "");
  send("question", "");
}

// Once it is sent, the next question is a new one again. Another conversation ends an edit as well.
const sent = () => setTimeout(() => document.body.classList.remove("jx-editing"), 0);

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#question")) return;
  if (event.key === "Escape") endEditing();
  if (event.key === "Enter" && !event.shiftKey) sent();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#send")) sent();
  if (event.target.closest?.("#fresh, #reopen, #delete, .example, .option")) endEditing();
});
