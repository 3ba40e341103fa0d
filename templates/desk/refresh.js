// Loads the pages again when their text has changed; the server marks those that differ.
"use strict";

const INTERVAL = 15000; // ms
const state = document.body.dataset.state;

async function look() {
  if (document.hidden) return;
  const address = new URL(location.href);
  address.pathname = address.pathname.replace(/pages$/, "state");
  const answer = await fetch(address);
  const now = answer.ok ? (await answer.text()).trim() : state;
  if (now === state) return;
  const next = new URL(location.href);
  next.searchParams.set("since", state);
  location.replace(next);
}

if (state) setInterval(() => look().catch(() => {}), INTERVAL);
