// The legend of the map: the cost at the point, what the arrow is, and the colours with their bounds.

import { BANDS, bandColors } from "./bands.js";
import { formatNumber } from "../maths/format.js";
import { html, liveNumber, showNumbers, svg } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */
/** @import { Reach } from "./arrow.js" */

/**
 * @typedef {object} Legend
 * @property {HTMLElement} element
 * @property {(unit: number) => void} bounds write those of `stage.heights`, to this unit
 * @property {(reach: Reach, beyond: boolean) => void} update the cost, what the arrow is, and
 *   whether the point is beyond the map
 * @property {() => string} cost as it is written
 */

/**
 * @param {Stage} stage
 * @param {HTMLElement} below at its end
 * @returns {Legend}
 */
export function mapLegend(stage, below) {
  const { graph, evaluator, heights } = stage;
  const output = stage.cost();
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
  const ends = [0, 0.25, 0.5, 0.75, 1].map(() => html("span", { class: "number" }));
  const bar = svg(
    "svg",
    {
      class: "colors",
      viewBox: `0 0 ${BANDS} 1`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    ...bandColors().map((color, x) =>
      svg("rect", { x, width: 1, height: 1, fill: `rgb(${color})` }),
    ),
  );
  const down = html("div", { class: "down" });
  const here = html(
    "span",
    { class: "here" },
    html("span", { class: "symbol" }, output.label[0]),
    " = ",
    shownCost,
  );
  const element = html(
    "div",
    { class: "legend" },
    html("div", { class: "key" }, here, outside),
    down,
    bar,
    html("div", { class: "bounds" }, ...ends),
    below,
  );

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
      short: `⇢ direction of ${what}; to scale too short to see`,
      long: `⇢ direction of ${what}; it leaves the map`,
      none: `no arrow: ${what} is 0 here`,
    }[reach];
  }

  return {
    element,
    bounds(unit) {
      const { low, high, exponent } = heights;
      ends.forEach((end, i) => {
        const share = (i / (ends.length - 1)) ** (1 / exponent);
        write(end, brief(low + (high - low) * share, unit));
      });
    },
    update(reach, beyond) {
      cost[0] = stage.height();
      showNumbers([number]);
      write(outside, beyond ? "outside the map" : "");
      write(down, arrowWords(reach));
    },
    cost: () => number.text.data,
  };
}

/** @param {HTMLElement} element @param {string} text written only where it is another */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
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
