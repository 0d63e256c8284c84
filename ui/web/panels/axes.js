// The axes of the map.

import { svg, svgSymbol } from "../stage/dom.js";
import { ticks } from "./chart.js";

/** @import { GraphNode } from "../stage/types.js" */

/**
 * The frame of a square plot, round numbers at its sides and the names of what it is over.
 * @param {SVGElement} scale takes them
 * @param {{left: number, top: number}} margin
 * @param {number} side px
 * @param {[number, number][]} spans
 * @param {GraphNode[]} nodes across and up
 */
export function drawAxes(scale, margin, side, [[west, east], [south, north]], [across, up]) {
  const bottom = margin.top + side;
  const right = margin.left + side;
  /** @param {number} value @returns {string} */
  const written = (value) => String(value).replace("-", "−");
  scale.replaceChildren(
    svg("rect", { x: margin.left, y: margin.top, width: side, height: side }),
    ...ticks(west, east, 5).map((value) => {
      const x = margin.left + ((value - west) / (east - west)) * side;
      return svg(
        "g",
        {},
        svg("line", { x1: x, y1: bottom, x2: x, y2: bottom + 4 }),
        svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, written(value)),
      );
    }),
    ...ticks(south, north, 5).map((value) => {
      const y = margin.top + ((north - value) / (north - south)) * side;
      return svg(
        "g",
        {},
        svg("line", { x1: margin.left - 4, y1: y, x2: margin.left, y2: y }),
        svg("text", { x: margin.left - 7, y: y + 4, "text-anchor": "end" }, written(value)),
      );
    }),
    svg(
      "text",
      { x: (margin.left + right) / 2, y: bottom + 34, class: `title ${across.kind}` },
      ...svgSymbol(across.label),
    ),
    svg(
      "text",
      { x: 10, y: margin.top + side / 2 + 5, class: `title ${up.kind}` },
      ...svgSymbol(up.label),
    ),
  );
}
