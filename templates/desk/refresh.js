// Shows the pages again when their text has changed; the server marks those that differ.
"use strict";

const INTERVAL = 15000; // ms
const news = document.querySelector("[role=status]");
let state = document.body.dataset.state;

function beside(name) {
  const address = new URL(location.href);
  address.pathname = address.pathname.replace(/pages$/, name);
  return address;
}

// A screen reader reads what is put into a status later, not what was there from the start.
function say(words) {
  news.replaceChildren(...[...words.children].map((line) => line.cloneNode(true)));
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(beside("state"));
  if (!answer.ok || (await answer.text()).trim() === state) return;
  const next = beside("pages");
  next.searchParams.set("since", state);
  const pages = await fetch(next);
  if (!pages.ok) return void location.replace(next);
  const fresh = new DOMParser().parseFromString(await pages.text(), "text/html");
  document.querySelector(".pages").replaceWith(fresh.querySelector(".pages"));
  say(fresh.querySelector("[role=status]"));
  state = fresh.body.dataset.state;
}

async function follow() {
  await look().catch(() => {});
  setTimeout(follow, INTERVAL);
}

if (state) {
  setTimeout(() => say(news), 500);
  setTimeout(follow, INTERVAL);
}
