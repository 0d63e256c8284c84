// Streamlit calls this at every change of data or theme, for each stage on the page.

import { Stage } from "./stage.js";
import { resolved, whenMoreIsKept } from "../kept/resolve.js";

/** @import { Component } from "./types.js" */

/** @type {WeakMap<Node, Stage>} */
const stages = new WeakMap();

/** The newest call for each, which what comes late must not overtake. @type {WeakMap<Node, Component>} */
const latest = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} called when the stage has left the page, and when a run is overtaken
 */
export default function (component) {
  const { parentElement } = component;
  latest.set(parentElement, component);
  draw(component);
  return () => {
    // A newer run that overtakes this one has Streamlit clean up too, with the stage in its place.
    const stage = stages.get(parentElement);
    if (!stage || stage.root.isConnected) return;
    stage.destroy();
    stages.delete(parentElement);
  };
}

/**
 * Bring a stage up to date, as soon as all that its data refer to is there.
 * @param {Component} component
 */
function draw(component) {
  const { parentElement } = component;
  const found = resolved(component.data);
  if (!found) {
    whenMoreIsKept(() => latest.get(parentElement) === component && draw(component));
    return;
  }
  component = { ...component, data: { ...found.fixed, ...found } };
  const root = parentElement.querySelector('[data-testid="stage"]');
  if (!(root instanceof HTMLElement)) return;
  let stage = stages.get(parentElement);
  if (stage?.root === root) stage.receive(component);
  else {
    stage?.destroy();
    const unheard = takeOver(root);
    stage = new Stage(root);
    stages.set(parentElement, stage);
    stage.receive(component);
    if (unheard) stage.resume(unheard);
  }
}

/**
 * End a stage that another version of this module has left on the same place.
 * @param {HTMLElement & {chainRule?: {leave: () => Record<string, number> | null}}} root
 * @returns {Record<string, number> | null} what Python has not heard from it
 */
function takeOver(root) {
  return root.chainRule?.leave() ?? null;
}
