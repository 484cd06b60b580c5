// What is on the page outlives it: Gradio loads the page anew once a broken connection is back, and so do we for another
// language. The conversation is reopened from the server, a question not yet sent is put back into its box.
"use strict";

const KEPT = "jx-kept"; // in this tab's own storage, only from one page to the next
let broken = false; // whether the server was out of reach since the page was loaded

const questionBox = () => document.querySelector("#question textarea");

function keepForNextPage() {
  const reply = [...document.querySelectorAll("#chat [class*='jx-place-']")].pop();
  const place = [...(reply?.classList || [])].find((name) => name.startsWith("jx-place-"))?.slice(9) || "";
  sessionStorage.setItem(KEPT, JSON.stringify({ place, typed: questionBox()?.value || "" }));
}

// Gradio may still empty what is set while it starts, so it is looked at a few times.
function bringBack() {
  const before = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  sessionStorage.removeItem(KEPT);
  if (!before) return;
  const look = setInterval(() => {
    const box = questionBox();
    if (!box || !document.querySelector("#resume textarea, #resume input")) return;
    if (before.typed && box.value === "") send("question", before.typed);
    if (before.place && !document.querySelector("#chat .jx-said")) send("resume", `${before.place}/${Date.now()}`);
    setTimeout(() => clearInterval(look), 2500);
  }, 400);
}

window.addEventListener("pagehide", () => {
  if (broken) keepForNextPage();
});
bringBack();
