// The path of the descent on the map, and how much of it is walked.

import { svg } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {[string, string]} axes
 * @returns {{elements: SVGElement[], draw: (toX: (value: number) => number,
 *   toY: (value: number) => number, side: number) => void}} `draw` on a square of this side
 */
export function pathTrail(stage, [across, up]) {
  const whole = svg("path", { class: "path whole" });
  const dots = svg("path", { class: "path dots" });
  const walked = svg("path", { class: "path so-far" });
  const elements = [whole, dots, walked];
  let drawn = ""; // which path, on how large a map
  let lengths = new Float64Array(0); // from the start to each step

  /** @type {ReturnType<typeof pathTrail>["draw"]} */
  function drawPath(toX, toY, side) {
    const path = stage.path;
    const xs = path?.parameters[across];
    const ys = path?.parameters[up];
    lengths = new Float64Array(xs?.length ?? 0);
    if (!path || !xs || !ys) {
      for (const one of elements) one.setAttribute("d", "");
      return;
    }
    /** A path that diverges leaves the map; far outside its exact place does not matter. @param {number} p @returns {number} */
    const near = (p) => Math.round(100 * Math.max(-9 * side, Math.min(10 * side, p))) / 100;
    let line = "";
    let spots = "";
    let [px, py] = [NaN, NaN];
    for (let k = 0; k < xs.length; k++) {
      const [x, y] = [near(toX(xs[k])), near(toY(ys[k]))];
      lengths[k] = k ? lengths[k - 1] : 0;
      if (Number.isNaN(x) || Number.isNaN(y)) break;
      if (k) lengths[k] += Math.hypot(x - px, y - py);
      line += `${k ? "L" : "M"}${x} ${y}`;
      spots += `M${x} ${y}h0`;
      [px, py] = [x, y];
    }
    whole.setAttribute("d", line);
    walked.setAttribute("d", line);
    dots.setAttribute("d", spots);
  }

  return {
    elements,
    draw(toX, toY, side) {
      const wanted = `${stage.path?.id} ${side}`;
      if (drawn !== wanted) drawPath(toX, toY, side);
      drawn = wanted;
      if (!lengths.length) return;
      const length = lengths[Math.min(stage.step, lengths.length - 1)];
      walked.setAttribute("stroke-dasharray", `${length} 1e6`);
    },
  };
}
