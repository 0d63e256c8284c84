// Streamlit calls this at every change of data or theme, for each stage on the page.

/** @type {WeakMap<Node, Stage>} */
const stages = new WeakMap();

const KEPT = 10_000; // ms

/**
 * What a stage could not hand over before its page was left. The run that took it may have been
 * overtaken by the next page's, which brings the old values; the next stage looks after it.
 * @type {{values: Record<string, number> | null, since: number}}
 */
const left = { values: null, since: 0 };

/** @returns {Record<string, number> | null} */
function takeLeft() {
  const { values, since } = left;
  left.values = null;
  return performance.now() - since < KEPT ? values : null;
}

/**
 * @param {Component} component
 * @returns {() => void} called once, when the stage leaves the page
 */
export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector('[data-testid="stage"]');
  if (!(root instanceof HTMLElement)) return () => {};
  let stage = stages.get(parentElement);
  if (stage?.root === root) stage.receive(component);
  else {
    stage?.destroy();
    const before = takeLeft();
    const unheard = takeOver(root) ?? before;
    stage = new Stage(root);
    stages.set(parentElement, stage);
    stage.receive(component);
    if (unheard) stage.resume(unheard);
  }
  const shown = stage;
  return () => {
    Object.assign(left, { values: shown.unheard(), since: performance.now() });
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
