// Equations: typeset once, then their numbers are written anew.

import katex from "../katex/katex.min.js";
import { dress } from "./katex.js";
import { createHole, fromLatex, write, written } from "./number.js";

/** @import { Hole, Numbers } from "./number.js" */

const MARKED = /\\htmlData\{live=([^{}]*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g;
const REST = 300; // ms after a change until what a screen reader reads is made anew
const OPTIONS = {
  displayMode: true,
  throwOnError: false,
  strict: "ignore",
  trust: (/** @type {{command: string}} */ { command }) => command === "\\htmlData",
};

/**
 * @param {string} latex with numbers marked by their place in the formula
 * @returns {string} HTML for the eye and MathML for the ear
 */
function typeset(latex) {
  return katex.renderToString(latex, OPTIONS);
}

dress();

class Equation {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.latex = "";
    this.shape = "";
    /** @type {Hole[]} */
    this.holes = [];
    this.timer = 0;
  }

  /** @param {string} latex with its numbers marked */
  take(latex) {
    if (latex === this.latex) return;
    const found = [...latex.matchAll(MARKED)];
    const shape = latex.replace(MARKED, "$1");
    if (shape !== this.shape) this.begin(latex, found);
    else this.speak();
    this.latex = latex;
    this.shape = shape;
    this.holes.forEach((hole, i) => write(hole, fromLatex(found[i][2])));
  }

  /** @param {string} latex @param {RegExpMatchArray[]} found */
  begin(latex, found) {
    clearTimeout(this.timer);
    let at = 0;
    this.place.innerHTML = typeset(
      latex.replace(MARKED, (_all, _mark, number) => `\\htmlData{live=${at++}}{${number}}`),
    );
    this.note(latex);
    // In a table KaTeX goes down the columns, so the numbers are not in the order of the formula.
    const elements = /** @type {NodeListOf<HTMLElement>} */ (
      this.place.querySelectorAll(".katex-html [data-live]")
    );
    const inOrder = [...elements].sort((a, b) => Number(a.dataset.live) - Number(b.dataset.live));
    this.holes = inOrder.map((element, i) => createHole(found[i][1], element));
  }

  /** Make anew what is read instead of seen, once nothing changes any more. */
  speak() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const spoken = document.createElement("div");
      spoken.innerHTML = katex.renderToString(this.plain(this.latex), {
        ...OPTIONS,
        output: "mathml",
      });
      const math = spoken.querySelector("math");
      if (math) this.place.querySelector(".katex-mathml")?.replaceChildren(math);
    }, REST);
  }

  /** @param {string} latex */
  plain(latex) {
    return latex.replace(MARKED, "$2");
  }

  /** The formula that can be copied, without our marks. @param {string} latex */
  note(latex) {
    const annotation = this.place.querySelector("annotation");
    if (annotation) annotation.textContent = this.plain(latex);
  }

  /** @param {Numbers} numbers of the stage */
  follow(numbers) {
    written(this.holes, numbers).forEach((text, i) => {
      if (text !== undefined) write(this.holes[i], text);
    });
  }

  end() {
    clearTimeout(this.timer);
  }
}

/** All equations of one component. */
class Equations {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Equation[]} */
    this.all = [];
    /** @type {{numbers: Numbers, held: () => boolean} | null} */
    this.stage = null;
    this.heard = (/** @type {Event} */ event) => {
      this.stage = /** @type {CustomEvent} */ (event).detail;
      this.follow();
    };
    window.addEventListener("chain-rule-frame", this.heard);
  }

  /** @param {string[]} latex */
  take(latex) {
    while (this.all.length > latex.length) {
      this.all.pop()?.end();
      this.root.lastChild?.remove();
    }
    while (this.all.length < latex.length) {
      this.all.push(new Equation(this.root.appendChild(document.createElement("div"))));
    }
    latex.forEach((one, i) => this.all[i].take(one));
    // While the learner holds something, the stage knows better than Python.
    if (this.stage?.held()) this.follow();
  }

  follow() {
    if (!this.stage) return;
    for (const equation of this.all) equation.follow(this.stage.numbers);
  }

  end() {
    window.removeEventListener("chain-rule-frame", this.heard);
    for (const equation of this.all) equation.end();
  }
}

/** @type {WeakMap<ParentNode, Equations>} */
const shown = new WeakMap();

/**
 * Streamlit calls this at the start and whenever the data or the theme changed.
 *
 * @param {{data: {latex: string[]}, parentElement: ParentNode & Node}} component
 */
export default function ({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".formulas"));
  let equations = shown.get(parentElement);
  if (!equations) shown.set(parentElement, (equations = new Equations(root)));
  equations.take(data.latex);
  return () => {
    if (parentElement.isConnected) return;
    shown.get(parentElement)?.end();
    shown.delete(parentElement);
  };
}
