// The cost of each sample and its derivatives, and their means: what a data set makes of the network.

import { createEvaluator } from "./evaluate.js";

/** @import { Graph } from "../stage/types.js" */
/** @import { Samples } from "./descent.js" */

/**
 * Of one quantity, the number of each sample and the mean of all.
 * @typedef {{each: Float64Array, mean: number}} Averaged
 */
/**
 * @typedef {object} Mean
 * @property {Averaged} cost
 * @property {Record<string, Averaged>} slopes of the cost, by each parameter
 * @property {(inputs: Record<string, number>) => void} run at these inputs, but for x and y
 */

/**
 * @param {Graph} graph with inputs x and y
 * @param {Samples} samples
 * @returns {Mean}
 */
export function createMean(graph, samples) {
  const count = samples.x.length;
  const evaluator = createEvaluator(graph);
  const parameters = graph.inputs.filter((name) => name !== "x" && name !== "y");
  /** @returns {Averaged} */
  const averaged = () => ({ each: new Float64Array(count), mean: NaN });
  const cost = averaged();
  const slopes = Object.fromEntries(parameters.map((name) => [name, averaged()]));
  /** @param {string} name @returns {number} */
  const slot = (name) => evaluator.index.get(name) ?? -1;
  const output = slot(graph.output);
  const places = parameters.map((name) => ({ slope: slopes[name], at: slot(name) }));

  return {
    cost,
    slopes,
    run(inputs) {
      const given = { ...inputs };
      for (let s = 0; s < count; s++) {
        [given.x, given.y] = [samples.x[s], samples.y[s]];
        evaluator.run(given);
        cost.each[s] = evaluator.values[output];
        for (const { slope, at } of places) slope.each[s] = evaluator.derivatives[at];
      }
      for (const one of [cost, ...places.map(({ slope }) => slope)]) {
        one.mean = one.each.reduce((total, value) => total + value, 0) / count;
      }
    },
  };
}
