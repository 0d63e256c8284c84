// The numbers in an equation: which they are, and how they are written into what KaTeX has made.

import { compile } from "../maths/evaluate.js";
import { asShown, equals, formatNumber } from "../maths/format.js";

/** @import { Tree } from "../stage/types.js" */

/**
 * A number, or an equals sign, in a typeset equation; see `marked` in __init__.py.
 * @typedef {object} Hole
 * @property {string} name such as `v:z1`, of the number itself or of the one after the sign
 * @property {boolean} signed
 * @property {boolean} bracketed
 * @property {ByHand | null} byHand for a sign: what the number is compared with
 * @property {HTMLElement} place
 * @property {string} text what stands there now
 */
/** @typedef {(name: string) => number | undefined} Numbers */
/** @typedef {(numbers: Numbers) => number} ByHand */

const NAME = /^[vfd]:/;
const MINUS = "−";
const LEAF = "span:not(.mspace, :has(*))";

/**
 * @param {string} mark
 * @param {HTMLElement} element where KaTeX has put the number
 * @returns {Hole}
 */
export function createHole(mark, element) {
  const [first = "", ...rest] = mark.split(" ");
  const sign = first === "equals";
  // KaTeX makes a box of each sign and each group of digits, all alike: one is enough. But the
  // room that it leaves to what stands before and after is in here, too.
  const { firstElementChild: before, lastElementChild: after } = element;
  const place = /** @type {HTMLElement} */ (element.querySelector(LEAF) ?? element);
  if (place !== element) {
    const room = (/** @type {Element | null} */ side) => (side?.matches(".mspace") ? [side] : []);
    element.replaceChildren(...room(before), place, ...(after === before ? [] : room(after)));
  }
  return {
    name: sign ? rest[0] : first,
    signed: rest.includes("signed"),
    bracketed: rest.includes("bracketed"),
    byHand: sign ? readByHand(rest.slice(1).join(" ")) : null,
    place,
    text: "",
  };
}

/**
 * @param {Hole} hole
 * @param {string} text
 */
export function write(hole, text) {
  if (hole.text === text) return;
  hole.text = text;
  const [mantissa, power] = text.split("×10");
  if (power === undefined) {
    hole.place.textContent = text;
    return;
  }
  const raised = document.createElement("span");
  const closed = power.endsWith(")");
  raised.className = "power";
  raised.textContent = closed ? power.slice(0, -1) : power;
  hole.place.replaceChildren(`${mantissa}×10`, raised, closed ? ")" : "");
}

/**
 * What a hole holds, from the numbers of now.
 * @param {Hole} hole
 * @param {Numbers} numbers
 * @returns {string | undefined} undefined if its number is not among them
 */
export function written(hole, numbers) {
  const value = hole.name ? numbers(hole.name) : undefined;
  if (value === undefined) return undefined;
  if (hole.byHand) {
    return equals(hole.byHand(numbers), value);
  }
  return fromText(formatNumber(value, hole.signed), hole.bracketed);
}

const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * @param {string} text from the formatter
 * @param {boolean} bracketed
 * @returns {string} with the power of ten in plain digits, which are raised by their style
 */
function fromText(text, bracketed) {
  const plain = text.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (d) => `${MINUS}0123456789`[RAISED.indexOf(d)]);
  return bracketed && /^−|×/.test(plain) ? `(${plain})` : plain;
}

/**
 * @param {string} latex a number or a sign
 * @returns {string} the same as text
 */
export function fromLatex(latex) {
  return latex
    .replace(/ ?\\times 10\^\{(-?\d+)\}/, "×10$1")
    .replace(/\\text\{(\w+)\}/, "$1")
    .replace("\\infty", "∞")
    .replace("\\approx", "≈")
    .replaceAll("-", MINUS);
}

/**
 * @param {string} text a tree with its operations in front: `(+ (* v:w1 v:x) v:b1)`
 * @returns {ByHand} its value at the numbers as they are shown
 */
function readByHand(text) {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  /** @type {Map<string, number>} */
  const index = new Map();

  /** @returns {Tree} */
  function read() {
    const token = tokens.shift() ?? "";
    if (token === "(") {
      /** @type {[string, ...Tree[]]} */
      const parts = [tokens.shift() ?? ""];
      while (tokens.length && tokens[0] !== ")") parts.push(read());
      tokens.shift();
      return parts;
    }
    if (!NAME.test(token)) return Number(token);
    if (!index.has(token)) index.set(token, index.size);
    return token;
  }

  const formula = compile(read(), index);
  const slots = new Float64Array(index.size);
  return (numbers) => {
    for (const [name, slot] of index) slots[slot] = asShown(numbers(name) ?? NaN);
    return formula(slots);
  };
}
