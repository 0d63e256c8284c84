// The derivation in words, for a screen reader and for copying. Renewed when a movement has
// ended, never while it lasts.

import { MOST_PATHS } from "./factors.js";
import { chains } from "../maths/evaluate.js";
import { productOf, shownProduct, termsOf } from "../maths/product.js";
import { differential, html } from "../stage/dom.js";
import { equals, formatNumber } from "../maths/format.js";

/** @import { GraphNode, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * A symbol on one line.
 * @param {GraphNode} node
 * @returns {string}
 */
export function plainSymbol({ label: [letter, below] }) {
  return letter + below.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function textPanel(stage, place) {
  const { graph, evaluator } = stage;
  const status = html("p", { class: "visually-hidden", role: "status" });
  const forward = html("ol");
  const backward = html("div");
  place.replaceChildren(
    status,
    html(
      "details",
      {},
      html("summary", {}, "The derivation in words"),
      html("p", {}, "Forward, from the inputs to the output:"),
      forward,
      backward,
    ),
  );

  /** @param {GraphNode} node @returns {string} */
  function line(node) {
    const value = formatNumber(evaluator.values[evaluator.index.get(node.name) ?? -1]);
    const formula = node.formula ? ` = ${node.formula}` : "";
    return `${plainSymbol(node)}${formula} = ${value}`;
  }

  /** @param {string} of @param {string} by @returns {string} */
  function symbol(of, by) {
    const d = graph.inputs.length > 1 || stage.node(of).parents.length > 1 ? "∂" : "d";
    return `${d}${plainSymbol(stage.node(of))}/${d}${plainSymbol(stage.node(by))}`;
  }

  function settle() {
    const output = stage.node(graph.output);
    forward.replaceChildren(...graph.nodes.map((node) => html("li", {}, line(node))));
    if (stage.chosen === null) {
      backward.replaceChildren();
      status.textContent = line(output);
      return;
    }
    const d = differential(graph);
    const total = `${d}${plainSymbol(output)}/${d}${plainSymbol(stage.node(stage.chosen))}`;
    const result = formatNumber(
      evaluator.derivatives[evaluator.index.get(stage.chosen) ?? -1],
      true,
    );
    const { paths, count } = chains(graph, stage.chosen, MOST_PATHS);
    const exact = evaluator.derivatives[evaluator.index.get(stage.chosen) ?? -1];
    const rows = paths
      .filter((path) => path.length)
      .map((path) => {
        const edges = path.map((name) => graph.edges[evaluator.edges.get(name) ?? -1]);
        const symbols = edges.map((edge) => symbol(edge.child, edge.parent)).join(" × ");
        const formulas = edges.map((edge) => `(${edge.formula})`).join(" × ");
        const terms = termsOf(graph, evaluator, path);
        const short = terms
          .map(({ both, names }) => {
            const edge = both ?? graph.edges[evaluator.edges.get(names[0]) ?? -1];
            return `(${edge.formula})`;
          })
          .join(" × ");
        const numbers = terms.map((term) => formatNumber(term.value(), true)).join(" × ");
        const product = count === 1 ? exact : productOf(terms);
        const sign = equals(shownProduct(terms), product);
        const end = terms.length > 1 ? ` ${sign} ${formatNumber(product, true)}` : "";
        const cancelled =
          terms.length < path.length ? ` = ${short}, for what divides cancels,` : "";
        return html("li", {}, `${symbols} = ${formulas}${cancelled} = ${numbers}${end}`);
      });
    const more = count > paths.length ? `, and ${count - paths.length} more` : "";
    backward.replaceChildren(
      html(
        "p",
        {},
        `Backward, ${total} = ${result}, ${count > 1 ? `the sum over ${count} paths${more}` : "the product along the one path"}:`,
      ),
      html("ul", {}, ...rows),
    );
    status.textContent = `${plainSymbol(output)} = ${formatNumber(evaluator.values[evaluator.index.get(graph.output) ?? -1])}, ${total} = ${result}`;
  }

  return { update() {}, settle };
}
