// Heights over an even grid: the ground under a point, lines of equal height, a path laid on it.

/**
 * @typedef {object} Terrain
 * @property {Float64Array} columns the first parameter's values, evenly spaced
 * @property {Float64Array} rows the second's
 * @property {Float64Array} heights row by row
 */

/**
 * The height at a point, between the grid's own; NaN outside.
 * @param {Terrain} terrain
 * @param {number} x
 * @param {number} y
 * @returns {number}
 */
export function heightAt({ columns, rows, heights }, x, y) {
  const [n, m] = [columns.length, rows.length];
  const across = ((x - columns[0]) / (columns[n - 1] - columns[0])) * (n - 1);
  const along = ((y - rows[0]) / (rows[m - 1] - rows[0])) * (m - 1);
  if (!(across >= 0 && across <= n - 1 && along >= 0 && along <= m - 1)) return NaN;
  const [i, j] = [Math.min(n - 2, Math.floor(across)), Math.min(m - 2, Math.floor(along))];
  const [u, v] = [across - i, along - j];
  const at = j * n + i;
  const low = heights[at] + (heights[at + 1] - heights[at]) * u;
  const high = heights[at + n] + (heights[at + n + 1] - heights[at + n]) * u;
  return low + (high - low) * v;
}

/**
 * The lowest and the highest; of level ground two that differ.
 * @param {Float64Array} heights
 * @returns {[number, number]}
 */
export function extent(heights) {
  let [low, high] = [Infinity, -Infinity];
  for (const height of heights) {
    if (!Number.isFinite(height)) continue;
    if (height < low) low = height;
    if (height > high) high = height;
  }
  if (low > high) return [0, 1];
  return high > low ? [low, high] : [low, low + 1];
}

/** @typedef {{x: number[], y: number[], z: number[]}} Line NaN is a gap in it */

/**
 * A path laid on the ground: between its steps, too, it is nowhere lower. What is outside is a gap.
 * @param {Terrain} terrain
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {ArrayLike<number>} costs the heights at the steps themselves
 * @param {number} count how many steps
 * @param {number} lift so far above the ground
 * @returns {Line}
 */
export function draped(terrain, xs, ys, costs, count, lift) {
  const { columns, rows } = terrain;
  const [dx, dy] = [columns[1] - columns[0], rows[1] - rows[0]];
  /** @type {Line} */
  const line = { x: [], y: [], z: [] };
  /** @param {number} x @param {number} y @param {number} cost */
  const addPoint = (x, y, cost) => {
    const ground = heightAt(terrain, x, y);
    line.x.push(x);
    line.y.push(y);
    line.z.push(Number.isNaN(ground) ? NaN : Math.max(ground, cost) + lift);
  };
  for (let k = 0; k < count; k++) {
    if (k) {
      const [x, y] = [xs[k - 1], ys[k - 1]];
      const [right, up] = [xs[k] - x, ys[k] - y];
      const cells = Math.max(Math.abs(right / dx), Math.abs(up / dy));
      const parts = Math.min(columns.length, Math.ceil(cells)) || 1;
      for (let p = 1; p < parts; p++) {
        addPoint(x + (right * p) / parts, y + (up * p) / parts, -Infinity);
      }
    }
    addPoint(xs[k], ys[k], costs[k]);
  }
  return line;
}

/**
 * Where the ground has one of these heights, as pieces with gaps between them.
 * @param {Terrain} terrain
 * @param {number[]} levels
 * @param {number} z the height at which they are drawn
 * @returns {Line}
 */
export function contours({ columns, rows, heights }, levels, z) {
  const [n, m] = [columns.length, rows.length];
  /** @type {Line} */
  const line = { x: [], y: [], z: [] };
  const corners = [0, 0, 0, 0];
  for (let j = 0; j + 1 < m; j++) {
    for (let i = 0; i + 1 < n; i++) {
      const at = j * n + i;
      corners[0] = heights[at];
      corners[1] = heights[at + 1];
      corners[2] = heights[at + n + 1];
      corners[3] = heights[at + n];
      const [low, high] = [Math.min(...corners), Math.max(...corners)];
      for (const level of levels) {
        if (!(level > low && level <= high)) continue;
        let ends = 0;
        for (let side = 0; side < 4; side++) {
          const [a, b] = [corners[side], corners[(side + 1) % 4]];
          if (a < level === b < level) continue;
          const part = (level - a) / (b - a);
          const [right, up] = [
            [part, 0],
            [1, part],
            [1 - part, 1],
            [0, 1 - part],
          ][side];
          line.x.push(columns[i] + right * (columns[i + 1] - columns[i]));
          line.y.push(rows[j] + up * (rows[j + 1] - rows[j]));
          line.z.push(z);
          if (++ends % 2) continue;
          line.x.push(NaN);
          line.y.push(NaN);
          line.z.push(NaN);
        }
      }
    }
  }
  return line;
}
