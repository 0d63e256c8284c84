// The cost over two parameters in bands of colour, the mean over the samples: on a coarse grid while
// something moves, on a fine one at rest.

import { BANDS, bandColors } from "./bands.js";
import { createSurface } from "../maths/surface.js";
import { html } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */

const FINE = 128; // points a side when nothing moves
const SLICE = 3; // ms of a frame for the fine map
const IDLE = 120; // ms without change before the fine map is begun

/**
 * @typedef {object} Raster
 * @property {HTMLCanvasElement} canvas
 * @property {(side: number, sharp: number) => void} resize to px of a side, and pixels for each
 * @property {() => void} update the colours, where what they depend on has changed
 * @property {() => void} stop
 */

/**
 * @param {Stage} stage
 * @param {[string, string]} axes
 * @param {[number, number][]} spans
 * @param {(unit: number) => void} measured hears that `stage.heights` is renewed, and to what unit
 *   it is rounded
 * @returns {Raster}
 */
export function costRaster(stage, axes, [[west, east], [south, north]], measured) {
  const { graph, samples, heights: range } = stage;
  const colors = bandColors();
  const words = new Uint32Array(new Uint8ClampedArray(colors.flatMap((c) => [...c, 255])).buffer);
  const canvas = html("canvas", { "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const draft = document.createElement("canvas");
  const draftContext = /** @type {CanvasRenderingContext2D} */ (draft.getContext("2d"));
  const surface = createSurface(graph, axes, samples);
  /** What the colours depend on, but for the axes. */
  const others = graph.inputs.filter(
    (name) => !axes.includes(name) && !(samples && name in samples),
  );
  /** @type {Record<string, number>} */
  const last = {};
  let side = 0;
  let dirty = true; // whether the colours must be computed anew
  let coarse = 24; // points a side while something moves; follows the time it takes
  let rowsAtOnce = 8; // of the fine map; likewise
  let grid = new Float64Array(0);
  let gridSide = 0;
  let idle = 0;
  let slicing = 0;

  /** @param {number} count @param {number} from @param {number} to @returns {Float64Array} */
  const even = (count, from, to) =>
    Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

  /** Whether something that the colours depend on has changed. @returns {boolean} */
  function changed() {
    let different = dirty;
    for (const name of others) {
      if (Object.is(last[name], stage.shown[name])) continue;
      last[name] = stage.shown[name];
      different = true;
    }
    dirty = false;
    return different;
  }

  function computeCoarse() {
    const started = performance.now();
    const next = new Float64Array(coarse * coarse);
    surface.run(stage.shown, even(coarse, west, east), even(coarse, north, south), next);
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
        surface.run(
          stage.shown,
          columns,
          rows.subarray(row, end),
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

  /** Find the range of the costs. @param {boolean} settled whether the exponent may change */
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
      range.exponent = mean < 0.02 ? 0.25 : mean < 0.2 ? 0.5 : 1;
    }
    measured(unit);
  }

  /** Colour every pixel by interpolating the grid. */
  function paint() {
    if (!gridSide || !side) return;
    const full = gridSide === FINE;
    const size = full ? canvas.width : Math.min(side, canvas.width);
    const levels = new Float32Array(grid.length);
    const { low, high, exponent } = range;
    for (let k = 0; k < grid.length; k++) {
      const share = (grid[k] - low) / (high - low);
      levels[k] =
        BANDS *
        (exponent === 1
          ? share
          : share > 0
            ? exponent === 0.5
              ? Math.sqrt(share)
              : share ** exponent
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

  function stop() {
    cancelAnimationFrame(slicing);
    clearTimeout(idle);
  }

  return {
    canvas,
    resize(next, sharp) {
      side = next;
      canvas.width = canvas.height = Math.round(side * sharp);
      dirty = true;
      paint();
    },
    update() {
      if (!changed()) return;
      stop();
      computeCoarse();
      idle = window.setTimeout(refine, IDLE);
    },
    stop,
  };
}
