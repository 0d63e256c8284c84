// Which sample of a data set the network carries.

import { html } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage with samples
 * @returns {{element: HTMLElement, update: () => void}}
 */
export function sampleChooser(stage) {
  const count = stage.samples?.y.length ?? 1;
  const numbers = Array.from({ length: count }, (_, k) => k + 1);
  const select = html(
    "select",
    { "aria-label": "sample" },
    ...numbers.map((k) => html("option", { value: k }, String(k))),
  );
  /** @param {string} sign @param {string} label @param {number} by */
  function button(sign, label, by) {
    const element = html("button", { type: "button", "aria-label": label, title: label }, sign);
    element.onclick = () => chooseSample(stage, stage.sample() + by);
    return element;
  }
  const before = button("‹", "sample before", -1);
  const after = button("›", "next sample", 1);
  select.onchange = () => chooseSample(stage, Number(select.value));
  const element = html(
    "div",
    { class: "sample", role: "group", "aria-label": "the sample that the network carries" },
    before,
    html("span", {}, "sample ", select, ` of ${count}`),
    after,
  );
  return {
    element,
    update() {
      const now = stage.sample();
      if (select.value !== String(now)) select.value = String(now);
      before.disabled = now === 1;
      after.disabled = now === count;
    },
  };
}

/** @param {Stage} stage @param {number} sample from 1 */
export function chooseSample(stage, sample) {
  stage.move({ sample });
  stage.release();
}
