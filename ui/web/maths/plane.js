// Every node's value over a line or a plane of inputs, from the same trees: what each neuron makes
// of the whole input space, in one pass.

import { COLUMNS, ROWS, flatten, formulasOf, operate, spreadOut } from "./surface.js";

/** @import { Graph } from "../stage/types.js" */

/**
 * @typedef {object} Plane
 * @property {(values: Record<string, number>) => void} run
 * @property {Record<string, Float64Array>} of each quantity its values, row by row
 */

/**
 * @param {Graph} graph
 * @param {string[]} names of the quantities
 * @param {string[]} axes one or two inputs
 * @param {Float64Array[]} grids their values
 * @returns {Plane}
 */
export function createPlane(graph, names, axes, grids) {
  const { list, at } = flatten(names, formulasOf(graph), (name) => ({
    shape: name === axes[0] ? COLUMNS : name === axes[1] ? ROWS : 0,
    sampled: false,
  }));
  const n = grids[0].length;
  const m = grids[1]?.length ?? 1;
  const buffers = list.map(({ name, shape, constant, input }) => {
    if (name === "input" && shape) return grids[axes.indexOf(input)];
    const made = new Float64Array((shape & COLUMNS ? n : 1) * (shape & ROWS ? m : 1));
    if (name === "constant") made[0] = constant;
    return made;
  });
  const inputs = list.flatMap(({ name, shape, input }, i) =>
    name === "input" && !shape ? [{ input, i }] : [],
  );
  const of = Object.fromEntries(names.map((name) => [name, new Float64Array(n * m)]));
  return {
    of,
    run(values) {
      for (const { input, i } of inputs) buffers[i][0] = values[input] ?? NaN;
      for (let i = 0; i < list.length; i++) operate(list, buffers, i, n, m);
      names.forEach((name, k) => spreadOut(of[name], buffers[at[k]], list[at[k]].shape, n, m));
    },
  };
}
