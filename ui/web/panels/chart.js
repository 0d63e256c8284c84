// What the panels with curves share: a small plot and ranges that hold still.

import { html, svg, svgSymbol } from "../stage/dom.js";
import { formatNumber } from "../maths/format.js";

/** @import { GraphNode } from "../stage/types.js" */
/** @import { LiveNumber } from "../stage/dom.js" */

const LETTER = 8.5; // px, of a number below an axis
const BETWEEN = 5; // px, at the least, from one number below an axis to the next
const LOW = 110; // px, below which a plot has no room for the name of its axis

/**
 * About `count` round numbers between two bounds.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {number} [least] how far apart they are at the least
 * @returns {number[]}
 */
export function ticks(low, high, count, least = 0) {
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(least, unit * ([1, 2, 5].find((k) => k * unit >= rough) ?? 10));
  const list = [];
  for (let k = Math.ceil(low / step); k * step <= high + 1e-9 * step; k++) {
    list.push(Number((k * step).toPrecision(6)));
  }
  return list;
}

/**
 * As many round numbers, of about `count`, as stand below an axis and do not touch.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {number} least how far apart they are at the least
 * @param {number} width of the axis in pixels
 * @returns {number[]}
 */
function ticksApart(low, high, count, least, width) {
  const room = width / (high - low);
  for (; ; count--) {
    const values = ticks(low, high, count, least);
    const halves = values.map((value) => (LETTER * tickText(value).length) / 2);
    const touch = values.some(
      (value, i) => i && (value - values[i - 1]) * room < halves[i] + halves[i - 1] + BETWEEN,
    );
    if (!touch || count === 1) return values;
  }
}

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/**
 * Something that is drawn over the same axes.
 * @typedef {object} Layer
 * @property {SVGElement} element
 * @property {(toX: (x: number) => number, toY: (y: number) => number) => void} draw
 */

/**
 * A live number that is not one of the evaluator's.
 * @param {Element} element takes the number as its only text
 * @param {string} name
 * @param {Float64Array} source
 * @param {number} [slot]
 * @param {boolean} [signed]
 * @returns {LiveNumber}
 */
export function liveValue(element, name, source, slot = 0, signed = true) {
  element.setAttribute("data-name", name);
  element.classList.add("number");
  const text = document.createTextNode("");
  element.replaceChildren(text);
  return { element, text, source, slot, signed, last: undefined };
}

/**
 * A symbol in running text.
 * @param {GraphNode} node
 * @returns {HTMLElement}
 */
export function symbolOf(node) {
  const [letter, below] = node.label;
  const symbol = html("span", { class: `symbol ${node.kind}` }, letter);
  if (below) symbol.append(html("sub", {}, below));
  return symbol;
}

/**
 * A derivative in running text.
 * @param {string} d
 * @param {GraphNode} of
 * @param {GraphNode} by
 * @returns {HTMLElement}
 */
export function derivativeOf(d, of, by) {
  const symbol = html("span", { class: "fraction" }, d);
  symbol.append(symbolOf(of), `/${d}`, symbolOf(by));
  return symbol;
}

// ---- ranges

/**
 * Bounds rounded outwards, so that small changes leave them as they are.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
function roundOut(low, high) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [-1, 1];
  if (high - low < 1e-9 * Math.max(1e-9, Math.abs(low), Math.abs(high))) {
    const room = Math.abs(low) || 1;
    [low, high] = [low - room, high + room];
  }
  const [first, second] = ticks(low, high, 8);
  const unit = second - first;
  return [Math.floor(low / unit + 1e-6) * unit, Math.ceil(high / unit - 1e-6) * unit];
}

/**
 * The range of what a function takes: all of it, or without what lies far out, as near a pole.
 * Far out is beyond three times the quartiles' distance (Tukey). What is undefined is left aside.
 * @param {ArrayLike<number>} values
 * @returns {[number, number]} rounded outwards
 */
export function spread(values) {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  if (!sorted.length) return [-1, 1];
  const last = sorted.length - 1;
  const [lower, upper] = [sorted[Math.round(last / 4)], sorted[Math.round((3 * last) / 4)]];
  const far = 3 * (upper - lower) || Infinity;
  return roundOut(Math.max(sorted[0], lower - far), Math.min(sorted[last], upper + far));
}

/**
 * A range that follows what is shown in rare, whole steps.
 * @returns {(low: number, high: number) => [number, number]}
 */
export function steadyRange() {
  /** @type {[number, number]} */
  let kept = [NaN, NaN];
  return (low, high) => {
    const fits = low >= kept[0] && high <= kept[1] && high - low > 0.3 * (kept[1] - kept[0]);
    if (!fits) kept = roundOut(low, high);
    return kept;
  };
}

/** @param {number} value @returns {string} a round number beside an axis */
export function tickText(value) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size && size < 1e-3)) return formatNumber(value).replace(/\.?0+×/, "×");
  return String(value).replace("-", "−");
}

/**
 * A power of ten beside a logarithmic axis.
 * @param {number} exponent
 * @returns {string}
 */
export function powerText(exponent) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  if (!Number.isInteger(exponent)) return tickText(Number((10 ** exponent).toPrecision(2)));
  const raised = [...String(Math.abs(exponent))].map((digit) => digits[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${raised}`;
}

// ---- curves

/**
 * A function as points to draw: even steps, the ends of gaps found exactly, and a gap, as NaN,
 * where it jumps.
 * @param {(x: number) => number} f
 * @param {number} from
 * @param {number} to
 * @param {number} count
 * @returns {[Float64Array, Float64Array]}
 */
export function trace(f, from, to, count) {
  /** @type {[number[], number[]]} */
  const [xs, ys] = [[], []];
  const even = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  const values = even.map(f);
  const [low, high] = spread(values);
  for (let i = 0; i < count; i++) {
    if (i) {
      const [a, b] = [values[i - 1], values[i]];
      const gap = Number.isFinite(a) !== Number.isFinite(b);
      const leap = Math.abs(b - a) > 0.25 * (high - low);
      if (gap || leap) {
        const [left, right] = closeIn(f, even[i - 1], even[i]);
        const [p, q] = [f(left), f(right)];
        // A leap that stays when its ends meet is no slope.
        if (gap || Math.abs(q - p) > 0.5 * Math.abs(b - a)) {
          xs.push(left, (left + right) / 2, right);
          ys.push(p, NaN, q);
        }
      }
    }
    xs.push(even[i]);
    ys.push(values[i]);
  }
  return [Float64Array.from(xs), Float64Array.from(ys)];
}

/**
 * Close in on the place between two points where a function begins, ends or leaps.
 * @param {(x: number) => number} f
 * @param {number} left
 * @param {number} right
 * @returns {[number, number]}
 */
function closeIn(f, left, right) {
  let [a, b] = [f(left), f(right)];
  for (let k = 0; k < 40; k++) {
    const middle = (left + right) / 2;
    const m = f(middle);
    const gap = Number.isFinite(a) !== Number.isFinite(b);
    const first = gap
      ? Number.isFinite(m) !== Number.isFinite(a)
      : !(Math.abs(m - a) <= Math.abs(b - m));
    if (first) [right, b] = [middle, m];
    else [left, a] = [middle, m];
  }
  return [left, right];
}

/**
 * @param {Float64Array} xs
 * @param {Float64Array} ys
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @returns {string} path data, broken where a point is undefined
 */
export function curvePath(xs, ys, toX, toY) {
  let way = "";
  let pen = "M";
  for (let i = 0; i < xs.length; i++) {
    const y = Math.max(-4000, Math.min(4000, toY(ys[i])));
    if (Number.isNaN(y)) pen = "M";
    else {
      way += `${pen}${toX(xs[i]).toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    }
  }
  return way;
}

/**
 * @typedef {object} Chart
 * @property {SVGElement} element
 * @property {(place: HTMLElement) => void} fill take all of its place
 * @property {(x: [number, number], y: [number, number]) => void} range
 * @property {(xs: Float64Array, ys: Float64Array) => void} curve
 * @property {() => void} redraw what is drawn under the curve has changed
 * @property {(layer: Layer) => void} under what else is drawn, under the curve
 * @property {(x: number, y: number, slope: number) => void} mark
 * @property {(event: PointerEvent) => number} xAt where a pointer is along the plot
 */

/**
 * A small plot: axes, a curve, a point on it and the tangent there. Built once, written in place.
 * @param {GraphNode} across
 * @param {GraphNode} up
 * @param {(value: number) => string} [write] what stands beside the upright axis
 * @param {() => [number, number]} [apart] how far apart numbers beside the axes are at the least
 * @returns {Chart}
 */
export function createChart(across, up, write = tickText, apart = () => [0, 0]) {
  /** @type {Box} */
  const margin = { left: 38, right: 12, top: 8, bottom: 36 };
  const inset = 6; // so that a curve along its bound is not on the frame
  const scale = svg("g", { class: "scale" });
  const line = svg("path", { class: "curve" });
  const tangent = svg("line", { class: "tangent" });
  const point = svg("circle", { class: "point", r: 6 });
  const box = svg("svg", { y: margin.top, class: "inside", "aria-hidden": "true" }, line, tangent);
  const holder = svg("g", {}, point);
  const element = svg(
    "svg",
    { class: `chart ${up.kind}`, "aria-hidden": "true" },
    scale,
    box,
    holder,
  );
  let [full, width, height] = [0, 0, 0]; // of all, and of the inside
  let [x0, x1, y0, y1] = [NaN, NaN, NaN, NaN];
  /** @type {[Float64Array, Float64Array]} */
  let drawn = [new Float64Array(0), new Float64Array(0)];
  let marked = [NaN, NaN, NaN];
  /** @type {Layer | null} */
  let below = null;
  let size = "";

  /** @param {number} x @returns {number} */
  const toX = (x) => ((x - x0) / (x1 - x0)) * width;
  /** @param {number} y @returns {number} */
  const toY = (y) => inset + ((y1 - y) / (y1 - y0)) * (height - 2 * inset);

  function drawScale() {
    const [wide, high] = apart();
    const heights = ticks(y0, y1, height > 140 ? 5 : height > 60 ? 3 : 2, high);
    // Long numbers, as where the cost hardly changes, take room from the plot.
    margin.left = Math.max(38, 12 + 6.8 * Math.max(...heights.map((y) => write(y).length)));
    width = full - margin.left - margin.right;
    box.setAttribute("x", String(margin.left));
    box.setAttribute("width", String(width));
    holder.setAttribute("transform", `translate(${margin.left} ${margin.top})`);
    const bottom = margin.top + height;
    scale.replaceChildren(
      svg("rect", { x: margin.left, y: margin.top, width, height }),
      ...ticksApart(x0, x1, width > 260 ? 6 : 4, wide, width).map((value) => {
        const x = margin.left + toX(value);
        return svg(
          "g",
          {},
          svg("line", { x1: x, y1: bottom, x2: x, y2: bottom + 4 }),
          svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, tickText(value)),
        );
      }),
      ...heights.map((value) => {
        const y = margin.top + toY(value);
        return svg(
          "g",
          {},
          svg("line", { x1: margin.left - 4, y1: y, x2: margin.left, y2: y }),
          svg("text", { x: margin.left - 7, y: y + 4, "text-anchor": "end" }, write(value)),
        );
      }),
    );
    if (margin.bottom < 30) return; // the caption names what the plot is over
    scale.append(
      svg(
        "text",
        { x: margin.left + width / 2, y: bottom + 30, class: `title ${across.kind}` },
        ...svgSymbol(across.label),
      ),
    );
  }

  function redraw() {
    if (!width || Number.isNaN(x0)) return;
    line.setAttribute("d", curvePath(...drawn, toX, toY));
    below?.draw(toX, toY);
    const [x, y, slope] = marked;
    const [px, py] = [toX(x), toY(y)];
    const known = !Number.isNaN(px) && !Number.isNaN(py);
    point.toggleAttribute("hidden", !known);
    if (known) {
      point.setAttribute("cx", Math.max(0, Math.min(width, px)).toFixed(2));
      point.setAttribute("cy", Math.max(0, Math.min(height, py)).toFixed(2));
    }
    point.classList.toggle("beyond", !(px >= 0 && px <= width && py >= 0 && py <= height));
    // As long as it looks good, in the direction that the slope has on this plot.
    const rise = (-slope * (height - 2 * inset) * (x1 - x0)) / ((y1 - y0) * width);
    const reach = Math.min(70, 0.3 * width) / Math.hypot(1, rise);
    const drawnTangent = known && Number.isFinite(rise);
    tangent.toggleAttribute("hidden", !drawnTangent);
    if (!drawnTangent) return;
    for (const [name, value] of Object.entries({
      x1: px - reach,
      y1: py - reach * rise,
      x2: px + reach,
      y2: py + reach * rise,
    })) {
      tangent.setAttribute(name, value.toFixed(2));
    }
  }

  return {
    element,
    fill(place) {
      const { clientWidth: w, clientHeight: h } = place;
      if (w < 80 || h < 50 || size === `${w} ${h}`) return;
      size = `${w} ${h}`;
      margin.bottom = h < LOW ? 20 : 36;
      [full, height] = [w, h - margin.top - margin.bottom];
      for (const [name, value] of Object.entries({ width: w, height: h })) {
        element.setAttribute(name, String(value));
      }
      box.setAttribute("height", String(height));
      if (!Number.isNaN(x0)) drawScale();
      redraw();
    },
    range(x, y) {
      if (x[0] === x0 && x[1] === x1 && y[0] === y0 && y[1] === y1) return;
      [[x0, x1], [y0, y1]] = [x, y];
      if (full) drawScale();
      redraw();
    },
    curve(xs, ys) {
      drawn = [xs, ys];
      redraw();
    },
    redraw,
    under(layer) {
      below = layer;
      box.prepend(layer.element);
    },
    mark(x, y, slope) {
      if (Object.is(marked[0], x) && Object.is(marked[1], y) && Object.is(marked[2], slope)) return;
      marked = [x, y, slope];
      redraw();
    },
    xAt(event) {
      const edge = box.getBoundingClientRect();
      const share = (event.clientX - edge.left) / edge.width;
      return x0 + Math.max(0, Math.min(1, share)) * (x1 - x0);
    },
  };
}
