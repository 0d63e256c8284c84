// A path as a product: its factors as they are multiplied, and what their digits give.

import { compile } from "./evaluate.js";
import { asShown } from "./format.js";

/** @import { Cancelled, Graph } from "../stage/types.js" */
/** @import { Evaluator } from "./evaluate.js" */

/**
 * A factor of a product. Where two factors cancel they are multiplied as one, for each alone may be
 * 0 or infinite there: `both` says what that is.
 * @typedef {object} Term
 * @property {string[]} names
 * @property {Cancelled | null} both
 * @property {() => number} value
 */

/**
 * @param {Graph} graph
 * @param {Evaluator} evaluator
 * @param {string[]} path the names of its factors, outermost first
 * @returns {Term[]}
 */
export function termsOf(graph, evaluator, path) {
  const { factors, edges, index, values } = evaluator;
  /** @type {Term[]} */
  const terms = [];
  for (let i = 0; i < path.length; i++) {
    const both = graph.cancelled.find(
      ({ factors: [first, second] }) => first === path[i] && second === path[i + 1],
    );
    if (both) {
      const slope = compile(both.derivative, index);
      const child = index.get(both.child) ?? -1;
      const value = () => (Number.isFinite(values[child]) ? slope(values) : NaN);
      terms.push({ names: [path[i], path[++i]], both, value });
    } else {
      const slot = edges.get(path[i]) ?? -1;
      terms.push({ names: [path[i]], both: null, value: () => factors[slot] });
    }
  }
  return terms;
}

/**
 * @param {Term[]} terms
 * @returns {number} their product
 */
export function productOf(terms) {
  return terms.reduce((product, term) => product * term.value(), 1);
}

/**
 * @param {Term[]} terms
 * @returns {number} the product of their digits on screen
 */
export function shownProduct(terms) {
  return terms.reduce((product, term) => product * asShown(term.value()), 1);
}
