// What the browser alone knows about how a figure should look, and Plotly's options.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * A copy of the figure, ready to be drawn: Plotly writes into what it is given, and the original
 * is needed again when the theme changes.
 *
 * @param {ChartData} data
 * @param {Element} root  its font and colour are used where the figure asks for none
 * @returns {any}
 */
function dressed(data, root) {
  const figure = { ...structuredClone(data.figure), config: options(data) };
  const { layout } = figure;
  const style = getComputedStyle(root);
  const template = layout.template?.layout ?? {};
  layout.font = {
    ...(template.font?.family ? {} : { family: style.fontFamily }),
    ...(template.font?.color ? {} : { color: style.color }),
    ...layout.font,
  };
  layout.autosize = true;
  layout.height = data.height;
  if (calm.matches) layout.transition = { duration: 0 };
  return figure;
}

/**
 * @param {ChartData} data
 * @returns {object}
 */
function options({ solid, figure }) {
  const reset = solid ? ["resetCameraLastSave3d"] : figure.layout.dragmode ? ["resetScale2d"] : [];
  return {
    displaylogo: false,
    doubleClick: "reset",
    modeBarButtons: [["toImage", ...reset]],
    responsive: false, // chart.js watches the container, which changes in more ways than the window
    scrollZoom: false,
    toImageButtonOptions: { format: "png", scale: 2 },
  };
}
