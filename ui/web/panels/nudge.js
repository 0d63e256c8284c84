// The nudge panel: the chosen quantity is really moved by Δ, and each link's Δchild/Δparent stands
// beside the exact factor. As Δ shrinks the one becomes the other.

import { chains, compile } from "../maths/evaluate.js";
import {
  differential,
  fraction,
  html,
  liveNumber,
  math,
  setDigits,
  showNumbers,
} from "../stage/dom.js";
import { DIGITS, asShown, equals, formatNumber } from "../maths/format.js";
import { fit, overflows } from "./room.js";
import { liveValue, symbolOf } from "./chart.js";
import { plainSymbol } from "./text.js";

/** @import { GraphNode, Panel, Tree } from "../stage/types.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Stage } from "../stage/stage.js" */

const LARGEST = 0; // the nudge's range, as powers of ten
const SMALLEST = -6;
const MOST_TOLD = 9; // digits, to tell a ratio from the derivative
const LOST = 1e-11; // a relative change or difference smaller than this is mostly rounding
const SEEN = 1e-3; // a relative change that no rounding hides

/**
 * How far a measured ratio is from the exact derivative.
 * @param {number} ratio
 * @param {number} exact
 * @returns {{share: number, words: string}} `share` is 1 for 100 %, 0 for eight digits alike
 */
function apart(ratio, exact) {
  const distance = Math.abs(ratio - exact);
  if (Number.isNaN(distance)) return { share: 0, words: "undefined" };
  const relative = exact ? distance / Math.abs(exact) : distance;
  if (relative < LOST) return { share: 0, words: "the same" };
  const share = Math.max(0, Math.min(1, 1 + Math.log10(relative) / 8));
  if (!exact) return { share, words: `${formatNumber(distance)} off` };
  if (relative > 9.95) return { share, words: "far off" };
  if (relative < 9.5e-5) {
    return { share, words: `${Math.floor(-Math.log10(relative))} digits alike` };
  }
  return { share, words: `${Number((100 * relative).toPrecision(2))} % off` };
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function nudgePanel(stage, place) {
  const { graph, evaluator } = stage;
  const { index, edges, values } = evaluator;
  const formulas = graph.nodes.flatMap((node, slot) =>
    node.value === null ? [] : [{ slot, formula: compile(node.value, index) }],
  );
  const delta = new Float64Array(1);
  const moved = new Float64Array(values.length);
  const tried = new Float64Array(values.length);
  const changes = new Float64Array(values.length);
  const ratios = new Float64Array(graph.edges.length + 1);
  const overall = graph.edges.length; // the slot of Δoutput/Δsource
  /** @type {string | null} */
  let built = null;
  let from = -1; // the slot of what is nudged
  let lengths = ""; // of the rows, in characters

  // ---- the nudge

  const input = html("input", {
    type: "range",
    min: SMALLEST,
    max: LARGEST,
    step: 0.05,
    "aria-label": "nudge",
  });
  // It stays when the panel is built anew, as it is for another activation.
  input.value = place.dataset.power ?? "-1";
  const size = html("span", { "aria-hidden": "true" });
  const sizeNumber = liveValue(size, "nudge", delta);
  const symbol = html("span", { class: "of" });
  const scale = html(
    "div",
    { class: "powers", "aria-hidden": "true" },
    ...["10⁻⁶", "10⁻⁴", "0.01", "1"].map((text) => html("span", {}, text)),
  );
  const head = html(
    "div",
    { class: "head" },
    symbol,
    html("div", { class: "range" }, input, scale),
    size,
  );
  const table = html("div", { class: "links", role: "table", "aria-label": "the nudge, by link" });
  const note = html("p", { class: "hint note" });
  const content = html("div");
  place.replaceChildren(content);

  function takeSize() {
    const power = Number(input.value);
    place.dataset.power = input.value;
    delta[0] = Number((10 ** power).toPrecision(4));
    const share = (power - SMALLEST) / (LARGEST - SMALLEST);
    input.style.setProperty("--share", String(share));
  }
  input.oninput = () => {
    takeSize();
    stage.schedule();
  };
  takeSize();

  // ---- the rows

  /**
   * @typedef {object} Row
   * @property {HTMLElement} element
   * @property {string | null} factor
   * @property {number} child its slot
   * @property {number} parent its slot
   * @property {() => [number, number]} compared the ratio and the exact derivative
   * @property {[LiveNumber, LiveNumber]} numbers of both
   * @property {[HTMLElement, HTMLElement]} signs before both
   * @property {HTMLElement} words
   * @property {HTMLElement} bar
   * @property {string} last what the words say
   */
  /** @type {Row[]} */
  let rows = [];
  /** @type {LiveNumber[]} */
  let numbers = [];

  /** @param {string} kind @param {...(Node | string)} children @returns {HTMLElement} */
  const cell = (kind, ...children) =>
    html("span", { class: `cell ${kind}`, role: "cell" }, ...children);

  /**
   * @param {GraphNode} child
   * @param {GraphNode} parent
   * @param {string | null} factor null for the total
   * @param {string[]} [whatMoved] words instead of the child's change
   * @returns {Row}
   */
  function row(child, parent, factor, whatMoved) {
    const edge = factor === null ? -1 : (edges.get(factor) ?? -1);
    const slot = edge < 0 ? overall : edge;
    const [change, measured, exact] = [html("span"), html("span"), html("span")];
    const exactNumber =
      factor === null
        ? liveNumber(exact, evaluator, "derivative", parent.name, { output: graph.output })
        : liveNumber(exact, evaluator, "factor", factor);
    if (!whatMoved) numbers.push(changeNumber(change, child));
    const ratioNumber = liveValue(measured, `ratio d${child.name}/d${parent.name}`, ratios, slot);
    numbers.push(ratioNumber, exactNumber);
    /** @type {[HTMLElement, HTMLElement]} */
    const signs = [html("span", {}, " "), html("span", {}, " ")];
    const partial = factor !== null && child.parents.length > 1;
    const d = partial ? "∂" : differential(graph);
    const [words, bar] = [html("span", { class: "words" }), html("i")];
    const element = html(
      "div",
      { class: factor === null ? "link total" : "link", role: "row" },
      cell("change", ...(whatMoved ?? [html("span", {}, "Δ", symbolOf(child)), " ", change])),
      cell("measured", math(fraction("Δ", child.math, parent.math), "block"), signs[0], measured),
      cell("exact", math(fraction(d, child.math, parent.math), "block"), signs[1], exact),
      cell("apart", words, html("span", { class: "gap", "aria-hidden": "true" }, bar)),
    );
    if (factor !== null) {
      element.onpointerenter = () => stage.pointAt(factor);
      element.onpointerleave = () => stage.pointAt(null);
    }
    return {
      element,
      factor,
      child: index.get(child.name) ?? -1,
      parent: index.get(parent.name) ?? -1,
      compared: () => [ratios[slot], exactNumber.source[exactNumber.slot]],
      numbers: [ratioNumber, exactNumber],
      signs,
      words,
      bar,
      last: "",
    };
  }

  /** @returns {HTMLElement} */
  function titles() {
    return html(
      "div",
      { class: "link titles", role: "row" },
      ...["change", "measured", "exact", "apart"].map((title) =>
        html("span", { class: `cell ${title}`, role: "columnheader" }, title),
      ),
    );
  }

  /** @param {string} name @returns {string} why this cannot be nudged, or nothing */
  function refusal(name) {
    if (name === graph.output) return "This is the output itself. Choose what leads to it.";
    if (!chains(graph, name, 1).count) return "No path leads from here to the output.";
    // Some formulas go past a node, to lose no digits; they would not feel it move.
    const bypassed = graph.nodes.some(
      (node) => node.parents.includes(name) && !mentions(node.value, name),
    );
    return bypassed ? "This one is computed together with what follows. Choose an input." : "";
  }

  function build() {
    built = stage.chosen;
    [rows, numbers] = [[], [sizeNumber]];
    from = -1;
    const name = stage.chosen;
    const source = name === null ? undefined : stage.nodes.get(name);
    const why = source ? refusal(source.name) : "Choose a weight to nudge it.";
    if (!source || why) {
      content.replaceChildren(html("p", { class: "hint" }, why));
      return;
    }
    from = index.get(source.name) ?? -1;
    symbol.replaceChildren("Δ", symbolOf(source));
    const { paths, count } = chains(graph, source.name, 1);
    const output = stage.node(graph.output);
    if (count === 1 && paths[0].length > 1) {
      rows = [...paths[0]].reverse().map((factor) => {
        const { child, parent } = graph.edges[edges.get(factor) ?? -1];
        return row(stage.node(child), stage.node(parent), factor);
      });
    }
    const list = html("div", { class: "moved" });
    if (count > 1) list.append(...reached(source.name).map(changeOf));
    rows.push(row(output, source, null, rows.length ? ["multiplied"] : undefined));
    table.replaceChildren(titles(), ...rows.map((one) => one.element));
    content.replaceChildren(head, ...(count > 1 ? [list] : []), table, note);
  }

  /** @param {string} name @returns {GraphNode[]} what moves with it, but for the output */
  function reached(name) {
    const moving = new Set([name]);
    for (const node of graph.nodes) {
      if (node.parents.some((parent) => moving.has(parent))) moving.add(node.name);
    }
    return graph.nodes.filter(
      (node) => moving.has(node.name) && node.name !== name && node.name !== graph.output,
    );
  }

  /** @param {GraphNode} node @returns {HTMLElement} */
  function changeOf(node) {
    const change = html("span");
    numbers.push(changeNumber(change, node));
    return html("span", {}, "Δ", symbolOf(node), " ", change);
  }

  /** @param {HTMLElement} element @param {GraphNode} node @returns {LiveNumber} */
  function changeNumber(element, { name, kind }) {
    element.classList.add(kind);
    return liveValue(element, `delta ${name}`, changes, index.get(name));
  }

  // ---- measuring

  function measure() {
    moved.set(values);
    moved[from] = values[from] + delta[0];
    for (const { slot, formula } of formulas) if (slot !== from) moved[slot] = formula(moved);
    for (let i = 0; i < moved.length; i++) changes[i] = moved[i] - values[i];
    graph.edges.forEach((edge, i) => {
      ratios[i] = quotient(index.get(edge.child) ?? -1, index.get(edge.parent) ?? -1);
    });
    ratios[overall] = quotient(index.get(graph.output) ?? -1, from);
  }

  /** @param {number} child @param {number} parent @returns {number} NaN if nothing moved */
  function quotient(child, parent) {
    return changes[parent] ? changes[child] / changes[parent] : NaN;
  }

  /**
   * What does not move at all, however many digits there are: where a link passes nothing on, and
   * all that is reached through it.
   * @returns {Set<number>} slots
   */
  function unmoved() {
    /** @type {Set<number>} */
    const still = new Set();
    for (const { factor, child, parent, compared } of rows) {
      if (factor === null || changes[child] !== 0) continue;
      if (still.has(parent) || (compared()[1] === 0 && flat(child, parent))) still.add(child);
    }
    return still;
  }

  /**
   * Whether a node stays as it is while its parent moves, at least to one side, as relu does.
   * @param {number} child
   * @param {number} parent
   * @returns {boolean}
   */
  function flat(child, parent) {
    const formula = formulas.find(({ slot }) => slot === child)?.formula;
    if (!formula || !mentions(graph.nodes[child].value, graph.nodes[parent].name)) return false;
    return [-SEEN, SEEN].some((share) => {
      tried.set(values);
      tried[parent] += share * Math.max(1, Math.abs(values[parent]));
      return formula(tried) === values[child];
    });
  }

  /** Whether a change has drowned in the digits of what it changes. @param {number} slot */
  function drowned(slot) {
    return Math.abs(changes[slot]) < LOST * Math.abs(values[slot]);
  }

  /**
   * Of the last row: whether the digits in a column multiply to the digits of the total.
   * @param {0 | 1} column
   * @returns {string}
   */
  function signOf(column) {
    const [total, ...factors] = [...rows].reverse();
    if (!factors.length) return " ";
    const product = factors.reduce(
      (result, one) => result * asShown(one.compared()[column], one.numbers[column].digits),
      1,
    );
    // 0 times infinity says nothing of the whole.
    return Number.isNaN(product)
      ? " "
      : ` ${equals(product, total.compared()[column], total.numbers[column].digits)} `;
  }

  /**
   * As many digits as tell a measured ratio from the exact derivative, if any do.
   * @param {Row} row
   */
  function tellApart({ compared, numbers }) {
    const [ratio, exact] = compared();
    const relative = Math.abs(ratio - exact) / Math.abs(exact);
    let digits = DIGITS;
    const alike = () => formatNumber(ratio, true, digits) === formatNumber(exact, true, digits);
    while (relative >= LOST && digits <= MOST_TOLD && alike()) digits++;
    if (digits > MOST_TOLD) digits = DIGITS; // the words tell
    for (const number of numbers) setDigits(number, digits);
  }

  function update() {
    if (from < 0) return;
    measure();
    rows.forEach(tellApart);
    showNumbers(numbers);
    for (const column of /** @type {(0 | 1)[]} */ ([0, 1])) {
      const sign = rows[rows.length - 1].signs[column];
      const text = signOf(column);
      if (sign.textContent !== text) sign.textContent = text;
    }
    const still = unmoved();
    let lost = -1;
    let widest = 0;
    for (const one of rows) {
      const [ratio, exact] = one.compared();
      const after = still.has(one.parent); // a link of which neither end moves
      const noise = exact !== 0 && !after && (drowned(one.child) || drowned(one.parent));
      if (noise && lost < 0) lost = drowned(one.parent) ? one.parent : one.child;
      const { share, words } = apart(ratio, exact);
      widest = Math.max(widest, share);
      const said = after ? "0/0" : noise ? "rounding" : words;
      one.bar.style.transform = `scaleX(${share.toFixed(3)})`;
      if (one.last === said) continue;
      one.words.textContent = one.last = said;
      one.element.classList.toggle("noise", noise);
    }
    const total = formatNumber(ratios[overall], true);
    const spoken = `${formatNumber(delta[0])}, measured ${total}`;
    if (input.getAttribute("aria-valuetext") !== spoken) {
      input.setAttribute("aria-valuetext", spoken);
    }
    const remark = remarkOn(lost, still, widest);
    if (note.textContent !== remark) note.textContent = remark;
    takeRoom();
  }

  /**
   * @param {number} lost the slot of the first change that is rounding, or -1
   * @param {Set<number>} still the slots of what does not move
   * @param {number} widest how far the ratios are from the derivatives
   * @returns {string} what there is to see in the table
   */
  function remarkOn(lost, still, widest) {
    if (lost >= 0) {
      const name = plainSymbol(graph.nodes[lost]);
      return `Too small: Δ${name} is lost in the last digits of ${name}; the rest is rounding.`;
    }
    const [first] = still;
    if (first !== undefined) {
      const rest = still.size > 1 ? ", so the ratios after it are 0/0" : "";
      return `Δ${plainSymbol(graph.nodes[first])} is 0: this link passes nothing on${rest}.`;
    }
    return widest > 0.5
      ? "Make Δ smaller: each measured ratio settles on its factor."
      : "The ratios have settled: a derivative is what they settle on.";
  }

  /** Longer numbers than there were take their room at once, also while Δ is dragged. */
  function takeRoom() {
    const now = rows.map(({ element }) => element.textContent.length).join();
    if (now === lengths) return;
    lengths = now;
    if (overflows(place)) resize();
  }

  function light() {
    if (built !== stage.chosen) {
      build();
      update();
      resize();
    }
    for (const one of rows) {
      const on = one.factor !== null && stage.pointed === one.factor;
      one.element.classList.toggle("on", on);
    }
  }

  const resize = () => fit(place, content, 1.2);

  build();
  return { update, light, resize };
}

/**
 * @param {Tree} tree
 * @param {string} name
 * @returns {boolean} whether a formula uses a node
 */
function mentions(tree, name) {
  if (Array.isArray(tree)) return tree.slice(1).some((part) => mentions(part, name));
  return tree === name;
}
