// Where the learner has turned a surface to. Plotly notes it when the hand lets go, while the view
// still runs on for a moment; whatever is drawn next would throw it back to what was noted.

/**
 * Note where the eye is now.
 * @param {any} graph Plotly's element
 */
export function noteCamera(graph) {
  const drawn = graph._fullLayout?.scene;
  const camera = drawn?._scene?.getCamera?.();
  if (!camera || !graph.layout?.scene) return;
  for (const scene of [drawn, graph.layout.scene]) {
    scene.camera = { ...scene.camera, ...structuredClone(camera) };
  }
}

/**
 * Know whether a hand is on a chart, so that it is not redrawn under it.
 * @param {HTMLElement} graph
 * @param {() => void} letGo
 * @returns {{held: () => boolean, end: () => void}}
 */
export function watchHand(graph, letGo) {
  let held = false;
  const take = () => (held = true);
  const leave = () => {
    if (!held) return;
    held = false;
    letGo();
  };
  const events = ["pointerup", "pointercancel", "mouseup", "touchend", "touchcancel"];
  graph.addEventListener("pointerdown", take, true);
  for (const event of events) window.addEventListener(event, leave);
  return {
    held: () => held,
    end() {
      graph.removeEventListener("pointerdown", take, true);
      for (const event of events) window.removeEventListener(event, leave);
    },
  };
}
