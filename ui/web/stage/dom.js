// Small helpers for building elements once and changing them in place.

import { formatNumber } from "../maths/format.js";

/** @import { Evaluator } from "../maths/evaluate.js" */
/** @import { Graph, NumberKind } from "./types.js" */

export const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * A symbol for SVG text: the letter in italics, its subscript smaller and lower.
 * @param {[string, string]} label
 * @returns {SVGTSpanElement[]}
 */
export function svgSymbol([letter, below]) {
  const base = svg("tspan", { class: "symbol" }, letter);
  if (!below) return [base];
  const subscript = svg("tspan", { class: "subscript", dy: "0.28em" }, below);
  // An empty step back up, so that what follows stands on the line again.
  return [base, subscript, svg("tspan", { class: "subscript", dy: "-0.28em" }, "\u200b")];
}

/**
 * The symbol of d output / d node, on one line.
 * @param {Graph} graph
 * @param {[string, string]} of
 * @param {[string, string]} by
 * @returns {SVGTSpanElement[]}
 */
export function svgDerivative(graph, of, by) {
  const d = differential(graph);
  return [svg("tspan", {}, d), ...svgSymbol(of), svg("tspan", {}, `/${d}`), ...svgSymbol(by)];
}

/**
 * ∂ where something else is held still, d where there is one input only.
 * @param {Graph} graph
 * @returns {string}
 */
export function differential(graph) {
  return graph.inputs.length > 1 ? "∂" : "d";
}

/**
 * A fraction of differentials as MathML.
 * @param {string} d
 * @param {string} above MathML of the quantity that changes
 * @param {string} below MathML of the quantity that is moved
 * @returns {string}
 */
export function fraction(d, above, below) {
  return `<mfrac><mrow><mi>${d}</mi>${above}</mrow><mrow><mi>${d}</mi>${below}</mrow></mfrac>`;
}

/**
 * MathML that Python wrote, as an element.
 * @param {string} content
 * @param {string} [display]
 * @returns {Element}
 */
export function math(content, display = "inline") {
  const holder = document.createElement("span");
  holder.className = "math";
  holder.innerHTML = `<math display="${display}">${content}</math>`;
  return holder;
}

/**
 * Follow a pointer from press to release, also outside the element and on touch screens.
 * @param {HTMLElement | SVGElement} element
 * @param {object} on
 * @param {(event: PointerEvent) => void} [on.start]
 * @param {(event: PointerEvent, dx: number, dy: number) => void} on.move `dx`, `dy` since the press
 * @param {(moved: boolean) => void} on.end
 * @param {() => void} [on.cancel] before `end`, where the finger was scrolling
 */
export function followPointer(element, on) {
  let x = 0;
  let y = 0;
  let pressed = -1;
  let moved = false;
  element.onpointerdown = (event) => {
    if (event.button !== 0 || pressed !== -1) return;
    pressed = event.pointerId;
    moved = false;
    [x, y] = [event.clientX, event.clientY];
    element.setPointerCapture(pressed);
    on.start?.(event);
  };
  element.onpointermove = (event) => {
    if (event.pointerId !== pressed) return;
    const [dx, dy] = [event.clientX - x, event.clientY - y];
    // A press that trembles is still a click.
    if (!moved && Math.hypot(dx, dy) < 3) return;
    moved = true;
    on.move(event, dx, dy);
  };
  element.onpointercancel = (event) => {
    if (event.pointerId !== pressed) return;
    moved = true; // for what was a scroll was no click
    on.cancel?.();
  };
  element.onlostpointercapture = (event) => {
    if (event.pointerId !== pressed) return;
    pressed = -1;
    on.end(moved);
  };
}

/**
 * Follow a finger or pointer on a range input. Where a swipe turns out to scroll the page, the
 * browser cancels the press, and what it has moved is put back.
 * @param {HTMLInputElement} input
 * @param {{start: () => void, cancel: () => void, end: () => void}} on
 * @returns {() => boolean} whether it is held
 */
export function followRange(input, on) {
  let held = false;
  /** @param {boolean} cancelled */
  const end = (cancelled) => {
    if (!held) return;
    held = false;
    if (cancelled) on.cancel();
    on.end();
  };
  input.onpointerdown = () => {
    held = true;
    on.start();
  };
  input.onpointercancel = () => end(true);
  input.onpointerup = input.onlostpointercapture = input.onblur = () => end(false);
  return () => held;
}

/**
 * A live number: an element that shows one value of the evaluator, changed only when it changes.
 * @typedef {object} LiveNumber
 * @property {Element} element
 * @property {Text} text
 * @property {Float64Array} source
 * @property {number} slot
 * @property {boolean} signed
 * @property {number | undefined} last
 * @property {number} [digits] where four do not tell enough
 */

/**
 * @param {Element} element takes the number as its only text
 * @param {Evaluator} evaluator
 * @param {NumberKind} kind
 * @param {string} name of the node or factor that the number belongs to
 * @param {{output?: string, signed?: boolean, named?: boolean}} [how] `named` is false for a
 *   repetition within a panel, which does not carry the name again
 * @returns {LiveNumber}
 */
export function liveNumber(element, evaluator, kind, name, how = {}) {
  const { output = "", signed = true, named = true } = how;
  const source = { node: "values", factor: "factors", derivative: "derivatives" }[kind];
  const slots = kind === "factor" ? evaluator.edges : evaluator.index;
  if (named) {
    element.setAttribute("data-name", kind === "derivative" ? `d${output}/d${name}` : name);
    element.setAttribute("data-kind", kind);
  }
  element.classList.add("number");
  const text = document.createTextNode("");
  element.replaceChildren(text);
  return {
    element,
    text,
    source: evaluator[/** @type {"values" | "factors" | "derivatives"} */ (source)],
    slot: slots.get(name) ?? -1,
    signed,
    last: undefined,
  };
}

/**
 * Write the numbers that have changed since they were last written.
 * @param {LiveNumber[]} numbers
 */
export function showNumbers(numbers) {
  for (const number of numbers) {
    const value = number.source[number.slot];
    if (Object.is(value, number.last)) continue;
    number.last = value;
    const shown = formatNumber(value, number.signed, number.digits);
    if (number.text.data !== shown) number.text.data = shown;
    if (number.element.hasAttribute("data-name")) {
      number.element.setAttribute("data-number", String(value));
    }
  }
}

/**
 * Show a number with so many digits from now on.
 * @param {LiveNumber} number
 * @param {number} digits
 */
export function setDigits(number, digits) {
  if (number.digits === digits) return;
  number.digits = digits;
  number.last = undefined;
}

/**
 * Remember where the keyboard is, for when all is built anew.
 * @param {HTMLElement} root
 * @returns {() => void} have it there again, in what has the same name in the same panel
 */
export function focusIn(root) {
  const { activeElement } = /** @type {ShadowRoot} */ (root.getRootNode());
  const inside = activeElement && root.contains(activeElement) ? activeElement : null;
  const label = inside?.getAttribute("aria-label");
  const panel = inside?.closest("[data-panel]")?.getAttribute("data-panel");
  return () => {
    if (!label || !panel || inside?.isConnected) return;
    const named = `[data-panel="${panel}"] [aria-label="${CSS.escape(label)}"]`;
    const again = root.querySelector(named);
    if (again instanceof HTMLElement || again instanceof SVGElement) {
      again.focus({ preventScroll: true });
    }
  };
}
