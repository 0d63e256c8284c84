// The stage itself: what it keeps, and what the panels do with it. What Python sends it takes over in
// receive.js; loop.js says when it is drawn.

import { KEYBOARD_PAUSE, createCommitter, isListening } from "./commit.js";
import { PANELS } from "./panels.js";
import { arrange, widen } from "./arrange.js";
import { expose } from "./probe.js";
import { focusIn } from "./dom.js";
import { styleSheet, isDark } from "./theme.js";
import { answerPanel } from "../panels/answer.js";
import { chains, createEvaluator } from "../maths/evaluate.js";
import { createGlide } from "./glide.js";
import { createLoop, descend } from "./loop.js";
import { createMean } from "../maths/mean.js";
import { receive } from "./receive.js";
import { unpackSamples } from "./packing.js";

/** @import { Component, Control, Data, Graph, GraphNode, Palette, Panel, Path, Step, Words } from "./types.js" */
/** @import { Descent } from "../maths/descent.js" */
/** @import { Evaluator } from "../maths/evaluate.js" */
/** @import { Glide } from "./glide.js" */
/** @import { Mean, Samples } from "../maths/mean.js" */
/** @import { Race } from "../panels/race.js" */

const FIRST_STEPS = 400;
const CALM = 250; // ms after which a press that leads elsewhere has begun to

/** @typedef {{values: Record<string, number>, touched: Set<string>, step: number, stale: boolean}} Before */
/** @typedef {{focus: Set<string>, chain: Set<string>, onPath: Set<string>}} Lights */

export class Stage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Component | null} */
    this.component = null;
    /** @type {Data} */
    this.data = /** @type {any} */ (null);
    /** @type {Graph} */
    this.graph = { inputs: [], output: "", nodes: [], edges: [], cancelled: [] };
    /** @type {Evaluator} */
    this.evaluator = createEvaluator(this.graph);
    /** @type {Map<string, GraphNode>} */
    this.nodes = new Map();
    /** @type {Map<string, Control>} */
    this.controls = new Map();
    /** What Python said last. @type {Record<string, number>} */
    this.adopted = {};
    /** What is shown, but for the step of the path that stands on top of it. @type {Record<string, number>} */
    this.values = {};
    /** Every input as it is drawn, the path's step included. @type {Record<string, number>} */
    this.shown = {};
    /** @type {string | null} */
    this.chosen = null;
    /** The factor that the pointer or the keyboard is on. @type {string | null} */
    this.pointed = null;
    /** @type {Lights} */
    this.lights = { focus: new Set(), chain: new Set(), onPath: new Set() };
    /** @type {Path | null} */
    this.path = null;
    /** Makes the path anew, where the page says how. @type {Descent | null} */
    this.descent = null;
    /** Whether the path is to be made anew in the next frame. */
    this.turned = false;
    /** Whether the path was made in part only, for want of time. */
    this.cut = false;
    /** Others that run from the same start. @type {Race | null} */
    this.race = null;
    /** Steps of the path that fit into a frame; at first a guess. */
    this.affordable = FIRST_STEPS;
    /** Of a data set; the network carries one of them. @type {Samples | null} */
    this.samples = null;
    /** Of them, those that the network is not trained on. @type {Samples | null} */
    this.heldOut = null;
    /** The cost over those. @type {Mean | null} */
    this.heldMeans = null;
    /** Whether a sample is held, and what Python said meanwhile. */
    this.holding = false;
    /** @type {Component | null} */
    this.postponed = null;
    /** Whether a sample has moved since the path was made. */
    this.resampled = false;
    /** Samples and layers that Python has been asked for, and has not answered. @type {number[][] | null} */
    this.rows = null;
    /** @type {[string, number][] | null} */
    this.wanted = null;
    /** Whether the learner has had it trained, and has not seen how. */
    this.asked = false;
    /** The neuron that the pointer or the keyboard is on. @type {string | null} */
    this.looked = null;
    /** The cost and its slopes where the learner stands, over the samples. @type {Mean} */
    this.mean = createMean(this.graph, null);
    /** The costs from which the colours of map and surface reach, and the power that spreads low ones apart. */
    this.heights = { low: 0, high: 1, exponent: 1 };
    /** @type {Words | null} */
    this.words = null;
    /** Whether Python has been asked for a step, and has not answered. */
    this.going = false;
    /** Numbers that a step of the lesson has just set. @type {Glide | null} */
    this.glide = null;
    this.step = 0;
    /** The steps that Python was told and has not answered to. @type {number[]} */
    this.reported = [];
    /** Whether the values have been changed since the path was built. */
    this.stale = false;
    this.moving = false;
    /** What was shown when something was taken hold of. @type {Before | null} */
    this.before = null;
    /** What the learner has changed since the last commit. @type {Set<string>} */
    this.touched = new Set();
    this.dark = false;
    /** The theme that Python was last asked to draw in. @type {string | null} */
    this.repainted = null;
    /** @type {Palette} */
    this.palette = {};
    /** @type {Panel[]} */
    this.panels = [];
    this.shape = "";
    this.keyboard = 0;
    this.width = 0;
    this.high = 0; // of a scene in one view; below each other the panels are as high as they need
    this.spent = 0;
    this.loop = createLoop(this);
    this.committer = createCommitter((commit) => this.send("commit", commit));
    /** @type {Map<Panel, HTMLElement>} */
    this.places = new Map();
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(root);
    const shadow = root.getRootNode();
    if (shadow instanceof ShadowRoot) shadow.adoptedStyleSheets = [styleSheet()];
    root.onkeydown = (event) => this.pressed(event);
    // Whoever turns to something else has made the change, and what that leads to comes after it.
    this.left = () => this.keyboard && this.release();
    root.addEventListener("focusout", this.left);
    expose(this);
  }

  // ---- from Python

  /** @param {Component} component */
  receive(component) {
    if (this.holding) this.postponed = component;
    else receive(this, component);
  }

  /** @returns {boolean} whether the learner has changed what Python has not heard */
  held() {
    return this.moving || this.keyboard !== 0 || this.committer.waiting() !== null;
  }

  /** Take the colours of the theme that is on now. */
  paint() {
    const style = getComputedStyle(this.root);
    this.dark = isDark(style.getPropertyValue("--st-background-color"));
    this.palette = this.data.colors[this.dark ? "dark" : "light"];
    for (const [name, color] of Object.entries(this.palette)) {
      this.root.style.setProperty(`--${name}`, color);
    }
    this.root.dataset.theme = this.dark ? "dark" : "light";
  }

  /** What Python has drawn in the other theme's colours, such as charts, it is to draw anew, once. */
  askForTheme() {
    const theme = this.dark ? "dark" : "light";
    if (!this.data.theme || this.data.theme === theme || this.repainted === theme) return;
    this.repainted = theme;
    this.send("theme", theme);
  }

  /** Build every panel anew; from then on they are only written into. */
  build() {
    this.letGo();
    const refocus = focusIn(this.root);
    for (const panel of this.panels) panel.destroy?.();
    // What was moved and not handed over is as Python has it.
    if (this.data.shape) this.samples = unpackSamples(this.data.samples);
    this.rows = this.wanted = null;
    this.resampled = false;
    const places = arrange(this.root, this.data);
    this.graph = this.data.graph;
    this.evaluator = createEvaluator(this.graph);
    this.mean = createMean(this.graph, this.samples);
    this.heldMeans = this.heldOut && createMean(this.graph, this.heldOut);
    this.nodes = new Map(this.graph.nodes.map((node) => [node.name, node]));
    this.controls = new Map(this.data.controls.map((control) => [control.name, control]));
    this.pointed = null;
    if (this.chosen !== null && !this.nodes.has(this.chosen)) this.chosen = null;
    this.places.clear();
    for (const [name, place] of places) {
      if (Object.hasOwn(PANELS, name)) this.places.set(PANELS[name](this, place), place);
    }
    this.panels = [...this.places.keys()];
    const answer = this.root.querySelector(".answer");
    if (answer instanceof HTMLElement && this.data.words) {
      this.panels.push(answerPanel(this, answer));
    } else answer?.replaceChildren();
    // What is as high as its neighbours has its size once they are all there.
    for (const panel of this.panels) panel.resize?.();
    refocus();
  }

  // ---- from the panels

  /** @param {string} name @returns {GraphNode} */
  node(name) {
    return /** @type {GraphNode} */ (this.nodes.get(name));
  }

  /** @returns {GraphNode} the cost; over a data set its mean, with a bar */
  cost() {
    const output = this.node(this.graph.output);
    const [letter, below] = output.label;
    const several = this.samples && this.samples.y.length > 1;
    return several ? { ...output, label: [`${letter}\u0304`, below] } : output;
  }

  /** @returns {number} which of the samples the network carries, from 1 */
  sample() {
    const count = this.samples?.y.length ?? 1;
    return Math.max(1, Math.min(count, Math.round(this.values.sample) || 1));
  }

  /** @param {string} name @returns {number} the value that is shown now */
  valueOf(name) {
    const gliding = this.glide?.at(name);
    if (gliding !== undefined) return gliding;
    if (this.samples && name in this.samples) {
      return this.samples[name][this.sample() - 1];
    }
    const along = this.stale ? undefined : this.path?.parameters[name];
    return along ? along[this.step] : (this.values[name] ?? NaN);
  }

  /** Something is taken hold of: what Python sends now waits. */
  grab() {
    this.moving = true;
    const { values, touched, step, stale } = this;
    this.before = { values: { ...values }, touched: new Set(touched), step, stale };
  }

  /** What was taken hold of was not meant to be: all is as it was before. */
  abandon() {
    if (!this.before) return;
    const { values, touched, step, stale } = this.before;
    Object.assign(this, { values, touched, stale });
    if (this.descent) descend(this);
    this.step = step;
    for (const panel of this.panels) panel.light?.();
    this.schedule();
  }

  /** @param {Record<string, number>} changes */
  move(changes) {
    this.glide = null;
    const same = Object.entries(changes).every(([name, value]) => this.valueOf(name) === value);
    if (same) return;
    // A path starts where the values are; once they change it starts from what is shown.
    const starts = Object.keys(changes).some((name) => this.nodes.has(name));
    if (this.path && !this.stale && starts) {
      for (const name of Object.keys(this.path.parameters)) {
        this.values[name] = this.valueOf(name);
        this.touched.add(name);
      }
      this.step = 0;
      this.stale = !this.descent;
      for (const panel of this.panels) panel.light?.();
    }
    // Which sample is looked at changes nothing but what is shown.
    if (Object.keys(changes).some((name) => name !== "sample")) {
      this.turned = this.descent !== null;
    }
    Object.assign(this.values, changes);
    for (const name of Object.keys(changes)) this.touched.add(name);
    this.schedule();
    this.settle();
  }

  /** Let go: Python hears of the whole movement at once. */
  release() {
    this.moving = false;
    clearTimeout(this.keyboard);
    this.keyboard = 0;
    const known = { ...this.adopted, ...this.committer.waiting()?.values };
    const changed = Object.entries(this.values).filter(
      ([name, value]) => this.controls.has(name) && !Object.is(value, known[name]),
    );
    if (changed.length) this.committer.commit(Object.fromEntries(changed), this.adopted);
    this.touched.clear();
    this.settle();
  }

  /** What the pointer holds is about to be drawn anew, so no release would be heard. */
  letGo() {
    if (this.moving) this.release();
  }

  /** @returns {Record<string, number> | null} what the learner has changed and Python not heard */
  unheard() {
    const waiting = this.committer.waiting()?.values ?? null;
    if (!this.touched.size) return waiting;
    const own = [...this.touched].map((name) => [name, this.values[name]]);
    return { ...waiting, ...Object.fromEntries(own) };
  }

  /** @param {Record<string, number>} unheard changes that an earlier stage could not hand over */
  resume(unheard) {
    Object.assign(this.values, unheard);
    this.release();
    this.schedule();
  }

  /** A change by the keyboard, which counts as made when no other follows at once. */
  nudged() {
    clearTimeout(this.keyboard);
    this.keyboard = window.setTimeout(() => this.release(), KEYBOARD_PAUSE);
  }

  /** @param {string} name the derivative by this node is shown from now on */
  choose(name) {
    if (this.chosen === name) return;
    this.chosen = name;
    this.relight();
    this.settle();
    this.send("choose", name);
  }

  /**
   * Enter the step before or after: the words and what is lit change at once, numbers glide, and
   * Python's answer finds them there.
   * @param {"back" | "next"} way
   * @param {Step} step
   */
  goTo(way, step) {
    const { words } = this;
    if (!words) return;
    const at = words.at + (way === "next" ? 1 : -1);
    // Which step comes after that one is Python's to say.
    this.words = {
      ...words,
      ...step,
      at,
      own: [],
      mine: false,
      anew: false,
      back: null,
      next: null,
    };
    this.data = { ...this.data, focus: step.focus };
    const { numbers } = step;
    if (numbers && Object.keys(numbers).every((name) => this.controls.has(name))) {
      this.glide = createGlide((name) => this.valueOf(name), numbers);
      Object.assign(this.values, numbers);
      this.step = 0;
      this.turned = this.descent !== null;
      this.stale = !this.descent;
    }
    if (step.chosen !== null) this.chosen = step.chosen;
    this.relight();
    this.schedule();
    this.go(way);
  }

  /** Ask Python for what a lesson offers. @param {string} way */
  go(way) {
    this.going = true;
    this.send("go", way);
  }

  /**
   * Ask Python to change or train a network of the learner's own.
   * @param {"shape" | "samples" | "train" | "cancel" | "again"} what
   * @param {unknown} how
   */
  ask(what, how) {
    this.letGo();
    this.asked = what === "train";
    const step = this.path && !this.stale ? this.step : 0;
    const waiting = this.committer.waiting();
    this.send("build", { what, with: how, step, commit: waiting });
  }

  /** @param {string | null} name of a node that is looked at */
  lookAt(name) {
    if (this.looked === name) return;
    this.looked = name;
    this.schedule();
  }

  /** A sample is taken hold of: what Python sends now waits, for it may hold it where it was. */
  hold() {
    this.moving = this.holding = true;
  }

  /** And let go. @param {boolean} told whether Python hears of it, so that a newer answer comes */
  letLoose(told) {
    this.moving = this.holding = false;
    const { postponed } = this;
    this.postponed = null;
    if (postponed && !told) this.receive(postponed);
    this.schedule();
  }

  /** @param {string | null} factor */
  pointAt(factor) {
    if (this.pointed === factor) return;
    this.pointed = factor;
    for (const panel of this.panels) panel.light?.();
  }

  /** @param {number} step of the path to stand on @param {boolean} report whether Python hears */
  stand(step, report) {
    this.step = step;
    this.schedule();
    this.settle();
    if (!report) return;
    this.reported.push(step);
    this.send("step", step);
  }

  /**
   * Have Python hear of the step that is stood on, unless what has just been pressed leads elsewhere:
   * it would overtake the way there, and one would stay.
   */
  tellWhenCalm() {
    const { step } = this;
    const here = location.pathname;
    const events = ["pointerdown", "pointerup", "click", "keydown", "keyup"];
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = window.setTimeout(tell, CALM);
    };
    const tell = () => {
      const stands = this.step === step && !this.held(); // what is moved starts another path
      const stays = location.pathname === here && this.root.isConnected;
      if (stands && stays && !isListening()) return wait();
      for (const event of events) window.removeEventListener(event, wait, true);
      if (stands && stays) this.stand(step, true);
    };
    for (const event of events) window.addEventListener(event, wait, true);
    wait();
  }

  /** @param {string} trigger @param {unknown} value */
  send(trigger, value) {
    this.component?.setTriggerValue(trigger, value);
  }

  // ---- drawing

  schedule() {
    this.loop.schedule();
  }

  settle() {
    this.loop.settle();
  }

  relight() {
    const chain = new Set(
      this.chosen === null ? [] : chains(this.graph, this.chosen, 256).paths.flat(),
    );
    const ends = [...chain].flatMap((name) => {
      const edge = this.graph.edges[this.evaluator.edges.get(name) ?? -1];
      return [edge.child, edge.parent];
    });
    this.lights = { focus: new Set(this.data.focus), chain, onPath: new Set(ends) };
    for (const panel of this.panels) panel.light?.();
  }

  /** @returns {Samples} what the cost is averaged over: of one sample, as it is dragged */
  sampled() {
    const { x, y } = this.values;
    return this.samples ?? { x: Float64Array.of(x), y: Float64Array.of(y) };
  }

  /** @returns {number} the cost where the learner stands, the mean over the samples */
  height() {
    if (this.path && !this.stale && !this.resampled) return this.path.cost[this.step];
    return this.mean.cost.mean;
  }

  /** @returns {number} the mean cost over the samples that are held out; NaN without any */
  heldMean() {
    this.heldMeans?.run(this.shown);
    return this.heldMeans?.cost.mean ?? NaN;
  }

  /** @param {string} name @returns {number} the slope of that along a parameter */
  slope(name) {
    return this.mean.slopes[name].mean;
  }

  /**
   * What the next step of the path adds to these parameters; where none is walked, the way down.
   * @param {string[]} names
   * @returns {number[] | null} null at the path's end
   */
  nextStep(names) {
    const { path, step } = this;
    if (!this.data.descent) return names.map((name) => -this.slope(name));
    if (!path || this.stale || step + 1 >= path.cost.length) return null;
    return names.map((name) => path.parameters[name][step + 1] - path.parameters[name][step]);
  }

  resized() {
    const { clientWidth, clientHeight } = this.root;
    const high = this.root.classList.contains("wide") ? clientHeight : 0;
    if ((clientWidth === this.width && high === this.high) || !this.data) return;
    [this.width, this.high] = [clientWidth, high];
    this.letGo();
    widen(this.root, this.data);
    for (const panel of this.panels) panel.resize?.();
    this.schedule();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    for (const panel of this.panels) panel.key?.(event);
  }

  destroy() {
    this.loop.end();
    clearTimeout(this.keyboard);
    this.observer.disconnect();
    this.committer.destroy();
    for (const panel of this.panels) panel.destroy?.();
    this.panels = [];
    this.root.onkeydown = null;
    this.root.removeEventListener("focusout", this.left);
  }
}
