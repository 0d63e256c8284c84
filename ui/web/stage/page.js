// In place of main.js where there is no Streamlit: a page that holds the stage's places, and its
// data as JSON, and keeps what is let go to itself.

import { Stage } from "./stage.js";

/** @import { Commit } from "./commit.js" */
/** @import { Data } from "./types.js" */

/**
 * @param {Data} data
 * @param {ShadowRoot} parentElement holds the places
 * @returns {{again: () => void, repaint: () => void}} back to the data's own values; take the
 *   colours anew
 */
function standAlone(data, parentElement) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".stage"));

  /** @returns {Stage} */
  function begin() {
    const stage = new Stage(root);
    stage.receive({
      data,
      parentElement,
      setTriggerValue(name, sent) {
        if (name !== "commit") return;
        const { seq, values } = /** @type {Commit} */ (sent);
        Object.assign(stage.adopted, values);
        // An answer comes after the question, as it would from Python.
        queueMicrotask(() => stage.committer.acknowledge(seq, stage.adopted));
      },
    });
    return stage;
  }

  let stage = begin();
  return {
    again() {
      stage.destroy();
      stage = begin();
    },
    repaint() {
      stage.paint();
      stage.relight();
      stage.schedule();
    },
  };
}

const place = document.getElementById("place");
if (place?.shadowRoot) {
  const text = document.getElementById("data")?.textContent ?? "";
  const page = standAlone(JSON.parse(text), place.shadowRoot);
  const button = document.getElementById("again");
  if (button) button.onclick = page.again;
  window.matchMedia("(prefers-color-scheme: dark)").onchange = page.repaint;
}
