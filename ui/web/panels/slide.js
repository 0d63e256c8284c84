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
 * Let an input follow the pointer along a picture.
 * @param {Stage} stage
 * @param {HTMLElement | SVGElement} element
 * @param {string} name of the input
 * @param {(event: PointerEvent) => number} valueAt
 */
export function dragAlong(stage, element, name, valueAt) {
  const control = stage.controls.get(name);
  if (!control) return;
  followSideways(element, {
    start: () => stage.grab(),
    follow: (event) => {
      const value = valueAt(event);
      if (Number.isFinite(value)) stage.move({ [name]: snap(control, value) });
    },
    cancel: () => stage.abandon(),
    end: () => stage.release(),
  });
}

/**
 * Follow the pointer along a picture. A finger may also scroll the page: up and down is the page's,
 * and only a tap or a move sideways is the picture's.
 * @param {HTMLElement | SVGElement} element
 * @param {object} on
 * @param {() => void} on.start
 * @param {(event: PointerEvent) => void} on.follow
 * @param {() => void} on.cancel before `end`, where what was followed was a scroll
 * @param {() => void} on.end
 */
export function followSideways(element, { start, follow, cancel, end }) {
  /** @type {PointerEvent | null} */
  let pressed = null;
  let sideways = false; // whether this movement is the picture's
  followPointer(element, {
    start: (event) => {
      pressed = event;
      sideways = event.pointerType === "mouse";
      start();
      if (sideways) follow(event);
    },
    move: (event, dx, dy) => {
      sideways ||= Math.abs(dx) > 6 && Math.abs(dx) > Math.abs(dy);
      if (sideways) follow(event);
    },
    cancel: () => {
      if (sideways) cancel();
    },
    end: (moved) => {
      if (!moved && pressed) follow(pressed);
      end();
    },
  });
}
