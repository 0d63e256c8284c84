// The map panel: the cost over two parameters in bands of colour, with the point, the step that
// will be taken and the path. The colours are on a canvas, everything that moves above it
// is SVG, so that moving the point along the map costs nothing.

import { costRaster } from "./raster.js";
import { drawAxes } from "./axes.js";
import { formatNumber } from "../maths/format.js";
import { html, svg } from "../stage/dom.js";
import { inOneView, roomIn } from "./room.js";
import { mapLegend } from "./legend.js";
import { movePoint } from "./hand.js";
import { pathTrail } from "./trail.js";
import { pictureButtons } from "../stage/picture.js";
import { raceLines } from "./race.js";
import { startsLayer } from "./starts.js";
import { stepArrow } from "./arrow.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const LARGEST = 460; // px of a side, where the height follows
const BESIDE = 168; // px for the legend beside the map
const LEGEND_GAP = 4; // px from the map to the legend
const ENOUGH = 0.88; // of the largest side, for the sake of the legend

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function mapPanel(stage, place) {
  const { graph, data } = stage;
  const axes = data.axes;
  if (!axes || !axes.every((name) => graph.inputs.includes(name))) {
    place.replaceChildren(
      html("p", { class: "hint" }, "There are no two parameters to draw a map over."),
    );
    return { update() {} };
  }
  const [across, up] = axes;
  /** @type {[number, number][]} */
  const spans =
    data.spans ??
    axes.map((name) => {
      const control = stage.controls.get(name);
      return control ? [control.minimum, control.maximum] : [-5, 5];
    });
  const [[west, east], [south, north]] = spans;

  const raster = costRaster(stage, axes, spans, (unit) => legend.bounds(unit));
  const { canvas } = raster;
  const starts = startsLayer(stage, axes, spans, canvas);
  const legend = mapLegend(stage, starts.legend);
  const race = raceLines(stage, ({ parameters }) => [parameters[across], parameters[up]]);
  const trail = pathTrail(stage, axes);
  const arrow = stepArrow();
  const point = svg("circle", { class: "point", r: 9 });
  const scale = svg("g", { class: "scale" });
  const box = svg(
    "svg",
    { class: "inside", "aria-hidden": "true" },
    arrow.element,
    race.element,
    ...trail.elements,
    point,
  );
  const picture = svg("svg", { class: "axes", "aria-hidden": "true" }, scale, box);
  const told = html("p", { class: "visually-hidden", id: "map-told" });
  const plot = html(
    "div",
    {
      class: "plot",
      role: "application",
      tabindex: 0,
      "aria-label": "cost map",
      "aria-describedby": "map-told",
    },
    canvas,
    picture,
  );
  place.replaceChildren(plot, legend.element, told, pictureButtons(place, "cost map"));
  movePoint(stage, axes, spans, plot, canvas, point);

  // ---- geometry

  const margin = { left: 44, bottom: 38, top: 8, right: 8 };
  let side = 0;
  /** @param {number} value @returns {number} */
  const toX = (value) => ((value - west) / (east - west)) * side;
  /** @param {number} value @returns {number} */
  const toY = (value) => ((north - value) / (north - south)) * side;

  /**
   * The largest square, with all of the legend beside or below it where it costs the map little,
   * else with one line of it.
   * @returns {number} its side
   */
  function arrange() {
    const room = roomIn(place);
    const [w, h] = [margin.left + margin.right, margin.top + margin.bottom];
    place.classList.remove("beside", "brief");
    if (room.height === Infinity) return Math.min(room.width - w, LARGEST);
    /** @param {string} how @returns {number} */
    const side = (how) => {
      place.classList.toggle("beside", how === "beside");
      place.classList.toggle("brief", how === "brief");
      const [right, below] =
        how === "beside" ? [BESIDE, 0] : [0, legend.element.offsetHeight + LEGEND_GAP];
      return Math.floor(Math.min(room.width - w - right, room.height - h - below));
    };
    const full = side("beside") > side("below") ? "beside" : "below";
    return side(side(full) >= ENOUGH * side("brief") ? full : "brief");
  }

  function resize() {
    const next = Math.max(100, arrange());
    if (!place.clientWidth || next === side) return;
    side = next;
    const height = side + margin.top + margin.bottom;
    plot.style.height = `${height}px`;
    plot.style.width = inOneView(place) ? `${side + margin.left + margin.right}px` : "";
    for (const { style } of [canvas, starts.canvas]) {
      Object.assign(style, {
        left: `${margin.left}px`,
        top: `${margin.top}px`,
        width: `${side}px`,
        height: `${side}px`,
      });
    }
    const sharp = Math.min(2, window.devicePixelRatio || 1);
    raster.resize(side, sharp);
    starts.resize(side, sharp);
    for (const [name, value] of Object.entries({
      x: margin.left,
      y: margin.top,
      width: side,
      height: side,
    })) {
      box.setAttribute(name, String(value));
    }
    picture.setAttribute("width", String(plot.clientWidth));
    picture.setAttribute("height", String(height));
    drawAxes(scale, margin, side, spans, [stage.node(across), stage.node(up)]);
  }

  // ---- what moves

  let hasStarts = false; // whose legend is another

  function update() {
    if (!side) resize();
    if (!side) return;
    raster.update();
    const [a, b] = [stage.shown[across], stage.shown[up]];
    const [x, y] = [toX(a), toY(b)];
    const beyond = !(x >= 0 && x <= side && y >= 0 && y <= side);
    const known = Number.isFinite(x) && Number.isFinite(y);
    point.setAttribute("cx", String(Math.max(0, Math.min(side, x)) || 0));
    point.setAttribute("cy", String(Math.max(0, Math.min(side, y)) || 0));
    point.classList.toggle("beyond", beyond);
    const step = stage.nextStep([across, up]);
    const to = known && !beyond && step ? { x: toX(a + step[0]), y: toY(b + step[1]) } : { x, y };
    legend.update(arrow.draw({ x, y }, to, side), beyond);
    race.draw(toX, toY);
    const ofStarts = starts.update();
    if (legend.element.classList.toggle("of-starts", ofStarts) !== hasStarts) {
      hasStarts = ofStarts;
      resize();
    }
    trail.draw(toX, toY, side);
  }

  function settle() {
    const said = axes
      ?.map((name) => `${name} = ${formatNumber(stage.shown[name], true)}`)
      .join(", ");
    const step = axes && stage.data.descent && stage.nextStep(axes);
    const moves = axes?.map((name, i) => `${name} by ${formatNumber(step?.[i] ?? NaN, true)}`);
    const next = step ? ` The next step moves ${moves?.join(" and ")}.` : "";
    told.textContent = `${said}, ${stage.samples ? "mean " : ""}cost ${legend.cost()}.${next} Arrow keys move the point.`;
  }

  function light() {
    box.classList.toggle("stale", stage.stale);
  }

  resize();
  return { update, light, resize, settle, destroy: raster.stop };
}
