// The mean panel: the cost of every sample and its derivatives, and in the last row their means, of
// which the gradient that the path follows is made.

import { chooseSample } from "./sample.js";
import { derivativeOf, liveValue, symbolOf } from "./chart.js";
import { differential, html, showNumbers } from "../stage/dom.js";

/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function meanPanel(stage, place) {
  const { samples, mean, graph, data } = stage;
  place.hidden = !samples;
  if (!samples) return { update() {} };
  const [one, all] = [stage.node(graph.output), stage.cost()];
  const d = differential(graph);
  const trained = data.descent?.train ?? [];
  /** The quantities that are averaged, each a column. */
  const columns = [
    { ...mean.cost, name: graph.output, signed: false },
    ...trained.map((name) => ({
      ...mean.slopes[name],
      name: `d${graph.output}/d${name}`,
      signed: true,
    })),
  ];
  /** @type {LiveNumber[]} */
  const numbers = [];
  const means = new Float64Array(columns.length);

  /** @param {string} name @param {Float64Array} source @param {number} slot @param {boolean} signed */
  function cell(name, source, slot, signed) {
    const number = html("span");
    numbers.push(liveValue(number, name, source, slot, signed));
    return html("td", {}, number);
  }

  const rows = Array.from(samples.x, (_, s) => {
    const button = html("button", { type: "button", "aria-label": `carry sample ${s + 1}` });
    button.textContent = String(s + 1);
    button.onclick = () => chooseSample(stage, s + 1);
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, button),
      cell(`x of sample ${s + 1}`, samples.x, s, true),
      cell(`y of sample ${s + 1}`, samples.y, s, true),
      ...columns.map(({ name, each, signed }) =>
        cell(`${name} of sample ${s + 1}`, each, s, signed),
      ),
    );
  });
  const gradient = html("span", { class: "symbol derivative" }, `∇${all.label[0]}`);
  const last = html(
    "tr",
    {},
    html("th", { scope: "row" }, "mean"),
    html("td", { colspan: 2, class: "of" }, symbolOf(all), " and ", gradient),
    ...columns.map(({ name, signed }, j) => cell(`mean ${name}`, means, j, signed)),
  );
  const heads = [
    "sample",
    symbolOf(stage.node("x")),
    symbolOf(stage.node("y")),
    symbolOf(one),
    ...trained.map((name) => derivativeOf(d, one, stage.node(name))),
  ];
  const said = html(
    "p",
    { class: "hint", id: "mean-said" },
    "Each sample has a cost and a gradient of its own. Their means, in the last row, are ",
    symbolOf(all),
    " and the gradient that a step with all samples goes against. A click carries a sample " +
      "through the network.",
  );
  const table = html(
    "table",
    { "aria-describedby": "mean-said" },
    html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
    html("tbody", {}, ...rows),
    html("tfoot", {}, last),
  );
  const frame = html(
    "div",
    { class: "rows", tabindex: 0, role: "region", "aria-label": "the samples and their mean" },
    table,
  );
  place.replaceChildren(said, frame);

  let carried = 0;
  return {
    update() {
      columns.forEach((_, j) => {
        means[j] = j ? stage.slope(trained[j - 1]) : stage.height();
      });
      showNumbers(numbers);
      if (carried === stage.sample()) return;
      carried = stage.sample();
      rows.forEach((row, s) => {
        row.classList.toggle("carried", s + 1 === carried);
        row.querySelector("button")?.setAttribute("aria-pressed", String(s + 1 === carried));
      });
    },
  };
}
