// What the network makes of the inputs, with the samples in it: a curve over a line, or two classes
// on a plane. Samples are dragged, added and sent through the network here.

import { createChart, steadyRange, symbolOf, ticks, tickText } from "./chart.js";
import { html, svg } from "../stage/dom.js";
import { inputSpace, scaleOf, shade, shadesOf } from "./inputs.js";
import { contourAt } from "./contour.js";
import { handSamples } from "./samples.js";
import { pictureButtons } from "../stage/picture.js";
import { roomIn } from "./room.js";
import { sampleChooser } from "./sample.js";

/** @import { Panel } from "../stage/types.js" */
/** @import { Samples } from "../maths/mean.js" */
/** @import { Space } from "./inputs.js" */
/** @import { Stage } from "../stage/stage.js" */

const EDGE = { left: 30, right: 8, top: 6, bottom: 24 };

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function planePanel(stage, place) {
  const { shape } = stage.data;
  place.hidden = !shape || !stage.samples;
  if (!shape || !stage.samples) return { update() {} };
  const space = inputSpace(stage);
  const caption = html("div", { class: "caption" });
  const drawing = html("div", { class: "drawing" });
  const other = shape.classes ? ", with Shift one of the other class" : "";
  drawing.title = `Drag a sample, or move it by the arrow keys; click to add one${other}.`;
  const drawn =
    space.axes.length === 1
      ? lineDrawing(stage, space, drawing)
      : planeDrawing(stage, space, drawing);
  const chooser = sampleChooser(stage);
  place.replaceChildren(
    html(
      "div",
      { class: "slice" },
      html("div", { class: "title" }, caption, chooser.element),
      drawing,
    ),
    drawn.hand.told,
    pictureButtons(place, "prediction"),
  );
  let said = "";

  /** @returns {string} the neuron whose picture is shown: the one that is looked at, or the output */
  function shown() {
    const name = stage.looked;
    return name && Object.hasOwn(space.plane.of, name) ? name : outputOf(stage);
  }

  function update() {
    space.refresh();
    const name = shown();
    if (said !== name) {
      said = name;
      const inputs = space.axes.map((axis) => symbolOf(stage.node(axis)));
      caption.replaceChildren(
        html(
          "span",
          {},
          symbolOf(stage.node(name)),
          " over ",
          inputs[0],
          ...(inputs[1] ? [" and ", inputs[1]] : []),
        ),
      );
    }
    drawn.update(name);
    chooser.update();
  }

  const { resize, light, hand } = drawn;
  return { update, resize, light, settle: hand.settle, destroy: hand.destroy };
}

/** @param {Stage} stage @returns {string} the neuron whose value is the prediction */
function outputOf(stage) {
  return `a${(stage.data.shape?.hidden.length ?? 0) + 1}_1`;
}

/**
 * @param {Stage} stage
 * @param {Space} space
 * @param {HTMLElement} drawing
 */
function lineDrawing(stage, space, drawing) {
  const samples = /** @type {Samples} */ (stage.samples);
  const chart = createChart(stage.node("x"), stage.node(outputOf(stage)));
  drawing.replaceChildren(chart.element);
  const dots = Array.from(samples.y, () => svg("circle", { r: 4.5, class: "sample-dot" }));
  const away = stage.heldOut;
  const rings = Array.from(away?.y ?? [], () => svg("circle", { r: 3, class: "held-dot" }));
  /** @type {((x: number) => number) | null} */
  let toX = null;
  /** @type {((y: number) => number) | null} */
  let toY = null;
  chart.under({
    element: svg("g", {}, ...rings, ...dots),
    draw(x, y) {
      [toX, toY] = [x, y];
      place();
    },
  });
  function place() {
    if (!toX || !toY) return;
    for (let k = 0; k < dots.length; k++) {
      dots[k].setAttribute("cx", toX(samples.x[k]).toFixed(2));
      dots[k].setAttribute("cy", toY(samples.y[k]).toFixed(2));
    }
    for (let k = 0; k < rings.length; k++) {
      rings[k].setAttribute("cx", toX(/** @type {Samples} */ (away).x[k]).toFixed(2));
      rings[k].setAttribute("cy", toY(/** @type {Samples} */ (away).y[k]).toFixed(2));
    }
  }
  const rangeOf = steadyRange();
  const [xs] = space.grids;
  let [low, high] = [-1, 1];
  let carried = -1;

  const hand = handSamples(stage, drawing, {
    picture: chart.element,
    axes: ["x", "y"],
    spans: () => [space.reach[0], [low, high]],
    limits: () => [space.reach[0], [low - 1, high + 1]],
    placeOf: (k) => [toX?.(samples.x[k]) ?? NaN, toY?.(samples.y[k]) ?? NaN],
    valuesAt(x, y) {
      // The chart's own scales are even, so two samples of one give its inverse.
      const back = (
        /** @type {((value: number) => number) | null} */ to,
        /** @type {number} */ px,
      ) => (to ? (px - to(0)) / (to(1) - to(0)) : 0);
      return [back(toX, x), back(toY, y)];
    },
    draw: place,
  });

  return {
    /** @param {string} name */
    update(name) {
      const values = space.plane.of[name];
      let [least, most] = [Infinity, -Infinity];
      for (const value of [...values, ...samples.y]) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
      [low, high] = rangeOf(least, most);
      chart.range([xs[0], xs[xs.length - 1]], [low, high]);
      chart.curve(xs, values);
      const { evaluator } = stage;
      chart.mark(stage.shown.x, evaluator.values[evaluator.index.get(name) ?? -1], NaN);
      place();
      if (carried !== stage.sample()) {
        carried = stage.sample();
        dots.forEach((dot, k) => dot.classList.toggle("carried", k + 1 === carried));
      }
    },
    hand,
    resize: () => chart.fill(drawing),
    light() {},
  };
}

/**
 * @param {Stage} stage
 * @param {Space} space
 * @param {HTMLElement} drawing
 */
function planeDrawing(stage, space, drawing) {
  const samples = /** @type {Samples} */ (stage.samples);
  const canvas = html("canvas", { class: "region" });
  const picture = svg("svg", {
    class: "over",
    role: "img",
    "aria-label": "the samples of two classes, and where the prediction is one half",
  });
  drawing.replaceChildren(canvas, picture);
  const [[x0, x1], [y0, y1]] = space.reach;
  const n = space.grids[0].length;
  const m = space.grids[1].length;
  const border = svg("path", { class: "border" });
  const axes = svg("g", { class: "axes" });
  const away = stage.heldOut;
  const marks = Array.from(samples.y, () => svg("path", { class: "sample-dot" }));
  const rings = Array.from(away?.y ?? [], () => svg("path", { class: "held-dot" }));
  picture.append(axes, border, ...rings, ...marks);
  let shades = shadesOf("#888888", "#ffffff", "#0000ff");
  let version = "";
  let box = { left: EDGE.left, top: EDGE.top, side: 10 };
  let carried = -1;

  const toX = (/** @type {number} */ x) => box.left + ((x - x0) / (x1 - x0)) * box.side;
  const toY = (/** @type {number} */ y) => box.top + ((y1 - y) / (y1 - y0)) * box.side;
  const fromX = (/** @type {number} */ px) => x0 + ((px - box.left) / box.side) * (x1 - x0);
  const fromY = (/** @type {number} */ px) => y1 - ((px - box.top) / box.side) * (y1 - y0);

  /** A disc for one class, a square on its corner for the other. @param {number} kind @param {number} size */
  const sign = (kind, size) =>
    kind > 0.5
      ? `M${-size} 0a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`
      : `M0 ${-1.25 * size}L${1.25 * size} 0L0 ${1.25 * size}L${-1.25 * size} 0Z`;

  /** @param {SVGPathElement[]} elements @param {Samples | null} of @param {number} size */
  function place(elements, of, size) {
    elements.forEach((element, k) => {
      if (!of) return;
      element.setAttribute("d", sign(of.y[k], size));
      const at = `translate(${toX(of.x1[k]).toFixed(1)} ${toY(of.x2[k]).toFixed(1)})`;
      element.setAttribute("transform", at);
      element.classList.toggle("first", of.y[k] > 0.5);
    });
  }

  function resize() {
    const room = roomIn(drawing);
    const width = drawing.clientWidth;
    const height = room.height === Infinity ? Math.min(width, 420) : drawing.clientHeight;
    const side = Math.max(
      40,
      Math.min(width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom),
    );
    drawing.style.minHeight = room.height === Infinity ? `${side + EDGE.top + EDGE.bottom}px` : "";
    box = {
      left: EDGE.left + Math.max(0, (width - EDGE.left - EDGE.right - side) / 2),
      top: EDGE.top,
      side,
    };
    Object.assign(canvas.style, {
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${side}px`,
      height: `${side}px`,
    });
    canvas.width = n;
    canvas.height = m;
    picture.setAttribute("width", String(width));
    picture.setAttribute("height", String(side + EDGE.top + EDGE.bottom));
    axes.replaceChildren(
      ...ticks(x0, x1, 5).map((x) =>
        svg("text", { x: toX(x), y: box.top + side + 15, class: "tick middle" }, tickText(x)),
      ),
      ...ticks(y0, y1, 5).map((y) =>
        svg("text", { x: box.left - 5, y: toY(y) + 4, class: "tick end" }, tickText(y)),
      ),
    );
    place(rings, away, 2.6);
    place(marks, samples, 4.4);
    version = "";
  }

  const hand = handSamples(stage, drawing, {
    picture,
    axes: ["x1", "x2"],
    spans: () => space.reach,
    limits: () => space.reach,
    placeOf: (k) => [toX(samples.x1[k]), toY(samples.x2[k])],
    valuesAt: (x, y) => [fromX(x), fromY(y)],
    draw: () => place(marks, samples, 4.4),
  });

  return {
    /** @param {string} name */
    update(name) {
      const now = `${space.version} ${name} ${stage.dark}`;
      if (now !== version) {
        version = now;
        const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
        const values = space.plane.of[name];
        const image = context.createImageData(n, m);
        const kind = stage.node(name).formula.includes("σ") ? "sigmoid" : "";
        const scale = scaleOf(kind, values);
        shade(image.data, values, n, scale, shades);
        context.putImageData(image, 0, 0);
        const line = contourAt(values, n, m, scale.middle);
        border.setAttribute(
          "d",
          line
            .map(
              ([a, b, c, d]) =>
                `M${(box.left + (a / (n - 1)) * box.side).toFixed(1)} ${(box.top + box.side - (b / (m - 1)) * box.side).toFixed(1)}` +
                `L${(box.left + (c / (n - 1)) * box.side).toFixed(1)} ${(box.top + box.side - (d / (m - 1)) * box.side).toFixed(1)}`,
            )
            .join(""),
        );
      }
      if (carried !== stage.sample()) {
        carried = stage.sample();
        marks.forEach((mark, k) => mark.classList.toggle("carried", k + 1 === carried));
      }
    },
    hand,
    resize,
    light() {
      shades = shadesOf(stage.palette.minus, stage.palette.panel, stage.palette.signal);
      version = "";
    },
  };
}
