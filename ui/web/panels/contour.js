// Where a quantity over a grid takes a value: marching squares (Lorensen and Cline, 1987, in 2-D).

/**
 * @param {Float64Array} values row by row
 * @param {number} n columns
 * @param {number} m rows
 * @param {number} level
 * @returns {[number, number, number, number][]} pieces of line, in columns and rows
 */
export function contourAt(values, n, m, level) {
  /** @type {[number, number, number, number][]} */
  const pieces = [];
  /** @param {number} a @param {number} b @returns {number} how far from a to b the level is */
  const part = (a, b) => (level - a) / (b - a);
  for (let j = 0; j + 1 < m; j++) {
    for (let i = 0; i + 1 < n; i++) {
      const at = j * n + i;
      const corners = [values[at], values[at + 1], values[at + n + 1], values[at + n]];
      /** @type {[number, number][]} */
      const cuts = [];
      const [a, b, c, d] = corners;
      if (a > level !== b > level) cuts.push([i + part(a, b), j]);
      if (b > level !== c > level) cuts.push([i + 1, j + part(b, c)]);
      if (d > level !== c > level) cuts.push([i + part(d, c), j + 1]);
      if (a > level !== d > level) cuts.push([i, j + part(a, d)]);
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k], ...cuts[k + 1]]);
    }
  }
  return pieces;
}
