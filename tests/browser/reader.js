// A small reader around epub.js, with functions for the tests.
"use strict";

let book;
let rendition;

const view = () => document.querySelector("#view");
const frame = () => document.querySelector("iframe");
const page = () => frame().contentDocument;
const squeeze = (text) => text.replace(/\s+/g, " ").trim();

async function openBook(flow, theme, size) {
  book?.destroy();
  view().replaceChildren();
  book = ePub("/book.epub");
  rendition = book.renderTo(view(), { width: "100%", height: "100%", flow, spread: "none" });
  rendition.themes.register("night", { "html, body": { background: "#000", color: "#fff" } });
  rendition.themes.register("day", { "html, body": { background: "#fff", color: "#000" } });
  rendition.themes.select(theme);
  rendition.themes.fontSize(size);
  await book.ready;
  await show();
}

// The reader reports its position a moment after it has moved.
const moved = () => new Promise((resolve) => rendition.once("relocated", resolve));

async function show(target) {
  const go = async () => {
    const there = moved();
    await rendition.display(target);
    await there;
    await page().fonts.ready;
  };
  await go();
  // Fonts load late and move the target.
  if (/#|^epubcfi/.test(target)) await go();
}

// Return the first box of an element or a range, in window coordinates.
function place(thing) {
  const outer = frame().getBoundingClientRect();
  const inner = thing.getClientRects()[0] ?? thing.getBoundingClientRect();
  return { left: outer.left + inner.left, top: outer.top + inner.top };
}

function isSeen(thing) {
  const { left, top } = place(thing);
  return left > -1 && left < innerWidth && top > -1 && top < innerHeight;
}

// The screens of a document are side by side, or its one long page scrolls: nothing may overflow an edge.
function cutOff() {
  const isPaged = rendition.manager.isPaginated;
  const width = isPaged ? rendition.manager.layout.pageWidth : innerWidth;
  const height = isPaged ? innerHeight : Infinity;
  const faults = [];
  const look = (boxes, what) => {
    for (const box of boxes) {
      if (!box.width && !box.height) continue;
      const left = isPaged ? Math.floor((box.left + box.right) / 2 / width) * width : 0;
      const over = Math.max(left - box.left, box.right - left - width, -box.top, box.bottom - height);
      if (over > 1) faults.push(`${Math.round(over)} px: ${what}`);
    }
  };
  const walker = page().createTreeWalker(page().body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || node.parentElement.closest(".unseen")) continue;
    const range = page().createRange();
    range.selectNodeContents(node);
    look(range.getClientRects(), squeeze(node.data).slice(0, 60));
  }
  const things = "svg, img, table, th, td, figure, .box";
  for (const node of page().body.querySelectorAll(things)) {
    look(node.getClientRects(), `<${node.localName} class="${node.getAttribute("class") ?? ""}">`);
  }
  if (!isPaged && page().documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the screen");
  return faults;
}

// Return the displayed text and pictures of a document, and their problems.
async function look(href) {
  await show(href);
  return {
    words: page().body.innerText,
    hiddenHeads: [...page().querySelectorAll("thead")].filter((head) => !head.checkVisibility()).length,
    language: page().documentElement.lang,
    fonts: [...page().fonts].filter((font) => font.status === "loaded").length,
    drawings: [...page().querySelectorAll("svg, img")].filter((node) => node.getBoundingClientRect().width > 20).length,
    cutOff: cutOff(),
    dullLines: dullLines(),
  };
}

const channels = (color) => color.match(/[\d.]+/g).map(Number).slice(0, 3);

const light = (color) => channels(color)
  .map((value) => value / 255)
  .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);

// Return the lines with too little contrast to the page (WCAG 2.2, 1.4.11).
function dullLines() {
  const faults = [];
  const ground = light(getComputedStyle(page().body).backgroundColor);
  for (const node of page().body.querySelectorAll("*")) {
    const style = getComputedStyle(node);
    for (const side of ["Top", "Right", "Bottom", "Left"]) {
      const isDrawn = style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0;
      const [high, low] = [light(style[`border${side}Color`]), ground].sort((a, b) => b - a);
      if (isDrawn && (high + 0.05) / (low + 0.05) < 3) faults.push(`${node.localName}.${node.className}`);
    }
  }
  return faults;
}

// Return the tables of a document: how their rows are laid out, the labels of their cells, and divided words.
async function tables(href) {
  await show(href);
  return [...page().querySelectorAll("table")].map((table) => ({
    isBlocks: getComputedStyle(table.querySelector("tbody tr")).display === "block",
    hasHead: getComputedStyle(table.querySelector("thead")).display !== "none",
    labels: [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map(label)),
    divided: divided(table),
    over: Math.round(table.getBoundingClientRect().right - page().body.getBoundingClientRect().right),
  }));
}

function label(cell) {
  const shown = getComputedStyle(cell, "::before").content;
  return shown === "none" ? "" : cell.dataset.label;
}

// Return the words that are divided without a hyphen: each has boxes on two lines.
function divided(root) {
  const found = [];
  const walker = page().createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const match of walker.currentNode.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      const range = page().createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      const hyphens = getComputedStyle(walker.currentNode.parentElement).hyphens;
      if (tops.size > 1 && !(hyphens === "auto" && match[0].length >= 6)) found.push(match[0]);
    }
  }
  return found;
}

function figures() {
  return [...page().querySelectorAll("figure svg")].map((drawing) => {
    const { width, height } = drawing.getBoundingClientRect();
    return { width, height, em: parseFloat(getComputedStyle(drawing).fontSize) };
  });
}

// Return the element that an address leads to, and whether it is visible.
async function goTo(address) {
  await show(address);
  const id = address.split("#")[1];
  const found = id ? page().getElementById(decodeURIComponent(id)) : page().body.querySelector("h1, img");
  return {
    file: rendition.currentLocation().start?.href,
    words: found ? squeeze(withoutNumber(found)) : null,
    label: found?.getAttribute("aria-label") ?? null,
    seen: Boolean(found) && isSeen(found),
  };
}

// The contents have the title of a chapter without its number.
function withoutNumber(node) {
  const copy = node.cloneNode(true);
  copy.querySelector(".number")?.remove();
  return copy.textContent;
}

// Tap a link on the page.
async function press(file, href) {
  await show(file);
  const link = [...page().querySelectorAll("a[href]")].find((node) => node.getAttribute("href") === href);
  const there = moved();
  link.click();
  await there;
  await page().fonts.ready;
  const id = href.split("#")[1];
  const found = id ? page().getElementById(id) : page().body.querySelector("h1");
  return { file: rendition.currentLocation().start?.href, seen: Boolean(found) && isSeen(found) };
}

// Return the documents that contain each text, each with the position of the first hit.
async function search(texts) {
  const found = Object.fromEntries(texts.map((text) => [text, {}]));
  for (const section of book.spine.spineItems) {
    await section.load(book.load.bind(book));
    for (const text of texts) {
      const [hit] = section.find(text);
      if (hit) found[text][section.href] = hit.cfi;
    }
    section.unload();
  }
  return found;
}

async function goToHit(cfi) {
  await show(cfi);
  const range = rendition.getRange(cfi);
  return { words: range.toString(), seen: isSeen(range) };
}
