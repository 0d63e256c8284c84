// Where a label has room between what is drawn already.

/** @import { Point } from "./layout.js" */
/** @typedef {{x: number, y: number, w: number, h: number}} Box round its centre */

const FAR = [150, 110]; // px to the side and up or down, as far as a label may stand from its place

/** Ways from a label's own place, the shortest first. @type {Point[]} */
const AWAY = [];
for (let x = -FAR[0]; x <= FAR[0]; x += 5)
  for (let y = -FAR[1]; y <= FAR[1]; y += 4) AWAY.push({ x, y });
AWAY.sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));

/**
 * The free place nearest to one of those where a label belongs; null if there is none.
 * @param {Point[]} wanted
 * @param {{w: number, h: number}} size
 * @param {Box[]} taken
 * @param {{top: number, width: number, height: number}} room all must be in it, and below its top
 * @returns {{at: Point, away: number} | null}
 */
export function freePlace(wanted, { w, h }, taken, { top, width, height }) {
  /** @param {number} x @param {number} y @returns {boolean} */
  const free = (x, y) =>
    x - w / 2 >= 0 &&
    x + w / 2 <= width &&
    y - h / 2 >= top &&
    y + h / 2 <= height &&
    !taken.some(
      (one) => Math.abs(one.x - x) < (one.w + w) / 2 && Math.abs(one.y - y) < (one.h + h) / 2,
    );
  /** @type {{at: Point, away: number} | null} */
  let best = null;
  for (const { x, y } of wanted) {
    for (const by of AWAY) {
      const away = Math.hypot(by.x, by.y);
      if (best && away >= best.away) break;
      if (free(x + by.x, y + by.y)) best = { at: { x: x + by.x, y: y + by.y }, away };
    }
  }
  return best;
}
