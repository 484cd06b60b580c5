// What is done with documents: uploads, a new version in place of an old one, and forgetting one.
"use strict";

const UPLOAD_WORDS = { added: "已读入", replaced: "已替换原有版本", unchanged: "内容未变，未重复读入", rejected: "未读入" };

function uploadWords(result) {
  const word = UPLOAD_WORDS[result.status] || result.status;
  if (result.status === "rejected") return `${word}：${result.reason}`;
  return `${word}：项目 ${result.projects} 个，段落 ${result.sections} 段，涉密单元格 ${result.classified_cells} 个（内容未读入）`;
}

// What the server would refuse for its size is not sent at all. The limit, in MB, comes with the page.
function tooLarge(file) {
  const most = Number(document.getElementById("jx-upload")?.className.match(/jx-most-(\d+)/)?.[1]);
  return most && file.size > most * 2 ** 20 ? `超过 ${most} MB 的上限，没有读入。请拆分或压缩其中的图片后再试。` : "";
}

async function uploadOne(file, list, replaced) {
  const refusal = tooLarge(file);
  const item = element("li", refusal ? "jx-rejected" : "jx-pending", `${file.name}：${refusal || "正在读入…"}`);
  list.append(item);
  if (refusal) return;
  const name = encodeURIComponent(file.name);
  const where = replaced ? `replace?name=${name}&document=${encodeURIComponent(replaced)}` : `upload?name=${name}`;
  try {
    const answer = await fetch(where, { method: "POST", body: file });
    const said = await answer.json();
    const words = answer.ok ? said.map(uploadWords).join("；") : said.error;
    const refused = !answer.ok || said.some((result) => result.status === "rejected");
    item.className = refused ? "jx-rejected" : "jx-done";
    item.textContent = `${file.name}：${words}`;
  } catch {
    item.className = "jx-rejected";
    item.textContent = `${file.name}：连接中断，没有读入。`;
  }
}

async function uploadAll(input, list) {
  const files = [...input.files];
  input.value = "";
  list.replaceChildren();
  for (const file of files) await uploadOne(file, list);
  refreshDocuments();
}

function refreshDocuments() {
  (document.querySelector("#documents-refresh button") || document.querySelector("#documents-refresh"))?.click();
}

function furnishUpload(place) {
  if (place.querySelector("input")) return;
  const label = element("label", "jx-upload-label", "选择文件上传（可多选）");
  const input = element("input", "jx-unseen");
  input.type = "file";
  input.multiple = true;
  const list = element("ul", "jx-uploads");
  list.setAttribute("aria-live", "polite");
  input.setAttribute("aria-label", "选择要上传的文件");
  input.addEventListener("change", () => uploadAll(input, list));
  label.prepend(input);
  place.append(label, list);
}


// ---- replacing and forgetting, each after a question ----

const documentOf = (button) => [...button.classList].find((name) => name.startsWith("jx-at-"))?.split("-")[2];
const nameOf = (button) => button.closest(".jx-document")?.querySelector(".jx-file")?.textContent || "这份文件";

// True once the person agrees. Cancel has the focus, so that Enter alone deletes nothing.
function agreed(question, detail, word) {
  return new Promise((resolve) => {
    const dialog = element("dialog", "jx-dialog");
    const heading = element("h2", "", question);
    heading.id = "jx-dialog-title";
    dialog.setAttribute("aria-labelledby", heading.id);
    const cancel = element("button", "jx-plain", "取消");
    const go = element("button", "jx-danger", word);
    const row = element("div", "jx-dialog-row");
    row.append(cancel, go);
    dialog.append(heading, element("p", "", detail), row);
    cancel.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  });
}

function tell(words, refused) {
  const list = document.querySelector(".jx-uploads");
  list?.replaceChildren(element("li", refused ? "jx-rejected" : "jx-done", words));
}

async function forgetDocument(button) {
  const name = nameOf(button);
  const detail = "文件的文字、项目记录和索引都会从本机删除，不能恢复；如需再用，要重新上传原文件。";
  if (!(await agreed(`删除“${name}”？`, detail, "删除"))) return button.focus();
  try {
    const answer = await fetch(`forget?document=${encodeURIComponent(documentOf(button))}`, { method: "POST" });
    const said = await answer.json();
    tell(answer.ok ? `已删除：${said.forgotten}` : said.error, !answer.ok);
  } catch {
    tell("连接中断，不能确定是否已删除，请刷新列表。", true);
  }
  refreshDocuments();
}

function replaceDocument(button) {
  const picker = element("input");
  picker.type = "file";
  picker.className = "jx-unseen jx-picker";
  picker.setAttribute("aria-label", "选择新版本");
  picker.addEventListener("change", async () => {
    const file = picker.files[0];
    picker.remove();
    const name = nameOf(button);
    const detail = `“${name}”的原有内容将由“${file.name}”取代。新文件如不能读入，原有版本保持不变。`;
    if (!(await agreed(`替换“${name}”？`, detail, "替换"))) return button.focus();
    const list = document.querySelector(".jx-uploads");
    list.replaceChildren();
    await uploadOne(file, list, documentOf(button));
    refreshDocuments();
  });
  document.querySelector(".jx-picker")?.remove();
  document.body.append(picker);
  picker.click();
}
