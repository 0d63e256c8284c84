// The cost and the lesson's result on one line, which stays in view while a phone is scrolled to
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
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {string | null} */
  let chosen = null;

  /** @param {string} symbol @param {"node" | "derivative"} kind @param {string} name @returns {HTMLElement} */
  function shown(symbol, kind, name) {
    const number = html("strong", {
      class: kind === "node" ? stage.node(name).kind : "derivative",
    });
    const how = { output: output.name, named: false, signed: kind === "derivative" };
    numbers.push(liveNumber(number, evaluator, kind, name, how));
    return html("span", {}, math(symbol), " ", number);
  }

  function build() {
    chosen = stage.chosen;
    numbers = [];
    place.replaceChildren(shown(output.math, "node", output.name));
    if (chosen !== null && chosen !== output.name) {
      const symbol = fraction(differential(graph), output.math, stage.node(chosen).math);
      place.append(shown(symbol, "derivative", chosen));
    }
    for (const name of stage.data.panels.includes("map") ? (stage.data.axes ?? []) : []) {
      place.append(shown(stage.node(name).math, "node", name));
    }
  }

  build();
  return {
    update() {
      if (chosen !== stage.chosen) build();
      showNumbers(numbers);
    },
  };
}
