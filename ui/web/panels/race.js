// The race: others that start where the path does, run here while the start is dragged, drawn over
// the map and over the costs, with a legend that says who leads.

import { fit } from "./room.js";
import { html, showNumbers, svg } from "../stage/dom.js";
import { liveValue } from "./chart.js";

/** @import { Layer } from "./chart.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Panel, Path, Runner } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const RACE = 5; // ms of a frame for all runners while something is dragged
const CATCHING_UP = 12; // ms of a frame for their whole paths at rest

/**
 * @typedef {object} Race
 * @property {Runner[]} runners
 * @property {(Path | null)[]} paths one for each runner; null where the start has no cost
 * @property {number} version rises when a path has changed
 * @property {boolean} behind whether a path is still to be run, or to be run further
 * @property {() => void} run bring the paths in line with the start that is shown
 */

/**
 * @param {Stage} stage
 * @param {Runner[]} runners
 * @returns {Race}
 */
export function createRace(stage, runners) {
  let affordable = Infinity; // steps of each that fit into a frame
  const asked = runners.map(() => 0); // steps that each path was to take
  /** @type {unknown[]} */
  let from = [];
  /** @type {Race} */
  const race = { runners, paths: runners.map(() => null), version: 0, behind: true, run };

  function run() {
    const { descent, data, moving } = stage;
    if (!descent || !data.descent) return;
    const now = [descent, stage.samples, ...stage.graph.inputs.map((name) => stage.values[name])];
    if (now.length !== from.length || now.some((part, i) => !Object.is(part, from[i]))) {
      from = now;
      asked.fill(0);
    }
    const all = data.descent.steps;
    const most = moving ? Math.min(all, affordable) : all;
    const started = performance.now();
    let [taken, spent] = [0, 0];
    for (let i = 0; i < runners.length; i++) {
      if (asked[i] >= (moving ? 1 : all)) continue;
      const { rate, rule } = runners[i];
      race.paths[i] = descent.run(stage.values, stage.sampled(), rate, rule, most);
      race.version += 1;
      asked[i] = most;
      taken += race.paths[i]?.cost.length ?? 0;
      spent = performance.now() - started;
      if (!moving && spent > CATCHING_UP) break;
    }
    if (taken > 120) affordable = Math.max(20, (taken * RACE) / spent / runners.length) | 0;
    race.behind = asked.some((steps) => steps < all);
    if (race.behind && !moving) stage.schedule();
  }
  return race;
}

/**
 * @param {Path} path
 * @param {number} step
 * @returns {number} the cost there, or the last one if the path has ended
 */
function costAt(path, step) {
  return path.cost[Math.min(step, path.cost.length - 1)];
}

/**
 * Who has the lowest cost at a step; the first of several, -1 without any.
 * @param {Race} race
 * @param {number} step
 * @returns {number}
 */
function leader(race, step) {
  let [lead, lowest] = [-1, Infinity];
  race.paths.forEach((path, i) => {
    if (path && costAt(path, step) < lowest) [lead, lowest] = [i, costAt(path, step)];
  });
  return lead;
}

/**
 * An element that has a runner's colour, for whichever theme is on.
 * @template {Element & ElementCSSInlineStyle} T
 * @param {T} element
 * @param {Runner} runner
 * @returns {T}
 */
function inColorOf(element, runner) {
  element.style.setProperty("--light", runner.light);
  element.style.setProperty("--dark", runner.dark);
  element.classList.add("runner");
  return element;
}

/**
 * The runners' lines, each with its number where it ends and a dot at the step.
 * @param {Stage} stage
 * @param {(path: Path) => [Float64Array, Float64Array] | null} pointsOf
 * @returns {Layer}
 */
export function raceLines(stage, pointsOf) {
  const element = svg("g", { class: "race" });
  /** @type {Race | null} */
  let known = null;
  /** @type {{lines: SVGPathElement[], end: SVGGElement, dot: SVGCircleElement}[]} */
  let parts = [];
  let drawn = "";

  function make() {
    known = stage.race;
    parts = (known?.runners ?? []).map(({ dash }, i) => ({
      lines: [
        svg("path", { class: "halo" }),
        svg("path", { class: "way", "stroke-dasharray": dash }),
      ],
      dot: svg("circle", { class: "dot", r: 4 }),
      end: svg(
        "g",
        { class: "end" },
        svg("circle", { r: 7.5 }),
        svg("text", { y: 3.5, "text-anchor": "middle" }, String(i + 1)),
      ),
    }));
    const runners = known?.runners ?? [];
    element.replaceChildren(
      ...parts.map(({ lines }, i) => inColorOf(svg("g", {}, ...lines), runners[i])),
      ...parts.map(({ dot, end }, i) => inColorOf(svg("g", {}, end, dot), runners[i])),
    );
    drawn = "";
  }

  /** @type {Layer["draw"]} */
  function draw(toX, toY) {
    if (known !== stage.race) make();
    if (!known) return;
    const scale = [toX(0), toX(1), toY(0), toY(1)];
    const wanted = `${known.version} ${scale}`;
    const anew = wanted !== drawn;
    drawn = wanted;
    for (let i = 0; i < parts.length; i++) {
      const path = known.paths[i];
      const points = path && pointsOf(path);
      const { lines, end, dot } = parts[i];
      if (anew) {
        const way = points ? briefPath(...points, toX, toY) : "";
        for (const line of lines) line.setAttribute("d", way);
      }
      for (const [mark, step] of /** @type {[SVGElement, number][]} */ ([
        [end, Infinity],
        [dot, stage.step],
      ])) {
        const k = Math.min(step, (path?.cost.length ?? 0) - 1);
        const [x, y] = points ? [toX(points[0][k]), toY(points[1][k])] : [NaN, NaN];
        const known = Number.isFinite(x) && Number.isFinite(y);
        mark.toggleAttribute("hidden", !known);
        if (known) mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      }
    }
  }
  return { element, draw };
}

/**
 * Path data without the points that cannot be told from the one before.
 * @param {Float64Array} xs
 * @param {Float64Array} ys
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @returns {string}
 */
function briefPath(xs, ys, toX, toY) {
  /** What leaves the picture may end anywhere beyond. @param {number} p @returns {number} */
  const near = (p) => Math.max(-4000, Math.min(4000, p));
  let way = "";
  let [px, py] = [NaN, NaN];
  for (let k = 0; k < xs.length; k++) {
    const [x, y] = [near(toX(xs[k])), near(toY(ys[k]))];
    if (Number.isNaN(x) || Number.isNaN(y)) break;
    if (Math.abs(x - px) < 0.4 && Math.abs(y - py) < 0.4) continue;
    way += `${way ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    [px, py] = [x, y];
  }
  return way;
}

/**
 * The runners as a small table: who they are, and their costs at the step and at the end.
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function racePanel(stage, place) {
  const content = html("div");
  place.classList.add("runners");
  place.replaceChildren(content);
  const at = html("th", { class: "number" });
  const sentence = html("p", { class: "hint" });
  /** @type {Race | null} */
  let known = null;
  /** @type {HTMLTableRowElement[]} */
  let rows = [];
  /** @type {LiveNumber[]} */
  let numbers = [];
  let [ends, heres] = [new Float64Array(0), new Float64Array(0)];
  let drawn = "";

  function make() {
    known = stage.race;
    const runners = known?.runners ?? [];
    ends = new Float64Array(runners.length);
    heres = new Float64Array(runners.length);
    numbers = [];
    rows = runners.map((runner, i) => {
      const [here, end] = [html("td"), html("td")];
      numbers.push(
        liveValue(here, `race ${i + 1} at the step`, heres, i, false),
        liveValue(end, `race ${i + 1}`, ends, i, false),
      );
      const swatch = svg(
        "svg",
        { width: 38, height: 16, "aria-hidden": "true" },
        svg("path", { class: "way", d: "M0 8h38", "stroke-dasharray": runner.dash }),
        svg(
          "g",
          { class: "end", transform: "translate(19 8)" },
          svg("circle", { r: 7.5 }),
          svg("text", { y: 3.5, "text-anchor": "middle" }, String(i + 1)),
        ),
      );
      const name = html("th", { scope: "row" }, swatch, html("span", {}, runner.label));
      return inColorOf(html("tr", {}, name, here, end), runner);
    });
    drawn = "";
    place.hidden = !known;
    content.replaceChildren();
    if (!known) return;
    const head = html("tr", {}, html("th", {}, "the race"), at, html("th", {}, "at the end"));
    content.append(
      html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)),
      sentence,
    );
  }

  const resize = () => fit(place, content, 1.2);

  function update() {
    if (known !== stage.race) {
      make();
      resize();
    }
    if (!known || drawn === `${known.version} ${stage.step}`) return;
    drawn = `${known.version} ${stage.step}`;
    known.paths.forEach((path, i) => {
      heres[i] = path ? costAt(path, stage.step) : NaN;
      ends[i] = path ? costAt(path, Infinity) : NaN;
    });
    showNumbers(numbers);
    at.textContent = `at step ${stage.step}`;
    const [first, last] = [leader(known, stage.step), leader(known, Infinity)];
    rows.forEach((row, i) => row.classList.toggle("leads", i === (stage.step ? first : last)));
    const { runners } = known;
    const own = (stage.path?.cost.length ?? 0) - 1;
    const longest = Math.max(...known.paths.map((path) => (path ? path.cost.length - 1 : 0)));
    const said =
      last < 0
        ? "Nobody can start here: the cost is undefined."
        : stage.step === own && own < longest
          ? `Your path ends here; others go on to step ${longest}. At the end ${runners[last].label} is lowest.`
          : stage.step
            ? `At step ${stage.step} ${runners[first].label} leads; at the end ${runners[last].label} is lowest.`
            : `At the end ${runners[last].label} is lowest.`;
    if (sentence.textContent !== said) sentence.textContent = said;
  }

  make();
  return { update, resize };
}
