/* A claim is renewed by what a person does on the case's page, at most once a minute; a page left alone renews nothing. */
"use strict";

const lease = document.querySelector("[data-renew]");
const BY_HAND = ["keydown", "pointerdown", "input", "wheel", "touchmove"];
const EVERY = 60_000;
let renewedAt = -Infinity;

function show(until, shown) {
  const before = lease.querySelector("time").dateTime;
  for (const clock of document.querySelectorAll("time")) if (clock.dateTime === before) clock.dateTime = until;
  lease.querySelector("time").textContent = shown;
}

function stop() {
  for (const kind of BY_HAND) document.removeEventListener(kind, acted, true);
}

async function renew() {
  const headers = { Accept: "application/json" };
  const body = new URLSearchParams({ sign: lease.dataset.sign });
  const reply = await fetch(lease.dataset.renew, { method: "POST", headers, body, redirect: "error" });
  if (!reply.ok) return stop();
  const { until, shown } = await reply.json();
  show(until, shown);
}

/* Only what a hand did counts: an event that a script made is not trusted. */
function acted(event) {
  if (!event.isTrusted || performance.now() - renewedAt < EVERY) return;
  renewedAt = performance.now();
  renew().catch(() => {
    renewedAt = -Infinity;
  });
}

for (const kind of BY_HAND) document.addEventListener(kind, acted, { capture: true, passive: true });
