// Keeps the page up to date: each save sends an event; then the text is updated, then the printed page.
"use strict";

const body = document.body;
const section = body.dataset.section;
const find = (id) => document.getElementById(id);
const rows = () => [...document.querySelectorAll("#rows > .row")];
let current = null; // id of the selected passage
let pageData = { pages: [], spots: {}, on: {} };
let pageIndex = 0;
let pageRequest = null;

// --- passages ---

function rowButton(row) {
  return row.querySelector(".mark button");
}

function select(row, { focus = false, turn = true, still = false } = {}) {
  for (const other of rows()) {
    other.classList.toggle("current", other === row);
    rowButton(other).tabIndex = other === row ? 0 : -1;
  }
  current = row ? row.id : null;
  if (!row || still) return;
  history.replaceState(null, "", `#${row.id}`);
  if (focus) rowButton(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (turn && row.id in pageData.on) showPage(pageData.on[row.id]);
  else showSpots();
}

function open(row, wanted) {
  for (const other of rows()) {
    const expanded = other === row && wanted;
    rowButton(other).setAttribute("aria-expanded", String(expanded));
    other.querySelector(".entry").hidden = !expanded;
  }
  if (row) row.scrollIntoView({ block: "nearest" });
}

function isOpen(row) {
  return rowButton(row).getAttribute("aria-expanded") === "true";
}

function onRowClick(event) {
  const row = event.target.closest(".row");
  if (!row || event.target.closest(".entry") || String(getSelection())) return;
  const wanted = !isOpen(row);
  select(row, { focus: true });
  open(row, wanted);
}

function nextToDo(list, from) {
  for (let step = 1; step <= list.length; step++) {
    const row = list[(from + step) % list.length];
    if ("toDo" in row.dataset) return row;
  }
  setStatus("Nothing here needs work");
  return null;
}

function onRowKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".mark")) return;
  const list = rows();
  const at = list.indexOf(event.target.closest(".row"));
  const moves = {
    j: () => list[at + 1], ArrowDown: () => list[at + 1],
    k: () => list[at - 1], ArrowUp: () => list[at - 1],
    Home: () => list[0], End: () => list[list.length - 1],
    n: () => nextToDo(list, at),
  };
  if (!(event.key in moves)) return;
  event.preventDefault();
  const row = moves[event.key]();
  if (!row) return;
  const wanted = isOpen(list[at]);
  select(row, { focus: true });
  open(row, wanted);
}

function goToHash({ focus = true } = {}) {
  const row = find(decodeURIComponent(location.hash.slice(1)));
  if (!row || !row.matches(".row")) return false;
  closeMenus();
  select(row, { focus });
  open(row, true);
  return true;
}

// --- text, after a save ---

function setStatus(text, lost = false) {
  find("status").textContent = text;
  find("status").classList.toggle("lost", lost);
}

function rowText(row) {
  return [...row.querySelectorAll(".source p:not(.back), .target p")].map((node) => node.textContent).join("\n");
}

function replaceRows(fresh) {
  const old = new Map(rows().map((row) => [row.id, row]));
  const focused = document.activeElement?.closest(".row")?.id;
  const opened = rows().find(isOpen)?.id;
  const at = rows().findIndex((row) => row.id === current);
  let changed = 0;
  for (const row of fresh) {
    const before = old.get(row.id);
    if (!before || rowText(before) !== rowText(row)) {
      row.classList.add("fresh");
      changed++;
    }
  }
  const same = fresh.length === old.size && fresh.every((row, index) => rows()[index].id === row.id);
  if (!same) {
    find("rows").replaceChildren(...fresh);
  } else {
    for (const row of fresh) {
      const before = old.get(row.id);
      if (before.dataset.print !== row.dataset.print) before.replaceWith(row);
    }
  }
  const row = find(current) ?? rows()[Math.min(at, rows().length - 1)];
  for (const other of rows()) rowButton(other).tabIndex = -1;
  if (row) {
    current = row.id;
    row.classList.add("current");
    rowButton(row).tabIndex = 0;
    if (focused && !document.activeElement.closest(".row")) rowButton(row).focus({ preventScroll: true });
    if (opened === row.id) open(row, true);
  }
  return changed;
}

async function refresh() {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || page.body.dataset.section !== section) {
    location.reload();
    return;
  }
  const saved = body.dataset.save !== page.body.dataset.save;
  Object.assign(body.dataset, { version: page.body.dataset.version, save: page.body.dataset.save });
  for (const id of ["tally", "fault", "about-back", "chapter-list", "problem-list", "problem-count"]) {
    const [shown, updated] = [find(id), page.getElementById(id)];
    if (shown && updated && shown.innerHTML !== updated.innerHTML) shown.replaceChildren(...updated.childNodes);
  }
  if (!section) return;
  const changed = replaceRows([...page.querySelectorAll("#rows > .row")].map((row) => document.adoptNode(row)));
  if (!saved) return showConnected(); // only the problems have changed, not the printed page
  showSaved(changed);
  loadPages();
}

function showConnected() {
  if (find("status").classList.contains("lost") && !find("fault").children.length) setStatus("Waiting for a save");
}

function showSaved(changed) {
  if (find("fault").children.length) setStatus("The last save has a fault", true);
  else if (changed) setStatus(`Saved: ${changed} ${changed === 1 ? "passage has" : "passages have"} changed`);
  else setStatus("Saved: no text has changed here");
}

function listen() {
  const events = new EventSource("/events");
  let running = null;
  let again = false;
  const update = async () => {
    if (running) {
      again = true;
      return;
    }
    running = refresh().catch(() => setStatus("The preview does not answer", true));
    await running;
    running = null;
    if (again) {
      again = false;
      update();
    }
  };
  events.onmessage = (event) => {
    if (JSON.parse(event.data).version !== body.dataset.version) update();
    else showConnected();
  };
  events.onerror = () => setStatus("The preview has stopped. Start it again in the terminal", true);
}

// --- the printed page ---

async function loadPages() {
  if (body.dataset.pdf !== "yes") return;
  pageRequest?.abort();
  const request = (pageRequest = new AbortController());
  const late = setTimeout(() => setPageStatus("Typesetting …"), 400);
  try {
    const answer = await fetch(`/section/${encodeURIComponent(section)}/pages`, { signal: request.signal });
    const data = await answer.json();
    if (data.error) {
      find("frame").classList.add("old");
      setPageStatus(data.error, true);
      return;
    }
    pageData = data;
    find("frame").classList.remove("old");
    await showPage(current in data.on ? data.on[current] : pageIndex);
    const numbers = data.numbered ? "" : ". Page numbers are right once the booklet has been built";
    setPageStatus(`Typeset in ${data.seconds.toFixed(1)} s${numbers}`);
  } catch (error) {
    if (error.name !== "AbortError") setPageStatus("The page cannot be fetched", true);
  } finally {
    clearTimeout(late);
  }
}

function setPageStatus(text, bad = false) {
  find("page-state").textContent = text;
  find("page-state").classList.toggle("bad", bad);
}

async function showPage(index) {
  const { pages } = pageData;
  if (!pages.length) return;
  pageIndex = Math.max(0, Math.min(index, pages.length - 1));
  const { address, number } = pages[pageIndex];
  const place = `${pageIndex + 1} of ${pages.length}`;
  find("page-name").textContent = number ? `Page ${number} (${place})` : `Page ${place}`;
  // A disabled button would lose the focus while the reader turns pages with it.
  find("page-before").setAttribute("aria-disabled", String(pageIndex === 0));
  find("page-after").setAttribute("aria-disabled", String(pageIndex === pages.length - 1));
  const image = find("page");
  if (!image.src.endsWith(address)) {
    const next = new Image();
    next.src = address;
    await next.decode().catch(() => undefined);
    if (pages[pageIndex]?.address !== address || pageData.pages !== pages) return;
    image.src = address;
  }
  image.alt = `The printed page ${number ?? place}; its text is in the list of passages`;
  image.hidden = false;
  showSpots();
}

function showSpots() {
  const spots = (pageData.spots?.[current] ?? []).filter((spot) => spot.page === pageIndex);
  find("spots")?.replaceChildren(...spots.map((spot) => {
    const box = document.createElement("div");
    box.className = "spot";
    for (const [side, key] of [["left", "x"], ["top", "y"], ["width", "width"], ["height", "height"]]) {
      box.style.setProperty(side, `${spot[key] * 100}%`);
    }
    return box;
  }));
}

function onPageClick(event) {
  const frame = find("page").getBoundingClientRect();
  const x = (event.clientX - frame.left) / frame.width;
  const y = (event.clientY - frame.top) / frame.height;
  const hit = ([, spots]) => spots.some((spot) => spot.page === pageIndex
    && x >= spot.x && x <= spot.x + spot.width && y >= spot.y && y <= spot.y + spot.height);
  const row = find(Object.entries(pageData.spots).find(hit)?.[0]);
  if (row) {
    select(row, { focus: true, turn: false });
    open(row, true);
  }
}

function onToText(event) {
  event.preventDefault();
  const row = find(current);
  if (row) select(row, { focus: true, turn: false });
}

// --- menus ---

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

for (const menu of document.querySelectorAll(".menu")) {
  menu.addEventListener("toggle", () => menu.querySelector("[aria-current]")?.scrollIntoView({ block: "center" }));
}
document.addEventListener("click", (event) => closeMenus(event.target.closest(".menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
addEventListener("hashchange", () => goToHash());
// After loading, the browser itself jumps to the fragment and takes the focus away.
addEventListener("load", () => setTimeout(goToHash));

if (section) {
  find("rows").addEventListener("click", onRowClick);
  find("rows").addEventListener("keydown", onRowKey);
  if (!goToHash()) select(rows()[0], { still: true });
  if (body.dataset.pdf === "yes") {
    find("page-before").addEventListener("click", () => showPage(pageIndex - 1));
    find("page-after").addEventListener("click", () => showPage(pageIndex + 1));
    find("page").addEventListener("click", onPageClick);
    find("to-text").addEventListener("click", onToText);
    loadPages();
  }
}
listen();
