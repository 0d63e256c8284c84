// The controls over the columns of a network of one's own: neurons and layers more and less, and
// each layer's activation.

import { html } from "../stage/dom.js";

/** @import { Shape } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {Stage} stage
 * @param {Shape} shape
 * @returns {HTMLElement[]} one for each hidden layer, and the last for their number
 */
export function layerHeads(stage, shape) {
  const { hidden, most } = shape;

  /** @param {[string, number][]} wanted */
  function reshape(wanted) {
    stage.wanted = wanted;
    stage.ask("shape", wanted);
  }

  // Two presses in one moment add two: the second counts on what the first has asked for.
  const asked = () => stage.wanted ?? hidden;

  /** @param {number} k @param {Partial<{activation: string, more: number}>} change */
  function change(k, { activation, more = 0 }) {
    /** @param {number} count @returns {number} */
    const bounded = (count) => Math.max(1, Math.min(most.neurons, count));
    reshape(
      asked().map(([name, count], i) =>
        i === k ? [activation ?? name, bounded(count + more)] : [name, count],
      ),
    );
  }

  /** @param {number} k @returns {HTMLElement} */
  function layer(k) {
    const [activation, count] = hidden[k];
    const which = `hidden layer ${k + 1}`;
    const choice = html(
      "select",
      { "aria-label": `activation of ${which}` },
      ...Object.entries(shape.activations).map(([name, label]) =>
        html("option", { value: name }, label),
      ),
    );
    choice.value = activation;
    choice.onchange = () => change(k, { activation: choice.value });
    return html(
      "div",
      { class: "head", role: "group", "aria-label": which },
      html(
        "div",
        { class: "count" },
        button("−", `a neuron less in ${which}`, count > 1, () => change(k, { more: -1 })),
        html("span", {}, String(count)),
        button("+", `a neuron more in ${which}`, count < most.neurons, () =>
          change(k, { more: 1 }),
        ),
      ),
      choice,
    );
  }

  function shallower() {
    reshape(asked().slice(0, Math.max(1, asked().length - 1)));
  }

  function deeper() {
    /** @type {[string, number]} */
    const another = [hidden[0][0], 2];
    reshape([...asked(), another].slice(0, most.layers));
  }

  const depth = html(
    "div",
    { class: "head depth", role: "group", "aria-label": "hidden layers" },
    html(
      "div",
      { class: "count" },
      button("−", "a hidden layer less", hidden.length > 1, shallower),
      html("span", {}, "layers"),
      button("+", "a hidden layer more", hidden.length < most.layers, deeper),
    ),
  );
  return [...hidden.map((_, k) => layer(k)), depth];
}

/** @param {string} sign @param {string} label @param {boolean} usable @param {() => void} act */
function button(sign, label, usable, act) {
  const made = html("button", { type: "button", "aria-label": label, title: label }, sign);
  made.disabled = !usable;
  made.onclick = act;
  return made;
}
