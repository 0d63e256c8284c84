// The backward pass as a wave, from the output on the right to the inputs on the left: each δ is
// worked out once, kept, and used again. What it passes and what it costs, Python has said.

import { fit } from "./room.js";
import { ICONS, iconButton } from "./player.js";
import { differential, fraction, html, liveNumber, math, showNumbers } from "../stage/dom.js";
import { plainSymbol } from "./text.js";

/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { NumberKind, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const LONGEST = 11; // characters of a formula that there is room for
const BEAT = 1100; // ms from one arrival of the wave to the next

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function wavePanel(stage, place) {
  const { graph, evaluator } = stage;
  const deltas = stage.data.wave ?? [];
  if (!deltas.length) {
    place.replaceChildren(html("p", { class: "hint" }, "Nothing here is passed back and kept."));
    return { update() {} };
  }
  /** @type {LiveNumber[]} */
  const numbers = [];
  /**
   * What has arrived by each beat: which elements it fills, which numbers it reads again, what it
   * says and what it costs.
   * @type {{fills: HTMLElement[], reads: HTMLElement[], words: string, cost: number, alone: number}[]}
   */
  const beats = [];
  let at = 0;
  let timer = 0;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  // ---- the boxes

  /** @param {NumberKind} kind @param {string} name @returns {HTMLElement} */
  function live(kind, name) {
    const element = html("span");
    numbers.push(liveNumber(element, evaluator, kind, name, { output: graph.output }));
    return element;
  }

  /** @param {string} name @returns {string} MathML of d output / d node */
  function derivative(name) {
    return fraction(differential(graph), stage.node(graph.output).math, stage.node(name).math);
  }

  /** @param {string} node @returns {string} the δ that stands at it, on one line */
  function letter(node) {
    return plainSymbol({ ...stage.node(node), label: ["δ", stage.node(node).label[1]] });
  }

  /** @param {string} name @returns {string} its derivative on one line */
  function line(name) {
    const d = differential(graph);
    return `${d}${plainSymbol(stage.node(graph.output))}/${d}${plainSymbol(stage.node(name))}`;
  }

  /**
   * A factor on the way: its formula, or its symbol where that is long, and its number below it.
   * @param {string} name
   * @returns {HTMLElement}
   */
  function factor(name) {
    const edge = graph.edges[evaluator.edges.get(name) ?? -1];
    const ends = [stage.node(edge.child).math, stage.node(edge.parent).math];
    const shown = edge.formula.length > LONGEST ? fraction("∂", ends[0], ends[1]) : edge.math;
    const element = html("span", { class: "factor" }, math(shown), live("factor", name));
    element.title = `${name} = ${edge.formula}`;
    return element;
  }

  const product = () => html("span", { class: "product", "aria-hidden": "true" }, "×");

  /** @param {string} kind @param {Element} symbol @param {HTMLElement} number @returns {HTMLElement} */
  function box(kind, symbol, number) {
    return html("div", { class: `box ${kind}` }, symbol, number);
  }

  /** @param {number} cost @returns {string} */
  const times = (cost) =>
    cost === 0 ? "no multiplication" : `${cost} multiplication${cost > 1 ? "s" : ""}`;

  const output = stage.node(graph.output);
  const value = html("span");
  numbers.push(liveNumber(value, evaluator, "node", graph.output, { signed: false }));
  const start = box("cost", math(output.math), value);
  const flow = html("div", { class: "flow" }, html("div", { class: "stop start" }, start));
  beats.push({
    fills: [start],
    reads: [],
    words: `The wave starts at ${plainSymbol(output)} and runs back to the inputs.`,
    cost: 0,
    alone: 0,
  });
  let source = start;
  for (const delta of deltas) {
    const { node, before } = delta;
    const index = stage.node(node).label[1];
    const symbol = `<msub><mi>δ</mi><mn>${index}</mn></msub><mo>=</mo>${derivative(node)}`;
    const kept = box("delta", math(symbol), live("derivative", node));
    const pass = html(
      "div",
      { class: "pass" },
      ...delta.factors.flatMap((name, i) => (i ? [product(), factor(name)] : [factor(name)])),
    );
    beats.push({
      fills: [pass, kept],
      reads: before ? [source] : [],
      words: before
        ? `${letter(before)} is used again: times the factors between, it is ${letter(node)}. ${times(delta.cost)}.`
        : `${letter(node)} = ${line(node)} is worked out once and kept. ${times(delta.cost)}.`,
      cost: delta.cost,
      alone: 0,
    });
    const gains = delta.entering.map((one) => {
      const by = html("div", { class: "by" }, product(), factor(one.factor));
      const gain = box("gain", math(derivative(one.name)), live("derivative", one.name));
      return { by, gain, ...one };
    });
    const cost = gains.reduce((sum, one) => sum + one.cost, 0);
    beats.push({
      fills: gains.flatMap(({ by, gain }) => [by, gain]),
      reads: [kept],
      words: `${letter(node)} is used for ${gains.map(({ name }) => line(name)).join(" and ")}. ${times(cost)}.`,
      cost,
      alone: gains.reduce((sum, one) => sum + one.alone, 0),
    });
    flow.append(
      pass,
      html(
        "div",
        { class: "stop" },
        kept,
        html(
          "div",
          { class: "gains" },
          ...gains.map(({ by, gain }) => html("div", { class: "way" }, by, gain)),
        ),
      ),
    );
    source = kept;
  }
  const last = beats.length - 1;

  // ---- the counts

  /** @param {"cost" | "alone"} what @param {number} beat @returns {number} */
  const count = (what, beat) => beats.slice(0, beat + 1).reduce((sum, one) => sum + one[what], 0);
  const most = Math.max(count("alone", last), count("cost", last), 1);

  /** @param {"cost" | "alone"} what @param {string} label */
  function counter(what, label) {
    const number = html("span", { class: "number", "data-name": `multiplications ${what}` });
    const bar = html("i");
    const element = html(
      "div",
      { class: `counter ${what}` },
      html("span", {}, label),
      html("div", { class: "length", "aria-hidden": "true" }, bar),
      number,
    );
    function show() {
      const now = count(what, at);
      number.textContent = String(now);
      number.setAttribute("data-number", String(now));
      bar.style.transform = `scaleX(${now / most})`;
    }
    return { element, show };
  }

  const counters = [counter("cost", "in this wave"), counter("alone", "each alone")];

  // ---- the controls

  /** @param {keyof typeof ICONS} icon @param {string} name @param {() => void} act */
  function button(icon, name, act) {
    const element = iconButton(icon, act);
    element.setAttribute("aria-label", name);
    element.title = name;
    return element;
  }

  const back = button("step back", "wave back", () => rest(at - 1));
  const toggle = button("play", "play the wave", () => (timer ? rest(at) : play()));
  const forward = button("step forward", "wave forward", () => rest(at + 1));
  const words = html("p", { class: "hint", role: "status" });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "backward pass");
  place.tabIndex = 0;
  const content = html(
    "div",
    {},
    html("div", { class: "controls" }, back, toggle, forward, words),
    flow,
    html(
      "div",
      { class: "counters" },
      html("span", { class: "hint" }, "Multiplications:"),
      ...counters.map(({ element }) => element),
    ),
  );
  place.replaceChildren(content);

  /** @param {number} beat */
  function show(beat) {
    at = Math.max(0, Math.min(last, beat));
    beats.forEach(({ fills }, i) => {
      for (const element of fills) {
        element.classList.toggle("filled", i <= at);
        element.classList.toggle("now", i === at);
      }
    });
    for (const read of place.querySelectorAll(".read")) read.classList.remove("read");
    for (const read of beats[at].reads) read.classList.add("read");
    for (const one of counters) one.show();
    words.textContent = beats[at].words;
    back.disabled = at === 0;
    forward.disabled = at === last;
  }

  /** @param {boolean} on */
  function setPlaying(on) {
    clearTimeout(timer);
    timer = on ? window.setTimeout(beat, BEAT) : 0;
    toggle.setAttribute("aria-label", on ? "pause the wave" : "play the wave");
    toggle.title = on ? "pause the wave" : "play the wave";
    toggle.querySelector("path")?.setAttribute("d", ICONS[on ? "pause" : "play"]);
  }

  function beat() {
    show(at + 1);
    setPlaying(at < last);
  }

  function play() {
    // Whoever wants no motion gets all of it at once.
    if (still.matches) rest(last);
    else {
      if (at === last) show(0);
      setPlaying(true);
    }
  }

  /** @param {number} beat */
  function rest(beat) {
    setPlaying(false);
    show(beat);
  }

  place.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // The wave runs to the left.
    const beat = { ArrowLeft: at + 1, ArrowRight: at - 1, Home: 0, End: last }[event.key];
    if (beat !== undefined) rest(beat);
    else if (event.key === " " && event.target === place) toggle.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  show(last);
  return {
    update: () => showNumbers(numbers),
    resize: () => fit(place, content),
    destroy: () => clearTimeout(timer),
  };
}
