// The cost and its gradient, the means over the samples: what everything that shows the cost at a
// point has it from. Over a grid of points it is maths/surface.js, along a path maths/descent.js.

import { COLUMNS, flatten, formulasOf, operate } from "./surface.js";

/** @import { Graph, Tree } from "../stage/types.js" */

/** What a data set gives the graph's inputs, y among them. @typedef {Record<string, Float64Array>} Samples */
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

/** @param {string} name @returns {string} what the derivative of the output by a node is called */
const adjoint = (name) => `d output/d${name}`;

/**
 * The formula of every derivative of the output, by reverse mode: from a node's users to the node.
 * @param {Graph} graph
 * @returns {[string, Tree][]}
 */
export function adjointsOf(graph) {
  /** @type {Map<string, [string, Tree][]>} */
  const users = new Map(graph.nodes.map(({ name, pulls }) => [name, pulls ?? []]));
  const own = new Set(graph.nodes.flatMap(({ name, pulls }) => (pulls ? [name] : [])));
  for (const { child, parent, derivative } of graph.edges) {
    if (!own.has(parent)) users.get(parent)?.push([child, derivative]);
  }
  return graph.nodes.map(({ name }) => {
    if (name === graph.output) return [adjoint(name), 1];
    // A slope of 0 is that of a child which all go past; see core.graph.Graph.pulls.
    const terms = (users.get(name) ?? []).filter(([, slope]) => slope !== 0);
    const products = terms.map(([child, slope]) => ["*", adjoint(child), slope]);
    return [adjoint(name), products.length > 1 ? ["+", ...products] : (products[0] ?? 0)];
  });
}

/**
 * @param {Graph} graph
 * @param {Samples | null} samples what stands for the inputs of their names; without, the inputs
 *   are the one sample
 * @returns {Mean}
 */
export function createMean(graph, samples) {
  const count = samples?.y.length ?? 1;
  const parameters = graph.inputs.filter((name) => !(samples && name in samples));
  const results = [graph.output, ...parameters.map(adjoint)];
  const formulas = new Map([...formulasOf(graph), ...adjointsOf(graph)]);
  const { list, at } = flatten(results, formulas, (name) => ({
    shape: samples && name in samples ? COLUMNS : 0,
    sampled: false,
  }));
  const buffers = list.map(({ name, shape, constant, input }) => {
    if (samples && name === "input" && shape) return samples[input];
    const made = new Float64Array(shape ? count : 1);
    if (name === "constant") made[0] = constant;
    return made;
  });
  const inputs = list.flatMap(({ name, shape, input }, i) =>
    name === "input" && !shape ? [{ input, i }] : [],
  );
  /** @returns {Averaged} */
  const averaged = () => ({ each: new Float64Array(count), mean: NaN });
  const cost = averaged();
  const slopes = Object.fromEntries(parameters.map((name) => [name, averaged()]));
  const all = [cost, ...parameters.map((name) => slopes[name])];

  return {
    cost,
    slopes,
    run(given) {
      for (const { input, i } of inputs) buffers[i][0] = given[input] ?? NaN;
      for (let i = 0; i < list.length; i++) operate(list, buffers, i, count, 1);
      all.forEach((one, k) => {
        const made = buffers[at[k]];
        if (made.length === count) one.each.set(made);
        else one.each.fill(made[0]);
        // Where the cost of a sample has no value it has no slope either.
        if (k) {
          for (let s = 0; s < count; s++) {
            if (!Number.isFinite(cost.each[s])) one.each[s] = NaN;
          }
        }
        one.mean = meanOf(one.each);
      });
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
