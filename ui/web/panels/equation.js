// The equation of the factor that is pointed at: its symbol, its formula, the numbers put in.

import { formatNumber } from "../maths/format.js";
import { differential, fraction, html, math } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */

/** @typedef {{element: HTMLElement, light: () => void, update: () => void}} Line */

/**
 * @param {Stage} stage
 * @returns {Line} one line, empty while no factor is pointed at
 */
export function equationLine(stage) {
  const { graph, evaluator } = stage;
  const element = html("p", { class: "equation" });
  /** @type {{element: Element, slot: number}[]} */
  let holes = [];
  /** @type {{number: HTMLElement, slot: number} | null} */
  let result = null;
  let shown = "";

  /** What each symbol is, by how it is written. @type {Map<string, number>} */
  const symbols = new Map(
    graph.nodes.map((node, slot) => [math(node.math).textContent ?? "", slot]),
  );

  /** @param {string} name of a factor */
  function build(name) {
    const slot = evaluator.edges.get(name);
    holes = [];
    result = null;
    element.replaceChildren();
    if (slot === undefined) return;
    const edge = graph.edges[slot];
    const filled = math(edge.math);
    for (const kind of ["signal", "parameter", "target", "cost"]) {
      for (const symbol of filled.querySelectorAll(`.${kind}`)) {
        const place = symbols.get(symbol.textContent ?? "");
        if (place === undefined) continue;
        const number = document.createElementNS("http://www.w3.org/1998/Math/MathML", "mtext");
        number.setAttribute("class", kind);
        symbol.replaceWith(number);
        holes.push({ element: number, slot: place });
      }
    }
    const [above, below] = [stage.node(edge.child).math, stage.node(edge.parent).math];
    const number = html("strong", { class: "number derivative" });
    element.append(math(fraction(differential(graph), above, below)), " = ", math(edge.math));
    if (holes.length) element.append(" = ", filled);
    if (holes.length || !/^\d+$/.test(edge.formula)) element.append(" = ", number);
    result = { number, slot };
  }

  return {
    element,
    light() {
      const name = stage.pointed ?? "";
      if (name === shown) return;
      shown = name;
      build(name);
      this.update();
    },
    update() {
      for (const hole of holes) {
        const value = evaluator.values[hole.slot];
        const written = formatNumber(value);
        hole.element.textContent = value < 0 ? `(${written})` : written;
      }
      if (result) result.number.textContent = formatNumber(evaluator.factors[result.slot], true);
    },
  };
}
