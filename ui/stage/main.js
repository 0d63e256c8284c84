// Streamlit calls this at every change of data or theme, for each stage on the page.

/** @type {WeakMap<Node, Stage>} */
const stages = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} called when the stage has left the page, and when a run is overtaken
 */
export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector('[data-testid="stage"]');
  if (!(root instanceof HTMLElement)) return () => {};
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
  const shown = stage;
  return () => {
    // A newer run that overtakes this one has Streamlit clean up too, with the stage in its place.
    if (root.isConnected) return;
    shown.destroy();
    stages.delete(parentElement);
  };
}

/**
 * End a stage that another version of this module has left on the same place.
 * @param {HTMLElement & {chainRule?: {leave: () => Record<string, number> | null}}} root
 * @returns {Record<string, number> | null} what Python has not heard from it
 */
function takeOver(root) {
  return root.chainRule?.leave() ?? null;
}
