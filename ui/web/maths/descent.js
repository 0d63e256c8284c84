// Gradient descent, run here while something is dragged: the same recipe as core.descent, from the
// same trees, so that the whole path is there in the frame in which its start or its rate moves.
// A browser may round the last bit otherwise than NumPy; where a path is chaotic that grows until it
// shows. At rest the stage therefore has Python's path, which charts and exports have too.

import { COLUMNS, flatten, operate } from "./surface.js";
import { compile } from "./evaluate.js";
import { meanOf } from "./mean.js";

/** @import { Path, Recipe, Rule } from "../stage/types.js" */
/** @import { Samples } from "./mean.js" */

/**
 * @typedef {object} Descent
 * @property {(start: Record<string, number>, samples: Samples, rate: number, rule?: Rule,
 *   most?: number) => Path | null} run null where the cost or its slope at the start is no number
 */

/** The inputs that come from a sample; see core.network. */
export const SAMPLED = new Set(["x", "x1", "x2", "y"]);

let runs = 0;

/**
 * @param {Recipe} recipe
 * @param {string[]} inputs of the graph
 * @returns {Descent}
 */
export function createDescent(recipe, inputs) {
  const { train, largest } = recipe;
  const { list, at } = flatten(recipe.results, new Map(recipe.lines), (name) => ({
    shape: SAMPLED.has(name) ? COLUMNS : 0,
    sampled: false,
  }));
  const places = new Map(list.map((operation, i) => [operation.input, i]));
  const parameters = inputs.filter((name) => !SAMPLED.has(name));
  /** @type {Float64Array[]} */
  let buffers = [];
  /** @type {Map<Rule, (gradient: number, memory: Float64Array, rate: number) => number>} */
  const updates = new Map();

  /** @param {Samples} samples @param {Record<string, number>} start */
  function fill(samples, start) {
    const count = samples.y.length;
    buffers = list.map(({ shape }) => new Float64Array(shape & COLUMNS ? count : 1));
    list.forEach(({ name, constant, input }, i) => {
      if (name === "constant") buffers[i][0] = constant;
      else if (SAMPLED.has(input)) buffers[i].set(samples[input]);
      else if (name === "input") buffers[i][0] = start[input] ?? NaN;
    });
  }

  /** @type {Descent["run"]} */
  function run(start, samples, rate, rule = recipe.rule, most = recipe.steps) {
    let update = updates.get(rule);
    if (!update) updates.set(rule, (update = createUpdate(rule)));
    fill(samples, start);
    const count = samples.y.length;
    const point = Float64Array.from(train, (name) => start[name]);
    const slopes = new Float64Array(train.length);
    const memory = train.map(() => new Float64Array(rule.states.length));
    const tracks = train.map(() => new Float64Array(most + 1));
    const cost = new Float64Array(most + 1);
    let limit = Infinity;
    let drawn = 0; // of the samples in their order
    let length = 0;
    for (let k = 0; k <= most; k++) {
      train.forEach((name, j) => {
        const place = places.get(name);
        if (place !== undefined) buffers[place][0] = point[j];
      });
      for (let i = 0; i < list.length; i++) operate(list, buffers, i, count, 1);
      cost[k] = meanOf(buffers[at[0]]);
      if (k === 0) limit = largest.cost * Math.max(1, Math.abs(cost[0]));
      let usable = Math.abs(cost[k]) <= limit;
      let steep = 0;
      for (let j = 0; j < train.length; j++) {
        tracks[j][k] = point[j];
        slopes[j] = meanOf(buffers[at[j + 1]]) + recipe.decay * point[j];
        steep += slopes[j] ** 2;
        usable &&= Number.isFinite(slopes[j]);
        usable &&= k === 0 || Math.abs(point[j]) <= largest.parameter;
      }
      if (!usable) break;
      length = k + 1;
      if (k === most || (recipe.tolerance !== null && Math.sqrt(steep) <= recipe.tolerance)) break;
      if (recipe.order && recipe.batch) {
        // The last batch of an epoch may be shorter.
        const size = Math.min(recipe.batch, count - (drawn % count));
        const seen = recipe.order.slice(drawn, (drawn += size));
        for (let j = 0; j < train.length; j++) {
          slopes[j] = meanOf(buffers[at[j + 1]], seen) + recipe.decay * point[j];
        }
      }
      for (let j = 0; j < train.length; j++) point[j] += update(slopes[j], memory[j], rate);
    }
    if (!length) return null;
    /** @param {string} name @returns {Float64Array} */
    const track = (name) => {
      const j = train.indexOf(name);
      return j < 0 ? new Float64Array(length).fill(start[name]) : tracks[j].subarray(0, length);
    };
    return {
      id: `run ${++runs}`,
      parameters: Object.fromEntries(parameters.map((name) => [name, track(name)])),
      cost: cost.subarray(0, length),
    };
  }
  return { run };
}

/**
 * A rule as a function that renews the memory and says what is added to the parameter.
 * @param {Rule} rule
 * @returns {(gradient: number, memory: Float64Array, rate: number) => number}
 */
function createUpdate(rule) {
  const names = ["g", "eta", ...rule.states.map(([name]) => name)];
  const index = new Map(names.map((name, i) => [name, i]));
  const renew = rule.states.map(([, tree]) => compile(tree, index));
  const step = compile(rule.step, index);
  const slots = new Float64Array(names.length);
  return (gradient, memory, rate) => {
    slots[0] = gradient;
    slots[1] = rate;
    slots.set(memory, 2);
    for (let i = 0; i < renew.length; i++) memory[i] = slots[i + 2] = renew[i](slots);
    return step(slots);
  };
}
