// The rate panel: the learning rate on a logarithmic slider, with the rates at which the behaviour
// changes marked on it. The path follows in the same frame.

import { followPointer, followRange, html, showNumbers } from "../stage/dom.js";
import { formatNumber } from "../maths/format.js";
import { liveValue } from "./chart.js";

/** @import { Mark, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const DECADE = 100; // pixels that the number is dragged for a factor of ten

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function ratePanel(stage, place) {
  const control = stage.controls.get("rate");
  if (!control) return { update() {} };
  const [low, high] = [Math.log10(control.minimum), Math.log10(control.maximum)];
  const value = new Float64Array(1);
  const number = html("span", { "aria-hidden": "true" });
  const numbers = [liveValue(number, "rate", value, 0, false)];
  const input = html("input", {
    type: "range",
    min: low,
    max: high,
    step: 0.01,
    "aria-label": "learning rate",
  });
  const marks = html("span", { class: "marks", "aria-hidden": "true" });
  const list = html("div", { class: "special" });
  const letter = html(
    "span",
    { class: "symbol", "aria-hidden": "true", title: "learning rate" },
    "η",
  );
  const track = html("span", { class: "track" }, marks, input);
  place.replaceChildren(html("div", { class: "slider derivative" }, letter, track, number), list);

  /** @param {number} exponent @returns {number} the rate to three digits, within its bounds */
  const rateAt = (exponent) =>
    Math.max(control.minimum, Math.min(control.maximum, Number((10 ** exponent).toPrecision(3))));

  const held = followRange(input, {
    start: () => stage.grab(),
    cancel: () => stage.abandon(),
    end: () => stage.release(),
  });
  input.oninput = () => {
    stage.move({ rate: rateAt(Number(input.value)) });
    if (!held()) stage.nudged();
  };

  let start = 0;
  number.classList.add("scrub");
  followPointer(number, {
    start: () => {
      start = Math.log10(stage.valueOf("rate"));
      stage.grab();
    },
    move: (event, dx) => {
      const reach = event.shiftKey ? 10 * DECADE : DECADE;
      stage.move({ rate: rateAt(start + dx / reach) });
    },
    cancel: () => stage.abandon(),
    end: () => stage.release(),
  });

  /** @type {Mark[] | undefined} */
  let marked;
  /** The rates that mean something, on the slider and by name under it. */
  function mark() {
    marked = stage.data.marks;
    const within = marked.filter(reachable);
    const take = (/** @type {Mark} */ one) => () => {
      stage.move({ rate: one.value });
      stage.release();
    };
    marks.replaceChildren(
      ...within.map((one) => {
        const tick = html("i");
        tick.style.setProperty("--share", String(share(one.value)));
        tick.title = `${one.label} = ${formatNumber(one.value)}`;
        tick.onclick = take(one);
        return tick;
      }),
    );
    list.replaceChildren(
      ...within.map((one) => {
        const button = html(
          "button",
          { type: "button", title: one.sentence },
          `${one.label} = `,
          html("span", { class: "number" }, formatNumber(one.value)),
        );
        button.onclick = take(one);
        return button;
      }),
    );
    list.hidden = !within.length;
  }

  /** @param {Mark} one @returns {boolean} */
  const reachable = (one) => one.value >= control.minimum && one.value <= control.maximum;
  /** @param {number} rate @returns {number} how far along the slider */
  const share = (rate) => Math.max(0, Math.min(1, (Math.log10(rate) - low) / (high - low)));

  function update() {
    if (marked !== stage.data.marks) mark();
    const rate = stage.valueOf("rate");
    if (Object.is(rate, value[0])) return;
    value[0] = rate;
    showNumbers(numbers);
    if (!held()) input.value = String(Math.log10(rate));
    input.setAttribute("aria-valuetext", formatNumber(rate));
    input.style.setProperty("--share", String(share(rate)));
  }

  return { update };
}
