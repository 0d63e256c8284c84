// One labelled range input per control, with a number beside it that can be dragged.

import { followPointer, followRange, html, liveNumber, showNumbers } from "../stage/dom.js";
import { formatNumber } from "../maths/format.js";
import { nameNumber, typed } from "./typing.js";
import { roomIn } from "./room.js";

/** @import { Control, Panel } from "../stage/types.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Stage } from "../stage/stage.js" */

const LOWEST = 27; // px for a slider that a hand can take
const LONGEST = 440; // px beyond which a slider is no better for being longer

/**
 * The nearest value that a control can be dragged to: a tenth of its step, within its bounds.
 * @param {Control} control
 * @param {number} value
 * @returns {number}
 */
export function snap(control, value) {
  const quantum = control.step / 10;
  const decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10(quantum))));
  const rounded = Number((Math.round(value / quantum) * quantum).toFixed(decimals));
  return Math.max(control.minimum, Math.min(control.maximum, rounded));
}

/**
 * A control whose bounds take in where it stands: what training has carried beyond them does not
 * jump back.
 * @param {Control} control
 * @param {number} value
 * @returns {Control}
 */
export function reaching(control, value) {
  const { minimum, maximum } = control;
  return { ...control, minimum: Math.min(minimum, value), maximum: Math.max(maximum, value) };
}

/**
 * Let a number be dragged sideways; a press that does not move is a click.
 * @param {Stage} stage
 * @param {HTMLElement | SVGElement} element
 * @param {string} name
 * @param {() => void} [click]
 */
export function scrub(stage, element, name, click) {
  const control = /** @type {Control} */ (stage.controls.get(name));
  let start = 0;
  element.classList.add("scrub");
  // The press is judged below; only a click without a pointer, as screen readers make it, is left.
  element.onclick = (event) => {
    if (/** @type {MouseEvent} */ (event).detail === 0) click?.();
  };
  followPointer(element, {
    start: () => {
      start = stage.valueOf(name);
      stage.grab();
    },
    move: (event, dx) => {
      const perPixel = (control.maximum - control.minimum) / (event.shiftKey ? 4000 : 400);
      const from = Number.isFinite(start) ? start : 0;
      stage.move({ [name]: snap(reaching(control, from), from + dx * perPixel) });
    },
    cancel: () => stage.abandon(),
    end: (moved) => {
      stage.release();
      if (!moved) click?.();
    },
  });
}

/** @param {Stage} stage @param {string} name @returns {HTMLElement} */
function symbol(stage, name) {
  const [letter, below] = stage.node(name).label;
  const sub = html("sub", {}, below);
  return html("span", { class: "symbol", "aria-hidden": "true" }, letter, sub);
}

/**
 * A slider with its symbol, and its number, which can be dragged and typed.
 * @param {Stage} stage
 * @param {Control} control of one of the graph's inputs
 * @param {{label?: string, named?: boolean}} [how] its accessible name, where another element has
 *   the input's own; `named` is false where another element carries its number
 * @returns {{element: HTMLElement, update: () => void}}
 */
export function sliderRow(stage, control, { label = control.name, named = true } = {}) {
  const { evaluator } = stage;
  const { minimum, maximum, step, name } = control;
  const input = html("input", {
    type: "range",
    min: minimum,
    max: maximum,
    step,
    "aria-label": label,
  });
  const held = followRange(input, {
    start: () => stage.grab(),
    cancel: () => stage.abandon(),
    end: () => stage.release(),
  });
  input.oninput = () => {
    stage.move({ [name]: Number(input.value) });
    // From the keyboard there is no release; several presses are one change.
    if (!held()) stage.nudged();
  };
  const element = html("span");
  const number = liveNumber(element, evaluator, "node", name, { named });
  scrub(stage, element, name, typed(stage, element, name));
  const sign = symbol(stage, name);
  if (control.label && control.label !== name) sign.title = control.label;
  const slot = evaluator.index.get(name) ?? -1;
  let last = NaN;
  return {
    element: html("div", { class: `slider ${stage.node(name).kind}` }, sign, input, element),
    update() {
      showNumbers([number]);
      const value = evaluator.values[slot];
      if (Object.is(value, last)) return;
      last = value;
      if (Number(input.value) !== value) input.value = String(value);
      // A range input rounds to its step; what is spoken must not.
      input.setAttribute("aria-valuetext", formatNumber(value, true));
      const share = (Math.max(minimum, Math.min(maximum, value)) - minimum) / (maximum - minimum);
      input.style.setProperty("--share", String(share || 0));
    },
  };
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function slidersPanel(stage, place) {
  const { evaluator } = stage;
  /** @type {LiveNumber[]} */
  const numbers = [];
  if (stage.samples) for (const name of ["x", "y"]) place.append(ofTheSample(name));
  const rows = [...stage.controls.values()]
    .filter(({ name }) => stage.nodes.has(name))
    .map((control) => sliderRow(stage, control));
  place.append(...rows.map(({ element }) => element));

  /** A row for what is of the data, and not to be dragged. @param {string} name @returns {HTMLElement} */
  function ofTheSample(name) {
    const number = html("span");
    numbers.push(liveNumber(number, evaluator, "node", name));
    return html(
      "div",
      { class: `slider fixed ${stage.node(name).kind}` },
      symbol(stage, name),
      html("span", { class: "of-data" }, "of the sample"),
      number,
    );
  }

  function update() {
    showNumbers(numbers);
    for (const row of rows) row.update();
  }

  /** As few columns as show all of them. */
  function resize() {
    const { width, height } = roomIn(place);
    const count = place.children.length;
    let columns = Math.max(1, Math.round(width / LONGEST));
    while (columns < count && Math.ceil(count / columns) * LOWEST > height) columns++;
    place.style.setProperty("--columns", String(columns));
  }

  function settle() {
    numbers.forEach(({ element }) => {
      if (element.getAttribute("role"))
        nameNumber(element, element.getAttribute("data-name") ?? "");
    });
  }

  return { update, settle, resize };
}
