// The map panel: the cost over two parameters in bands of colour, with the point, the step that
// will be taken and the path. The colours are on a canvas, everything that moves above it
// is SVG, so that moving the point along the map costs nothing.

import { BANDS, bandColors } from "./bands.js";
import { createSurface } from "../maths/surface.js";
import { drawAxes } from "./axes.js";
import { followPointer, html, liveNumber, showNumbers, svg } from "../stage/dom.js";
import { formatNumber } from "../maths/format.js";
import { inOneView, roomIn } from "./room.js";
import { pictureButtons } from "../stage/picture.js";
import { raceLines } from "./race.js";
import { snap } from "./sliders.js";
import { startsLayer } from "./starts.js";
import { stepArrow } from "./arrow.js";
import { unpack } from "../stage/packing.js";

/** @import { Data, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */
/** @import { Reach } from "./arrow.js" */
/** @import { Surface } from "../maths/surface.js" */

const LARGEST = 460; // px of a side, where the height follows
const BESIDE = 168; // px for the legend beside the map
const LEGEND_GAP = 4; // px from the map to the legend
const ENOUGH = 0.88; // of the largest side, for the sake of the legend
const FINE = 128; // points a side when nothing moves
const SLICE = 3; // ms of a frame for the fine map
const FINGER = 36; // px from the point, within which a finger takes hold of it
const IDLE = 120; // ms without change before the fine map is begun

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function mapPanel(stage, place) {
  const { graph, data, evaluator } = stage;
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
  const colors = bandColors();
  const words = new Uint32Array(new Uint8ClampedArray(colors.flatMap((c) => [...c, 255])).buffer);

  // ---- what is drawn once

  const canvas = html("canvas", { "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const draft = document.createElement("canvas");
  const draftContext = /** @type {CanvasRenderingContext2D} */ (draft.getContext("2d"));
  const scale = svg("g", { class: "scale" });
  const wholePath = svg("path", { class: "path whole" });
  const dots = svg("path", { class: "path dots" });
  const pathSoFar = svg("path", { class: "path so-far" });
  const arrow = stepArrow();
  const point = svg("circle", { class: "point", r: 9 });
  const race = raceLines(stage, ({ parameters }) => [parameters[across], parameters[up]]);
  const starts = startsLayer(stage, axes, spans, canvas);
  const box = svg(
    "svg",
    { class: "inside", "aria-hidden": "true" },
    arrow.element,
    race.element,
    wholePath,
    dots,
    pathSoFar,
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
  const cost = new Float64Array(1);
  const shownCost = html("span");
  const number = liveNumber(shownCost, evaluator, "node", graph.output, {
    signed: false,
    named: !stage.samples,
  });
  if (stage.samples) {
    Object.assign(number, { source: cost, slot: 0 });
    shownCost.setAttribute("data-name", `mean ${graph.output}`);
  }
  const outside = html("span", { class: "outside" });
  const bounds = [0, 0.25, 0.5, 0.75, 1].map(() => html("span", { class: "number" }));
  const bar = svg(
    "svg",
    {
      class: "colors",
      viewBox: `0 0 ${BANDS} 1`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    ...colors.map((color, x) => svg("rect", { x, width: 1, height: 1, fill: `rgb(${color})` })),
  );
  const output = stage.cost();
  const down = html("div", { class: "down" });
  const legend = html(
    "div",
    { class: "legend" },
    html(
      "div",
      { class: "key" },
      html(
        "span",
        { class: "here" },
        html("span", { class: "symbol" }, output.label[0]),
        " = ",
        shownCost,
      ),
      outside,
    ),
    down,
    bar,
    html("div", { class: "bounds" }, ...bounds),
    starts.legend,
  );
  place.replaceChildren(plot, legend, told, pictureButtons(place, "cost map"));

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
      const [right, below] = how === "beside" ? [BESIDE, 0] : [0, legend.offsetHeight + LEGEND_GAP];
      return Math.floor(Math.min(room.width - w - right, room.height - h - below));
    };
    const whole = side("beside") > side("below") ? "beside" : "below";
    return side(side(whole) >= ENOUGH * side("brief") ? whole : "brief");
  }

  function resize() {
    const next = Math.max(100, arrange());
    if (!place.clientWidth || next === side) return;
    side = next;
    const height = side + margin.top + margin.bottom;
    plot.style.height = `${height}px`;
    plot.style.width = inOneView(place) ? `${side + margin.left + margin.right}px` : "";
    const sharp = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = Math.round(side * sharp);
    for (const { style } of [canvas, starts.canvas]) {
      Object.assign(style, {
        left: `${margin.left}px`,
        top: `${margin.top}px`,
        width: `${side}px`,
        height: `${side}px`,
      });
    }
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
    drawnPath = undefined;
    dirty = true;
    if (surface) paint();
  }

  // ---- the colours

  /** @type {Record<string, Float64Array> | null} */
  let samples = null;
  /** @type {Data["samples"]} */
  let packed = null;
  /** @type {Surface | null} */
  let surface = null;
  /** @type {Record<string, number>} */
  const others = {};
  let dirty = true; // whether the colours must be computed anew
  let coarse = 24; // points a side while something moves; follows the time it takes
  let rowsAtOnce = 8; // of the fine map; likewise
  let grid = new Float64Array(0);
  let gridSide = 0;
  let idle = 0;
  let slicing = 0;
  const range = stage.heights;

  function takeSamples() {
    if (stage.data.samples?.x === packed?.x && stage.data.samples?.y === packed?.y && surface)
      return;
    packed = stage.data.samples;
    samples = packed && { x: unpack(packed.x), y: unpack(packed.y) };
    surface = createSurface(
      graph,
      /** @type {[string, string]} */ (axes),
      samples ? ["x", "y"] : [],
    );
    dirty = true;
  }

  /** @param {number} count @param {number} from @param {number} to @returns {Float64Array} */
  const even = (count, from, to) =>
    Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

  /** Whether something that the colours depend on has changed. @returns {boolean} */
  function changed() {
    let different = dirty;
    for (const name of graph.inputs) {
      if (name === across || name === up || (samples && name in samples)) continue;
      if (Object.is(others[name], stage.shown[name])) continue;
      others[name] = stage.shown[name];
      different = true;
    }
    dirty = false;
    return different;
  }

  function computeCoarse() {
    const started = performance.now();
    const next = new Float64Array(coarse * coarse);
    surface?.run(stage.shown, even(coarse, west, east), even(coarse, north, south), samples, next);
    [grid, gridSide] = [next, coarse];
    measure(false);
    paint();
    // Take as many points as fit into a frame, and no more.
    const spent = performance.now() - started;
    if (spent > 2.5) coarse = Math.max(12, Math.floor(coarse * 0.85));
    else if (spent < 1.2) coarse = Math.min(48, Math.ceil(coarse * 1.1));
  }

  /** The fine map, a few rows a frame. */
  function refine() {
    const next = new Float64Array(FINE * FINE);
    const [columns, rows] = [even(FINE, west, east), even(FINE, north, south)];
    let row = 0;
    cancelAnimationFrame(slicing);
    const slice = () => {
      const started = performance.now();
      while (row < FINE && performance.now() - started < SLICE / 2) {
        const before = performance.now();
        const end = Math.min(FINE, row + rowsAtOnce);
        surface?.run(
          stage.shown,
          columns,
          rows.subarray(row, end),
          samples,
          next.subarray(row * FINE, end * FINE),
        );
        row = end;
        const spent = performance.now() - before;
        if (spent > SLICE / 2) rowsAtOnce = Math.max(1, rowsAtOnce >> 1);
        else if (spent < SLICE / 8) rowsAtOnce = Math.min(32, rowsAtOnce << 1);
      }
      if (row < FINE) {
        slicing = requestAnimationFrame(slice);
        return;
      }
      [grid, gridSide] = [next, FINE];
      measure(true);
      paint();
      stage.schedule(); // for the surface, which has the same colours
    };
    slicing = requestAnimationFrame(slice);
  }

  /** Find the range of the costs. @param {boolean} settled whether the bend may change */
  function measure(settled) {
    let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
    for (const value of grid) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
      count += 1;
    }
    if (!count) [low, high] = [0, 1];
    if (high - low < 1e-9 * Math.max(1e-9, Math.abs(high))) high = low + (Math.abs(low) || 1);
    // Rounded outwards to two digits of the difference, so that the legend does not tremble.
    const unit = 10 ** (Math.floor(Math.log10(high - low)) - 1);
    range.low = Math.floor(low / unit) * unit;
    range.high = Math.ceil(high / unit) * unit;
    if (settled) {
      // Where most of the map is low, even bands would all lie in one corner.
      const mean = count ? (sum / count - range.low) / (range.high - range.low) : 0.5;
      range.bend = mean < 0.02 ? 0.25 : mean < 0.2 ? 0.5 : 1;
    }
    bounds.forEach((bound, i) => {
      const share = (i / (bounds.length - 1)) ** (1 / range.bend);
      const text = brief(range.low + (range.high - range.low) * share, unit);
      if (bound.textContent !== text) bound.textContent = text;
    });
  }

  /**
   * As many digits as tell the bounds of neighbouring colours apart.
   * @param {number} value
   * @param {number} unit
   * @returns {string}
   */
  function brief(value, unit) {
    const rounded = Math.round(value / unit) * unit;
    if (Math.abs(rounded) < unit / 2) return "0";
    if (unit < 1e-4 || unit >= 1e4) {
      const [mantissa, power] = formatNumber(rounded).split("×");
      return power
        ? `${Number(mantissa.replace("−", "-")).toPrecision(2)}×${power}`.replace("-", "−")
        : mantissa;
    }
    return rounded.toFixed(Math.max(0, Math.ceil(-Math.log10(unit)))).replace("-", "−");
  }

  /** Colour every pixel by interpolating the grid. */
  function paint() {
    if (!gridSide || !side) return;
    const full = gridSide === FINE;
    const size = full ? canvas.width : Math.min(side, canvas.width);
    const levels = new Float32Array(grid.length);
    const { low, high, bend } = range;
    for (let k = 0; k < grid.length; k++) {
      const share = (grid[k] - low) / (high - low);
      levels[k] =
        BANDS *
        (bend === 1
          ? share
          : share > 0
            ? bend === 0.5
              ? Math.sqrt(share)
              : share ** bend
            : share);
    }
    const image = draftContext.createImageData(size, size);
    const pixels = new Uint32Array(image.data.buffer);
    const step = (gridSide - 1) / (size - 1);
    for (let y = 0, k = 0; y < size; y++) {
      const v = Math.min(gridSide - 2, Math.floor(y * step));
      const down = y * step - v;
      const top = v * gridSide;
      for (let x = 0; x < size; x++, k++) {
        const u = Math.min(gridSide - 2, Math.floor(x * step));
        const right = x * step - u;
        const a = levels[top + u] + (levels[top + u + 1] - levels[top + u]) * right;
        const b =
          levels[top + gridSide + u] +
          (levels[top + gridSide + u + 1] - levels[top + gridSide + u]) * right;
        const level = a + (b - a) * down;
        // What is undefined stays clear.
        if (level === level)
          pixels[k] = words[level < 0 ? 0 : level >= BANDS ? BANDS - 1 : level | 0];
      }
    }
    draft.width = draft.height = size;
    draftContext.putImageData(image, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(draft, 0, 0, canvas.width, canvas.height);
  }

  // ---- what moves

  /** @type {string | null | undefined} */
  let drawnPath = undefined;
  let hasStarts = false; // whose legend is another
  let lengths = new Float64Array(0);
  function drawPath() {
    const path = stage.path;
    drawnPath = path?.id ?? null;
    const xs = path?.parameters[across];
    const ys = path?.parameters[up];
    if (!path || !xs || !ys) {
      for (const one of [wholePath, dots, pathSoFar]) one.setAttribute("d", "");
      return;
    }
    /** A path that diverges leaves the map; far outside its exact place does not matter. @param {number} p @returns {number} */
    const near = (p) => Math.round(100 * Math.max(-9 * side, Math.min(10 * side, p))) / 100;
    lengths = new Float64Array(xs.length);
    let line = "";
    let spots = "";
    let [px, py] = [NaN, NaN];
    for (let k = 0; k < xs.length; k++) {
      const [x, y] = [near(toX(xs[k])), near(toY(ys[k]))];
      lengths[k] = k ? lengths[k - 1] : 0;
      if (Number.isNaN(x) || Number.isNaN(y)) break;
      if (k) lengths[k] += Math.hypot(x - px, y - py);
      line += `${k ? "L" : "M"}${x} ${y}`;
      spots += `M${x} ${y}h0`;
      [px, py] = [x, y];
    }
    wholePath.setAttribute("d", line);
    pathSoFar.setAttribute("d", line);
    dots.setAttribute("d", spots);
  }

  function update() {
    takeSamples();
    if (!side) resize();
    if (!side) return;
    if (changed()) {
      cancelAnimationFrame(slicing);
      clearTimeout(idle);
      computeCoarse();
      idle = window.setTimeout(refine, IDLE);
    }
    const [a, b] = [stage.shown[across], stage.shown[up]];
    const [x, y] = [toX(a), toY(b)];
    const beyond = !(x >= 0 && x <= side && y >= 0 && y <= side);
    const known = Number.isFinite(x) && Number.isFinite(y);
    point.setAttribute("cx", String(Math.max(0, Math.min(side, x)) || 0));
    point.setAttribute("cy", String(Math.max(0, Math.min(side, y)) || 0));
    point.classList.toggle("beyond", beyond);
    const note = beyond ? "outside the map" : "";
    if (outside.textContent !== note) outside.textContent = note;

    cost[0] = stage.height();
    showNumbers([number]);
    const step = stage.nextStep([across, up]);
    const to = known && !beyond && step ? { x: toX(a + step[0]), y: toY(b + step[1]) } : { x, y };
    const text = arrowWords(arrow.draw({ x, y }, to, side));
    if (down.textContent !== text) down.textContent = text;

    race.draw(toX, toY);
    const ofStarts = starts.update();
    if (legend.classList.toggle("of-starts", ofStarts) !== hasStarts) {
      hasStarts = ofStarts;
      resize();
    }
    if (drawnPath !== (stage.path?.id ?? null)) drawPath();
    if (stage.path && lengths.length) {
      pathSoFar.setAttribute(
        "stroke-dasharray",
        `${lengths[Math.min(stage.step, lengths.length - 1)]} 1e6`,
      );
    }
  }

  /** What the arrow is, and where it only points, why. @param {Reach} reach @returns {string} */
  function arrowWords(reach) {
    const gradient = `∇${output.label[0]}`;
    const { descent } = stage.data;
    const plain = descent?.rule.states.length === 0 && descent.batch === null;
    const what = !descent ? `−${gradient}` : plain ? `−η${gradient}` : "the next step";
    if (descent && stage.path && stage.step === stage.path.cost.length - 1) {
      return "The path ends here.";
    }
    return {
      step: `→ ${what}, to scale`,
      short: `⇢ direction of ${what}; too short to draw`,
      long: `⇢ direction of ${what}; it leaves the map`,
      none: `no arrow: ${what} is 0 here`,
    }[reach];
  }

  function settle() {
    const said = axes
      ?.map((name) => `${name} = ${formatNumber(stage.shown[name], true)}`)
      .join(", ");
    const step = axes && stage.data.descent && stage.nextStep(axes);
    const moves = axes?.map((name, i) => `${name} by ${formatNumber(step?.[i] ?? NaN, true)}`);
    const next = step ? ` The next step moves ${moves?.join(" and ")}.` : "";
    told.textContent = `${said}, ${stage.samples ? "mean " : ""}cost ${number.text.data}.${next} Arrow keys move the point.`;
  }

  function light() {
    box.classList.toggle("stale", stage.stale);
  }

  // ---- moving the point

  /** @param {PointerEvent} event */
  function moveTo(event) {
    const edge = canvas.getBoundingClientRect();
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

  resize();
  return {
    update,
    light,
    resize,
    settle,
    destroy() {
      cancelAnimationFrame(slicing);
      clearTimeout(idle);
    },
  };
}
