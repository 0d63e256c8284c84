// The cost panel: the mean cost at each step of the path. It is drawn anew whenever the path is,
// and can be dragged like the player's scrubber.

import {
  createChart,
  curvePath,
  liveValue,
  powerText,
  steadyRange,
  symbolOf,
  tickText,
} from "./chart.js";
import { followSideways } from "./slide.js";
import { html, showNumbers, svg } from "../stage/dom.js";
import { pictureButtons } from "../stage/picture.js";
import { raceLines } from "./race.js";

/** @import { GraphNode, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const WIDE = 30; // a cost that spans more than this factor is drawn over its logarithm
const LEAST_RUN = 1e-14; // of the cost at the start: runners' costs beyond these are not made room for
const LARGEST_RUN = 100;

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function costPanel(stage, place) {
  const output = stage.cost();
  const mean = stage.samples ? "mean " : "";
  /** @type {GraphNode} */
  const steps = { ...output, name: "step", label: ["step", ""], kind: "signal" };
  let logarithmic = false;
  const chart = createChart(
    steps,
    output,
    (value) => (logarithmic ? powerText(value) : tickText(value)),
    () => [1, logarithmic ? 1 : 0],
  );
  const plot = html("div", { class: "drawing slides" }, chart.element);
  const here = new Float64Array(1);
  const [at, height] = [html("span"), html("span")];
  const numbers = [liveValue(height, `${mean}${output.name} at the step`, here, 0, false)];
  at.setAttribute("data-name", "step");
  const caption = html(
    "div",
    { class: "caption" },
    html("span", {}, symbolOf(output), " at step ", at, ": ", height),
  );
  place.replaceChildren(
    html("div", { class: "slice" }, caption, plot),
    pictureButtons(place, "cost at each step"),
  );
  /** @param {Float64Array} cost @returns {[Float64Array, Float64Array]} */
  const curveOf = (cost) => [
    Float64Array.from(cost, (_, k) => k),
    logarithmic ? cost.map(Math.log10) : cost,
  ];
  const race = raceLines(stage, ({ cost }) => curveOf(cost));
  const away = svg("path", { class: "held-out" });
  const key = html("span", { class: "held-key" }, "held out");
  caption.append(key);
  chart.under({
    element: svg("g", {}, race.element, away),
    draw(toX, toY) {
      race.draw(toX, toY);
      const held = stage.path?.held;
      away.setAttribute("d", held ? curvePath(...curveOf(held), toX, toY) : "");
      key.hidden = !held;
    },
  });
  const rangeOf = steadyRange();
  let drawn = "";

  /** Which path is drawn, and which of the runners'. @returns {string} */
  const newest = () => `${stage.path?.id} ${stage.race?.version}`;

  function draw() {
    drawn = newest();
    const cost = stage.path?.cost ?? new Float64Array(0);
    let [low, high, last] = [Infinity, -Infinity, Math.max(1, cost.length - 1)];
    for (const value of cost) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    for (const value of stage.path?.held ?? []) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    // Of the runners, what is neither beyond all bounds nor mere rounding.
    const [least, largest] = [cost[0] * LEAST_RUN, cost[0] * LARGEST_RUN];
    for (const path of stage.race?.paths ?? []) {
      for (const value of path?.cost ?? []) {
        if (value >= least && value < low) low = value;
        if (value <= largest && value > high) high = value;
      }
      last = Math.max(last, (path?.cost.length ?? 1) - 1);
    }
    if (!cost.length) [low, high] = [0, Math.max(1, 1.2 * stage.height())];
    logarithmic = low > 0 && high / low > WIDE;
    const range = logarithmic ? [Math.log10(low), Math.log10(high)] : [Math.min(0, low), high];
    chart.range([0, last], rangeOf(range[0], range[1]));
    chart.curve(...curveOf(cost));
  }

  function update() {
    if (drawn !== newest()) draw();
    // Before there is a path the cost is that of where the network stands.
    const cost = stage.height();
    here[0] = cost;
    showNumbers(numbers);
    const step = String(stage.step);
    if (at.textContent !== step) {
      at.textContent = step;
      at.setAttribute("data-number", step);
    }
    chart.mark(stage.step, logarithmic ? Math.log10(cost) : cost, NaN);
  }

  let [from, followed] = [0, false];
  followSideways(plot, {
    start: () => {
      [from, followed] = [stage.step, false];
    },
    follow: (event) => {
      if (!stage.path || stage.stale) return;
      followed = true;
      const last = stage.path.cost.length - 1;
      stage.stand(Math.max(0, Math.min(last, Math.round(chart.xAt(event)))), false);
    },
    cancel: () => {
      if (followed) stage.stand(from, false);
      followed = false;
    },
    end: () => {
      if (followed) stage.stand(stage.step, true);
    },
  });

  return { update, resize: () => chart.fill(plot) };
}
