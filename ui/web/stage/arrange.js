// Where the panels stand: in one view, as the scene is drawn, or below each other.

import { html } from "./dom.js";

/** @import { Data } from "./types.js" */

const WIDE = 860; // px from which a scene stands in one view
const EMBEDDED = { width: 1000, height: 660 }; // px that it is drawn for in another page, alone
const LARGE = { width: 1500, height: 845 }; // px of a window beyond which all is drawn larger
const LARGEST = 2;

/**
 * @param {HTMLElement} root
 * @param {Data} data
 * @returns {Map<string, HTMLElement>} an empty place for each panel, where the scene has it
 */
export function arrange(root, data) {
  const grid = /** @type {HTMLElement} */ (root.querySelector(".grid"));
  const rest = /** @type {HTMLElement} */ (root.querySelector(".rest"));
  const places = new Map(
    data.panels.map((name) => {
      const place = html("div", { class: `panel ${name}`, "data-panel": name });
      place.style.setProperty("--area", name);
      return [name, place];
    }),
  );
  const rows = data.wide ?? [];
  // What the scene's drawing leaves out stands below it.
  const drawn = new Set(rows.length ? rows.flat() : places.keys());
  grid.replaceChildren();
  rest.replaceChildren();
  for (const [name, place] of places) (drawn.has(name) ? grid : rest).append(place);
  grid.style.setProperty("--areas", rows.map((row) => `"${row.join(" ")}"`).join(" "));
  grid.style.setProperty("--across", String(rows[0]?.length ?? 1));
  grid.style.setProperty("--down", String(rows.length));
  widen(root, data);
  return places;
}

/**
 * Have the scene stand in one view, if there is room for it.
 * @param {HTMLElement} root
 * @param {Data} data
 */
export function widen(root, data) {
  const embedded = new URLSearchParams(location.search).get("embed") === "true";
  document.documentElement.classList.toggle("lab-embedded", embedded);
  root.classList.toggle("embedded", embedded);
  const { width, height } = embedded ? EMBEDDED : LARGE;
  const fits = Math.min(window.innerWidth / width, window.innerHeight / height);
  const zoom = embedded ? Math.min(1, fits) : Math.max(1, Math.min(LARGEST, fits));
  const able = data.wide !== null && CSS.supports("zoom", "1");
  root.style.setProperty("--zoom", able ? zoom.toFixed(3) : "1");
  measureAbove(root);
  root.classList.toggle("wide", data.wide !== null && root.clientWidth >= WIDE);
}

/**
 * A scene in one view is as high as what the page has above it leaves of the window.
 * @param {HTMLElement} root
 */
function measureAbove(root) {
  const scrolls = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? window.scrollY;
  const above = Math.round(root.getBoundingClientRect().top + scrolls);
  if (above > 0 && above < window.innerHeight / 2) root.style.setProperty("--above", `${above}px`);
}
