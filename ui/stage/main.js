// Streamlit calls this at every change of data or theme, for each stage on the page.

/** @type {WeakMap<Node, Stage>} */
const stages = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} called once, when the stage leaves the page
 */
export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector('[data-testid="stage"]');
  if (!(root instanceof HTMLElement)) return () => {};
  let stage = stages.get(parentElement);
  if (stage?.root !== root) {
    stage?.destroy();
    stage = new Stage(root);
    stages.set(parentElement, stage);
  }
  stage.receive(component);
  return stage.destroy;
}
