// A node opened: every path from it to the cost, the product of the factors along each, and their
// sum, which is the derivative. The largest come first, with their share.

import { asShown, digitsNeeded, equals } from "../maths/format.js";
import {
  differential,
  fraction,
  html,
  liveNumber,
  math,
  setDigits,
  showNumbers,
} from "../stage/dom.js";
import { sliderRow } from "./sliders.js";
import { productOf, termsOf } from "../maths/product.js";
import { countsOf, matricesView } from "./matrices.js";
import { chains } from "../maths/evaluate.js";
import { liveValue } from "./chart.js";

/** @import { Term } from "../maths/product.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const MOST = 64; // as many as lead through three layers of four neurons
const SORTED = 250; // ms between two changes of the order, so that rows do not dance

/** @typedef {{terms: Term[], product: Float64Array, number: LiveNumber, element: HTMLElement, bar: HTMLElement, share: Text, names: string[]}} Row */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function pathsPanel(stage, place) {
  const { graph, evaluator } = stage;
  const head = html("div", { class: "sum" });
  const hand = html("div", { class: "hand" });
  const list = html("div", { class: "list", role: "list", tabindex: 0, "aria-label": "the paths" });
  const matrices = html("div", {
    class: "matrices",
    role: "region",
    tabindex: 0,
    "aria-label": "the backward pass in matrices",
  });
  const counts = html("p", { class: "counts" });
  const views = { paths: list, matrices };
  const switches = Object.keys(views).map((name) => {
    const label = name === "paths" ? "Path by path" : "In matrices";
    const button = html("button", { type: "button" }, label);
    button.onclick = () => show(/** @type {keyof typeof views} */ (name));
    return { name, button };
  });
  const tabs = html("div", { class: "tabs", role: "group", "aria-label": "how it is computed" });
  tabs.append(...switches.map(({ button }) => button));
  place.replaceChildren(
    html("div", { class: "top" }, head, tabs, hand, counts),
    html("div", { class: "views" }, list, matrices),
  );
  const inMatrices = matricesView(stage, matrices);

  /** @param {keyof typeof views} name */
  function show(name) {
    for (const [one, element] of Object.entries(views)) element.hidden = one !== name;
    for (const one of switches) one.button.setAttribute("aria-pressed", String(one.name === name));
    if (name === "matrices") inMatrices.resize();
  }
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {Row[]} */
  let rows = [];
  /** @type {string | null} */
  let built = null;
  let ordered = 0;
  /** @type {HTMLElement} */
  let sign = html("span");
  /** The slider of what is opened, if it is a weight or bias. @type {ReturnType<typeof sliderRow> | null} */
  let slider = null;
  /** @type {LiveNumber | null} */
  let total = null;

  function build() {
    built = stage.chosen;
    [numbers, rows, total, slider] = [[], [], null, null];
    const name = stage.chosen;
    const source = name === null ? undefined : stage.nodes.get(name);
    if (name === null || !source || name === graph.output) {
      head.replaceChildren(
        html("p", { class: "hint" }, "Choose a weight, a bias or a neuron to open its derivative."),
      );
      list.replaceChildren();
      hand.replaceChildren();
      return;
    }
    const output = stage.node(graph.output);
    const { paths, count } = chains(graph, name, MOST);
    const symbol = fraction(differential(graph), output.math, source.math);
    total = liveNumber(html("strong"), evaluator, "derivative", name, { output: graph.output });
    numbers.push(total);
    sign = html("span", { class: "sign" }, "=");
    const control = stage.controls.get(name);
    if (control) slider = sliderRow(stage, control, { label: `opened ${name}`, named: false });
    const many = count > 1 ? `the sum over ${count} paths` : "one path";
    head.replaceChildren(
      html("span", { class: "derivative" }, math(symbol), " = "),
      html("span", { class: "count" }, many),
      sign,
      /** @type {HTMLElement} */ (total.element),
    );
    hand.replaceChildren(...(slider ? [slider.element] : []));
    rows = paths.map((names, k) => row(names, k, count));
    list.replaceChildren(...rows.map(({ element }) => element));
    ordered = 0;
  }

  /** @param {string[]} names @param {number} k @param {number} count @returns {Row} */
  function row(names, k, count) {
    const terms = termsOf(graph, evaluator, names);
    const product = new Float64Array(1);
    const number = liveValue(html("span"), `path ${k + 1}`, product);
    number.element.classList.add("product");
    numbers.push(number);
    const factors = names.flatMap((name, i) => {
      const edge = graph.edges[evaluator.edges.get(name) ?? -1];
      const of = fraction("∂", stage.node(edge.child).math, stage.node(edge.parent).math);
      const value = liveNumber(html("span"), evaluator, "factor", name, { named: k === 0 });
      numbers.push(value);
      const element = html(
        "span",
        { class: "factor" },
        math(of),
        /** @type {HTMLElement} */ (value.element),
      );
      element.title = `${name} = ${edge.formula}`;
      element.onpointerenter = () => stage.pointAt(name);
      element.onpointerleave = () => stage.pointAt(null);
      return i ? [html("span", { class: "times" }, "×"), element] : [element];
    });
    const bar = html("i");
    const share = document.createTextNode("");
    const element = html(
      "div",
      { class: "path", role: "listitem" },
      html("span", { class: "part", "aria-hidden": "true" }, bar),
      html("span", { class: "share" }, share),
      /** @type {HTMLElement} */ (number.element),
      html("span", { class: "times" }, "="),
      html("span", { class: "factors-of" }, ...factors),
    );
    element.hidden = count === 0;
    return { terms, product, number, element, bar, share, names };
  }

  /** @param {number} [digits] @returns {number} the sum of the paths' numbers as they are shown */
  function sumOfPaths(digits) {
    return rows.reduce(
      (sum, { product, number }) => sum + asShown(product[0], digits ?? number.digits),
      0,
    );
  }

  function update() {
    if (built !== stage.chosen) build();
    inMatrices.update();
    let size = 0;
    for (const { terms, product } of rows) {
      product[0] = productOf(terms);
      size += Math.abs(product[0]);
    }
    if (total) {
      const exact = total.source[total.slot];
      if (rows.length > 1) {
        const digits = digitsNeeded(sumOfPaths, exact);
        for (const { number } of rows) setDigits(number, digits);
      }
      const text = equals(sumOfPaths(), exact, total.digits);
      if (sign.textContent !== text) sign.textContent = text;
    }
    showNumbers(numbers);
    slider?.update();
    for (const { product, bar, share } of rows) {
      const part = size ? Math.abs(product[0]) / size : 0;
      bar.style.transform = `scaleX(${part.toFixed(4)})`;
      bar.classList.toggle("negative", product[0] < 0);
      const said = rows.length > 1 ? `${Math.round(100 * part)} %` : "";
      if (share.data !== said) share.data = said;
    }
    order();
  }

  /** The largest first; not in every frame, or rows would dance. */
  function order() {
    const now = performance.now();
    if (rows.length < 2 || (ordered && (stage.moving || now - ordered < SORTED))) return;
    ordered = now;
    const sorted = [...rows].sort((a, b) => Math.abs(b.product[0]) - Math.abs(a.product[0]));
    if (sorted.every((one, k) => list.children[k] === one.element)) return;
    list.replaceChildren(...sorted.map(({ element }) => element));
  }

  function light() {
    if (built !== stage.chosen) update();
    inMatrices.light();
    counts.textContent = countsOf(stage);
    for (const { element, names } of rows) {
      element.classList.toggle("on", stage.pointed !== null && names.includes(stage.pointed));
    }
  }

  build();
  show("paths");
  return { update, light, settle: order, resize: inMatrices.resize };
}
