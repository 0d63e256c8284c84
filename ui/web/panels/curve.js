// The curves: every activation of a network as the curve that it is, with the point where it
// stands and the tangent there. For a function of one input, every stage over that input.

import { carrySlopes, sweep } from "./lines.js";
import { compile } from "../maths/evaluate.js";
import { createChart, derivativeOf, liveValue, spread, symbolOf, trace } from "./chart.js";
import { columnsFor, roomIn } from "./room.js";
import { dragAlong } from "./slide.js";
import { html, liveNumber, showNumbers } from "../stage/dom.js";
import { reachOf } from "./slices.js";

/** @import { Chart } from "./chart.js" */
/** @import { GraphNode, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const FLAT = 0.02; // of the curve's steepest slope: flatter than this is saturated
const HALF_WIDTHS = [8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024];

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function curvesPanel(stage, place) {
  const curves = stage.graph.inputs.length === 1 ? stageCurves(stage) : activationCurves(stage);
  if (!curves.length) {
    place.replaceChildren(
      html("p", { class: "hint" }, "Nothing here is a function of one quantity."),
    );
    return { update() {} };
  }
  place.replaceChildren(...curves.map((curve) => curve.element));

  function resize() {
    const { width, height } = roomIn(place);
    place.style.setProperty("--columns", String(columnsFor(curves.length, width, height, 1)));
    for (const { chart, plot } of curves) chart.fill(plot);
  }

  function update() {
    for (const curve of curves) curve.update();
  }

  resize();
  return { update, resize };
}

/**
 * @typedef {object} Curve
 * @property {HTMLElement} element
 * @property {HTMLElement} plot
 * @property {Chart} chart
 * @property {() => void} update
 */

/**
 * The frame of one curve: its caption and its plot.
 * @param {GraphNode} up
 * @param {GraphNode} across
 * @param {HTMLElement} symbol of the slope
 * @param {Element} slope takes the slope's number
 * @param {...Node} held what the caption ends with
 * @returns {{element: HTMLElement, plot: HTMLElement, chart: Chart}}
 */
function framed(up, across, symbol, slope, ...held) {
  const chart = createChart(across, up);
  const plot = html("div", { class: "drawing" }, chart.element);
  const caption = html(
    "div",
    { class: "caption" },
    html("span", {}, symbolOf(up), " over ", symbolOf(across), " ", ...held),
    html("span", { class: "derivative" }, symbol, " ", slope),
  );
  return { element: html("div", { class: "slice" }, caption, plot), plot, chart };
}

/**
 * One curve for every node that is a function of a single other node, over that node.
 * @param {Stage} stage
 * @returns {Curve[]}
 */
function activationCurves(stage) {
  const { graph, evaluator } = stage;
  const { index, edges, values, factors } = evaluator;
  return graph.nodes.flatMap((node) => {
    if (node.parents.length !== 1 || node.value === null) return [];
    const parent = stage.node(node.parents[0]);
    const edge = edges.get(`d${node.name}/d${parent.name}`) ?? -1;
    const [at, from] = [index.get(node.name) ?? -1, index.get(parent.name) ?? -1];
    const [f, derivative] = [
      compile(node.value, index),
      compile(graph.edges[edge].derivative, index),
    ];
    const slots = new Float64Array(values.length);
    /** @param {number} z @returns {number} */
    const value = (z) => {
      slots[from] = z;
      return (slots[at] = f(slots));
    };
    const slope = html("span");
    const word = html("span", { class: "saturated" });
    const d = node.parents.length > 1 ? "∂" : "d";
    const symbol = derivativeOf(d, node, parent);
    const { element, plot, chart } = framed(node, parent, symbol, slope, word);
    const number = liveNumber(slope, evaluator, "factor", graph.edges[edge].name);
    let half = 0;
    let steepest = 0;

    /** Draw as far out as the point is, in whole steps. @param {number} z */
    function reach(z) {
      const wanted = HALF_WIDTHS.find((w) => w >= Math.abs(z)) ?? 2 ** Math.ceil(Math.log2(z));
      if (wanted === half || Number.isNaN(z) || !Number.isFinite(wanted)) return;
      half = wanted;
      const [xs, ys] = trace(value, -half, half, 161);
      steepest = 0;
      for (const x of xs) {
        value(x);
        steepest = Math.max(steepest, Math.abs(derivative(slots)) || 0);
      }
      chart.range([-half, half], spread(ys));
      chart.curve(xs, ys);
    }
    reach(0);

    return [
      {
        element,
        plot,
        chart,
        update() {
          showNumbers([number]);
          reach(values[from]);
          chart.mark(values[from], values[at], factors[edge]);
          const said = Math.abs(factors[edge]) < FLAT * steepest ? "saturated" : "";
          if (word.textContent !== said) word.textContent = said;
        },
      },
    ];
  });
}

/**
 * One curve for every stage of a function of one input, over the input.
 * @param {Stage} stage
 * @returns {Curve[]}
 */
function stageCurves(stage) {
  const { graph, evaluator } = stage;
  const [input] = graph.inputs;
  const source = stage.node(input);
  const reach = reachOf(stage, input);
  const { at, ranges } = sweep(graph, reach);
  const from = evaluator.index.get(input) ?? -1;
  const slopes = new Float64Array(graph.nodes.length);
  return graph.nodes.flatMap((node, i) => {
    if (node.value === null) return [];
    const slope = html("span");
    const symbol = derivativeOf("d", node, source);
    const { element, plot, chart } = framed(node, source, symbol, slope);
    const number = liveValue(slope, `slope ${node.name}`, slopes, i);
    chart.range(reach, ranges[i]);
    chart.curve(...trace(at(i), reach[0], reach[1], 241));
    dragAlong(stage, plot, input, (event) => chart.xAt(event));
    plot.classList.add("slides");
    return [
      {
        element,
        plot,
        chart,
        update() {
          carrySlopes(stage, slopes);
          showNumbers([number]);
          chart.mark(evaluator.values[from], evaluator.values[i], slopes[i]);
        },
      },
    ];
  });
}
