// The surface panel: the cost in 3D, with the point and the path as they are on the map in the same
// frame. Plotly draws it, which needs the page's own document: the chart stands outside the shadow
// root, in a slot of the panel. It stays when the panel is built anew, and its camera with it.

import { CHART_STYLES } from "../stage/styles.js";
import { Chart } from "../charts/chart.js";
import { BANDS, bandColors } from "./bands.js";
import { contours, draped, extent, heightAt } from "../maths/terrain.js";
import { createPace } from "../charts/pace.js";
import { createSurface } from "../maths/surface.js";
import { html } from "../stage/dom.js";
import { retrace, turned } from "../charts/solid.js";
import { tickText, ticks } from "./chart.js";

/** @import { ChartData } from "../charts/library.js" */
/** @import { Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */
/** @import { Line, Terrain } from "../maths/terrain.js" */

const LIFT = 0.02; // of the heights' range, so far above the ground the path is drawn
const SQUARE = 1.15; // width over height of a place in which all of the box is seen
const LOW = 350; // px of its height below which its numbers would be cut off
const STEADY = 0.6; // of the axis that the heights may shrink to while something moves

/**
 * A chart and what it shows now.
 * @typedef {object} Held
 * @property {HTMLElement} element
 * @property {Chart} chart
 * @property {() => void} again called when it may be drawn once more
 * @property {boolean} claimed whether a panel has it
 * @property {string} figure what Python's figure was when it was last drawn
 * @property {string} view what the camera was set for
 * @property {number} farther from how much farther than Python's it was set
 * @property {boolean} turned whether the learner has turned it since
 * @property {[number, number]} axis the heights that its axis is made for
 * @property {Record<string, string>} drawn for each trace, what it was last made from
 */

/** By the stage's own element. @type {WeakMap<Element, Held>} */
const charts = new WeakMap();

const NONE = { x: [NaN], y: [NaN], z: [NaN] };
const COLORS = bandColors().flatMap((color, band) => {
  const css = `rgb(${color})`;
  return [
    [band / BANDS, css],
    [(band + 1) / BANDS, css],
  ];
});

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function surfacePanel(stage, place) {
  const { graph } = stage;
  const axes = stage.data.axes ?? ["", ""];
  const shadow = place.getRootNode();
  if (!(shadow instanceof ShadowRoot)) return { update() {} };
  place.replaceChildren(html("slot", { name: "surface" }));
  const { host } = shadow;
  const held = charts.get(host) ?? begin(host);
  charts.set(host, held);
  held.claimed = true;
  const { chart } = held;
  const pace = createPace(() => stage.schedule());
  held.again = () => {
    pace.drew(chart.began);
    stage.schedule();
  };

  const computed = createSurface(graph, axes, stage.samples);
  /** @type {ChartData | null} */
  let sent = null;
  let figure = "";
  /** @type {any[]} */
  let traces = [];
  /** Where Python's heights hold. @type {Record<string, number>} */
  let at = {};
  /** @type {Terrain} */
  let given = {
    columns: new Float64Array(0),
    rows: new Float64Array(0),
    heights: new Float64Array(0),
  };
  /** @type {Terrain} */
  let terrain = given;
  let ground = ""; // what the terrain was made from
  let levels = new Float64Array(0);

  /** Take over what Python has sent. */
  function take() {
    if (stage.data.surface === sent) return;
    sent = stage.data.surface;
    if (!sent) return;
    chart.tell(sent);
    const { data, layout } = sent.figure;
    // From where it is seen first is nothing new to be drawn, unless it is to be seen anew.
    const scene = { ...layout.scene, camera: null };
    const text = JSON.stringify([data, { ...layout, scene }]);
    if (!held.turned && view() !== held.view) held.figure = "";
    if (text === figure) return;
    figure = text;
    traces = sent.figure.data;
    const surface = traces.find((trace) => trace.meta.role === "surface");
    at = surface.meta.at;
    given = {
      columns: unpacked(surface.x),
      rows: unpacked(surface.y),
      heights: unpacked(surface.z),
    };
    ground = "";
  }

  /** @returns {string} what the camera is set for */
  function view() {
    const { words } = stage.data;
    return `${sent?.figure.layout.uirevision} ${words?.title} ${words?.at} ${words?.tries}`;
  }

  /** The ground as it is now: Python's where it holds. */
  function survey() {
    const now = Object.keys(at).map((name) => stage.shown[name]);
    const { low, high, exponent } = stage.heights;
    const made = [now, low, high, exponent].join();
    if (made === ground) return;
    const theirs = Object.values(at).every((value, i) => value === now[i]);
    if (theirs) terrain = given;
    else if (terrain === given || ground.split(",").slice(0, now.length).join() !== now.join()) {
      const heights = new Float64Array(given.heights.length);
      computed.run(stage.shown, given.columns, given.rows, heights);
      terrain = { ...given, heights };
    }
    ground = made;
    levels = terrain.heights.map((height) => {
      const share = (height - low) / (high - low);
      return BANDS * Math.max(0, Math.min(1, share)) ** exponent;
    });
  }

  /** Each trace's numbers, and what they are made from. @returns {Record<string, [string, () => any]>} */
  function wanted() {
    const [low, high] = held.axis;
    const rise = high - low;
    const floor = low - rise * (sent?.figure.layout.meta.floor ?? 0);
    const lift = LIFT * rise;
    const [a, b] = axes.map((name) => stage.shown[name]);
    const ground_ = `${ground} ${held.axis}`;
    const height = stage.height();
    const under = heightAt(terrain, a, b);
    // What is outside is not drawn at the edge.
    const here = Number.isNaN(under)
      ? NaN
      : Math.max(under, height) + rise * (sent?.figure.layout.meta.ball ?? 0);
    const path = stage.stale ? null : stage.path;
    const [xs, ys] = axes.map((name) => path?.parameters[name]);
    const last = path ? path.cost.length - 1 : 0;
    /** @param {number} count @param {number} above @returns {() => Line} */
    const walked = (count, above) => () =>
      path && xs && ys ? draped(terrain, xs, ys, path.cost, count, above) : NONE;
    return {
      surface: [
        ground,
        () => ({
          z: rowsOf(terrain.heights, given.columns.length),
          surfacecolor: rowsOf(levels, given.columns.length),
        }),
      ],
      contours: [
        ground_,
        () => {
          const { low: from, high: to, exponent } = stage.heights;
          const bounds = Array.from({ length: BANDS - 1 }, (_, k) => {
            return from + (to - from) * ((k + 1) / BANDS) ** (1 / exponent);
          });
          return orNone(contours(terrain, bounds, floor));
        },
      ],
      edge: [`${path?.id} ${stage.step} ${ground_}`, walked(stage.step + 1, lift * 0.6)],
      path: [`${path?.id} ${ground_}`, walked(last + 1, lift)],
      walked: [`${path?.id} ${stage.step} ${ground_}`, walked(stage.step + 1, lift)],
      ends: [
        `${path?.id} ${ground_}`,
        () => {
          if (!path || !xs || !ys) return NONE;
          const start = draped(terrain, [xs[0]], [ys[0]], [path.cost[0]], 1, 2 * lift);
          const end = draped(terrain, [xs[last]], [ys[last]], [path.cost[last]], 1, 2 * lift);
          return {
            x: [...start.x, ...end.x],
            y: [...start.y, ...end.y],
            z: [...start.z, ...end.z],
          };
        },
      ],
      drop: [
        `${a} ${b} ${here} ${floor}`,
        () => ({ x: [a, a], y: [b, b], z: [here, Number.isNaN(here) ? NaN : floor] }),
      ],
      here: [`${a} ${b} ${here}`, () => ({ x: [a], y: [b], z: [here], customdata: [height] })],
    };
  }

  /** The whole figure as it is now. @returns {ChartData} */
  function composed() {
    const { layout } = /** @type {ChartData} */ (sent).figure;
    const [low, high] = held.axis;
    const rise = high - low;
    const heights = ticks(low, high, 4);
    const now = wanted();
    const other =
      !held.view.startsWith(layout.uirevision) || (!held.turned && view() !== held.view);
    const camera = other ? first() : cameraOf(chart.graph);
    if (other) held.turned = false;
    held.view = view();
    held.drawn = Object.fromEntries(Object.entries(now).map(([role, [made]]) => [role, made]));
    return {
      .../** @type {ChartData} */ (sent),
      figure: {
        data: traces.map((trace) => ({
          ...trace,
          ...now[trace.meta.role][1](),
          ...(trace.meta.role === "surface" && { colorscale: COLORS, cmin: 0, cmax: BANDS }),
        })),
        layout: {
          ...layout,
          scene: {
            ...layout.scene,
            camera: camera ?? first(),
            zaxis: {
              ...layout.scene.zaxis,
              range: [low - rise * layout.meta.floor, high + rise * layout.meta.roof],
              tickvals: heights,
              ticktext: heights.map(tickText),
            },
          },
        },
      },
    };
  }

  function update() {
    take();
    if (!sent || !place.clientWidth || chart.drawing || !pace.ready()) return;
    const started = performance.now();
    survey();
    // Plotly breaks for good on a surface without any number.
    if (!terrain.heights.some(Number.isFinite)) return;
    const [low, high] = extent(terrain.heights);
    const [from, to] = held.axis;
    const fits = low >= from && high <= to && high - low > STEADY * (to - from);
    const exact = low === from && high === to;
    if (held.figure !== figure || !fits || (!exact && terrain === given)) {
      held.axis = [low, high];
      held.figure = figure;
      chart.show(composed());
      return;
    }
    let any = false;
    for (const [role, [made, numbers]] of Object.entries(wanted())) {
      const index = traces.findIndex((trace) => trace.meta.role === role);
      if (index < 0 || held.drawn[role] === made) continue;
      held.drawn[role] = made;
      any = retrace(chart.graph, index, numbers()) || any;
    }
    if (any) pace.drew(started);
  }

  /** From how much farther than Python's camera all is seen, where the place is narrow or low. */
  function farther() {
    const { clientWidth, clientHeight } = place;
    return Math.max(1, (SQUARE * clientHeight) / clientWidth, LOW / clientHeight);
  }

  /** @returns {any} the camera that the point is first seen from */
  function first() {
    const camera = structuredClone(sent?.figure.layout.scene.camera);
    held.farther = farther();
    for (const axis of ["x", "y", "z"]) camera.eye[axis] *= held.farther;
    return camera;
  }

  /** Back to where the point is seen from. */
  function home() {
    held.turned = false;
    look(first());
  }

  /** @param {any} camera */
  function look(camera) {
    chart.plotly?.relayout(chart.graph, { "scene.camera": structuredClone(camera) });
  }

  chart.graph.ondblclick = home;
  chart.graph.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const camera = cameraOf(chart.graph);
    const eye = camera && turned(event, camera.eye);
    if (!eye && event.key !== "Home") return;
    event.preventDefault();
    event.stopPropagation();
    if (!eye) return home();
    held.turned = true;
    look({ ...camera, eye });
  };

  return {
    update,
    resize() {
      chart.resize();
      if (sent && place.clientWidth && !held.turned && held.farther !== farther()) home();
    },
    destroy() {
      pace.end();
      held.claimed = false;
      held.again = () => {};
      // The stage builds its panels anew in one go; the next one takes the chart over.
      queueMicrotask(() => {
        if (held.claimed) return;
        chart.end();
        held.element.remove();
        charts.delete(host);
      });
    },
  };
}

/**
 * A chart outside the shadow root, in the slot.
 * @param {Element} host
 * @returns {Held}
 */
function begin(host) {
  dress();
  const graph = html("div", {
    class: "crl-plot-chart",
    role: "application",
    tabindex: 0,
    "aria-label": "cost surface",
    "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown + - Home",
  });
  const element = html(
    "div",
    { slot: "surface" },
    html(
      "div",
      { class: "crl-plot", "data-testid": "plot" },
      html("div", { class: "crl-plot-picture", role: "img" }),
      graph,
      html("p", { class: "crl-plot-note", role: "status" }),
      html("div", { class: "crl-plot-tables" }),
    ),
  );
  host.append(element);
  /** @type {Held} */
  const held = {
    element,
    chart: new Chart(element, () => held.again()),
    again() {},
    claimed: true,
    figure: "",
    view: "",
    farther: 1,
    turned: false,
    axis: [0, 0],
    drawn: {},
  };
  graph.addEventListener("pointermove", ({ buttons }) => {
    if (buttons) held.turned = true;
  });
  return held;
}

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** Give the document the chart's styles, once. */
function dress() {
  if (sheet) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(CHART_STYLES);
  document.adoptedStyleSheets.push(sheet);
}

/** @param {any} graph @returns {any} where the eye is now, if the chart is drawn */
function cameraOf(graph) {
  return graph._fullLayout?.scene?._scene?.getCamera?.();
}

/** @param {Line} line @returns {Line} Plotly leaves out a trace without any point */
function orNone(line) {
  return line.x.length ? line : NONE;
}

/**
 * @param {Float64Array} all @param {number} length of a row
 * @returns {Float64Array[]}
 */
function rowsOf(all, length) {
  return Array.from({ length: all.length / length }, (_, j) =>
    all.subarray(j * length, (j + 1) * length),
  );
}

/**
 * Numbers as ui/plot/payload.py packs them.
 * @param {{dtype: string, bdata: string} | (number | null)[]} spec
 * @returns {Float64Array}
 */
function unpacked(spec) {
  if (Array.isArray(spec)) return Float64Array.from(spec, (value) => value ?? NaN);
  const bytes = Uint8Array.from(atob(spec.bdata), (character) => character.charCodeAt(0));
  return Float64Array.from(
    spec.dtype === "f4" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer),
  );
}
