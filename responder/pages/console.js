/* What the pages do by themselves: clocks, the live queue, keys. Every page also works without it. */
"use strict";

/* Only html of this program, rendered and escaped by it, passes here. */
const policy = window.trustedTypes?.createPolicy("desk", { createHTML: (html) => html });
const trusted = (html) => (policy ? policy.createHTML(html) : html);
const queue = document.getElementById("queue");
const units = JSON.parse(document.body.dataset.units || "null") || {
  seconds: "{n} s",
  minutes: "{n} min",
  hours: "{n} h",
  days: "{n} d",
};

function age(seconds) {
  const [unit, size] =
    seconds < 60 ? ["seconds", 1] : seconds < 5400 ? ["minutes", 60] : seconds < 172800 ? ["hours", 3600] : ["days", 86400];
  return units[unit].replace("{n}", Math.floor(seconds / size));
}

function tick() {
  for (const clock of document.querySelectorAll("time[data-clock]")) {
    const away = (Date.parse(clock.dateTime) - Date.now()) / 1000;
    const over = clock.dataset.over !== undefined && away < 0;
    const words = over ? clock.dataset.over : clock.dataset.clock;
    const text = words.replace("{age}", age(Math.abs(away)));
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("late", over);
  }
}

function cases() {
  return new Set([...queue.querySelectorAll("button[data-case]")].map((line) => line.dataset.case));
}

function announce(before) {
  const say = document.querySelector("[data-say]");
  const fresh = [...queue.querySelectorAll("button[data-case]")].filter((line) => !before.has(line.dataset.case));
  if (!fresh.length) return;
  say.textContent = say.dataset.say.replace("{urgency}", fresh[0].dataset.urgency);
  notify(say.textContent);
}

/* A notice of the desktop, where somebody asked for them: the urgency alone, without a sound, while the page is away. */
const asks = document.querySelector("[data-notify]");
if (asks && window.Notification?.permission === "default") asks.hidden = false;
asks?.addEventListener("click", async () => {
  asks.hidden = (await Notification.requestPermission()) !== "default";
});

function notify(words) {
  if (!document.hidden || window.Notification?.permission !== "granted") return;
  const notice = new Notification(words, { silent: true, tag: "queue", renotify: false });
  notice.addEventListener("click", () => window.focus());
}

/* Where in the list somebody is, so that they still are there when it is drawn anew. */
function place(element) {
  if (!queue.contains(element)) return null;
  if (element.dataset.case) return `[data-case="${CSS.escape(element.dataset.case)}"]`;
  const action = element.closest("form")?.getAttribute("action");
  return action ? `form[action="${CSS.escape(action)}"] button` : `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
}

function redraw(html) {
  const before = cases();
  const held = place(document.activeElement);
  queue.innerHTML = trusted(html);
  if (held) queue.querySelector(held)?.focus({ preventScroll: true });
  tick();
  announce(before);
}

/* On the page of a case: say when the contact has said more since it was opened. */
function more(html) {
  const queue = new DOMParser().parseFromString(trusted(html), "text/html");
  const { open, amended } = document.body.dataset;
  const now = queue.querySelector(`[data-case="${CSS.escape(open)}"]`)?.dataset.amended;
  const notice = document.querySelector("[data-more]");
  if (now === undefined || Number(now) <= Number(amended)) return;
  notice.firstElementChild.textContent = notice.dataset.more.replace("{count}", now - amended);
  notice.hidden = false;
}

function lost() {
  const link = document.querySelector("[data-link]");
  if (!link) return;
  link.classList.remove("live");
  link.textContent = link.dataset.lost;
}

function listen(address) {
  const events = new EventSource(address);
  const heard = queue ? redraw : more;
  events.addEventListener("queue", (event) => heard(JSON.parse(event.data)));
  events.addEventListener("locked", () => location.replace("/"));
  events.addEventListener("error", lost);
  window.addEventListener("pagehide", () => events.close());
}

function step(by) {
  const lines = [...document.querySelectorAll("[data-line]")];
  if (!lines.length) return;
  const now = lines.indexOf(document.activeElement);
  const next = now < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(now + by, 0), lines.length - 1);
  lines[next].focus();
  lines[next].scrollIntoView({ block: "nearest" });
}

function help() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  for (const row of dialog.querySelectorAll("[data-needs]")) row.hidden = !document.querySelector(row.dataset.needs);
  dialog.open ? dialog.close() : dialog.showModal();
}

/* What a page ties to a key by `data-key`: it unfolds, and the first field is where one types; a link is followed. */
function tied(key) {
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!element) return null;
  if (element.tagName !== "DETAILS") return () => element.click();
  return () => {
    element.open = true;
    element.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  };
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector("[data-take]:not([disabled])")?.click(),
  q: () => document.querySelector("[data-back]")?.click(),
  "/": () => document.querySelector("[type=search]")?.focus(),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea");
  const act = KEYS[event.key] ?? tied(event.key);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !act) return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys]")) help();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const said = form.querySelector?.("[data-said]");
  if (said) said.textContent = form.dataset.wait;
  if (form.method === "post" && !("saves" in form.dataset)) form.querySelector("button:not([disabled])")?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

tick();
setInterval(tick, 5000);
if (document.body.dataset.live) listen(document.body.dataset.live);
