// Training: begin it from where the network stands, or draw the weights anew.

import { html, showNumbers } from "../stage/dom.js";
import { liveValue, symbolOf } from "./chart.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function trainPanel(stage, place) {
  const train = html("button", { type: "button", class: "train" }, "Train");
  const again = html("button", { type: "button", class: "quiet" }, "New weights");
  const cost = new Float64Array(1);
  const number = liveValue(html("strong"), "mean cost", cost, 0, false);
  const held = new Float64Array(1);
  const other = liveValue(html("span"), "held-out cost", held, 0, false);
  const second = html(
    "span",
    { class: "held" },
    "held out ",
    /** @type {HTMLElement} */ (other.element),
  );
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "training");
  place.replaceChildren(
    train,
    again,
    html(
      "span",
      { class: "mean-cost" },
      symbolOf(stage.cost()),
      " ",
      /** @type {HTMLElement} */ (number.element),
    ),
    second,
  );
  train.onclick = () => stage.ask(stage.data.training === "running" ? "cancel" : "train", null);
  again.onclick = () => stage.ask("again", null);

  function update() {
    cost[0] = stage.height();
    held[0] = stage.heldMean();
    second.hidden = Number.isNaN(held[0]);
    showNumbers([number, other]);
    const running = stage.data.training === "running";
    const label = running ? "Cancel" : stage.path && stage.step > 0 ? "Train on" : "Train";
    if (train.textContent !== label) train.textContent = label;
  }

  return { update };
}
