// The chosen derivative as tiles, one a factor: symbol, formula, number, magnitude. They multiply
// out to the derivative; several paths are several rows, which add up.

import { chains } from "../maths/evaluate.js";
import { differential, fraction, html, liveNumber, math, showNumbers } from "../stage/dom.js";

/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

export const MOST_PATHS = 6;

/**
 * How far a magnitude's bar reaches: the logarithm, from 10⁻⁴ (nothing) to 10² (all of it).
 * @param {number} value
 * @returns {number} 0 to 1
 */
function magnitude(value) {
  const share = (Math.log10(Math.abs(value)) + 4) / 6;
  return Number.isNaN(share) ? 0 : Math.max(value === 0 ? 0 : 0.03, Math.min(1, share));
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function factorsPanel(stage, place) {
  const { graph, evaluator } = stage;
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {{bar: HTMLElement, source: Float64Array, slot: number, last: number | undefined}[]} */
  let bars = [];
  /** @type {{slots: number[], product: Float64Array}[]} */
  let products = [];
  /** @type {Map<string, HTMLElement[]>} */
  let tiles = new Map();
  /** @type {string | null} */
  let built = null;

  /**
   * @param {string} symbol MathML
   * @param {Node | string} formula
   * @param {LiveNumber} number
   * @param {string} [kind]
   * @returns {HTMLElement}
   */
  function tile(symbol, formula, number, kind = "") {
    const bar = html("i");
    numbers.push(number);
    bars.push({ bar, source: number.source, slot: number.slot, last: undefined });
    return html(
      "div",
      { class: `tile ${kind}` },
      html("div", { class: "of" }, math(symbol, "block")),
      html("div", { class: "formula" }, formula),
      /** @type {HTMLElement} */ (number.element),
      html("div", { class: "bar", "aria-hidden": "true" }, bar),
    );
  }

  /** @param {string} name @param {boolean} repeated @returns {HTMLElement} */
  function factorTile(name, repeated) {
    const edge = graph.edges[evaluator.edges.get(name) ?? -1];
    const [child, parent] = [stage.node(edge.child), stage.node(edge.parent)];
    const d = graph.inputs.length > 1 || child.parents.length > 1 ? "∂" : "d";
    const number = liveNumber(html("div"), evaluator, "factor", name, { named: !repeated });
    const element = tile(fraction(d, child.math, parent.math), math(edge.math, "block"), number);
    element.title = `${name} = ${edge.formula}`;
    element.onpointerenter = () => stage.pointAt(name);
    element.onpointerleave = () => stage.pointAt(null);
    tiles.set(name, [...(tiles.get(name) ?? []), element]);
    return element;
  }

  /**
   * A tile with the sign that stands before it, so that they stay together when tiles wrap.
   * @param {string} sign
   * @param {HTMLElement} element
   * @returns {HTMLElement}
   */
  function joined(sign, element) {
    return html("div", { class: "term" }, html("span", { class: "sign" }, sign), element);
  }

  function build() {
    [numbers, bars, products] = [[], [], []];
    tiles = new Map();
    built = stage.chosen;
    const name = stage.chosen;
    const source = name === null ? undefined : stage.nodes.get(name);
    if (name === null || !source) {
      place.replaceChildren(
        html("p", { class: "hint" }, "Choose a weight, a node or an edge to see its derivative."),
      );
      return;
    }
    const output = stage.node(graph.output);
    const symbol = fraction(differential(graph), output.math, source.math);
    /** @param {string} [label] @returns {HTMLElement} */
    const total = (label = "the product") => {
      const number = liveNumber(html("div"), evaluator, "derivative", name, {
        output: graph.output,
      });
      return tile(symbol, label, number, "total");
    };
    const { paths, count } = chains(graph, name, MOST_PATHS);
    if (name === graph.output || count === 0) {
      const why = count ? "the output itself" : "no path leads there";
      place.replaceChildren(html("div", { class: "tiles" }, total(why)));
      return;
    }
    const seen = new Set();
    const rows = paths.map((path, r) => {
      const row = html("div", { class: "tiles" });
      path.forEach((factor, i) => {
        row.append(
          joined(i ? "×" : count > 1 ? (r ? "+" : " ") : "", factorTile(factor, seen.has(factor))),
        );
        seen.add(factor);
      });
      if (count > 1 && path.length > 1) {
        const product = new Float64Array(1);
        products.push({ slots: path.map((factor) => evaluator.edges.get(factor) ?? -1), product });
        const element = html("div");
        const number = {
          ...liveNumber(element, evaluator, "factor", path[0], { named: false }),
          source: product,
          slot: 0,
        };
        row.append(joined("=", tile(`<mtext>path ${r + 1}</mtext>`, "", number, "path")));
      }
      return row;
    });
    if (count === 1) rows[0].append(joined("=", total()));
    else {
      const last = html(
        "div",
        { class: "tiles" },
        joined("=", total(`the sum over ${count} paths`)),
      );
      if (count > paths.length) {
        last.append(
          html(
            "p",
            { class: "hint" },
            `${paths.length} paths are shown, and ${count - paths.length} more are in the sum.`,
          ),
        );
      }
      rows.push(last);
    }
    place.replaceChildren(...rows);
  }

  function light() {
    if (built !== stage.chosen) {
      build();
      update();
    }
    for (const [name, elements] of tiles) {
      const on = stage.pointed === name || stage.lights.focus.has(name);
      for (const element of elements) element.classList.toggle("on", on);
    }
  }

  function update() {
    for (const { slots, product } of products) {
      product[0] = slots.reduce((result, slot) => result * evaluator.factors[slot], 1);
    }
    showNumbers(numbers);
    for (const one of bars) {
      const value = one.source[one.slot];
      if (Object.is(value, one.last)) continue;
      one.last = value;
      one.bar.style.transform = `scaleX(${(Math.sign(value) || 0) * magnitude(value)})`;
      one.bar.classList.toggle("negative", value < 0);
    }
  }

  build();
  return { update, light };
}
