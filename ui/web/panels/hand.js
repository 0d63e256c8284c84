// Moving the point along the map, by pointer and by keys.

import { followPointer } from "../stage/dom.js";
import { snap } from "./sliders.js";

/** @import { Stage } from "../stage/stage.js" */

const FINGER = 36; // px from the point, within which a finger takes hold of it

/**
 * @param {Stage} stage
 * @param {[string, string]} axes
 * @param {[number, number][]} spans
 * @param {HTMLElement} plot takes the pointer and the keys
 * @param {HTMLElement} ground the map's own square in it
 * @param {SVGElement} point
 */
export function movePoint(stage, axes, spans, plot, ground, point) {
  const [across, up] = axes;
  const [[west, east], [south, north]] = spans;

  /** @param {PointerEvent} event */
  function moveTo(event) {
    const edge = ground.getBoundingClientRect();
    const u = Math.max(0, Math.min(1, (event.clientX - edge.left) / edge.width));
    const v = Math.max(0, Math.min(1, (event.clientY - edge.top) / edge.height));
    moveBy({ [across]: west + u * (east - west), [up]: north + v * (south - north) });
  }

  /** @param {Record<string, number>} wanted */
  function moveBy(wanted) {
    /** @type {Record<string, number>} */
    const changes = {};
    for (const [name, value] of Object.entries(wanted)) {
      const control = stage.controls.get(name);
      if (control && Number.isFinite(value)) changes[name] = snap(control, value);
    }
    stage.move(changes);
  }

  // A finger takes hold of the point only near it; anywhere else a tap moves the point, and a swipe
  // is the page's.
  /** @type {PointerEvent | null} */
  let pressed = null;
  let held = false;
  /** @param {PointerEvent} event @returns {boolean} */
  function near(event) {
    const at = point.getBoundingClientRect();
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
    return Math.hypot(event.clientX - x, event.clientY - y) <= FINGER;
  }
  /** @param {PointerEvent} event */
  function take(event) {
    held = true;
    stage.grab();
    moveTo(event);
  }
  followPointer(plot, {
    start: (event) => {
      pressed = event;
      held = false;
      if (event.pointerType !== "touch" || near(event)) take(event);
    },
    move: (event) => {
      if (held) moveTo(event);
    },
    cancel: () => {
      if (held) stage.abandon();
    },
    end: (moved) => {
      if (!moved && !held && pressed) take(pressed);
      if (held) stage.release();
      held = false;
    },
  });
  // This comes after the press: what is held does not scroll the page.
  plot.addEventListener("touchstart", (event) => held && event.preventDefault(), {
    passive: false,
  });
  plot.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[
      event.key
    ];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    const name = way[0] ? across : up;
    const control = stage.controls.get(name);
    if (!control) return;
    moveBy({ [name]: stage.valueOf(name) + (way[0] + way[1]) * far * control.step });
    stage.nudged();
  };
}
