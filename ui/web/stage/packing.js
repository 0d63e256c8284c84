// Arrays and paths as Python packs them.

/** @import { PackedPath, Path } from "./types.js" */

/**
 * @param {PackedPath} packed
 * @returns {Path}
 */
export function unpackPath(packed) {
  const cost = unpack(packed.cost);
  /** One value stands for a parameter that was not trained. @param {Float64Array} steps */
  const filled = (steps) =>
    steps.length === 1 ? new Float64Array(cost.length).fill(steps[0]) : steps;
  const parameters = Object.fromEntries(
    Object.entries(packed.parameters).map(([name, text]) => [name, filled(unpack(text))]),
  );
  return { id: packed.id, parameters, cost };
}

/**
 * @param {string} text base64 of little-endian float64
 * @returns {Float64Array}
 */
export function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}

/**
 * @param {Record<string, string> | null} packed
 * @returns {Record<string, Float64Array> | null}
 */
export function unpackSamples(packed) {
  if (!packed) return null;
  return Object.fromEntries(Object.entries(packed).map(([name, text]) => [name, unpack(text)]));
}
