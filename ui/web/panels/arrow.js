// The arrow on the map: the step that will be taken, to scale. Where that would be too short to see
// or would leave the map, a mark of one length stands in, drawn otherwise: only its direction counts.

import { arrowhead } from "./routes.js";
import { svg } from "../stage/dom.js";

/** @import { Point } from "./layout.js" */

const SHORTEST = 20; // px; a shorter arrow would be under the point
const MARK = 36; // px
const HEAD = 11; // px

/**
 * @typedef {"step" | "short" | "long" | "none"} Reach to scale, too short for it, too long, no step
 */
/**
 * @param {Point} from in pixels of the map
 * @param {Point} to where the step leads
 * @param {number} side of the map
 * @returns {{reach: Reach, tip: Point}}
 */
export function arrowOf(from, to, side) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (!(length > 0 && length < Infinity)) return { reach: "none", tip: from };
  const inside = to.x >= 0 && to.x <= side && to.y >= 0 && to.y <= side;
  if (length >= SHORTEST && inside) return { reach: "step", tip: to };
  const share = MARK / length;
  const tip = { x: from.x + dx * share, y: from.y + dy * share };
  return { reach: length < SHORTEST ? "short" : "long", tip };
}

/** @returns {{element: SVGElement, draw: (from: Point, to: Point, side: number) => Reach}} */
export function stepArrow() {
  const [halo, shaft, head] = ["halo", "shaft", "head"].map((name) => svg("path", { class: name }));
  const element = svg("g", { class: "arrow" }, halo, shaft, head);
  let drawn = "";
  return {
    element,
    draw(from, to, side) {
      const { reach, tip } = arrowOf(from, to, side);
      const line = reach === "none" ? "" : `M${from.x} ${from.y}L${tip.x} ${tip.y}`;
      if (line === drawn && element.getAttribute("data-reach") === reach) return reach;
      drawn = line;
      const point = line && arrowhead([from, tip], HEAD);
      halo.setAttribute("d", line + point);
      shaft.setAttribute("d", line);
      head.setAttribute("d", point);
      element.setAttribute("data-reach", reach);
      return reach;
    },
  };
}
