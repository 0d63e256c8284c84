// Samples that are dragged, added and sent through the network, by pointer and by keys.

import { followPointer, html } from "../stage/dom.js";
import { KEYBOARD_PAUSE } from "../stage/commit.js";
import { chooseSample } from "./sample.js";
import { formatNumber } from "../maths/format.js";

/** @import { Samples } from "../maths/mean.js" */
/** @import { Stage } from "../stage/stage.js" */

const NEAR = 14; // px within which a press takes hold of a sample
const MOST = 200;
const STEPS = 100; // presses of a key from one side of the picture to the other

/** @type {Record<string, [number, number]>} the axis, and the way along it */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] };

/**
 * Where samples are in the picture, and back.
 * @typedef {object} Ground
 * @property {Element} picture
 * @property {string[]} axes what goes across and up
 * @property {() => [number, number][]} spans how far the picture reaches along each
 * @property {() => [number, number][]} limits how far a sample can be moved along each
 * @property {(k: number) => [number, number]} placeOf
 * @property {(x: number, y: number) => [number, number]} valuesAt
 * @property {() => void} draw have the samples where they are now
 */

/** @param {number} value @param {[number, number]} range @returns {number} */
const bounded = (value, [low, high]) => Math.max(low, Math.min(high, value));

/**
 * Have samples follow the hand and the keys, and Python hear of it at the end.
 * @param {Stage} stage
 * @param {HTMLElement} element that takes the pointer and the keys
 * @param {Ground} ground
 * @returns {{told: HTMLElement, settle: () => void, destroy: () => void}} `told` says where one is
 */
export function handSamples(stage, element, ground) {
  const { picture, axes, spans, limits, placeOf, valuesAt, draw } = ground;
  const samples = /** @type {Samples} */ (stage.samples);
  const names = Object.keys(samples);
  const ofClasses = !axes.includes("y");

  /** @param {number} k @returns {number[]} a sample as Python is handed it */
  const row = (k) => names.map((name) => samples[name][k]);
  /** @returns {number[][]} with what Python has been told of, and has not answered */
  const rows = () => stage.rows ?? Array.from(samples.y, (_, k) => row(k));
  /** @param {number[][]} all */
  function tell(all) {
    stage.rows = all;
    stage.ask("samples", all);
  }

  /** @param {number} k @param {Record<string, number>} values */
  function move(k, values) {
    for (const [name, value] of Object.entries(values)) samples[name][k] = value;
    stage.resampled = true;
    draw();
    stage.schedule();
  }

  /** @param {number} k a sample that has been moved */
  function tellOf(k) {
    tell(rows().map((one, at) => (at === k ? row(k) : one)));
  }

  // ---- by pointer

  let held = -1;
  /** @type {number[]} */
  let before = [];
  /** @type {PointerEvent | null} */
  let press = null;

  /** @param {PointerEvent} event @returns {[number, number]} */
  function placeIn(event) {
    const box = picture.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event @returns {number} the sample under the pointer, or -1 */
  function nearest(event) {
    const [px, py] = placeIn(event);
    let [best, least] = [-1, NEAR];
    for (let k = 0; k < samples.y.length; k++) {
      const [x, y] = placeOf(k);
      const far = Math.hypot(px - x, py - y);
      if (far < least) [best, least] = [k, far];
    }
    return best;
  }

  /** @param {PointerEvent} event @returns {number[] | null} a new sample there, if it can be one */
  function fresh(event) {
    const at = valuesAt(...placeIn(event));
    if (!spans().every(([low, high], i) => at[i] > low && at[i] < high)) return null;
    // Of the class that the learner adds: with Shift of the other.
    return ofClasses ? [...at, event.shiftKey ? 0 : 1] : at;
  }

  followPointer(element, {
    start: (event) => {
      finish();
      press = event;
      held = nearest(event);
      if (held < 0) return;
      before = row(held);
      stage.hold();
    },
    move: (event) => {
      if (held < 0) return;
      const at = valuesAt(...placeIn(event));
      const within = limits();
      move(held, Object.fromEntries(axes.map((name, i) => [name, bounded(at[i], within[i])])));
    },
    cancel: () => {
      if (held < 0) return;
      move(held, Object.fromEntries(names.map((name, i) => [name, before[i]])));
      held = -1;
      stage.resampled = false;
      stage.letLoose(false);
    },
    end: (moved) => {
      if (held >= 0) {
        stage.letLoose(moved);
        if (moved) tellOf(held);
        else chooseSample(stage, held + 1);
      } else if (!moved && press && rows().length < MOST) {
        const one = fresh(press);
        if (one) tell([...rows(), one]);
      }
      held = -1;
    },
  });

  // ---- by keys, the sample that the network carries

  let keyed = -1;
  let pause = 0;

  /** Several presses are one change. */
  function finish() {
    clearTimeout(pause);
    if (keyed < 0) return;
    const moved = keyed;
    keyed = -1;
    stage.letLoose(true);
    tellOf(moved);
  }

  /** @param {KeyboardEvent} event */
  function byArrow({ key, shiftKey }) {
    const [axis, way] = ARROWS[key];
    const k = stage.sample() - 1;
    if (keyed >= 0 && keyed !== k) finish();
    if (keyed < 0) stage.hold();
    keyed = k;
    const [low, high] = spans()[axis];
    const by = ((way * (high - low)) / STEPS) * (shiftKey ? 10 : 1);
    move(k, { [axes[axis]]: bounded(samples[axes[axis]][k] + by, limits()[axis]) });
    clearTimeout(pause);
    pause = window.setTimeout(finish, KEYBOARD_PAUSE);
  }

  function add() {
    finish();
    if (rows().length >= MOST) return;
    const one = row(stage.sample() - 1);
    const at = names.indexOf(axes[0]);
    const [low, high] = spans()[0];
    const aside = (high - low) / 20;
    one[at] += one[at] + aside < high ? aside : -aside;
    tell([...rows(), one]);
  }

  function takeAway() {
    finish();
    const k = stage.sample() - 1;
    if (rows().length > 1) tell(rows().filter((_, at) => at !== k));
  }

  function changeClass() {
    const k = stage.sample() - 1;
    finish();
    move(k, { y: samples.y[k] > 0.5 ? 0 : 1 });
    tellOf(k);
  }

  element.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act =
      event.key in ARROWS
        ? () => byArrow(event)
        : { Insert: add, "+": add, Delete: takeAway, Enter: ofClasses ? changeClass : null }[
            event.key
          ];
    if (!act) return;
    event.preventDefault();
    act();
  };
  element.addEventListener("blur", finish);

  const told = html("p", { class: "visually-hidden", id: "samples-told" });
  Object.entries({
    role: "application",
    tabindex: "0",
    "aria-label": "samples",
    "aria-describedby": told.id,
  }).forEach(([name, value]) => element.setAttribute(name, value));

  return {
    told,
    settle() {
      const k = stage.sample() - 1;
      const values = names.map((name) => `${name} = ${formatNumber(samples[name][k], true)}`);
      const other = ofClasses ? " Enter gives it the other class." : "";
      told.textContent =
        `Sample ${k + 1} of ${samples.y.length}: ${values.join(", ")}. Arrow keys move it.${other} ` +
        "Insert adds one beside it, Delete takes it away.";
    },
    destroy: () => clearTimeout(pause),
  };
}
