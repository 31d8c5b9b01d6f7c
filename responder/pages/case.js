/* The page of a case: copying, unfolding, a reply that waits its seconds, keys, a quiet notice. Works without it too. */
"use strict";

for (const button of document.querySelectorAll("[data-copy], [data-unfold]")) button.hidden = false;

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

document.addEventListener("click", (event) => {
  const copies = event.target.closest?.("[data-copy]");
  if (copies) copy(copies).catch(() => {});
  if (event.target.closest?.("[data-unfold]")) {
    for (const folded of document.querySelectorAll(".heavy > details")) folded.open = true;
  }
});

/* A reply that waits: how long it still can be taken back; when it has gone, the page shows what became of it. */
const held = document.querySelector("[data-held]");
if (held) {
  const until = Number(held.dataset.held) * 1000;
  const left = held.querySelector("[data-left]");
  const count = setInterval(() => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds > 0) {
      left.textContent = held.dataset.words.replace("{age}", units.seconds.replace("{n}", seconds));
      return;
    }
    clearInterval(count);
    held.querySelector("[data-undo]").disabled = true;
    setTimeout(() => location.replace(location.pathname), 1500);
  }, 250);
}

function unfold(selector) {
  const folded = document.querySelector(selector);
  if (!folded) return;
  folded.open = true;
  folded.querySelector("textarea")?.focus();
}

KEYS.r = () => unfold("[data-reply]");
KEYS.m = () => unfold("[data-note]");
KEYS.u = () => document.querySelector("[data-undo]:not([disabled])")?.click();

/* Somebody who types or scrolls is here: the lock waits longer, told at most once a minute. */
const sign = document.querySelector("input[name=sign]")?.value;
let toldAt = performance.now();
function here(event) {
  if (!sign || !event.isTrusted || performance.now() - toldAt < 60_000) return;
  toldAt = performance.now();
  fetch("/here", { method: "POST", body: new URLSearchParams({ sign }) }).catch(() => {});
}
for (const kind of ["keydown", "pointerdown", "input", "wheel", "touchmove"]) {
  document.addEventListener(kind, here, { capture: true, passive: true });
}
