// The cost, the mean one where there are samples, and the lesson's result on one line, which stays in view while a phone is scrolled to
// whatever the hand moves.

import { differential, fraction, html, liveNumber, math, showNumbers } from "../stage/dom.js";

/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function answerPanel(stage, place) {
  const { graph, evaluator } = stage;
  const output = stage.node(graph.output);
  const several = stage.cost() !== output;
  const costMath = several
    ? `<mover accent="true">${output.math}<mo stretchy="false">¯</mo></mover>`
    : output.math;
  /** The mean cost, and its slope along what is chosen. */
  const means = new Float64Array(2);
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {string | null} */
  let chosen = null;

  /**
   * @param {string} symbol
   * @param {"node" | "derivative"} kind
   * @param {string} name
   * @param {number} [slot] of `means`, where it is there
   * @returns {HTMLElement}
   */
  function shown(symbol, kind, name, slot) {
    const number = html("strong", {
      class: kind === "node" ? stage.node(name).kind : "derivative",
    });
    const how = { output: output.name, named: false, signed: kind === "derivative" };
    const live = liveNumber(number, evaluator, kind, name, how);
    numbers.push(slot === undefined ? live : { ...live, source: means, slot });
    return html("span", {}, math(symbol), " ", number);
  }

  const onMap = stage.data.panels.includes("map");
  /** Of what is opened to its paths, the derivative is that of the sample which is carried.
   * @param {string} name @returns {boolean} */
  const averaged = (name) => several && onMap && name in stage.mean.slopes;

  function build() {
    chosen = stage.chosen;
    numbers = [];
    place.replaceChildren(shown(costMath, "node", output.name, several ? 0 : undefined));
    if (chosen !== null && chosen !== output.name) {
      const mean = averaged(chosen);
      const above = mean ? costMath : output.math;
      const symbol = fraction(differential(graph), above, stage.node(chosen).math);
      place.append(shown(symbol, "derivative", chosen, mean ? 1 : undefined));
    }
    for (const name of onMap ? (stage.data.axes ?? []) : []) {
      place.append(shown(stage.node(name).math, "node", name));
    }
  }

  build();
  return {
    update() {
      if (chosen !== stage.chosen) build();
      if (several) means[0] = stage.height();
      if (chosen !== null && averaged(chosen)) means[1] = stage.slope(chosen);
      showNumbers(numbers);
    },
  };
}
