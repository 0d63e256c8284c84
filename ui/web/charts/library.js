/**
 * What ui/plot/payload.py sends.
 *
 * @typedef {{name: string, columns: string[], rows: string[][]}} TableData
 * @typedef {{data: {type?: string}[], layout: any}} PlotFigure
 * @typedef {{
 *   library: string, alt: string, height: number | null, figure: PlotFigure,
 *   solid: boolean, tables: TableData[],
 * }} ChartData
 */

// plotly.js is large, so it is fetched once for all charts, and only when there is one.

/**
 * The Plotly object; the same promise for every chart that needs this file. A failure is forgotten,
 * so that the next call tries again.
 *
 * @param {string} path  where plotly.js is, relative to the app's root
 * @returns {Promise<any>}
 */
export function loadPlotly(path) {
  const shared = /** @type {{chainRulePlotly?: Record<string, Promise<any>>}} */ (globalThis);
  // Another copy of this module may have begun to fetch it.
  const files = (shared.chainRulePlotly ??= {});
  files[path] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => {
      delete files[path];
      script.remove();
      reject(new Error(`${script.src} could not be loaded`));
    };
    script.src = new URL(path, appRoot()).href;
    script.onload = () => ("Plotly" in window ? resolve(window.Plotly) : fail());
    script.onerror = fail;
    document.head.append(script);
  });
  return files[path];
}

/**
 * The address under which the app lives. Neither the page's address (it may be a sub-page's) nor
 * document.baseURI says it; where the browser got Streamlit's own script from does.
 *
 * @returns {string}
 */
function appRoot() {
  const pattern = /^(.*\/)static\/js\/index\.[^/]*\.js$/;
  const scripts = [
    ...performance.getEntriesByType("resource").map((entry) => entry.name),
    ...Array.from(document.scripts, (script) => script.src),
  ];
  for (const address of scripts) {
    const match = pattern.exec(address);
    if (match) return match[1];
  }
  return new URL("./", document.baseURI).href;
}
