// A picture that can be dragged like a slider.

import { followPointer } from "../stage/dom.js";
import { formatNumber } from "../maths/format.js";
import { snap } from "./sliders.js";

/** @import { Stage } from "../stage/stage.js" */

/**
 * Make a picture the slider of an input, for pointers, fingers and keys.
 * @param {Stage} stage
 * @param {HTMLElement | SVGElement} element
 * @param {string} name of the input
 * @param {string} label
 * @param {(event: PointerEvent) => number} valueAt
 * @returns {(value: number) => void} says where it stands
 */
export function slideAlong(stage, element, name, label, valueAt) {
  const control = stage.controls.get(name);
  if (!control) return () => {};
  element.classList.add("slides");
  for (const [attribute, value] of Object.entries({
    role: "slider",
    tabindex: 0,
    "aria-label": label,
    "aria-valuemin": control.minimum,
    "aria-valuemax": control.maximum,
  })) {
    element.setAttribute(attribute, String(value));
  }
  dragAlong(stage, element, name, valueAt);
  element.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1;
    const { minimum, maximum, step } = control;
    const steps = { ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far };
    const leaps = { ...steps, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };
    const wanted = Object.entries(leaps).find(([key]) => key === event.key)?.[1];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const now = stage.valueOf(name);
    const from = Number.isFinite(now) ? now : 0;
    const next = Math.max(minimum, Math.min(maximum, from + wanted * step));
    stage.move({ [name]: snap(control, next) });
    stage.nudged();
  };
  return (value) => {
    const shown = formatNumber(value, true);
    if (element.getAttribute("aria-valuetext") === shown) return;
    element.setAttribute("aria-valuenow", String(value));
    element.setAttribute("aria-valuetext", shown);
  };
}

/**
 * Let an input follow the pointer along a picture. A finger may also scroll the page: up and down
 * is the page's, and only a tap or a move sideways is the picture's.
 * @param {Stage} stage
 * @param {HTMLElement | SVGElement} element
 * @param {string} name of the input
 * @param {(event: PointerEvent) => number} valueAt
 */
export function dragAlong(stage, element, name, valueAt) {
  const control = stage.controls.get(name);
  if (!control) return;
  /** @type {PointerEvent | null} */
  let pressed = null;
  /** @param {PointerEvent} event */
  const follow = (event) => {
    const value = valueAt(event);
    if (Number.isFinite(value)) stage.move({ [name]: snap(control, value) });
  };
  let along = false; // whether this movement is the picture's
  element.onpointercancel = () => (pressed = null);
  followPointer(element, {
    start: (event) => {
      pressed = event;
      along = event.pointerType === "mouse";
      stage.grab();
      if (along) follow(event);
    },
    move: (event, dx, dy) => {
      along ||= Math.abs(dx) > 6 && Math.abs(dx) > Math.abs(dy);
      if (along) follow(event);
    },
    end: (moved) => {
      if (!moved && pressed) follow(pressed);
      stage.release();
    },
  });
}
