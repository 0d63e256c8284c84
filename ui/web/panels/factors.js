// The chosen derivative as tiles, one a factor: symbol, formula, number, magnitude. They multiply
// out to the derivative; several paths are several rows, which add up.

import { chains } from "../maths/evaluate.js";
import { asShown, digitsNeeded, equals } from "../maths/format.js";
import { productOf, shownProduct, termsOf } from "../maths/product.js";
import {
  differential,
  fraction,
  html,
  liveNumber,
  math,
  setDigits,
  showNumbers,
} from "../stage/dom.js";
import { fit } from "./room.js";
import { liveValue } from "./chart.js";

/** @import { Term } from "../maths/product.js" */
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
  const content = html("div", { class: "chains" });
  place.replaceChildren(content);
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {{bar: HTMLElement, source: Float64Array, slot: number, last: number | undefined}[]} */
  let bars = [];
  /** @type {{terms: Term[], product: Float64Array, number: LiveNumber}[]} */
  let products = [];
  /** @type {{terms: Term[], value: Float64Array}[]} */
  let pairs = [];
  /** The signs, each with what the digits before it give and what is after it. */
  /** @type {{element: HTMLElement, byHand: () => number, exact: () => number, after: LiveNumber}[]} */
  let signs = [];
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
   * The tiles of one term: two that cancel stand over what they are together.
   * @param {Term} term
   * @param {HTMLElement[]} elements
   * @returns {HTMLElement[]}
   */
  function together(term, elements) {
    if (!term.both) return elements;
    const value = new Float64Array(1);
    const number = html("span");
    numbers.push(liveValue(number, `together d${term.both.child}/d${term.both.parent}`, value));
    pairs.push({ terms: [term], value });
    return [
      html(
        "div",
        { class: "together" },
        html("div", { class: "pair" }, ...elements),
        html("div", { class: "cancelled" }, "cancel to ", math(term.both.math), " = ", number),
      ),
    ];
  }

  /**
   * @param {HTMLElement} element a result with the sign before it
   * @param {() => number} byHand
   * @param {() => number} exact
   * @returns {HTMLElement}
   */
  function result(element, byHand, exact) {
    const term = joined("=", element);
    const after = numbers[numbers.length - 1]; // of the tile, which has just been made
    signs.push({ element: /** @type {HTMLElement} */ (term.firstChild), byHand, exact, after });
    return term;
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
    [numbers, bars, products, pairs, signs] = [[], [], [], [], []];
    tiles = new Map();
    built = stage.chosen;
    const name = stage.chosen;
    const source = name === null ? undefined : stage.nodes.get(name);
    if (name === null || !source) {
      content.replaceChildren(
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
      content.replaceChildren(html("div", { class: "tiles" }, total(why)));
      return;
    }
    const seen = new Set();
    const rows = paths.map((path, r) => {
      const row = html("div", { class: "tiles" });
      const terms = termsOf(graph, evaluator, path);
      terms.forEach((term, t) => {
        const elements = term.names.map((factor, i) => {
          const sign = t || i ? "×" : count > 1 ? (r ? "+" : " ") : "";
          const element = joined(sign, factorTile(factor, seen.has(factor)));
          seen.add(factor);
          return element;
        });
        row.append(...together(term, elements));
      });
      const product = new Float64Array(1);
      // A path of one factor is that factor's tile.
      const alone = path.length === 1 ? numbers[numbers.length - 1] : null;
      const number = alone ?? liveValue(html("div"), "", product);
      if (!alone) number.element.removeAttribute("data-name");
      products.push({ terms, product, number });
      if (count > 1 && path.length > 1) {
        const element = tile(`<mtext>path ${r + 1}</mtext>`, "", number, "path");
        row.append(
          result(
            element,
            () => shownProduct(terms),
            () => product[0],
          ),
        );
      }
      return row;
    });
    const slot = evaluator.index.get(name) ?? -1;
    const exact = () => evaluator.derivatives[slot];
    if (count === 1) rows[0].append(result(total(), () => shownProduct(products[0].terms), exact));
    else {
      const listed = count === paths.length; // the digits of all paths are on screen
      const last = html(
        "div",
        { class: "tiles" },
        result(
          total(`the sum over ${count} paths`),
          () => (listed ? sumOfPaths() : exact()),
          exact,
        ),
      );
      if (!listed) {
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
    content.replaceChildren(...rows);
  }

  /** @param {number} [digits] @returns {number} the sum of the paths' numbers as they are shown */
  function sumOfPaths(digits) {
    return products.reduce(
      (sum, { product, number }) => sum + asShown(product[0], digits ?? number.digits),
      0,
    );
  }

  function light() {
    if (built !== stage.chosen) {
      build();
      update();
      resize();
    }
    for (const [name, elements] of tiles) {
      const on = stage.pointed === name || stage.lights.focus.has(name);
      for (const element of elements) element.classList.toggle("on", on);
    }
  }

  function update() {
    for (const { terms, product } of products) product[0] = productOf(terms);
    for (const { terms, value } of pairs) value[0] = productOf(terms);
    if (products.length > 1) {
      // Paths that nearly cancel need more digits to say what is left of them.
      const digits = digitsNeeded(sumOfPaths, signs[signs.length - 1].exact());
      for (const { number } of products) setDigits(number, digits);
    }
    showNumbers(numbers);
    for (const { element, byHand, exact, after } of signs) {
      const sign = equals(byHand(), exact(), after.digits);
      if (element.textContent === sign) continue;
      element.textContent = sign;
      element.title = sign === "≈" ? "The digits shown give another last digit." : "";
    }
    for (const one of bars) {
      const value = one.source[one.slot];
      if (Object.is(value, one.last)) continue;
      one.last = value;
      one.bar.style.transform = `scaleX(${(Math.sign(value) || 0) * magnitude(value)})`;
      one.bar.classList.toggle("negative", value < 0);
    }
  }

  const resize = () => fit(place, content);

  build();
  return { update, light, resize };
}
