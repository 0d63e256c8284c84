// Where a chain stands: one node a column, in rows like lines of text.

/** @import { Draft, Placed, Point } from "./layout.js" */

const LONGEST = 10; // em of a derivative with its symbol, with an exponent of three digits
const APART = 7.1; // em from the middle of a derivative to that of the next

/**
 * One node after the other, broken into rows like a line of text where the width runs out.
 * @param {Draft} draft
 * @returns {Placed}
 */
export function placeChain(draft) {
  const { full, edges, available, compact, tight, letters, line, bare, radius, top, handled } =
    draft;
  const byParent = new Map(edges.map((one) => [one.edge.parent, one]));
  const gaps = full.slice(0, -1).map((node) => {
    const one = byParent.get(node.name);
    const length = one?.operation.length ?? 0;
    if (tight) {
      // A weight's derivative stands between its nodes, and nodes' derivatives beside each other.
      if (one?.weight) return LONGEST * letters + 4;
      return Math.max(66, APART * letters - 2 * radius, 0.55 * length * letters + 8);
    }
    if (one?.weight) return compact ? 88 : 104;
    return Math.max(compact ? 56 : 58, length * 6 + 16);
  });
  // From a node's centre to what leads round the end of its row: past the widest number at it.
  const past = compact ? 48 : tight ? Math.max(66, (LONGEST / 2) * letters + 2) : 66;
  const apart = compact ? 6 : 8; // the value's way and the derivative's
  // From the border to the centre of a row's first and last node, where rows end; where not, less.
  const turning = compact ? 46 : 54;
  const steps = gaps.reduce((sum, gap) => sum + gap + 2 * radius, 0);
  const edge = steps + 2 * turning <= available ? turning : past + apart + 2;

  /** @param {number} room @returns {number[][]} */
  const rowsWithin = (room) => {
    /** @type {number[][]} */
    const rows = [[0]];
    let used = 2 * edge;
    for (let i = 1; i < full.length; i++) {
      const step = gaps[i - 1] + 2 * radius;
      if (used + step > room) {
        rows.push([i]);
        used = 2 * edge;
      } else {
        rows[rows.length - 1].push(i);
        used += step;
      }
    }
    return rows;
  };
  // The narrowest width that needs no more rows makes the rows equally full.
  let rows = rowsWithin(available);
  for (let room = available - 8; room > 200; room -= 8) {
    const tighter = rowsWithin(room);
    if (tighter.length > rows.length) break;
    rows = tighter;
  }

  // From a node's centre to the end of its derivative.
  const below = radius + (bare ? 12 : tight ? 18 + 3 * line : compact ? 109 : 107);
  const round = tight ? 33 + letters : 54; // for the ways from a row to the next
  const rowHeight = top + below + round;
  /** @type {Map<string, Point>} */
  const nodes = new Map();
  const lengths = rows.map((row) =>
    row.slice(1).reduce((sum, i) => sum + gaps[i - 1] + 2 * radius, 0),
  );
  const longest = Math.max(...lengths);
  const stretch = longest ? Math.min(1.45, (available - 2 * edge) / longest) : 1;
  const left = Math.max(edge, (available - longest * stretch) / 2);
  rows.forEach((row, r) => {
    let x = left;
    row.forEach((i, k) => {
      if (k) x += (gaps[i - 1] + 2 * radius) * stretch;
      nodes.set(full[i].name, { x, y: top + r * rowHeight });
    });
  });

  const placed = edges.map((one) => {
    const a = /** @type {Point} */ (nodes.get(one.edge.parent));
    const b = /** @type {Point} */ (nodes.get(one.edge.child));
    const middle = (a.x + b.x) / 2;
    if (a.y === b.y) {
      return {
        ...one,
        round: false,
        route: [
          { x: a.x + radius, y: a.y },
          { x: b.x - radius - 2, y: b.y },
        ],
        back: bow(
          { x: b.x - radius, y: b.y + radius + (tight ? 5 : 8) },
          { x: a.x + radius + 2, y: a.y + radius + (tight ? 5 : 8) },
          tight ? 10 : 22,
        ),
        label: { x: middle, y: a.y - (tight ? 7 : 11) },
        number: { x: middle, y: a.y + radius + (tight ? 14 + line : 47) },
      };
    }
    // Round the end of a row to the start of the next; the way back keeps to the inner side.
    const right = a.x + past + apart;
    const west = b.x - past;
    const between = b.y - top - (tight ? 18 : 26);
    // The label hangs below the line, where no handle reaches up to it.
    const row = rows.find(([first]) => full[first].name === one.edge.child) ?? [];
    const clear = row.map((i) => full[i].name).filter((name) => !handled.has(name));
    const beside = nodes.get(clear[clear.length >> 1])?.x ?? middle;
    return {
      ...one,
      round: true,
      route: [
        { x: a.x + radius, y: a.y },
        { x: right, y: a.y },
        { x: right, y: between },
        { x: west, y: between },
        { x: west, y: b.y },
        { x: b.x - radius - 2, y: b.y },
      ],
      back: [
        { x: b.x - radius, y: b.y + 12 },
        { x: west - apart, y: b.y + 12 },
        { x: west - apart, y: between - 8 },
        { x: right - apart, y: between - 8 },
        { x: right - apart, y: a.y + 12 },
        { x: a.x + radius, y: a.y + 12 },
      ],
      label: { x: beside, y: between + 15 },
      number: { x: middle, y: between - 15 },
    };
  });
  return { width: available, height: rows.length * rowHeight - round, nodes, edges: placed };
}

/**
 * A curve that hangs below the straight line between two points.
 * @param {Point} from
 * @param {Point} to
 * @param {number} depth
 * @returns {Point[]}
 */
function bow(from, to, depth) {
  return [from, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + depth }, to];
}
