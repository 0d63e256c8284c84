// What the stage takes over from Python, and what of it the learner's own changes outlast.

import { createDescent } from "../maths/descent.js";
import { createGlide } from "./glide.js";
import { createRace } from "../panels/race.js";
import { unpack, unpackPath, unpackSamples } from "./packing.js";

/** @import { Component, Data, Path } from "./types.js" */
/** @import { Stage } from "./stage.js" */

let shown = location.pathname;

/** Another page is looked at from its top, wherever the link to it stood. */
function beginAtTheTop() {
  if (location.pathname === shown) return;
  shown = location.pathname;
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}

/** What was chosen below changes the stage, which comes into view. */
function showTheTop() {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const page = document.querySelector('[data-testid="stMain"]');
  page?.scrollTo({ top: 0, behavior: still ? "instant" : "smooth" });
}

/**
 * @param {Stage} stage
 * @param {Component} component
 */
export function receive(stage, component) {
  beginAtTheTop();
  const before = stage.data;
  const data = component.data;
  stage.component = component;
  stage.data = data;
  stage.adopted = Object.fromEntries(
    Object.entries(data.values).map(([name, value]) => [name, value ?? NaN]),
  );
  stage.committer.acknowledge(data.acknowledged, stage.adopted);
  const said = JSON.stringify(before?.words) !== JSON.stringify(data.words);
  const entered =
    before?.id === data.id && (stage.going || before.words?.heading !== data.words?.heading);
  if (said) stage.going = false;
  if (before?.words && data.words && data.words.tries > before.words.tries) showTheTop();
  const glide =
    entered && !stage.held() ? createGlide((n) => stage.valueOf(n), stage.adopted) : null;
  // On a screen that is there already nothing moves once more.
  if (before?.id !== data.id || glide) stage.glide = glide;
  // While the learner holds something, or Python has not heard yet, the screen knows better.
  const theirs = stage.held();
  stage.values = { ...stage.adopted, ...(theirs && stage.unheard()) };
  // What the learner chose here stands until Python says something new.
  if (!before || before.chosen !== data.chosen) stage.chosen = data.chosen;
  if (!before || JSON.stringify(before.samples) !== JSON.stringify(data.samples)) {
    stage.samples = unpackSamples(data.samples);
    stage.heldOut = unpackSamples(data.held);
  }
  if (!before || JSON.stringify(before.descent) !== JSON.stringify(data.descent)) {
    stage.descent = data.descent && createDescent(data.descent, data.graph.inputs);
  }
  if (!before || JSON.stringify(before.race) !== JSON.stringify(data.race)) {
    stage.race = data.race && createRace(stage, data.race);
  }
  if (data.training === "untrained") stage.asked = false;
  receivePath(stage, before, theirs);
  if (said) stage.words = data.words;

  stage.paint();
  stage.askForTheme();
  stage.root.dataset.layers = data.layers;
  const shape = JSON.stringify([
    data.id,
    data.panels,
    data.wide,
    data.controls,
    data.axes,
    data.spans,
    data.shape ? null : data.path !== null, // a network of layers has the same panels without
    data.samples,
    data.shape,
    data.held,
  ]);
  if (shape !== stage.shape) {
    stage.shape = shape;
    stage.build();
  }
  stage.relight();
  stage.schedule();
  stage.settle();
}

/**
 * @param {Stage} stage
 * @param {Data | null} before
 * @param {boolean} theirs whether the learner has changed what Python has not heard
 */
function receivePath(stage, before, theirs) {
  const packed = stage.data.path;
  let replaced = false;
  if (theirs && stage.descent) stage.turned = true;
  else if ((packed?.id ?? null) !== (stage.path?.id ?? null)) {
    // A path that was made here gives way to Python's, which is the same one.
    const same =
      stage.path?.id.startsWith("run ") && !stage.turned && startsHere(stage.path, stage.values);
    stage.path = packed && unpackPath(packed);
    if (stage.path && stage.data.heldCost) stage.path.held = unpack(stage.data.heldCost);
    stage.turned = stage.cut = false;
    stage.step = same && stage.path ? Math.min(stage.step, stage.path.cost.length - 1) : 0;
    replaced = !same;
  }
  if (!theirs) stage.stale = !startsHere(stage.path, stage.values);
  const step = stage.data.step;
  // On another path the same step is another place.
  if (!stage.path || step === null || (before?.step === step && !replaced)) return;
  // An answer to an earlier step does not throw back whoever has stepped on meanwhile.
  const answered = stage.reported.lastIndexOf(step);
  if (answered >= 0 && answered < stage.reported.length - 1) return;
  stage.reported = [];
  stage.step = Math.max(0, Math.min(stage.path.cost.length - 1, step));
}

/**
 * Whether a path starts from these values; one that does not is of the past.
 * @param {Path | null} path
 * @param {Record<string, number>} values
 * @returns {boolean}
 */
function startsHere(path, values) {
  return Object.entries(path?.parameters ?? {}).every(([name, steps]) => steps[0] === values[name]);
}
