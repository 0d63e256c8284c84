// Where a graph with several nodes in a column stands.

import { along, aside, towards } from "./routes.js";

/** @import { Draft, Placed, Point } from "./layout.js" */

/** @typedef {{name: string, real: boolean, y: number}} Stop */

/**
 * The nodes of each column in an order in which few edges cross. An edge that skips columns passes
 * through an invisible stop in each, which keeps it clear of the nodes there.
 * @param {Pick<Draft, "full" | "edges" | "column" | "columns">} draft
 * @param {(layer: Stop[]) => void} spread gives each stop of a column its place, round 0
 * @returns {{layers: Stop[][], stops: Map<string, string[]>}} `stops`: where each edge passes
 */
export function orderLayers({ full, edges, column, columns }, spread) {
  /** @type {Stop[][]} */
  const layers = Array.from({ length: columns }, () => []);
  for (const node of full) {
    layers[column.get(node.name) ?? 0].push({ name: node.name, real: true, y: 0 });
  }
  /** @type {Map<string, string[]>} */
  const stops = new Map();
  /** @type {[string, string][]} */
  const links = [];
  for (const { edge } of edges) {
    const [from, to] = [column.get(edge.parent) ?? 0, column.get(edge.child) ?? 0];
    const way = [edge.parent];
    for (let c = from + 1; c < to; c++) {
      const name = `${edge.name} ${c}`;
      layers[c].unshift({ name, real: false, y: 0 });
      way.push(name);
    }
    way.push(edge.child);
    stops.set(edge.name, way);
    for (let i = 1; i < way.length; i++) links.push([way[i - 1], way[i]]);
  }
  /** @type {Map<string, Stop>} */
  const byName = new Map(layers.flat().map((stop) => [stop.name, stop]));
  // Order each column by where its neighbours stand, there and back a few times.
  layers.forEach(spread);
  for (let sweep = 0; sweep < 6; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      /** @param {Stop} stop @returns {number} */
      const centre = (stop) => {
        const near = links
          .filter(([a, b]) => (forward ? b : a) === stop.name)
          .map(([a, b]) => byName.get(forward ? a : b)?.y ?? 0);
        return near.length ? near.reduce((sum, y) => sum + y, 0) / near.length : stop.y;
      };
      const wanted = new Map(layer.map((stop) => [stop, centre(stop)]));
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      spread(layer);
    }
  }
  return { layers, stops };
}

/**
 * Columns of several nodes.
 * @param {Draft} draft
 * @returns {Placed}
 */
export function placeLayers(draft) {
  const { full, edges, columns, available, compact, radius, top } = draft;
  const weighted = edges.some((one) => one.weight);
  const pitch = 2 * radius + (weighted ? 118 : 84);

  /** @param {Stop[]} layer */
  const spread = (layer) => {
    /** @param {number} i @returns {number} */
    const room = (i) => (layer[i].real && layer[i - 1].real ? pitch : pitch * 0.62);
    let y = 0;
    layer.forEach((stop, i) => {
      y += i ? room(i) : 0;
      stop.y = y;
    });
    for (const stop of layer) stop.y -= y / 2;
  };
  const { layers, stops } = orderLayers(draft, spread);
  const all = layers.flat();
  const highest = Math.min(...all.map((stop) => stop.y + (stop.real ? 0 : pitch * 0.3)));
  const lowest = Math.max(...all.map((stop) => stop.y - (stop.real ? 0 : pitch * 0.3)));
  const margin = compact ? 50 : 62;
  const longest = Math.max(0, ...edges.map((one) => one.operation.length * 7 + 20));
  const least = Math.max(
    2 * radius + (compact ? 84 : 100),
    longest + 2 * radius,
    weighted ? 190 : 0,
  );
  const step =
    columns > 1
      ? Math.min(Math.max(least, (available - 2 * margin) / (columns - 1)), Math.max(least, 230))
      : 0;
  const width = Math.max(available, 2 * margin + step * (columns - 1));
  const left = (width - step * (columns - 1)) / 2;
  /** @type {Map<string, Point>} */
  const points = new Map();
  layers.forEach((layer, c) => {
    for (const stop of layer)
      points.set(stop.name, { x: left + c * step, y: stop.y - highest + top });
  });

  // Labels go where neither a node with its numbers nor another label stands.
  /** @type {{x: number, y: number, w: number, h: number}[]} */
  const taken = full.flatMap((node) => {
    const { x, y } = /** @type {Point} */ (points.get(node.name));
    return [
      { x, y, w: 2 * radius, h: 2 * radius },
      { x, y: y - radius - 18, w: 64, h: 18 },
      { x, y: y + radius + 16, w: 116, h: 16 },
    ];
  });
  /** @param {Point[]} route @param {number} lift @param {number} width @returns {Point} */
  const free = (route, lift, width) => {
    let best = along(route, 0.5);
    for (const t of [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]) {
      const at = along(route, t);
      const box = { x: at.x, y: at.y + lift - 4, w: width, h: 14 };
      const clash = taken.some(
        (other) =>
          Math.abs(other.x - box.x) < (other.w + box.w) / 2 &&
          Math.abs(other.y - box.y) < (other.h + box.h) / 2,
      );
      if (t === 0.5) best = { x: at.x, y: at.y + lift };
      if (clash) continue;
      best = { x: at.x, y: at.y + lift };
      break;
    }
    taken.push({ x: best.x, y: best.y - 4, w: width, h: 14 });
    return best;
  };
  const drawn = edges.map((one) => {
    const way = (stops.get(one.edge.name) ?? []).map(
      (name) => /** @type {Point} */ (points.get(name)),
    );
    const first = way[0];
    const last = way[way.length - 1];
    // Leave and reach the circles on the line to the next stop.
    const start = towards(first, way[1], radius);
    const end = towards(last, way[way.length - 2], radius + 2);
    const route = [start, ...way.slice(1, -1), end];
    return { one, route };
  });
  const placed = drawn.map(({ one, route }) => ({
    ...one,
    round: false,
    route,
    label: free(route, -9, one.weight ? 96 : one.operation.length * 7),
    back: aside(route, 9).reverse(),
    number: { x: 0, y: 0 },
  }));
  for (const edge of placed) edge.number = free(edge.back, 16, 62);
  const nodes = new Map(
    full.map((node) => [node.name, /** @type {Point} */ (points.get(node.name))]),
  );
  return { width, height: lowest - highest + top + radius + 52, nodes, edges: placed };
}
