// The fit: the samples, and what the network predicts for every x. A click on a sample sends it
// through the network.

import { createChart, steadyRange, symbolOf } from "./chart.js";
import { createSurface } from "../maths/surface.js";
import { chooseSample } from "./sample.js";
import { html, svg } from "../stage/dom.js";
import { pictureButtons } from "../stage/picture.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Samples } from "../maths/mean.js" */
/** @import { Stage } from "../stage/stage.js" */

const POINTS = 121;

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function fitPanel(stage, place) {
  const { samples, graph } = stage;
  const prediction = stage
    .node(graph.output)
    .parents.map((name) => stage.node(name))
    .find((node) => node.kind === "signal");
  place.hidden = !samples || !prediction;
  if (!samples || !prediction) return { update() {} };
  const across = stage.node("x");
  const chart = createChart(across, prediction);
  const plot = html("div", { class: "drawing" }, chart.element);
  const caption = html(
    "div",
    { class: "caption" },
    html("span", {}, symbolOf(prediction), " over ", symbolOf(across), ", and the samples"),
  );
  place.replaceChildren(
    html("div", { class: "slice" }, caption, plot),
    pictureButtons(place, "fit"),
  );

  const dots = Array.from(samples.x, (_, k) => {
    const dot = svg(
      "circle",
      { r: 5, class: "sample-dot" },
      svg("title", {}, `sample ${k + 1}: send it through the network`),
    );
    dot.onclick = () => chooseSample(stage, k + 1);
    return dot;
  });
  let carried = -1;
  chart.under({
    element: svg("g", {}, ...dots),
    draw(toX, toY) {
      dots.forEach((dot, k) => {
        dot.setAttribute("cx", toX(samples.x[k]).toFixed(2));
        dot.setAttribute("cy", toY(samples.y[k]).toFixed(2));
      });
    },
  });

  const [least, most] = [Math.min(...samples.x), Math.max(...samples.x)];
  const beside = Math.max(0.5, 0.15 * (most - least));
  const xs = Float64Array.from(
    { length: POINTS },
    (_, i) => least - beside + (i * (most - least + 2 * beside)) / (POINTS - 1),
  );
  const ys = new Float64Array(POINTS);
  const curve = createSurface(graph, ["x", ""], null, prediction.name);
  const once = Float64Array.of(NaN); // there is no second axis
  const rangeOf = steadyRange();
  /** Drawn anew where a parameter has changed. @type {number[]} */
  let last = [];
  const parameters = graph.inputs.filter((name) => name !== "x" && name !== "y");

  function update() {
    const now = parameters.map((name) => stage.shown[name]);
    if (now.some((value, i) => !Object.is(value, last[i]))) {
      last = now;
      curve.run(stage.shown, xs, once, ys);
      const finite = [...ys, .../** @type {Samples} */ (samples).y].filter(Number.isFinite);
      chart.range([xs[0], xs[POINTS - 1]], rangeOf(Math.min(...finite), Math.max(...finite)));
      chart.curve(xs, ys);
    }
    const { evaluator } = stage;
    const at = evaluator.values[evaluator.index.get(prediction?.name ?? "") ?? -1];
    chart.mark(stage.shown.x, at, NaN);
    if (carried !== stage.sample()) {
      carried = stage.sample();
      dots.forEach((dot, k) => dot.classList.toggle("carried", k + 1 === carried));
    }
  }

  return { update, resize: () => chart.fill(plot) };
}
