// A button that saves a file, whose content has come with the page.

import { resolved, whenMoreIsKept } from "../kept/resolve.js";
import { save } from "./save.js";

/**
 * `parts` are the text in pieces, each as it is or where it is kept.
 * @typedef {{label: string, name: string, media: string, parts: unknown[]}} Data
 */

/** @param {{data: Data, parentElement: ParentNode}} component */
export default function ({ data, parentElement }) {
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector("button"));
  button.textContent = data.label;
  button.ariaLabel = `${data.label}, ${data.name}`;
  button.onclick = () => give(data);
}

/** @param {Data} data */
function give(data) {
  const parts = resolved(data.parts);
  if (parts) save(new Blob(parts, { type: data.media }), data.name);
  else whenMoreIsKept(() => give(data));
}
