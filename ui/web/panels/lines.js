// The number lines: one for the input and one for each stage of a nested function, all in one unit,
// so that lengths on them compare. A nudge of the input moves every stage, each as far as its arrow
// reaches; x can be dragged on its own line.

import { createEvaluator } from "../maths/evaluate.js";
import { formatNumber } from "../maths/format.js";
import { html, liveNumber, showNumbers, svg, svgDerivative, svgSymbol } from "../stage/dom.js";
import { inOneView, roomIn } from "./room.js";
import { liveValue, spread, symbolOf, tickText, ticks } from "./chart.js";
import { reachOf } from "./slices.js";
import { slideAlong } from "./slide.js";

/** @import { Graph, Panel } from "../stage/types.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Stage } from "../stage/stage.js" */

const ROW = 56; // px from one line to the next
const LEGEND = 30; // px below the last one
const NUDGE = 1 / 20; // of the input's reach: what the arrows stand for

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function linesPanel(stage, place) {
  const { graph, evaluator } = stage;
  if (graph.inputs.length !== 1) {
    place.replaceChildren(
      html("p", { class: "hint" }, "Number lines are for a function of one input."),
    );
    return { update() {} };
  }
  const [input] = graph.inputs;
  const source = stage.node(input);
  const reach = reachOf(stage, input);
  const nudge = Number(((reach[1] - reach[0]) * NUDGE).toPrecision(1));
  const { ranges } = sweep(graph, reach);
  const slopes = new Float64Array(graph.nodes.length);
  const pad = 14; // px between a line's ends and the picture's

  const picture = svg("svg", { height: ROW * graph.nodes.length + 4 });
  const scales = svg("g", { class: "scale" });
  const links = svg("g", { class: "links" });
  picture.append(links, scales);
  /** @type {LiveNumber[]} */
  const numbers = [];

  const lines = graph.nodes.map((node, i) => {
    const axis = ROW * i + 38;
    const [low, high] = stretchOf(ranges[i], reach);
    const arrow = svg("path", { class: "arrow" });
    const head = svg("path", { class: "head" });
    const dot = svg("circle", { class: "point", cy: axis, r: node.name === input ? 9 : 6 });
    const edge = svg("path", { class: "edge" });
    const value = svg("tspan", { class: "value" });
    numbers.push(liveNumber(value, evaluator, "node", node.name, { signed: node.name === input }));
    const slope = svg("tspan");
    const title = svg(
      "text",
      { class: "title", x: pad - 8, y: axis - 20 },
      ...svgSymbol(node.label),
      svg("tspan", { class: "formula" }, node.formula ? ` = ${node.formula} = ` : " = "),
      value,
    );
    const group = svg("g", { class: `line ${node.kind}` }, edge, arrow, head, title);
    if (node.name !== input) {
      numbers.push(liveValue(slope, `slope ${node.name}`, slopes, i));
      group.append(
        svg(
          "text",
          { class: "derivative slope", y: axis - 20 },
          ...svgDerivative(graph, node.label, source.label),
          " ",
          slope,
        ),
      );
    }
    group.append(dot);
    picture.append(group);
    return { node, axis, low, high, arrow, head, dot, edge, group, at: NaN };
  });
  const hit = svg("rect", { class: "hit", x: 0, y: 12, height: 44 });
  const handle = svg("g", {}, hit);
  const first = lines.findIndex((line) => line.node.name === input);
  handle.append(...lines[first].group.childNodes);
  lines[first].group.append(handle);
  const showPosition = slideAlong(stage, handle, input, `${input} on its number line`, (event) => {
    const edge = picture.getBoundingClientRect();
    const along = ((event.clientX - edge.left) / edge.width) * (width + 2 * pad);
    const share = (along - pad) / width;
    return reach[0] + Math.max(0, Math.min(1, share)) * (reach[1] - reach[0]);
  });

  /** A thin line from each dot to the dots that are made of it. */
  const threads = graph.edges.map(({ child, parent }) => {
    const thread = svg("line", { class: "thread" });
    links.append(thread);
    return { thread, child: slotOf(child), parent: slotOf(parent) };
  });
  /** @param {string} name @returns {number} */
  function slotOf(name) {
    return evaluator.index.get(name) ?? -1;
  }
  const legend = html(
    "p",
    { class: "hint" },
    html("span", { class: "derivative dashes", "aria-hidden": "true" }, "⇢ "),
    "how far each one moves, by its slope, when ",
    symbolOf(source),
    ` moves by ${formatNumber(nudge, true)}`,
  );
  const content = html("div", {}, picture, legend);
  place.replaceChildren(content);

  // ---- drawing

  let width = 0; // of a line
  /** @param {typeof lines[number]} line @param {number} value @returns {number} */
  const toX = ({ low, high }, value) => pad + ((value - low) / (high - low)) * width;

  function resize() {
    const within = roomIn(place);
    const zoom = Math.min(1.3, within.height / (ROW * graph.nodes.length + LEGEND));
    content.style.zoom = inOneView(place) ? zoom.toFixed(3) : "";
    const room = Math.floor(inOneView(place) ? within.width / zoom : within.width);
    if (!(room >= 120) || room - 2 * pad === width) return;
    width = room - 2 * pad;
    picture.setAttribute("width", String(room));
    hit.setAttribute("width", String(room));
    scales.replaceChildren(...lines.map(drawScale));
    for (const { group } of lines) {
      group.querySelector(".slope")?.setAttribute("x", String(room - pad + 8));
    }
  }

  /** @param {typeof lines[number]} line @returns {SVGElement} */
  function drawScale(line) {
    const { axis, low, high } = line;
    return svg(
      "g",
      {},
      svg("line", { x1: pad, y1: axis, x2: pad + width, y2: axis }),
      ...ticks(low, high, width > 420 ? 8 : 5).map((value) => {
        const x = toX(line, value);
        return svg(
          "g",
          {},
          svg("line", { x1: x, y1: axis - 3, x2: x, y2: axis + 3 }),
          svg("text", { x, y: axis + 16, "text-anchor": "middle" }, tickText(value)),
        );
      }),
    );
  }

  function update() {
    if (!width) resize();
    carrySlopes(stage, slopes);
    showNumbers(numbers);
    showPosition(evaluator.values[slotOf(input)]);
    if (!width) return;
    lines.forEach((line, i) => {
      const value = evaluator.values[i];
      const x = toX(line, value);
      const known = !Number.isNaN(x);
      const inside = known && value >= line.low && value <= line.high;
      line.at = known ? Math.max(pad, Math.min(pad + width, x)) : NaN;
      line.dot.toggleAttribute("hidden", !inside);
      if (inside) line.dot.setAttribute("cx", line.at.toFixed(2));
      // Beyond the line's end: an arrowhead there, that points to where the value is.
      const out = known && !inside ? (value > line.high ? 1 : -1) : 0;
      const [tip, y] = [line.at + 11 * out, line.axis];
      line.edge.setAttribute("d", out ? `M${tip} ${y}l${-13 * out} -8v16z` : "");
      const step = (slopes[i] * nudge * width) / (line.high - line.low);
      drawArrow(line, inside ? step : 0);
    });
    for (const { thread, child, parent } of threads) {
      const [from, to] = [lines[parent], lines[child]];
      const drawn = !Number.isNaN(from.at) && !Number.isNaN(to.at);
      thread.toggleAttribute("hidden", !drawn);
      if (!drawn) continue;
      thread.setAttribute("x1", from.at.toFixed(2));
      thread.setAttribute("y1", String(from.axis));
      thread.setAttribute("x2", to.at.toFixed(2));
      thread.setAttribute("y2", String(to.axis));
    }
  }

  /** @param {typeof lines[number]} line @param {number} step how far it reaches, in px */
  function drawArrow({ at, axis, arrow, head }, step) {
    const shown = Math.abs(step) >= 1;
    const tip = Math.max(2, Math.min(width + 2 * pad - 2, at + step));
    const size = Math.min(8, Math.abs(tip - at));
    const back = tip - size * Math.sign(step);
    const y = axis - 11;
    arrow.setAttribute("d", shown ? `M${at.toFixed(2)} ${y}H${back.toFixed(2)}` : "");
    head.setAttribute("d", shown ? `M${tip.toFixed(2)} ${y}L${back.toFixed(2)} ${y - 5}v10z` : "");
  }

  resize();
  return { update, resize };
}

/**
 * As much of a number line as x's shows: the same part if the values are in it, else round them.
 * @param {[number, number]} range
 * @param {[number, number]} reach
 * @returns {[number, number]}
 */
function stretchOf([low, high], reach) {
  const span = reach[1] - reach[0];
  if (!(high - low <= span) || (low >= reach[0] && high <= reach[1])) return reach;
  const middle = Math.round((low + high) / 2);
  return [middle - span / 2, middle + span / 2];
}

/**
 * Every node of a function of one input over the input's reach.
 * @param {Graph} graph
 * @param {[number, number]} reach
 * @returns {{at: (node: number) => (x: number) => number, ranges: [number, number][]}}
 */
export function sweep(graph, reach) {
  const evaluator = createEvaluator(graph);
  const [input] = graph.inputs;
  const count = 401;
  const all = graph.nodes.map(() => new Float64Array(count));
  for (let k = 0; k < count; k++) {
    evaluator.run({ [input]: reach[0] + ((reach[1] - reach[0]) * k) / (count - 1) });
    evaluator.values.forEach((value, i) => (all[i][k] = value));
  }
  return {
    at: (node) => (x) => {
      evaluator.run({ [input]: x });
      return evaluator.values[node];
    },
    ranges: graph.nodes.map(({ name }, i) => (name === input ? reach : spread(all[i]))),
  };
}

/**
 * The derivative of every node by the one input, carried forward factor by factor.
 * @param {Stage} stage
 * @param {Float64Array} slopes takes them
 */
export function carrySlopes({ graph, evaluator }, slopes) {
  const { index, factors } = evaluator;
  slopes.fill(0);
  slopes[index.get(graph.inputs[0]) ?? -1] = 1;
  // Edges stand in the order of their children, so every parent is done before.
  graph.edges.forEach(({ child, parent }, i) => {
    slopes[index.get(child) ?? -1] += factors[i] * slopes[index.get(parent) ?? -1];
  });
}
