// A number that is typed: a click or Enter on it opens an input in its place.

import { html } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */

/**
 * @param {string} text with a real minus or a decimal comma, too
 * @returns {number} NaN for anything else than one number
 */
export function readNumber(text) {
  const plain = text.trim().replace(/^[−–]/, "-").replace(/e[−–]/i, "e-").replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/**
 * Say which number a button shows; what is seen on it is in its name, so that it can be spoken.
 * @param {Element} element
 * @param {string} name
 */
export function nameNumber(element, name) {
  const said = [element.textContent, `${name}, type a number`].filter(Boolean).join(", ");
  if (element.getAttribute("aria-label") !== said) element.setAttribute("aria-label", said);
}

/**
 * Let a number be typed; call what is returned to open its input.
 * @param {Stage} stage
 * @param {HTMLElement} element shows the number
 * @param {string} name
 * @returns {() => void}
 */
export function typed(stage, element, name) {
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  nameNumber(element, name);
  element.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  };

  function open() {
    const control = stage.controls.get(name);
    if (!control || element.nextElementSibling?.matches(".typed")) return;
    const { minimum, maximum } = control;
    const before = stage.valueOf(name);
    const input = html("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": `${name}, exactly`,
      value: Number.isFinite(before) ? String(before) : "",
    });
    const said = html("span", { class: "refused", role: "alert" });
    const field = html("span", { class: "typed" }, input, said);
    element.hidden = true;
    element.after(field);
    input.select();
    let over = false;

    /** @param {boolean} back whether the keyboard goes back to the number */
    function close(back) {
      if (over) return;
      over = true;
      field.remove();
      element.hidden = false;
      if (back) element.focus();
    }

    /** @returns {boolean} whether what is typed can be used */
    function take() {
      const value = readNumber(input.value);
      if (!(value >= minimum && value <= maximum)) {
        said.textContent = `${name} must be a number from ${minimum} to ${maximum}.`.replace(
          "-",
          "−",
        );
        input.setAttribute("aria-invalid", "true");
        return false;
      }
      if (value !== stage.valueOf(name)) {
        stage.grab();
        stage.move({ [name]: value });
        stage.release();
      }
      return true;
    }

    input.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && take()) close(true);
      else if (event.key === "Escape") close(true);
    };
    // Whoever turns to something else has typed what they meant, if it can be used.
    input.onblur = () => {
      if (!over) take();
      close(false);
    };
  }

  return open;
}
