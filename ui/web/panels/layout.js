// Where everything in the network panel stands. Pure geometry from the graph alone, so any
// layered graph can be drawn: nodes in columns by their longest path from an input, parameters
// and targets as small handles at the node or edge that they enter.

/** @import { Graph, GraphEdge, GraphNode } from "../stage/types.js" */

/** @typedef {{x: number, y: number}} Point */
/**
 * @typedef {object} PlacedEdge
 * @property {GraphEdge} edge
 * @property {Point[]} route of the value, parent to child
 * @property {Point[]} back of the derivative, child to parent
 * @property {boolean} round whether the route turns corners, rather than bends
 * @property {Point} label above the edge
 * @property {Point} number of the local derivative
 * @property {string | null} weight the parameter that multiplies the parent, if one does
 * @property {string} operation what is written on the edge when no weight is
 */
/** @typedef {{name: string, child: string, x: number, y: number, from: number, to: number}} Handle */
/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} radius of a node
 * @property {boolean} compact
 * @property {boolean} tight a chain whose rows are as low as can be read
 * @property {boolean} chain one node a column, so there is room below for two rows of numbers
 * @property {Map<string, Point>} nodes
 * @property {PlacedEdge[]} edges
 * @property {Handle[]} handles
 * @property {Set<string>} stated nodes whose formula is written above them
 */

const FORMULA = 18; // px for a formula between a node's number and its handles

/**
 * The parameter by which a parent is multiplied in its child's formula: a term parameter × parent.
 * @param {GraphNode} child
 * @param {string} parent
 * @param {Map<string, GraphNode>} nodes
 * @returns {string | null}
 */
function weightOf(child, parent, nodes) {
  const tree = child.value;
  if (!Array.isArray(tree)) return null;
  const terms = tree[0] === "+" ? tree.slice(1) : [tree];
  for (const term of terms) {
    if (!Array.isArray(term) || term[0] !== "*" || term.length !== 3) continue;
    const [, a, b] = term;
    const other = a === parent ? b : b === parent ? a : null;
    if (typeof other === "string" && nodes.get(other)?.kind === "parameter") return other;
  }
  return null;
}

/**
 * Parameters and targets hang on the node that they enter; everything else is drawn as a node.
 * @param {GraphNode} node
 * @returns {boolean}
 */
function isHandle(node) {
  return node.kind === "parameter" || (node.kind === "target" && node.parents.length === 0);
}

/**
 * What is done on an edge: the function's name if the child is a function of this parent alone,
 * else the child's formula if it has only this parent and is short.
 * @param {GraphNode} child
 * @param {number} full how many parents of the child are drawn as nodes
 * @returns {string}
 */
function operationOf(child, full) {
  if (full !== 1) return "";
  const tree = child.value;
  if (Array.isArray(tree) && tree.length === 2 && typeof tree[1] === "string") {
    return tree[0] === "sigmoid" ? "σ" : tree[0];
  }
  return child.formula.length <= 14 ? child.formula : "";
}

/**
 * @param {Graph} graph
 * @param {number} available width in pixels
 * @param {{low?: boolean, bare?: boolean}} [how] `low`: rows are as low as can be read; `bare`:
 *   without derivatives
 * @returns {Layout}
 */
export function layoutGraph(graph, available, { low = false, bare = false } = {}) {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const full = graph.nodes.filter((node) => !isHandle(node));
  const shown = new Set(full.map((node) => node.name));

  /** @type {Map<string, number>} */
  const column = new Map();
  for (const node of full) {
    const before = node.parents.filter((parent) => shown.has(parent));
    column.set(node.name, Math.max(-1, ...before.map((name) => column.get(name) ?? 0)) + 1);
  }
  const edges = graph.edges.filter((edge) => shown.has(edge.parent) && shown.has(edge.child));
  /** @param {GraphEdge} edge @returns {number} */
  const span = (edge) => (column.get(edge.child) ?? 0) - (column.get(edge.parent) ?? 0);
  const columns = Math.max(-1, ...column.values()) + 1;
  const chain = columns === full.length && edges.every((edge) => span(edge) === 1);

  const compact = available < 480;
  const draft = edges.map((edge) => {
    const child = /** @type {GraphNode} */ (nodes.get(edge.child));
    const parents = child.parents.filter((parent) => shown.has(parent)).length;
    const weight = weightOf(child, edge.parent, nodes);
    return { edge, weight, operation: weight ? "" : operationOf(child, parents) };
  });

  // Handles above each node, except the weights, which stand on their edges.
  const onEdges = new Set(draft.flatMap((one) => one.weight ?? []));
  /** @type {Map<string, string[]>} */
  const above = new Map();
  for (const node of graph.nodes.filter(isHandle)) {
    const child = graph.edges.find((edge) => edge.parent === node.name && shown.has(edge.child));
    if (!child || onEdges.has(node.name)) continue;
    above.set(child.child, [...(above.get(child.child) ?? []), node.name]);
  }
  const stated = new Set(
    full
      .filter(
        (node) =>
          node.parents.length &&
          draft.every((one) => one.edge.child !== node.name || (!one.weight && !one.operation)),
      )
      .filter((node) => !nodeHasWeight(node.name, draft) && node.formula.length <= 30)
      .map((node) => node.name),
  );

  const tight = low && chain && !bare;
  const radius = tight ? 18 : compact ? 21 : 23;
  const formula = [...above.keys()].some((name) => stated.has(name)) ? FORMULA : 0;
  const tallest = Math.max(0, ...[...above.values()].map((names) => names.length));
  const reach = tight ? 50 : compact ? (chain ? 94 : 66) : 82; // of a handle, above the circle
  const top =
    Math.max(
      radius + 28,
      tallest ? radius + reach + formula + 36 * (tallest - 1) : 0,
      stated.size ? radius + 50 : 0,
    ) + (tight ? 6 : 10);

  const place = chain ? placeChain : placeLayers;
  const handled = new Set(above.keys());
  const placed = place({
    full,
    edges: draft,
    column,
    columns,
    available,
    compact,
    tight,
    bare,
    radius,
    top,
    handled,
  });

  /** @type {Handle[]} */
  const handles = [];
  for (const [child, names] of above) {
    const at = placed.nodes.get(child);
    if (!at) continue;
    names.forEach((name, i) => {
      const formula = stated.has(child) ? FORMULA : 0;
      const y = at.y - radius - (tight ? 29 : 54) - formula - 36 * i;
      const to = at.y - radius - (tight ? 21 : 30) - formula;
      handles.push({ name, child, x: at.x, y, from: y + (tight ? 3 : 5), to });
    });
  }
  return { ...placed, radius, compact, tight, chain, handles, stated };
}

/**
 * @param {string} name
 * @param {{edge: GraphEdge, weight: string | null}[]} draft
 * @returns {boolean}
 */
function nodeHasWeight(name, draft) {
  return draft.some((one) => one.edge.child === name && one.weight);
}

/**
 * @typedef {object} Draft
 * @property {GraphNode[]} full
 * @property {{edge: GraphEdge, weight: string | null, operation: string}[]} edges
 * @property {Map<string, number>} column
 * @property {number} columns
 * @property {number} available
 * @property {boolean} compact
 * @property {boolean} tight
 * @property {boolean} bare
 * @property {number} radius
 * @property {number} top room above the centre of the highest node
 * @property {Set<string>} handled nodes with a handle above them
 */
/** @typedef {Pick<Layout, "width" | "height" | "nodes" | "edges">} Placed */

/**
 * One node after the other, broken into rows like a line of text where the width runs out.
 * @param {Draft} draft
 * @returns {Placed}
 */
function placeChain({ full, edges, available, compact, tight, bare, radius, top, handled }) {
  const byParent = new Map(edges.map((one) => [one.edge.parent, one]));
  const gaps = full.slice(0, -1).map((node) => {
    const one = byParent.get(node.name);
    if (one?.weight) return compact ? 88 : tight ? 130 : 104;
    return Math.max(compact ? 56 : tight ? 66 : 58, (one?.operation.length ?? 0) * 6 + 16);
  });
  // From a node's centre to what leads round the end of its row: past the widest number at it.
  const past = compact ? 48 : 66;
  const apart = compact ? 6 : 8; // the value's way and the derivative's
  // From the border to the centre of a row's first and last node, where rows end; where not, less.
  const whole = compact ? 46 : 54;
  const steps = gaps.reduce((sum, gap) => sum + gap + 2 * radius, 0);
  const edge = steps + 2 * whole <= available ? whole : past + apart + 2;

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
  const below = radius + (bare ? 12 : tight ? 60 : compact ? 109 : 107);
  const round = tight ? 46 : 54; // for the ways from a row to the next
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
          { x: b.x - radius, y: b.y + radius + (tight ? 3 : 8) },
          { x: a.x + radius + 2, y: a.y + radius + (tight ? 3 : 8) },
          tight ? 12 : 22,
        ),
        label: { x: middle, y: a.y - (tight ? 7 : 11) },
        number: { x: middle, y: a.y + radius + (tight ? 28 : 47) },
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

/**
 * Columns of several nodes. An edge that skips columns passes through an invisible stop in each,
 * which keeps it clear of the nodes there.
 * @param {Draft} draft
 * @returns {Placed}
 */
function placeLayers({ full, edges, column, columns, available, compact, radius, top }) {
  /** @typedef {{name: string, real: boolean, y: number}} Stop */
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

/**
 * The point at a distance from one point on the way to another.
 * @param {Point} from
 * @param {Point} to
 * @param {number} distance
 * @returns {Point}
 */
function towards(from, to, distance) {
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
function along(route, share) {
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
function aside(route, distance) {
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

const LARGEST = 1.5; // as a share of the size at which it is designed
const SMALLEST = 0.35;
const LEGIBLE = 0.85; // at less than this, lower rows are better
const NARROW = 600; // px of layout; what is narrower is laid out as on a phone

/**
 * The layout that is largest in a place and wholly seen.
 * @param {Graph} graph
 * @param {number} width in pixels
 * @param {number} height Infinity where it follows the layout
 * @param {boolean} [bare] without derivatives
 * @returns {{layout: Layout, scale: number}} `scale` is pixels for each of the layout's
 */
export function layoutWithin(graph, width, height, bare = false) {
  if (height === Infinity) return { layout: layoutGraph(graph, width, { bare }), scale: 1 };
  const most = Math.max(1, Math.min(LARGEST, width / NARROW));
  /** @param {boolean} low @returns {{layout: Layout, scale: number}} */
  const largest = (low) => {
    for (let scale = most; ; scale -= 0.03) {
      const layout = layoutGraph(graph, Math.floor(width / scale), { low, bare });
      const fits = layout.width * scale <= width + 1 && layout.height * scale <= height;
      if (fits || scale <= SMALLEST) return { layout, scale };
    }
  };
  const usual = largest(false);
  const lower = usual.scale < LEGIBLE ? largest(true) : usual;
  return lower.scale > usual.scale ? lower : usual;
}
