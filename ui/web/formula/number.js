// The numbers in an equation: which they are, and how they are written into what KaTeX has made.

import { compile } from "../maths/evaluate.js";
import { DIGITS, asShown, digitsNeeded, equals, formatNumber } from "../maths/format.js";

/** @import { Tree } from "../stage/types.js" */

/**
 * A number, or an equals sign, in a typeset equation; see `marked` in __init__.py.
 * @typedef {object} Hole
 * @property {string} name such as `v:z1`, of the number itself or of the one after the sign; empty
 *   for one that Python writes
 * @property {((numbers: Numbers) => number | undefined)} value of that number
 * @property {boolean} signed
 * @property {boolean} bracketed
 * @property {boolean} alone with no sign before it that compares it with others
 * @property {ByHand | null} byHand for a sign: what the number is compared with
 * @property {HTMLElement} place
 * @property {string} text what stands there now
 */
/** @typedef {(name: string) => number | undefined} Numbers */
/** @typedef {(numbers: Numbers, digits: number) => number} ByHand from so many digits */

const NAME = /^[vfd]:/;
const MINUS = "−";
const LEAF = "span:not(.mspace, :has(*))";

/**
 * @param {string} mark
 * @param {HTMLElement} element where KaTeX has put the number
 * @returns {Hole}
 */
export function createHole(mark, element) {
  const sign = /^equals (\S+) (.*)$/.exec(mark);
  const [, name = "", flags = ""] = /^(\(.*\)|\S*)(.*)$/.exec(mark) ?? [];
  // KaTeX makes a box of each sign and each group of digits, all alike: one is enough. But the
  // room that it leaves to what stands before and after is in here, too.
  const { firstElementChild: before, lastElementChild: after } = element;
  const place = /** @type {HTMLElement} */ (element.querySelector(LEAF) ?? element);
  if (place !== element) {
    const room = (/** @type {Element | null} */ side) => (side?.matches(".mspace") ? [side] : []);
    element.replaceChildren(...room(before), place, ...(after === before ? [] : room(after)));
  }
  return {
    name: sign ? sign[1] : name,
    value: sign ? named(sign[1]) : named(name),
    signed: flags.includes("signed"),
    bracketed: flags.includes("bracketed"),
    alone: flags.includes("alone"),
    byHand: sign ? readByHand(sign[2]) : null,
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
 * What every hole of an equation holds, from the numbers of now. A sign says with how many digits
 * the numbers between the sign before and it are written.
 * @param {Hole[]} holes in the order of the formula
 * @param {Numbers} numbers
 * @returns {(string | undefined)[]} undefined for a hole whose number is not among them
 */
export function written(holes, numbers) {
  const texts = holes.map((hole) => oneWritten(hole, numbers, DIGITS));
  let first = 0;
  holes.forEach(({ byHand, value, alone }, i) => {
    if (alone) first = i + 1;
    const exact = value(numbers);
    if (!byHand || exact === undefined) return;
    const digits = digitsNeeded((many) => byHand(numbers, many), exact);
    for (let k = first; digits > DIGITS && k <= i; k++) {
      texts[k] = oneWritten(holes[k], numbers, digits);
    }
    first = i + 2; // the result stands after the sign
  });
  return texts;
}

/**
 * @param {Hole} hole
 * @param {Numbers} numbers
 * @param {number} digits
 * @returns {string | undefined}
 */
function oneWritten({ value, byHand, signed, bracketed }, numbers, digits) {
  const exact = value(numbers);
  if (exact === undefined) return undefined;
  if (byHand) return equals(byHand(numbers, digits), exact);
  return fromText(formatNumber(exact, signed, digits), bracketed);
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
    .replace(/\\mathrel\{(\w+)\}/, "$1")
    .replace("\\infty", "∞")
    .replace("\\approx", "≈")
    .replaceAll("-", MINUS);
}

/**
 * @param {string} text a name, or a tree after `exact`
 * @returns {(numbers: Numbers) => number | undefined}
 */
function named(text) {
  if (!text.startsWith("(")) return (numbers) => (text ? numbers(text) : undefined);
  const exact = readExact(/** @type {Tree[]} */ (readTree(text))[1]);
  return (numbers) => exact(numbers);
}

/**
 * @param {Tree} tree over the names of numbers
 * @returns {(numbers: Numbers) => number | undefined} its value
 */
function readExact(tree) {
  const leaves = [...new Set(leavesOf(tree))];
  const formula = compile(tree, new Map(leaves.map((name, slot) => [name, slot])));
  const slots = new Float64Array(leaves.length);
  return (numbers) => {
    const given = leaves.map(numbers);
    if (given.includes(undefined)) return undefined;
    slots.set(/** @type {number[]} */ (given));
    return formula(slots);
  };
}

/**
 * @param {string} text a tree over marks
 * @returns {ByHand} its value at the numbers as they are shown
 */
function readByHand(text) {
  /** @type {Map<string, (numbers: Numbers) => number | undefined>} */
  const leaves = new Map();
  /** @param {Tree} tree @returns {Tree} with a name for each number that is shown */
  function name(tree) {
    if (typeof tree === "string") leaves.set(tree, named(tree));
    if (!Array.isArray(tree)) return tree;
    if (tree[0] !== "exact") return [tree[0], ...tree.slice(1).map(name)];
    const own = JSON.stringify(tree);
    leaves.set(own, readExact(tree[1]));
    return own;
  }
  const tree = name(readTree(text));
  const values = [...leaves.values()];
  const formula = compile(tree, new Map([...leaves.keys()].map((key, slot) => [key, slot])));
  const slots = new Float64Array(values.length);
  return (numbers, digits) => {
    values.forEach((value, slot) => (slots[slot] = asShown(value(numbers) ?? NaN, digits)));
    return formula(slots);
  };
}

/**
 * @param {string} text a tree with its operations in front: `(+ (* v:w1 v:x) v:b1)`
 * @returns {Tree}
 */
function readTree(text) {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  /** @returns {Tree} */
  function read() {
    const token = tokens.shift() ?? "";
    if (token !== "(") return NAME.test(token) ? token : Number(token);
    const parts = [tokens.shift() ?? ""];
    while (tokens.length && tokens[0] !== ")") parts.push(/** @type {string} */ (read()));
    tokens.shift();
    return parts;
  }
  return read();
}

/** @param {Tree} tree @returns {string[]} the names in it */
function leavesOf(tree) {
  if (Array.isArray(tree)) return tree.slice(1).flatMap(leavesOf);
  return typeof tree === "string" ? [tree] : [];
}
