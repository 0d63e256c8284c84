// The inputs' line or plane, and what every neuron makes of it: computed once a frame, for all
// panels that show it.

import { createPlane } from "../maths/plane.js";

/** @import { Plane } from "../maths/plane.js" */
/** @import { Stage } from "../stage/stage.js" */

const FINE = { line: 81, plane: 40 }; // points along an axis
const ROOM = 1.15; // of the samples' extent
const LEAST = 1.5; // as far as the inputs reach, at least

/**
 * @typedef {object} Space
 * @property {string[]} axes
 * @property {Float64Array[]} grids
 * @property {[number, number][]} reach from where to where each axis goes
 * @property {Plane} plane
 * @property {number} version renewed when the numbers have changed
 * @property {() => void} refresh
 */

/** @type {WeakMap<Stage, {graph: object, samples: object | null, space: Space}>} */
const spaces = new WeakMap();

/**
 * @param {Stage} stage with a network of layers
 * @returns {Space}
 */
export function inputSpace(stage) {
  const known = spaces.get(stage);
  const { graph, samples } = stage;
  if (known?.graph === graph && known.samples === samples) return known.space;
  const space = createSpace(stage);
  spaces.set(stage, { graph, samples, space });
  return space;
}

/** @param {Stage} stage @returns {Space} */
function createSpace(stage) {
  const { graph, samples, data } = stage;
  const axes = /** @type {string[]} */ (data.shape?.inputs);
  const count = axes.length === 1 ? FINE.line : FINE.plane;
  const reach = axes.map((name) => reachOf(samples?.[name] ?? new Float64Array(0)));
  const grids = reach.map(([from, to]) =>
    Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1)),
  );
  const names = graph.nodes.flatMap(({ name }) => (/^a\d/.test(name) ? [name] : []));
  const plane = createPlane(graph, names, axes, grids);
  const parameters = graph.inputs.filter((name) => stage.node(name).kind === "parameter");
  const last = new Float64Array(parameters.length).fill(NaN);
  /** @type {Space} */
  const space = {
    axes,
    grids,
    reach,
    plane,
    version: 0,
    refresh() {
      let same = space.version > 0;
      for (let i = 0; i < parameters.length; i++) {
        const value = stage.shown[parameters[i]];
        if (last[i] !== value) same = false;
        last[i] = value;
      }
      if (same) return;
      plane.run(stage.shown);
      space.version++;
    },
  };
  return space;
}

/** @param {Float64Array} values @returns {[number, number]} the same to both sides of 0 */
function reachOf(values) {
  const far = values.reduce((most, value) => Math.max(most, Math.abs(value)), LEAST);
  const round = Math.ceil(far * ROOM * 2) / 2;
  return [-round, round];
}

/**
 * How a neuron's values are coloured or drawn: what is in the middle, and how far they go.
 * @param {string} activation
 * @param {Float64Array} values
 * @returns {{middle: number, far: number}}
 */
export function scaleOf(activation, values) {
  if (activation === "sigmoid") return { middle: 0.5, far: 0.5 };
  if (activation === "tanh") return { middle: 0, far: 1 };
  let far = 1;
  for (const value of values)
    if (Math.abs(value) > far && Number.isFinite(value)) far = Math.abs(value);
  return { middle: 0, far };
}

/**
 * Signed numbers as pixels: one colour above the middle, the other below, none in it.
 * @param {Uint8ClampedArray} pixels of n × m, the first row at the top
 * @param {Float64Array} values row by row, the lowest first
 * @param {number} n
 * @param {{middle: number, far: number}} scale
 * @param {Uint8ClampedArray} shades see {@link shadesOf}
 */
export function shade(pixels, values, n, { middle, far }, shades) {
  const m = values.length / n;
  for (let j = 0, k = 0; j < m; j++) {
    let to = (m - 1 - j) * n * 4;
    for (let i = 0; i < n; i++, k++, to += 4) {
      const share = (values[k] - middle) / far;
      const at = Math.max(0, Math.min(255, Math.round(127.5 + 127.5 * share) || 0)) * 4;
      pixels[to] = shades[at];
      pixels[to + 1] = shades[at + 1];
      pixels[to + 2] = shades[at + 2];
      pixels[to + 3] = 255;
    }
  }
}

/**
 * 256 colours from one to the other by way of a third.
 * @param {string} low as #rrggbb
 * @param {string} middle
 * @param {string} high
 * @returns {Uint8ClampedArray}
 */
export function shadesOf(low, middle, high) {
  const [from, through, to] = [low, middle, high].map(channels);
  const shades = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const share = (i - 127.5) / 127.5;
    const end = share < 0 ? from : to;
    // The ends are not reached: what stands on them is to be read.
    const part = Math.abs(share) * 0.8;
    for (let c = 0; c < 3; c++) shades[i * 4 + c] = through[c] + (end[c] - through[c]) * part;
    shades[i * 4 + 3] = 255;
  }
  return shades;
}

/** @param {string} color @returns {number[]} */
function channels(color) {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
}
