// The depth panel: the size of the first weight's derivative against the number of layers, with the
// same weights, for each activation; and the most that sigmoids could give.

import { compile, createEvaluator } from "../maths/evaluate.js";
import { createChart, derivativeOf, liveValue, powerText, steadyRange } from "./chart.js";
import { html, showNumbers, svg } from "../stage/dom.js";
import { pictureButtons } from "../stage/picture.js";

/** @import { GraphNode, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const WEIGHT = "w1";
const BOUND = "most for sigmoids, ¼ each";
/** A dash and a mark for each line, in their order. */
const LOOKS = [
  ["", "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"],
  ["2 4", "m-3.5 -3.5h7v7h-7z"],
  ["9 3 2 3", "m-4 -4l8 8m0 -8l-8 8"],
  ["14 5", "m0 -5l5 5l-5 5l-5 -5z"],
];
const BOUND_LOOK = ["6 4", ""];

/**
 * One line: what it is called, its size at each depth, and its parts.
 * @typedef {object} Line
 * @property {string} name
 * @property {Float64Array} sizes
 * @property {string} mark
 * @property {SVGElement} way
 * @property {SVGElement} marks
 * @property {HTMLElement} key
 */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function depthPanel(stage, place) {
  const { depths } = stage.data;
  place.hidden = !depths;
  if (!depths) return { update() {} };
  const output = stage.node(stage.graph.output);
  const weight = stage.node(WEIGHT);
  const most = depths.bounds.length;
  const layers = stage.graph.nodes.filter((node) => /^z\d+$/.test(node.name)).length;
  const symbol = () =>
    html("span", { class: "derivative" }, "|", derivativeOf("∂", output, weight), "|");

  const networks = depths.lines.map(({ graphs }) => graphs.map((graph) => createEvaluator(graph)));
  const sigmoids = networks[depths.lines.findIndex((line) => line.activation === "sigmoid")];
  const bounds = depths.bounds.map((tree, i) => compile(tree, sigmoids[i].index));
  /** @param {string} name @param {string[]} look @returns {Line} */
  function line(name, [dash, mark]) {
    const kind = mark ? "depth-line derivative" : "depth-line";
    const sample = svg(
      "svg",
      { width: 24, height: 12, class: kind, "aria-hidden": "true" },
      svg("path", { class: "way", d: "M0 6h24", "stroke-dasharray": dash }),
      svg("path", { class: "mark", d: mark && `M12 6${mark}` }),
    );
    return {
      name,
      sizes: new Float64Array(most),
      mark,
      way: svg("path", { class: "way", "stroke-dasharray": dash }),
      marks: svg("path", { class: "mark" }),
      key: html("li", {}, sample, name, " "),
    };
  }
  const activations = depths.lines.map(({ activation }, i) =>
    line(activation, LOOKS[i % LOOKS.length]),
  );
  const lines = [...activations, line(BOUND, BOUND_LOOK)];
  const numbers = lines.map(({ name, sizes, key }) => {
    const element = html("span");
    key.append(element);
    return liveValue(element, `size of dJ/dw1, ${name}`, sizes, layers - 1, false);
  });

  /** @type {GraphNode} */
  const across = { ...output, name: "layers", label: ["layers", ""] };
  const chart = createChart(across, { ...output, kind: "signal" }, powerText, () => [1, 1]);
  const plot = html("div", { class: "drawing" }, chart.element);
  const caption = html(
    "div",
    { class: "caption" },
    html("span", {}, symbol(), ` over the layers, and with ${layers}:`),
  );
  const keys = html("ul", { class: "keys" }, ...lines.map(({ key }) => key));
  const { table, cells } = spoken(lines, most);
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "the first weight's derivative by depth");
  place.replaceChildren(
    html("div", { class: "slice" }, html("div", {}, caption, keys), plot),
    pictureButtons(place, "derivative by depth"),
    table,
  );

  chart.under({
    element: svg(
      "g",
      {},
      ...lines.map(({ way, marks, mark }) =>
        svg("g", { class: mark ? "depth-line derivative" : "depth-line" }, way, marks),
      ),
    ),
    draw(toX, toY) {
      for (const { sizes, way, marks, mark } of lines) {
        let [d, all, pen] = ["", "", "M"];
        sizes.forEach((size, i) => {
          // A derivative of 0 has no place on a logarithmic axis.
          if (!(size > 0 && size < Infinity)) pen = "M";
          else {
            const at = `${toX(i + 1).toFixed(1)} ${toY(Math.log10(size)).toFixed(1)}`;
            d += pen + at;
            all += mark && `M${at}${mark}`;
            pen = "L";
          }
        });
        way.setAttribute("d", d);
        marks.setAttribute("d", all);
      }
    },
  });
  const rangeOf = steadyRange();
  const here = stage.evaluator.index.get(WEIGHT) ?? -1;
  /** Drawn anew where a number has changed. @type {number[]} */
  let last = [];
  const inputs = depths.lines[0].graphs[most - 1].inputs;

  function compute() {
    const given = Object.fromEntries(inputs.map((name) => [name, stage.valueOf(name)]));
    networks.forEach((evaluators, i) => {
      evaluators.forEach((evaluator, k) => {
        evaluator.run(given);
        const at = evaluator.index.get(WEIGHT) ?? -1;
        activations[i].sizes[k] = Math.abs(evaluator.derivatives[at]);
      });
    });
    const bound = lines[lines.length - 1].sizes;
    bounds.forEach((formula, k) => (bound[k] = formula(sigmoids[k].values)));
  }

  function update() {
    const now = inputs.map((name) => stage.valueOf(name));
    if (now.every((value, i) => Object.is(value, last[i]))) return;
    last = now;
    compute();
    const drawn = lines.flatMap(({ sizes }) => [...sizes.map(Math.log10)]).filter(Number.isFinite);
    // Less than one power of ten would leave nothing to write beside the axis.
    const [low, high] = drawn.length ? [Math.min(...drawn), Math.max(...drawn)] : [-1, 0];
    chart.range([0.5, most + 0.5], rangeOf(Math.min(low, Math.ceil(high) - 1), high));
    chart.mark(layers, Math.log10(Math.abs(stage.evaluator.derivatives[here])), NaN);
    chart.redraw();
    showNumbers(numbers);
    showNumbers(cells);
  }

  return { update, resize: () => chart.fill(plot) };
}

/**
 * All the numbers as a table, for who does not see the lines.
 * @param {Line[]} lines
 * @param {number} most layers
 */
function spoken(lines, most) {
  /** @type {import("../stage/dom.js").LiveNumber[]} */
  const cells = [];
  const rows = Array.from({ length: most }, (_, k) => {
    const row = html("tr", {}, html("th", { scope: "row" }, String(k + 1)));
    for (const { name, sizes } of lines) {
      const cell = html("td");
      cells.push(liveValue(cell, `size of dJ/dw1, ${name}, ${k + 1} layers`, sizes, k, false));
      row.append(cell);
    }
    return row;
  });
  const titles = ["layers", ...lines.map(({ name }) => name)];
  const table = html(
    "div",
    { class: "visually-hidden" },
    html(
      "table",
      {},
      html("caption", {}, "The size of dJ/dw1 by the number of layers"),
      html(
        "thead",
        {},
        html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, title))),
      ),
      html("tbody", {}, ...rows),
    ),
  );
  return { table, cells };
}
