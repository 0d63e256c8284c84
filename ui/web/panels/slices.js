// The slices panel: the cost along each of the map's two axes while the other is held. The slope
// of each slice at the point is one partial derivative.

import { createChart, derivativeOf, liveValue, steadyRange, symbolOf } from "./chart.js";
import { columnsFor, roomIn } from "./room.js";
import { createSurface } from "../maths/surface.js";
import { html, liveNumber, showNumbers } from "../stage/dom.js";
import { slideAlong } from "./slide.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const SLICE_POINTS = 161; // along a slice when there is time

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function slicesPanel(stage, place) {
  const { graph, data, evaluator } = stage;
  const axes = data.axes;
  if (!axes || !axes.every((name) => graph.inputs.includes(name))) {
    place.replaceChildren(
      html("p", { class: "hint" }, "There are no two parameters to slice along."),
    );
    return { update() {} };
  }
  const spans = data.spans ?? axes.map((name) => reachOf(stage, name));
  const output = stage.cost();
  const mean = stage.samples ? "mean " : "";
  const slopes = new Float64Array(2);
  const rangeOf = steadyRange();
  let points = SLICE_POINTS;

  const slices = axes.map((name, i) => {
    const held = axes[1 - i];
    const [node, heldNode] = [stage.node(name), stage.node(held)];
    const chart = createChart(node, output);
    const plot = html("div", { class: "drawing" }, chart.element);
    const heldNumber = html("span");
    const slope = html("span");
    const element = html(
      "div",
      { class: "slice" },
      html(
        "div",
        { class: "caption" },
        html("span", {}, symbolOf(output), " at ", symbolOf(heldNode), " = ", heldNumber),
        html("span", { class: "derivative" }, derivativeOf("∂", output, node), " ", slope),
      ),
      plot,
    );
    return {
      name,
      chart,
      plot,
      element,
      span: /** @type {[number, number]} */ (spans[i]),
      numbers: [
        liveNumber(heldNumber, evaluator, "node", held),
        liveValue(slope, `${mean}d${graph.output}/d${name}`, slopes, i),
      ],
      showPosition: slideAlong(stage, plot, name, `${name} on its slice`, (event) =>
        chart.xAt(event),
      ),
      surface: createSurface(graph, axes, stage.samples),
      xs: new Float64Array(0),
      ys: new Float64Array(0),
    };
  });
  place.replaceChildren(...slices.map((slice) => slice.element));

  // ---- the cost along a slice, the mean over the samples

  /** @param {typeof slices[number]} slice @param {number} i */
  function compute(slice, i) {
    const [from, to] = slice.span;
    if (slice.xs.length !== points) {
      slice.xs = Float64Array.from(
        { length: points },
        (_, k) => from + ((to - from) * k) / (points - 1),
      );
      slice.ys = new Float64Array(points);
    }
    const one = Float64Array.of(stage.shown[axes?.[1 - i] ?? ""]);
    const [columns, rows] = i ? [one, slice.xs] : [slice.xs, one];
    slice.surface.run(stage.shown, columns, rows, slice.ys);
  }

  // ---- drawing

  function resize() {
    const { width, height } = roomIn(place);
    place.style.setProperty("--columns", String(columnsFor(slices.length, width, height, 1.3)));
    for (const { chart, plot } of slices) chart.fill(plot);
  }

  function update() {
    const started = performance.now();
    slices.forEach(compute);
    let [low, high] = [Infinity, -Infinity];
    for (const { ys } of slices) {
      for (const y of ys) {
        if (y < low) low = y;
        if (y > high && y < Infinity) high = y;
      }
    }
    const cost = stage.height();
    axes?.forEach((name, i) => (slopes[i] = stage.slope(name)));
    const range = rangeOf(low, high);
    for (const slice of slices) {
      const value = stage.shown[slice.name];
      showNumbers(slice.numbers);
      slice.showPosition(value);
      slice.chart.range(slice.span, range);
      slice.chart.curve(slice.xs, slice.ys);
      slice.chart.mark(value, cost, slopes[slices.indexOf(slice)]);
    }
    // As many points as fit beside all else in a frame.
    const spent = performance.now() - started;
    if (spent > 3) points = Math.max(41, points - 20);
  }

  function settle() {
    if (points === SLICE_POINTS) return;
    points = SLICE_POINTS;
    stage.schedule();
  }

  resize();
  return { update, resize, settle };
}

/**
 * From where to where an input can be dragged.
 * @param {Stage} stage
 * @param {string} name
 * @returns {[number, number]}
 */
export function reachOf(stage, name) {
  const control = stage.controls.get(name);
  return control ? [control.minimum, control.maximum] : [-10, 10];
}
