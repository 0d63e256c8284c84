// Where a graph that branches stands on a narrow screen: from top to bottom, a row for each column,
// and the numbers of a node to the right of it.

import { orderLayers } from "./layers.js";
import { along, aside } from "./routes.js";

/** @import { Draft, Placed, PlacedEdge, Point } from "./layout.js" */
/** @import { Box } from "./labels.js" */
/** @import { Stop } from "./layers.js" */

const NUMBER = 74; // px of a node's longest number
const LETTER = 7.2; // px of a formula's
const PAIR = 9; // px from a value's way to its derivative's
const FACTOR = 60; // px of a local derivative
const STRAIGHT = 10; // px of a way's ends, for the arrowheads
const STEPS = [122, 140, 158, 176]; // px from row to row: the first in which all labels have room
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86];

/**
 * @param {Draft} draft
 * @returns {Placed}
 */
export function placeUpright(draft) {
  const { full, available, radius, stated } = draft;
  const nodes = new Map(full.map((node) => [node.name, node]));
  /** What a stop needs to both sides of it. @param {Stop[]} layer @param {number} i @returns {[number, number]} */
  const sides = (layer, i) => {
    const { name, real } = layer[i];
    const factor = FACTOR + PAIR + 4;
    const left = i ? 0 : factor; // left of all ways
    if (!real) return [Math.max(left, PAIR + 10), 12];
    const formula = stated.has(name) ? (nodes.get(name)?.formula.length ?? 0) * LETTER : 0;
    const before = i && !layer[i - 1].real ? factor - 8 : radius + 8;
    return [Math.max(left, before), radius + 6 + Math.max(NUMBER, formula)];
  };
  let widest = 0;
  const { layers, stops } = orderLayers(draft, (layer) => {
    const needed = layer.map((_, i) => sides(layer, i));
    const all = needed.reduce((sum, [left, right]) => sum + left + right, 0);
    const apart = Math.max(0, Math.min(36, (available - all) / layer.length));
    const width = all + apart * (layer.length - 1);
    widest = Math.max(widest, width);
    let x = -width / 2;
    layer.forEach((stop, i) => {
      stop.y = x + needed[i][0];
      x += needed[i][0] + needed[i][1] + apart;
    });
  });
  const width = Math.max(available, Math.ceil(widest));

  /** @param {number} step @returns {{placed: Placed, clashes: number}} */
  const withStep = (step) => {
    /** @type {Map<string, Point>} */
    const points = new Map();
    layers.forEach((layer, row) => {
      for (const { name, y } of layer)
        points.set(name, { x: width / 2 + y, y: radius + 16 + row * step });
    });
    const edges = drawWays(draft, points, stops);
    const clashes = placeLabels(draft, points, edges, width);
    const height = radius + 16 + (layers.length - 1) * step + radius + 18;
    const at = new Map(full.map(({ name }) => [name, /** @type {Point} */ (points.get(name))]));
    return { placed: { width, height, nodes: at, edges }, clashes };
  };
  let best = withStep(STEPS[0]);
  for (const step of STEPS.slice(1)) {
    if (!best.clashes) break;
    const one = withStep(step);
    if (one.clashes < best.clashes) best = one;
  }
  return best.placed;
}

/**
 * The ways of the values down, and of the derivatives up beside them; still without labels.
 * @param {Draft} draft
 * @param {Map<string, Point>} points
 * @param {Map<string, string[]>} stops
 * @returns {PlacedEdge[]}
 */
function drawWays({ edges, radius }, points, stops) {
  /** @param {string} name @returns {Point} */
  const at = (name) => /** @type {Point} */ (points.get(name));
  const ways = edges.map((one) => (stops.get(one.edge.name) ?? []).map(at));
  /** How far from the middle of its node each edge leaves or reaches it, in the order in which they
   * stand. @param {"parent" | "child"} end @returns {number[]} */
  const ports = (end) =>
    edges.map((one, i) => {
      /** @param {number} k @returns {number} */
      const other = (k) => (end === "parent" ? ways[k][1] : ways[k][ways[k].length - 2]).x;
      const all = edges.flatMap((two, k) => (two.edge[end] === one.edge[end] ? [k] : []));
      all.sort((a, b) => other(a) - other(b) || a - b);
      const apart = Math.min(
        2 * PAIR + 2,
        (2 * (radius - PAIR / 2 - 2)) / Math.max(1, all.length - 1),
      );
      return (all.indexOf(i) - (all.length - 1) / 2) * apart;
    });
  const [leaving, reaching] = [ports("parent"), ports("child")];
  /** @param {number} offset @returns {number} how far down the circle is there */
  const rim = (offset) => Math.sqrt(Math.max(0, radius ** 2 - offset ** 2));
  return edges.map((one, i) => {
    const way = ways[i];
    const start = { x: way[0].x + leaving[i], y: way[0].y + radius };
    const end = { x: way[way.length - 1].x + reaching[i], y: way[way.length - 1].y - radius };
    const stations = [
      start,
      ...way.slice(1, -1).flatMap(({ x, y }) => [
        { x, y: y - radius },
        { x, y: y + radius },
      ]),
      end,
    ];
    const between = [];
    for (let k = 0; k < stations.length; k += 2)
      between.push(...slope(stations[k], stations[k + 1]));
    const middle = [{ x: start.x, y: start.y - radius }, ...between];
    middle.push({ x: end.x, y: end.y + radius });
    /** On one side of the middle, from circle to circle. @param {number} side @param {number} above
     * @param {number} below @returns {Point[]} */
    const beside = (side, above, below) => {
      const line = aside(middle, -side);
      line[0].y += rim(leaving[i] + side) + above;
      line[line.length - 1].y -= rim(reaching[i] + side) + below;
      return line;
    };
    return {
      ...one,
      round: false,
      route: beside(PAIR / 2, 0, 2),
      back: beside(-PAIR / 2, 2, 0).reverse(),
      label: { x: 0, y: 0 },
      number: { x: 0, y: 0 },
    };
  });
}

/**
 * Points close together on a way from one point down to another, which leaves and arrives upright.
 * @param {Point} from
 * @param {Point} to
 * @returns {Point[]}
 */
function slope(from, to) {
  const [top, low] = [from.y + STRAIGHT, to.y - STRAIGHT];
  const count = Math.ceil(Math.hypot(to.x - from.x, low - top) / 5);
  return Array.from({ length: count + 1 }, (_, i) => {
    const t = i / count;
    return {
      x: from.x + (to.x - from.x) * t * t * (3 - 2 * t),
      y: top + (low - top) * (1.5 * t * (1 - t) + t ** 3),
    };
  });
}

/**
 * Give each edge's operation its place to the right of it and its factor to the left, on nothing.
 * @param {Draft} draft
 * @param {Map<string, Point>} points
 * @param {PlacedEdge[]} edges
 * @param {number} width of all
 * @returns {number} how many stand on something
 */
function placeLabels({ full, radius, stated }, points, edges, width) {
  /** @type {Box[]} */
  const taken = full.flatMap(({ name, formula }) => {
    const { x, y } = /** @type {Point} */ (points.get(name));
    const left = x + radius + 5;
    const numbers = { x: left + NUMBER / 2, y, w: NUMBER, h: 54 };
    const wide = formula.length * LETTER;
    const above = { x: left + wide / 2, y: y - 22, w: wide, h: 16 };
    return [
      { x, y, w: 2 * radius + 4, h: 2 * radius + 4 },
      numbers,
      ...(stated.has(name) ? [{ ...numbers, y: y + 6 }, above] : []),
    ];
  });
  const lines = edges.flatMap(({ route, back }) => [route, back]);
  /** @param {Box} box @returns {number} */
  const on = (box) => {
    const [reachX, reachY] = [box.w / 2, box.h / 2];
    const boxes = taken.filter(
      (one) =>
        Math.abs(one.x - box.x) < one.w / 2 + reachX &&
        Math.abs(one.y - box.y) < one.h / 2 + reachY,
    );
    const crossing = lines.filter((line) =>
      line.some(({ x, y }) => Math.abs(x - box.x) < reachX + 2 && Math.abs(y - box.y) < reachY + 1),
    );
    const out = box.x - reachX < 0 || box.x + reachX > width ? 1 : 0;
    return boxes.length + crossing.length + out;
  };
  let clashes = 0;
  /** @param {Point[]} line @param {number} side @param {number} w @returns {Point} */
  const beside = (line, side, w) => {
    let best = { x: 0, y: 0, w, h: 14 };
    let least = Infinity;
    for (const away of [5, 9, 14, 20, 27]) {
      for (const share of SHARES) {
        const { x, y } = along(line, share);
        const box = { x: x + side * (w / 2 + away), y, w, h: 14 };
        const found = on(box);
        if (found < least) [best, least] = [box, found];
        if (!found) break;
      }
      if (!least) break;
    }
    clashes += least;
    taken.push(best);
    return { x: best.x, y: best.y + 4.5 };
  };
  for (const edge of edges) {
    edge.number = beside(edge.back, -1, FACTOR);
    if (edge.operation) {
      edge.label = beside(edge.route, 1, edge.operation.length * LETTER);
    }
  }
  return clashes;
}
