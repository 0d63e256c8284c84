// Numbers on their way to where a step of the lesson sets them, so that a learner sees what changes.

const LENGTH = 400; // ms

/**
 * @typedef {object} Glide
 * @property {(name: string) => number | undefined} at where a number is now, if it is on its way
 * @property {() => boolean} over
 */

/**
 * @param {(name: string) => number} now what is shown
 * @param {Record<string, number>} then
 * @returns {Glide | null} null if nothing changes, or if the learner wants no motion
 */
export function createGlide(now, then) {
  const from = Object.fromEntries(Object.keys(then).map((name) => [name, now(name)]));
  const ways = Object.keys(then).filter(
    (name) =>
      Number.isFinite(from[name]) && Number.isFinite(then[name]) && from[name] !== then[name],
  );
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still || !ways.length) return null;
  const moving = new Set(ways);
  const began = performance.now();
  const share = () => Math.min(1, (performance.now() - began) / LENGTH);
  return {
    at(name) {
      if (!moving.has(name)) return undefined;
      const s = share();
      const eased = s * s * (3 - 2 * s); // begins and ends gently
      return s < 1 ? from[name] + (then[name] - from[name]) * eased : then[name];
    },
    over: () => share() === 1,
  };
}
