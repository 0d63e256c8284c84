// A quantity over a grid of two inputs, from the same trees, in typed arrays: the mean over the
// samples, as maths/mean.js has it at one point. Each operation is done at the smallest shape that it
// needs: what depends on one axis only, once per column or row.

import { FUNCTIONS, power, relu, sigmoid } from "./evaluate.js";

/** @import { Graph, Tree } from "../stage/types.js" */
/** @import { Samples } from "./mean.js" */

export const COLUMNS = 1; // varies along the first axis
export const ROWS = 2; // varies along the second

/**
 * One operation on whole arrays; its arguments are operations done before it.
 * @typedef {object} Operation
 * @property {string} name `input`, `constant`, `+`, `*`, `^`, or a function
 * @property {number[]} parts
 * @property {string} input
 * @property {number} constant
 * @property {number} shape COLUMNS and ROWS, or'ed
 * @property {boolean} sampled whether it differs from sample to sample
 */

/**
 * Formulas as a list of operations, each quantity once and after those that it is made of.
 * @param {Tree[]} results
 * @param {Map<string, Tree>} formulas the names that stand for other trees; the rest are inputs
 * @param {(name: string) => {shape: number, sampled: boolean}} inputOf
 * @returns {{list: Operation[], at: number[]}} and where in it each result is
 */
export function flatten(results, formulas, inputOf) {
  /** @type {Operation[]} */
  const list = [];
  /** @type {Map<string, number>} */
  const done = new Map();

  /** @param {string} name @param {number[]} parts @param {Partial<Operation>} [own] @returns {number} */
  function add(name, parts, own = {}) {
    return (
      list.push({
        name,
        parts,
        input: "",
        constant: NaN,
        shape: parts.reduce((shape, i) => shape | list[i].shape, 0),
        sampled: parts.some((i) => list[i].sampled),
        ...own,
      }) - 1
    );
  }

  /** @param {Tree} tree @returns {number} */
  function walk(tree) {
    if (typeof tree === "number" || tree === null)
      return add("constant", [], { constant: tree ?? NaN });
    if (typeof tree === "string") {
      const known = done.get(tree);
      if (known !== undefined) return known;
      const formula = formulas.get(tree);
      const at =
        formula === undefined ? add("input", [], { input: tree, ...inputOf(tree) }) : walk(formula);
      done.set(tree, at);
      return at;
    }
    const [name, ...rest] = tree;
    const parts = rest.map(walk);
    if (name !== "+" && name !== "*") return add(name, parts);
    return parts.reduce((left, right) => add(name, [left, right]));
  }

  const at = results.map(walk);
  return { list, at };
}

/**
 * The trees of a graph's nodes by name.
 * @param {Graph} graph
 * @returns {Map<string, Tree>}
 */
export function formulasOf(graph) {
  return new Map(graph.nodes.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
}

/**
 * @typedef {object} Surface
 * @property {(values: Record<string, number>, columns: Float64Array, rows: Float64Array,
 *   out: Float64Array) => void} run the mean at every point of the grid, row by row
 */

/**
 * @param {Graph} graph
 * @param {[string, string]} axes
 * @param {Samples | null} samples without, x and y are as the rest of the values
 * @param {string} [quantity] the graph's output, unless another is asked for
 * @returns {Surface}
 */
export function createSurface(graph, axes, samples, quantity = graph.output) {
  const { list, at } = flatten([quantity], formulasOf(graph), (name) => ({
    shape: name === axes[0] ? COLUMNS : name === axes[1] ? ROWS : 0,
    sampled: samples !== null && name in samples,
  }));
  const [last] = at;
  /** @type {Float64Array[]} */
  let buffers = [];
  let size = "";

  /** @type {Surface["run"]} */
  function run(values, columns, rows, out) {
    const [n, m] = [columns.length, rows.length];
    if (size !== `${n} ${m}`) {
      size = `${n} ${m}`;
      buffers = list.map(
        ({ shape }) => new Float64Array((shape & COLUMNS ? n : 1) * (shape & ROWS ? m : 1)),
      );
    }
    list.forEach((operation, i) => {
      if (operation.name === "constant") buffers[i][0] = operation.constant;
      else if (operation.shape === 0) buffers[i][0] = values[operation.input] ?? NaN;
      else if (operation.name === "input")
        buffers[i].set(operation.shape === COLUMNS ? columns : rows);
    });
    list.forEach((operation, i) => {
      if (!operation.sampled) operate(list, buffers, i, n, m);
    });
    const count = samples && list[last].sampled ? samples.y.length : 1;
    out.fill(0);
    for (let s = 0; s < count; s++) {
      for (let i = 0; samples && i < list.length; i++) {
        const operation = list[i];
        if (!operation.sampled) continue;
        const { input } = operation;
        if (input in samples) buffers[i][0] = samples[input][s];
        else operate(list, buffers, i, n, m);
      }
      accumulate(out, buffers[last], list[last].shape, n, m);
    }
    for (let k = 0; k < out.length; k++) out[k] /= count;
  }
  return { run };
}

/**
 * @param {Float64Array} out
 * @param {Float64Array} from
 * @param {number} shape of `from`
 * @param {number} n
 * @param {number} m
 */
function accumulate(out, from, shape, n, m) {
  const [right, down] = strides(shape, n);
  for (let j = 0, k = 0; j < m; j++) {
    for (let i = 0, at = j * down; i < n; i++, k++, at += right) out[k] += from[at];
  }
}

/**
 * Write a buffer of any shape over the whole grid.
 * @param {Float64Array} out
 * @param {Float64Array} from
 * @param {number} shape of `from`
 * @param {number} n
 * @param {number} m
 */
export function spreadOut(out, from, shape, n, m) {
  if (from.length === out.length) out.set(from);
  else {
    out.fill(0);
    accumulate(out, from, shape, n, m);
  }
}

/**
 * @param {number} shape
 * @param {number} n
 * @returns {[number, number]} how far the next column and the next row are in a buffer
 */
function strides(shape, n) {
  return [shape & COLUMNS ? 1 : 0, shape & ROWS ? (shape & COLUMNS ? n : 1) : 0];
}

/**
 * Do one operation for the whole grid.
 * @param {Operation[]} list
 * @param {Float64Array[]} buffers
 * @param {number} at
 * @param {number} n
 * @param {number} m
 */
export function operate(list, buffers, at, n, m) {
  const { name, parts, shape } = list[at];
  if (name === "input" || name === "constant") return;
  const out = buffers[at];
  const a = buffers[parts[0]];
  if (parts.length === 1) {
    applyTo(name, a, out);
    return;
  }
  const b = buffers[parts[1]];
  if (name === "^" && list[parts[1]].name === "constant") {
    raise(a, list[parts[1]].constant, out);
    return;
  }
  const width = shape & COLUMNS ? n : 1;
  const height = shape & ROWS ? m : 1;
  const [aRight, aDown] = strides(list[parts[0]].shape, n);
  const [bRight, bDown] = strides(list[parts[1]].shape, n);
  for (let j = 0, k = 0; j < height; j++) {
    let p = j * aDown;
    let q = j * bDown;
    const end = k + width;
    if (name === "+") for (; k < end; k++, p += aRight, q += bRight) out[k] = a[p] + b[q];
    else if (name === "*") for (; k < end; k++, p += aRight, q += bRight) out[k] = a[p] * b[q];
    else
      for (; k < end; k++, p += aRight, q += bRight)
        out[k] = name === "^" ? power(a[p], b[q]) : NaN;
  }
}

/**
 * A function of one argument, elementwise. The common ones are called by name, in loops of their
 * own, which the browser compiles to straight code.
 * @param {string} name
 * @param {Float64Array} a
 * @param {Float64Array} out
 */
function applyTo(name, a, out) {
  const length = out.length;
  if (name === "sigmoid") for (let k = 0; k < length; k++) out[k] = sigmoid(a[k]);
  else if (name === "tanh") for (let k = 0; k < length; k++) out[k] = Math.tanh(a[k]);
  else if (name === "relu") for (let k = 0; k < length; k++) out[k] = relu(a[k]);
  else if (name === "exp") for (let k = 0; k < length; k++) out[k] = Math.exp(a[k]);
  else {
    const named = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : () => NaN;
    for (let k = 0; k < length; k++) out[k] = named(a[k]);
  }
}

/**
 * @param {Float64Array} a
 * @param {number} exponent
 * @param {Float64Array} out
 */
function raise(a, exponent, out) {
  const length = out.length;
  if (exponent === 2) for (let k = 0; k < length; k++) out[k] = a[k] * a[k];
  else for (let k = 0; k < length; k++) out[k] = power(a[k], exponent);
}
