// In place of main.js where there is no Streamlit: a page that holds the stage's places, and its
// data as JSON, and keeps what is let go to itself.

/**
 * @param {Data} data
 * @param {ShadowRoot} parentElement holds the places
 * @returns {{again: () => void, repaint: () => void}} back to the data's own values; take the
 *   colours anew
 */
function standAlone(data, parentElement) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".stage"));
  const stage = new Stage(root);
  /** @type {Component} */
  const component = {
    data,
    parentElement,
    setTriggerValue(name, sent) {
      if (name !== "commit") return;
      const { seq, values } = /** @type {Commit} */ (sent);
      const kept = { ...component.data.values, ...values };
      component.data = { ...data, values: kept, acknowledged: seq, step: null };
      stage.receive(component);
    },
  };
  stage.receive(component);
  return {
    again() {
      stage.release();
      const { acknowledged } = component.data;
      component.data = { ...data, acknowledged };
      stage.receive(component);
    },
    repaint: () => stage.receive(component),
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
