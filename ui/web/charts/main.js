// Streamlit calls this for each chart of a page.

import { Chart } from "./chart.js";

/** @import { ChartData } from "./library.js" */

/** @type {WeakMap<ParentNode, Chart>} */
const charts = new WeakMap();

/**
 * Streamlit calls this at the start and whenever the data or the theme changed.
 *
 * @param {{data: ChartData, parentElement: ParentNode}} component
 */
export default function ({ data, parentElement }) {
  let chart = charts.get(parentElement);
  if (!chart) charts.set(parentElement, (chart = new Chart(parentElement)));
  chart.take(data);
  return () => {
    // Streamlit also calls this when a newer call has overtaken this one: the chart still stands.
    if (parentElement.isConnected) return;
    charts.get(parentElement)?.end();
    charts.delete(parentElement);
  };
}
