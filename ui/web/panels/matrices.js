// The backward pass as textbooks write it, with the numbers of the moment: each entry of a matrix is
// a weight, a neuron or a derivative of the diagram, lit and opened from here.

import { html, liveNumber, math, showNumbers } from "../stage/dom.js";
import { fit } from "./room.js";

/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { MatrixPart } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {HTMLElement} element takes the equations of the layer that is opened
 * @returns {{update: () => void, light: () => void, resize: () => void}}
 */
export function matricesView(stage, element) {
  const { graph, evaluator } = stage;
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {{cell: HTMLElement, node: string}[]} */
  let cells = [];
  const content = html("div", { class: "equations" });
  element.replaceChildren(content);
  let built = -1;

  /** @returns {number} the layer of what is opened; the last without */
  function layer() {
    const found = stage.chosen?.match(/^[a-z](\d)_/);
    const last = Math.max(...(stage.data.matrices?.equations ?? []).map((one) => one.layer));
    return found ? Number(found[1]) : last;
  }

  /** @param {string} name @returns {HTMLElement} */
  function entry(name) {
    const cell = html("td");
    const derivative = name.match(/^dJ\/d(.+)$/);
    const factor = name.includes("/") && !derivative;
    const node = derivative ? derivative[1] : factor ? name.slice(1, name.indexOf("/")) : name;
    const kind = factor ? "factor" : derivative ? "derivative" : "node";
    numbers.push(
      liveNumber(cell, evaluator, kind, derivative ? node : name, {
        output: graph.output,
        named: false,
      }),
    );
    cell.title = name;
    cell.onpointerenter = () => stage.lookAt(node);
    cell.onpointerleave = () => stage.lookAt(null);
    cell.onclick = () => stage.choose(node);
    cells.push({ cell, node: derivative ? node : "" });
    return cell;
  }

  /** @param {MatrixPart} part @returns {HTMLElement} */
  function drawn({ math: symbol, rows }) {
    if (!rows) return html("span", { class: "between" }, math(symbol));
    return html(
      "figure",
      {},
      html(
        "table",
        { role: "presentation" },
        ...rows.map((row) => html("tr", {}, ...row.map(entry))),
      ),
      html("figcaption", {}, math(symbol)),
    );
  }

  function build() {
    built = layer();
    [numbers, cells] = [[], []];
    const equations = (stage.data.matrices?.equations ?? []).filter((one) => one.layer === built);
    content.replaceChildren(
      ...equations.map(({ key, parts }) =>
        html("div", { class: "equation", "data-equation": key }, ...parts.map(drawn)),
      ),
    );
  }

  function light() {
    if (built !== layer()) {
      build();
      update();
      resize();
    }
    for (const { cell, node } of cells) cell.classList.toggle("chosen", node === stage.chosen);
  }

  function update() {
    showNumbers(numbers);
  }

  const resize = () => fit(element, content, 1.1);

  build();
  return { update, light, resize };
}

/**
 * What the opened derivative takes by paths and by reverse mode, in a sentence.
 * @param {Stage} stage
 * @returns {string}
 */
export function countsOf(stage) {
  const counts = stage.data.matrices?.counts;
  if (!counts) return "";
  const [paths, reverse] = counts[""];
  const own = stage.chosen === null ? undefined : counts[stage.chosen];
  const all = Object.keys(counts).length - 1;
  const counted = "Counted with ŷ − y, the slope of J by the last z, as one factor.";
  if (!own) return `All ${all} derivatives: ${compared(paths, reverse)}. ${counted}`;
  return `This one: ${compared(own[0], own[1])}. All ${all}: ${paths} against ${reverse}. ${counted}`;
}

/** @param {number} paths @param {number} reverse @returns {string} */
function compared(paths, reverse) {
  const times = `multiplication${paths === 1 ? "" : "s"}`;
  return `${paths} ${times} path by path, ${reverse} by reverse mode`;
}
