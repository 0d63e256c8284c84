// The numbers: every node, every local derivative and every derivative of the output, from the
// graph's trees. Trees are data; each becomes a closure once, so nothing is ever `eval`ed.

/** @import { Computed, Graph, Tree } from "../stage/types.js" */

/** @typedef {(slots: Float64Array) => number} Formula */

/** @param {number} z @returns {number} */
export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** @param {number} z @returns {number} */
export const relu = (z) => (z > 0 ? z : 0 * z);

/**
 * Functions of one argument, to NumPy's meaning: NaN outside the domain, kinks taken from the left.
 * @type {Record<string, (z: number) => number>}
 */
export const FUNCTIONS = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  sign: Math.sign,
  abs: Math.abs,
  sigmoid,
  // log(1 + e^z) without overflow, and without losing the digits of e^z where it is small.
  softplus: (z) => (z > 0 ? z : 0) + Math.log1p(Math.exp(-Math.abs(z))),
  // The product with zero carries NaN through, as it does in NumPy.
  step: (z) => (z > 0 ? 1 : 0) + 0 * z,
  relu,
};

/**
 * A power as core computes it: roots by `sqrt`, one to any power is one, and where there is no
 * number there is no power.
 * @param {number} base
 * @param {number} exponent
 * @returns {number}
 */
export function power(base, exponent) {
  if (exponent === 2) return base * base;
  if (exponent === -1) return 1 / base;
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  if (Number.isNaN(base) || Number.isNaN(exponent)) return NaN;
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Infinity) return 1;
  return Math.pow(base, exponent);
}

/**
 * @param {Tree} tree
 * @param {Map<string, number>} index a node's name to its slot
 * @returns {Formula} NaN for a name or an operation that is not known
 */
export function compile(tree, index) {
  if (typeof tree === "number") return () => tree;
  if (typeof tree === "string") {
    const slot = index.get(tree);
    return slot === undefined ? () => NaN : (slots) => slots[slot];
  }
  if (!Array.isArray(tree)) return () => NaN;
  const [operation, ...rest] = tree;
  const parts = rest.map((part) => compile(part, index));
  const [first, second] = parts;
  if (operation === "+" || operation === "*") {
    const sum = operation === "+";
    if (parts.length === 2) {
      return sum ? (s) => first(s) + second(s) : (s) => first(s) * second(s);
    }
    return (s) => {
      let result = first(s);
      for (let i = 1; i < parts.length; i++) {
        result = sum ? result + parts[i](s) : result * parts[i](s);
      }
      return result;
    };
  }
  if (operation === "^") return (s) => power(first(s), second(s));
  const named = Object.hasOwn(FUNCTIONS, operation) ? FUNCTIONS[operation] : undefined;
  return named && first ? (s) => named(first(s)) : () => NaN;
}

/**
 * @typedef {object} Evaluator
 * @property {Map<string, number>} index a node's name to its place in `values` and `derivatives`
 * @property {Map<string, number>} edges a factor's name to its place in `factors`
 * @property {Float64Array} values every node
 * @property {Float64Array} factors every local derivative
 * @property {Float64Array} derivatives of the output by every node
 * @property {(inputs: Record<string, number>) => void} run
 */

/**
 * Compile a graph: a forward sweep, the local derivatives, and reverse mode.
 * @param {Computed} graph
 * @returns {Evaluator}
 */
export function createEvaluator(graph) {
  const index = new Map(graph.nodes.map((node, i) => [node.name, i]));
  const edges = new Map(graph.edges.map((edge, i) => [edge.name, i]));
  const values = new Float64Array(graph.nodes.length);
  const factors = new Float64Array(graph.edges.length);
  const derivatives = new Float64Array(graph.nodes.length);
  const adjoints = new Float64Array(graph.nodes.length); // what reverse mode carries

  /** @param {string} name @returns {number} */
  const place = (name) => index.get(name) ?? -1;
  const inputs = graph.inputs.map((name) => ({ name, slot: place(name) }));
  const inner = graph.nodes.flatMap((node, slot) =>
    node.value === null ? [] : [{ slot, formula: compile(node.value, index) }],
  );
  const locals = graph.edges.map((edge) => compile(edge.derivative, index));
  const heads = graph.edges.map((edge) => place(edge.child));
  /** @type {{edge: number, child: number}[][]} */
  const outgoing = graph.nodes.map(() => []);
  graph.edges.forEach((edge, i) => {
    outgoing[place(edge.parent)].push({ edge: i, child: heads[i] });
  });
  // Some nodes are computed past another one, to lose no digits: a cross-entropy past the sigmoid.
  const pulls = graph.nodes.map(({ pulls }) =>
    pulls?.map(([child, tree]) => ({
      child: place(child),
      slope: tree === 0 ? null : compile(tree, index), // null: all go past that child
    })),
  );
  const passedOver = graph.nodes.map(
    (_, i) =>
      pulls[i] !== undefined &&
      outgoing[i].some(({ child }) => !pulls[i]?.some((pull) => pull.child === child)),
  );
  const output = place(graph.output);

  /** @param {Record<string, number>} given */
  function run(given) {
    for (const { name, slot } of inputs) values[slot] = given[name] ?? NaN;
    for (const { slot, formula } of inner) values[slot] = formula(values);
    // Where a function has no value it has no slope either, whatever its formula would give.
    for (let i = 0; i < locals.length; i++) {
      factors[i] = Number.isFinite(values[heads[i]]) ? locals[i](values) : NaN;
    }
    // The graph is in topological order, so every child is done before its parents.
    for (let i = graph.nodes.length - 1; i >= 0; i--) {
      const seed = i === output ? (Number.isFinite(values[output]) ? 1 : NaN) : 0;
      const own = pulls[i];
      let total = seed;
      if (own) {
        for (const { child, slope } of own) {
          if (slope)
            total += adjoints[child] * (Number.isFinite(values[child]) ? slope(values) : NaN);
        }
      } else {
        for (const { edge, child } of outgoing[i]) total += adjoints[child] * factors[edge];
      }
      adjoints[i] = total;
      if (passedOver[i]) {
        total = seed;
        for (const { edge, child } of outgoing[i]) total += derivatives[child] * factors[edge];
      }
      derivatives[i] = total;
    }
  }
  return { index, edges, values, factors, derivatives, run };
}

/**
 * Every path from a node to the output, as the names of its factors, outermost first.
 * @param {Graph} graph
 * @param {string} source
 * @param {number} most paths to list
 * @returns {{paths: string[][], count: number}} the first `most`, and how many there are
 */
export function chains(graph, source, most) {
  const parents = new Map(graph.nodes.map((node) => [node.name, node.parents]));
  const count = new Map(graph.nodes.map((node) => [node.name, node.name === source ? 1 : 0]));
  for (const node of graph.nodes) {
    for (const parent of node.parents) {
      count.set(node.name, (count.get(node.name) ?? 0) + (count.get(parent) ?? 0));
    }
  }
  /** @type {string[][]} */
  const paths = [];
  /** @param {string} name @param {string[]} path */
  function walk(name, path) {
    if (paths.length === most) return;
    if (name === source) {
      paths.push(path);
      return;
    }
    for (const parent of parents.get(name) ?? []) {
      if (count.get(parent)) walk(parent, [...path, `d${name}/d${parent}`]);
    }
  }
  walk(graph.output, []);
  return { paths, count: count.get(graph.output) ?? 0 };
}
