// The words of the lesson: where the learner stands, what is said there, and the way on. The
// numbers in them are those of the moment, as everywhere on the stage.

import { asShown, equals, formatNumber } from "../maths/format.js";
import { equationLine } from "./equation.js";
import { html, math } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */
/** @import { Panel, Piece, Words } from "../stage/types.js" */

const SIZES = [20, 18.5, 17, 16, 15.5, 15, 14.5, 14, 13.5, 13, 12.5, 12, 11.5, 11]; // px, the first that fits
const BROAD = 380; // px from which the largest are for

/** @typedef {{element: HTMLElement, write: () => string, value: (() => number) | null, last: string}} Live */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function wordsPanel(stage, place) {
  place.dataset.testid = "guide";
  const title = html("h1", { class: "lesson" });
  const heading = html("h2", { class: "heading" });
  const progress = html("span", { class: "progress", "aria-hidden": "true" });
  const equation = equationLine(stage);
  const text = html("p", { class: "said" });
  const own = html("p", { class: "own" });
  const back = button("‹ Back", "B", () => go("back"));
  const next = button("Next ›", "N", () => go("next"));
  const begin = html("button", { type: "button", class: "begin" });
  begin.onclick = () => stage.go("begin");
  const mine = html("button", { type: "button", class: "quiet" }, "Put mine back");
  const anew = html("button", { type: "button", class: "quiet" }, "Back to this step");
  mine.onclick = () => stage.go("mine");
  anew.onclick = () => stage.go("anew");
  const says = html("div", { class: "says" }, text, own);
  const ways = html("div", { class: "ways" }, mine, anew);
  place.replaceChildren(
    html("div", { class: "top" }, title, progress),
    heading,
    says,
    ...(stage.data.panels.includes("factors") ? [equation.element] : []),
    html("div", { class: "move" }, back, ways, next, begin),
  );
  /** @type {Live[]} */
  let live = [];
  /** @type {Words | null} */
  let shown = null;

  /** @param {string} label @param {string} key @param {() => void} press @returns {HTMLButtonElement} */
  function button(label, key, press) {
    const made = html("button", { type: "button", "aria-keyshortcuts": key }, label, " ");
    made.append(html("kbd", { "aria-hidden": "true" }, key));
    made.onclick = press;
    return made;
  }

  /** @param {"back" | "next"} way */
  function go(way) {
    if (shown?.[way]) stage.goTo(way, shown[way]);
  }

  /** @param {Words} words */
  function showWords(words) {
    shown = words;
    live = [];
    title.textContent = words.title;
    heading.textContent = words.heading;
    progress.replaceChildren(
      ...Array.from({ length: words.count }, (_, i) =>
        html("i", { class: i < words.at ? "done" : i === words.at ? "now" : "" }),
      ),
    );
    text.replaceChildren(...words.text.map(drawn));
    if (words.task.length)
      text.append(" ", html("em", { class: "task" }, ...words.task.map(drawn)));
    own.replaceChildren(...words.own.map(drawn));
    begin.textContent = words.begin ? `${words.begin} ›` : "";
    begin.hidden = !words.begin;
    back.hidden = next.hidden = words.count === 0;
    mine.hidden = !words.mine;
    anew.hidden = !words.anew;
    for (const [way, one] of /** @type {const} */ ([
      [words.back, back],
      [words.next, next],
    ])) {
      // What is focused is not taken away: the focus would fall back to the page's beginning.
      one.setAttribute("aria-disabled", String(!way));
    }
    update();
    fit();
  }

  /** As large as the room allows: on a narrow screen there is as much as it takes. */
  function fit() {
    says.classList.remove("more");
    for (const size of SIZES.filter((size) => size <= 17 || place.clientWidth > BROAD)) {
      place.style.setProperty("--size", `${size}px`);
      if (says.scrollHeight <= says.clientHeight) return;
    }
    says.classList.add("more");
  }

  /** @param {Piece} piece @returns {Node} */
  function drawn(piece) {
    if (piece[0] === "text") return document.createTextNode(piece[1]);
    if (piece[0] === "math") return math(piece[1]);
    if (piece[0] === "strong" || piece[0] === "em") return html(piece[0], {}, piece[1]);
    const element = html("strong", { class: "number" });
    const names = piece.length === 3 ? [...piece[1], piece[2]] : [piece[1]];
    if (piece.length === 3) {
      const write = () => product(piece[1], piece[2]);
      live.push({ element, write, value: null, last: "" });
    } else {
      const [name] = names;
      element.setAttribute("data-name", name);
      element.dataset.kind = "quoted";
      live.push({ element, write: () => written(name), value: () => valueOf(name), last: "" });
    }
    element.onpointerenter = () => stage.pointAt(names.find((name) => name.includes("/")) ?? null);
    element.onpointerleave = () => stage.pointAt(null);
    return element;
  }

  /** @param {string} name a node, a derivative of the output, a local derivative, or `next w1` @returns {number} */
  function valueOf(name) {
    const { evaluator, graph, path, step } = stage;
    if (name.startsWith("next ")) {
      const along = path?.parameters[name.slice(5)];
      return along?.[Math.min(step + 1, along.length - 1)] ?? NaN;
    }
    if (!name.includes("/")) return evaluator.values[evaluator.index.get(name) ?? -1] ?? NaN;
    const [child, parent] = name.split("/").map((part) => part.slice(1));
    if (child === graph.output)
      return evaluator.derivatives[evaluator.index.get(parent) ?? -1] ?? NaN;
    return evaluator.factors[evaluator.edges.get(name) ?? -1] ?? NaN;
  }

  /** @param {string} name @returns {string} */
  const written = (name) => formatNumber(valueOf(name), name.includes("/"));

  /** @param {string[]} names @param {string} result @returns {string} */
  function product(names, result) {
    const byHand = names.reduce((so, name) => so * asShown(valueOf(name)), 1);
    const sign = equals(byHand, valueOf(result)) === "=" ? "=" : "≈";
    return `${names.map(written).join(" × ")} ${sign} ${written(result)}`;
  }

  function update() {
    if (stage.words !== shown && stage.words) {
      showWords(stage.words);
      return;
    }
    equation.update();
    let longer = false;
    for (const one of live) {
      const now = one.write();
      if (now === one.last) continue;
      longer ||= now.length > one.last.length;
      one.element.textContent = one.last = now;
      if (one.value) one.element.dataset.number = String(one.value());
    }
    if (longer && says.scrollHeight > says.clientHeight) fit();
  }

  /** @param {KeyboardEvent} event N and B, wherever on the page nothing is typed */
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!shown?.keys) return;
    const at = event.composedPath()[0];
    if (
      at instanceof HTMLElement &&
      at.matches("input:not([type=range]), textarea, select, [contenteditable]")
    )
      return;
    const key = event.key.toLowerCase();
    if (key === "n") go("next");
    else if (key === "b") go("back");
  }
  window.addEventListener("keydown", pressed);

  return {
    update,
    light: equation.light.bind(equation),
    resize: fit,
    destroy: () => window.removeEventListener("keydown", pressed),
  };
}
