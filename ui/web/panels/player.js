// Play, pause, step and scrub over a descent. The whole stage follows; Python hears of a step
// only when the player comes to rest.

import { followRange, html, svg } from "../stage/dom.js";
import { firstWalk } from "./walk.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const SHOWING = 4; // seconds for a run that has just been made
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

/** Icons on a 16×16 field. */
export const ICONS = {
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
  "step forward": "M3 2.5v11l7.5-5.5zM11 2.5h2.2v11H11z",
  "step back": "M13 2.5v11l-7.5-5.5zM2.8 2.5H5v11H2.8z",
  "to the start": "M8.5 2.5v11L2.5 8zM14.5 2.5v11L8.5 8z",
  loop: "M8 3.2a5.3 5.3 0 1 0 5.3 5.3h-2A3.3 3.3 0 1 1 8 5.2v2.3L12 4.2 8 .9z",
};

/**
 * @param {keyof typeof ICONS} name also its accessible name
 * @param {() => void} act
 * @returns {HTMLButtonElement}
 */
export function iconButton(name, act) {
  const icon = svg(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );
  const button = html("button", { type: "button", "aria-label": name, title: name }, icon);
  button.onclick = act;
  return button;
}

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function playerPanel(stage, place) {
  let playing = false;
  let request = 0;
  let before = 0; // when the last frame was
  let owed = 0; // steps not yet made, as a fraction
  let length = -1;
  let shown = -1;
  let began = false;
  let hurry = 1; // of the pace, while a run that was asked for is shown
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  const start = iconButton("to the start", () => halt(0));
  const back = iconButton("step back", () => halt(stage.step - 1));
  const toggle = iconButton("play", () => (playing ? halt(stage.step) : play()));
  const forward = iconButton("step forward", () => halt(stage.step + 1));
  const loop = iconButton("loop", () => {
    loop.setAttribute("aria-pressed", String(loop.getAttribute("aria-pressed") !== "true"));
  });
  loop.setAttribute("aria-pressed", "false");
  const scrubber = html("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "step" });
  const speed = html(
    "select",
    { "aria-label": "speed", title: "speed" },
    ...SPEEDS.map((rate) => html("option", { value: rate }, `${rate}×`)),
  );
  speed.value = "1";
  const label = html("span", { class: "count number", "aria-hidden": "true" });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "player");
  place.tabIndex = 0;
  place.replaceChildren(start, back, toggle, forward, scrubber, label, loop, speed);
  const controls = [start, back, toggle, forward, scrubber];
  /** While the path is shown for the first time. @type {ReturnType<typeof firstWalk>} */
  let walk = null;

  /** @returns {number} the last step */
  const end = () => (stage.path ? stage.path.cost.length - 1 : 0);

  /** @param {boolean} on */
  function setPlaying(on) {
    playing = on;
    hurry = 1;
    if (!on) {
      walk?.end();
      walk = null;
    }
    const name = on ? "pause" : "play";
    toggle.setAttribute("aria-label", name);
    toggle.title = name;
    toggle.querySelector("path")?.setAttribute("d", ICONS[name]);
    cancelAnimationFrame(request);
    if (on) {
      before = performance.now();
      owed = 0;
      request = requestAnimationFrame(tick);
    }
  }

  function play() {
    if (!stage.path || stage.stale) return;
    if (stage.step >= end()) stage.stand(0, false);
    setPlaying(true);
  }

  /** Stop on a step and say so. @param {number} step */
  function halt(step) {
    setPlaying(false);
    if (stage.path && !stage.stale) stage.stand(Math.max(0, Math.min(end(), step)), true);
  }

  /** The first time, show where it leads. */
  function walkOnce() {
    const name = stage.data.walk;
    if (!name || playing || stage.step > 0 || end() < 2) return;
    walk = firstWalk(name, () => {
      setPlaying(false);
      stage.tellWhenCalm();
    });
    if (walk) play();
  }

  /** @param {number} now */
  function tick(now) {
    if (!playing) return;
    // A whole path takes about twelve seconds at the speed 1×.
    const rate =
      Math.max(4, Math.min(40, end() / 12)) * Number(speed.value) * (walk?.pace ?? hurry);
    const passed = Math.max(0, now - before); // a frame may have begun before play was pressed
    owed += (passed / 1000) * (still.matches ? Math.min(rate, 2) : rate);
    before = now;
    const steps = Math.floor(owed);
    owed -= steps;
    if (walk && stage.step + steps >= end()) {
      setPlaying(false);
      stage.stand(0, false); // as if nothing had been
      return;
    }
    if (steps && stage.step + steps >= end()) {
      if (loop.getAttribute("aria-pressed") !== "true" || end() === 0) {
        halt(end());
        return;
      }
      stage.stand(stage.step >= end() ? 0 : end(), false);
    } else if (steps) stage.stand(stage.step + steps, false);
    request = requestAnimationFrame(tick);
  }

  let from = 0;
  const pressed = followRange(scrubber, {
    start() {
      from = stage.step;
      setPlaying(false);
    },
    cancel: () => stage.stand(from, false),
    end() {},
  });
  scrubber.oninput = () => {
    setPlaying(false);
    stage.stand(Number(scrubber.value), false);
  };
  // Fires on release, and after a key.
  scrubber.onchange = () => {
    halt(Number(scrubber.value));
  };

  function update() {
    const last = end();
    if (last !== length) {
      length = last;
      scrubber.max = String(last);
      shown = -1;
    }
    if (shown === stage.step) return;
    shown = stage.step;
    if (!pressed()) scrubber.value = String(shown);
    scrubber.style.setProperty("--share", String(last ? shown / last : 0));
    scrubber.setAttribute("aria-valuetext", `step ${shown} of ${last}`);
    label.textContent = `${shown} / ${last}`;
  }

  function light() {
    const usable = stage.path !== null && !stage.stale;
    if (!usable && playing) setPlaying(false);
    for (const control of controls) control.disabled = !usable;
    if (usable && stage.asked && stage.data.training === "trained") {
      stage.asked = false;
      if (stage.step > 0) return;
      if (still.matches) halt(end());
      else {
        setPlaying(true);
        hurry = end() / (SHOWING * Math.max(4, Math.min(40, end() / 12)));
      }
    } else if (usable && !began) {
      began = true;
      walkOnce();
    }
  }

  return {
    update,
    light,
    key(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : place;
      if (target.matches('select, summary, input:not([aria-label="step"])')) return;
      const arrows = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === " " && !target.matches('button, [role="button"]')) toggle.click();
      else if (arrows && target !== scrubber) halt(stage.step + arrows);
      else return;
      event.preventDefault();
    },
    destroy: () => setPlaying(false),
  };
}
