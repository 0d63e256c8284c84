// When the stage is drawn: once a frame, however much has changed, and once more when all is quiet.

import { announce } from "./tell.js";
import { overflows } from "../panels/room.js";
import { widen } from "./arrange.js";

/** @import { Stage } from "./stage.js" */

const DESCENT = 5; // ms of a frame for the path while something is dragged
const SETTLED = 250; // ms without movement after which the words for a screen reader are renewed

/**
 * @typedef {object} Loop
 * @property {() => void} schedule ask for one frame, however many changes come before it
 * @property {() => void} settle when nothing has changed for a while, do what can wait till then
 * @property {() => void} end
 */

/**
 * @param {Stage} stage
 * @returns {Loop}
 */
export function createLoop(stage) {
  let request = 0;
  let quiet = 0;

  function schedule() {
    request ||= requestAnimationFrame(frame);
  }

  function frame() {
    cancelAnimationFrame(request);
    request = 0;
    const started = performance.now();
    if (stage.turned) descend(stage);
    stage.race?.run();
    for (const name of stage.graph.inputs) stage.shown[name] = stage.valueOf(name);
    stage.evaluator.run(stage.shown);
    stage.mean.run(stage.shown);
    for (const panel of stage.panels) panel.update();
    announce(stage);
    stage.spent = performance.now() - started;
    if (stage.glide) {
      if (stage.glide.over()) stage.glide = null;
      schedule();
    }
  }

  function settle() {
    clearTimeout(quiet);
    quiet = window.setTimeout(() => {
      if (stage.moving) return;
      if (request) frame(); // a browser that is busy, or shows another tab, has not yet
      if (stage.cut) {
        stage.turned = true;
        schedule();
      }
      if (stage.race?.behind) schedule();
      widen(stage.root, stage.data);
      for (const panel of stage.panels) panel.settle?.();
      for (const [panel, place] of stage.places) {
        if (!overflows(place)) continue;
        panel.resize?.();
        schedule(); // a picture that is made anew is empty
      }
    }, SETTLED);
  }

  return {
    schedule,
    settle,
    end() {
      cancelAnimationFrame(request);
      clearTimeout(quiet);
    },
  };
}

/**
 * Make the path from what is shown now, at the rate of now: in part, if it would take too long.
 * @param {Stage} stage
 */
export function descend(stage) {
  stage.turned = false;
  const { descent, data } = stage;
  if (!descent || !data.descent) return;
  const started = performance.now();
  const most = Math.min(data.descent.steps, stage.moving ? stage.affordable : Infinity);
  stage.path = descent.run(stage.values, stage.sampled(), stage.values.rate, undefined, most);
  const taken = (stage.path?.cost.length ?? 1) - 1;
  const spent = performance.now() - started;
  if (taken > 20) stage.affordable = Math.max(20, Math.floor((taken * DESCENT) / spent));
  stage.cut = taken === most && most < data.descent.steps;
  stage.step = Math.min(stage.step, taken);
  stage.stale = stage.path === null;
}
