// Where everything in the network panel stands. Pure geometry from the graph alone, so any
// layered graph can be drawn: nodes in columns by their longest path from an input, parameters
// and targets as small handles at the node or edge that they enter.

import { placeChain } from "./chain.js";
import { placeLayers } from "./layers.js";
import { placeUpright } from "./upright.js";

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
 * @property {number} letters the size of a derivative's, where it is tight
 * @property {number} line from one line of derivatives to the next, where it is tight
 * @property {boolean} chain one node a column, so there is room below for two rows of numbers
 * @property {boolean} upright from top to bottom, with a node's numbers to the right of it
 * @property {Map<string, Point>} nodes
 * @property {PlacedEdge[]} edges
 * @property {Handle[]} handles
 * @property {Set<string>} stated nodes whose formula is written above them
 */

const LETTERS = 13; // as in network.css, where it is tight
const LEAST = 9.5; // px of the screen, as there
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
 * @param {{low?: boolean, bare?: boolean, scale?: number, upright?: boolean}} [how] `low`: rows are
 *   as low as can be read; `bare`: without derivatives; `scale`: pixels for each of the layout's;
 *   `upright`: from top to bottom, where no parameter is in the way
 * @returns {Layout}
 */
export function layoutGraph(graph, available, how = {}) {
  const { low = false, bare = false, scale = 1 } = how;
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

  const upright = Boolean(how.upright) && !chain && !graph.nodes.some(isHandle);
  const compact = upright || available < 480;
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
  const letters = Math.max(LETTERS, LEAST / scale);
  const line = letters + 1;
  const radius = tight ? 18 : compact ? 21 : 23;
  const formula = [...above.keys()].some((name) => stated.has(name)) ? FORMULA : 0;
  const tallest = Math.max(0, ...[...above.values()].map((names) => names.length));
  const reach = tight ? 36 + line : compact ? (chain ? 94 : 66) : 82; // of a handle, above the circle
  const top =
    Math.max(
      radius + 28,
      tallest ? radius + reach + formula + 36 * (tallest - 1) : 0,
      stated.size ? radius + 50 : 0,
    ) + (tight ? letters - 7 : 10);

  const place = chain ? placeChain : upright ? placeUpright : placeLayers;
  const handled = new Set(above.keys());
  const placed = place({
    full,
    edges: draft,
    column,
    columns,
    available,
    compact,
    tight,
    letters,
    line,
    bare,
    radius,
    top,
    handled,
    stated,
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
  return { ...placed, radius, compact, tight, letters, line, chain, upright, handles, stated };
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
 * @property {number} letters
 * @property {number} line
 * @property {boolean} bare
 * @property {number} radius
 * @property {number} top room above the centre of the highest node
 * @property {Set<string>} handled nodes with a handle above them
 * @property {Set<string>} stated nodes whose formula is written at them
 */
/** @typedef {Pick<Layout, "width" | "height" | "nodes" | "edges">} Placed */

const LARGEST = 1.5; // as a share of the size at which it is designed
const SMALLEST = 0.35;
const NARROWEST = 0.7; // of a graph from top to bottom; what is wider is scrolled to
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
  if (height === Infinity) {
    let layout = layoutGraph(graph, width, { bare });
    if (layout.compact || layout.width > width) {
      layout = layoutGraph(graph, width, { bare, upright: true });
    }
    const scale = layout.upright ? Math.max(NARROWEST, Math.min(1, width / layout.width)) : 1;
    return { layout, scale };
  }
  const most = Math.max(1, Math.min(LARGEST, width / NARROW));
  /** @param {boolean} low @returns {{layout: Layout, scale: number}} */
  const largest = (low) => {
    for (let scale = most; ; scale -= 0.03) {
      const layout = layoutGraph(graph, Math.floor(width / scale), { low, bare, scale });
      const fits = layout.width * scale <= width + 1 && layout.height * scale <= height;
      if (fits || scale <= SMALLEST) return { layout, scale };
    }
  };
  const usual = largest(false);
  const lower = usual.scale < LEGIBLE ? largest(true) : usual;
  return lower.scale > usual.scale ? lower : usual;
}
