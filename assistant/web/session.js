// Signing out, and signing in again where the session of an open page has ended: what is on the page stays there.
"use strict";

let signingIn = null;

const fetchPlainly = window.fetch.bind(window);
window.fetch = async (...request) => {
  const answer = await fetchPlainly(...request).catch((error) => {
    broken ||= error.name !== "AbortError";
    throw error;
  });
  if (answer.headers.get("x-jixiao-session") === "ended") signInAgain();
  return answer;
};

function signInField(label, type, autocomplete) {
  const place = element("label", "jx-dialog-field", label);
  const box = element("input");
  box.type = type;
  box.autocomplete = autocomplete;
  box.required = true;
  place.append(box);
  return [place, box];
}

async function signInAgain() {
  if (signingIn) return;
  const dialog = element("dialog", "jx-dialog");
  signingIn = dialog;
  const form = element("form");
  const heading = element("h2", "", "登录已过期");
  heading.id = "jx-session-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const told = element("p", "", "请重新登录。页面上的内容都还在，登录后再做一次刚才的操作即可。");
  told.setAttribute("role", "status");
  const [nameField, name] = signInField("用户名", "text", "username");
  const [passwordField, password] = signInField("口令", "password", "current-password");
  name.value = signedInAs();
  const row = element("div", "jx-dialog-row");
  const later = element("button", "jx-plain", "以后再说");
  later.type = "button";
  const go = element("button", "jx-plain jx-go", "登录");
  row.append(later, go);
  form.append(heading, told, nameField, passwordField, row);
  dialog.append(form);
  later.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    signingIn = null;
    dialog.remove();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    giveSignIn(dialog, told, name.value, password.value);
  });
  document.body.append(dialog);
  dialog.showModal();
  (name.value ? password : name).focus();
}

const signedInAs = () => document.querySelector(".jx-person-name")?.textContent || "";

async function giveSignIn(dialog, told, name, password) {
  const before = signedInAs();
  try {
    const answer = await fetchPlainly("login", {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ name, password }),
    });
    const said = await answer.json();
    if (!answer.ok) return void (told.textContent = said.error);
    if (before && before !== said.name) return location.assign("/"); // another person's page
    dialog.close();
  } catch {
    told.textContent = "连接中断，请稍后再试。";
  }
}

async function signOut() {
  broken = false; // nothing of one person is for the next
  await fetchPlainly("logout", { method: "POST" }).catch(() => null);
  location.assign("/");
}
