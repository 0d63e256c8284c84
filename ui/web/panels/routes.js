// Routes through points, and how they are drawn.

/** @import { Point } from "./layout.js" */

/**
 * The point at a distance from one point on the way to another.
 * @param {Point} from
 * @param {Point} to
 * @param {number} distance
 * @returns {Point}
 */
export function towards(from, to, distance) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + ((to.x - from.x) * distance) / length,
    y: from.y + ((to.y - from.y) * distance) / length,
  };
}

/**
 * The point a share of the way along a route.
 * @param {Point[]} route
 * @param {number} share
 * @returns {Point}
 */
export function along(route, share) {
  const lengths = route.slice(1).map((p, i) => Math.hypot(p.x - route[i].x, p.y - route[i].y));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < lengths.length; i++) {
    if (rest <= lengths[i]) return towards(route[i], route[i + 1], rest);
    rest -= lengths[i];
  }
  return route[route.length - 1];
}

/**
 * A route moved sideways, to the right-hand side of where it goes.
 * @param {Point[]} route
 * @param {number} distance
 * @returns {Point[]}
 */
export function aside(route, distance) {
  return route.map((point, i) => {
    const before = route[Math.max(0, i - 1)];
    const after = route[Math.min(route.length - 1, i + 1)];
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    return {
      x: point.x - ((after.y - before.y) / length) * distance,
      y: point.y + ((after.x - before.x) / length) * distance,
    };
  });
}

/**
 * A route as SVG path data: a smooth curve through its points, or lines with rounded corners.
 * @param {Point[]} route
 * @param {boolean} round
 * @returns {string}
 */
export function pathData(route, round) {
  const [first, ...rest] = route;
  const start = `M${first.x} ${first.y}`;
  if (round) {
    const corners = rest.slice(0, -1).map((corner, i) => {
      const near = Math.min(10, Math.hypot(corner.x - route[i].x, corner.y - route[i].y) / 2);
      const into = towards(corner, route[i], near);
      const out = towards(corner, route[i + 2], near);
      return `L${into.x} ${into.y}Q${corner.x} ${corner.y} ${out.x} ${out.y}`;
    });
    const last = route[route.length - 1];
    return `${start}${corners.join("")}L${last.x} ${last.y}`;
  }
  if (rest.length === 1) return `${start}L${rest[0].x} ${rest[0].y}`;
  // Catmull-Rom: the tangent at each point runs along its neighbours.
  return (
    start +
    rest
      .map((to, i) => {
        const from = route[i];
        const before = route[i - 1] ?? from;
        const after = route[i + 2] ?? to;
        const one = { x: from.x + (to.x - before.x) / 6, y: from.y + (to.y - before.y) / 6 };
        const two = { x: to.x - (after.x - from.x) / 6, y: to.y - (after.y - from.y) / 6 };
        return `C${one.x} ${one.y} ${two.x} ${two.y} ${to.x} ${to.y}`;
      })
      .join("")
  );
}

/**
 * The outline of an arrowhead at the end of a route.
 * @param {Point[]} route
 * @param {number} size
 * @returns {string}
 */
export function arrowhead(route, size) {
  const tip = route[route.length - 1];
  const from = route[route.length - 2];
  const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const [dx, dy] = [((tip.x - from.x) / length) * size, ((tip.y - from.y) / length) * size];
  const base = { x: tip.x - dx, y: tip.y - dy };
  const [sx, sy] = [-dy * 0.5, dx * 0.5];
  return `M${tip.x} ${tip.y}L${base.x + sx} ${base.y + sy}L${base.x - sx} ${base.y - sy}Z`;
}
