// What the browser alone knows about how a figure should look, and Plotly's options.

/** @import { ChartData } from "./library.js" */

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * A copy of the figure, ready to be drawn: Plotly writes into what it is given, and the original
 * is needed again when the theme changes.
 *
 * @param {ChartData} data
 * @param {Element} root  its font and colour are used where the figure asks for none
 * @returns {any}
 */
export function dressed(data, root) {
  const figure = { ...structuredClone(data.figure), config: options(data) };
  const { layout } = figure;
  const style = getComputedStyle(root);
  const template = layout.template?.layout ?? {};
  layout.font = {
    ...(template.font?.family ? {} : { family: style.fontFamily }),
    ...(template.font?.color ? {} : { color: style.color }),
    ...layout.font,
  };
  // Where nothing hovers, the buttons always stand over the chart. From a ground that is transparent
  // Plotly would take them to stand on black.
  const { color } = style;
  layout.modebar = { bgcolor: "rgba(0, 0, 0, 0)", color, activecolor: color, ...layout.modebar };
  layout.autosize = true;
  layout.height = data.height ?? root.querySelector(".crl-plot-chart")?.clientHeight;
  if (calm.matches) layout.transition = { duration: 0 };
  return figure;
}

/**
 * Save the chart as it stands, on the page's background: what is light on dark is unreadable on
 * white.
 *
 * @param {any} graph  Plotly's element
 * @param {"png" | "svg"} format
 * @returns {Promise<string>}
 */
function saveChart(graph, format) {
  const { data, layout, clientWidth: width, clientHeight: height } = graph;
  const background = getComputedStyle(graph).getPropertyValue("--st-background-color");
  // Of two libraries in the page, the one that has drawn it knows its kinds of traces.
  return graph.chainRulePlotly.downloadImage(
    { data, layout: { ...layout, paper_bgcolor: background } },
    { format, width, height, scale: format === "png" ? 2 : 1, filename: "chart" },
  );
}

/** The same objects for every figure: Plotly makes a chart anew if its options have changed. */
const SAVE = [
  {
    name: "savePng",
    title: "Save as PNG",
    icon: {
      width: 24,
      height: 24,
      path: "M9 4 7 6H3v14h18V6h-4l-2-2zM12 8a5 5 0 0 1 0 10 5 5 0 0 1 0-10z",
    },
    click: (/** @type {unknown} */ graph) => saveChart(graph, "png"),
  },
  {
    name: "saveSvg",
    title: "Save as SVG",
    icon: {
      width: 24,
      height: 24,
      path: "M4 21V8h2v11h12V8h2v13zM13 3v8h3.5L12 15.5 7.5 11H11V3z",
    },
    click: (/** @type {unknown} */ graph) => saveChart(graph, "svg"),
  },
];

/**
 * @param {ChartData} data
 * @returns {object}
 */
function options({ solid, figure }) {
  const reset = solid ? ["resetCameraLastSave3d"] : figure.layout.dragmode ? ["resetScale2d"] : [];
  return {
    displaylogo: false,
    doubleClick: "reset",
    modeBarButtons: [[...SAVE, ...reset]],
    responsive: false, // chart.js watches the container, which changes in more ways than the window
    scrollZoom: false,
  };
}
