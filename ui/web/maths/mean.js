// The cost and its gradient, the means over the samples: what everything that shows the cost at a
// point has it from. Over a grid of points it is maths/surface.js, along a path maths/descent.js.

import { createEvaluator } from "./evaluate.js";

/** @import { Graph } from "../stage/types.js" */

/** @typedef {Record<"x" | "y", Float64Array>} Samples */
/**
 * Of one quantity, the number of each sample and the mean of all.
 * @typedef {{each: Float64Array, mean: number}} Averaged
 */
/**
 * @typedef {object} Mean
 * @property {Averaged} cost
 * @property {Record<string, Averaged>} slopes of the cost, by each input that is not sampled
 * @property {(inputs: Record<string, number>) => void} run at these inputs
 */

/**
 * @param {Graph} graph
 * @param {Samples | null} samples what stands for x and y; without, the inputs are the one sample
 * @returns {Mean}
 */
export function createMean(graph, samples) {
  const count = samples?.x.length ?? 1;
  const evaluator = createEvaluator(graph);
  const parameters = graph.inputs.filter((name) => !(samples && name in samples));
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
        if (samples) [given.x, given.y] = [samples.x[s], samples.y[s]];
        evaluator.run(given);
        cost.each[s] = evaluator.values[output];
        for (const { slope, at } of places) slope.each[s] = evaluator.derivatives[at];
      }
      for (const one of [cost, ...Object.values(slopes)]) one.mean = meanOf(one.each);
    },
  };
}

/**
 * @param {Float64Array} values of each sample, or one for all
 * @param {number[]} [seen] the samples that count, all without
 * @returns {number}
 */
export function meanOf(values, seen) {
  if (values.length === 1) return values[0];
  let total = 0;
  if (seen) {
    for (const sample of seen) total += values[sample];
    return total / seen.length;
  }
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}
