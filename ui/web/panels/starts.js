// Where each start on the map leads, as cells of colour and pattern over the colours of the cost.
// Python works it out; the path and the point above stay live, and what they have left behind dims.

import { html } from "../stage/dom.js";

/** @import { Stage } from "../stage/stage.js" */
/** @import { Starts } from "../stage/types.js" */

const STRIPE = 6; // px from one stripe or dot of a pattern to the next

/**
 * Which pixels of a pattern are its marks.
 * @type {Record<string, (x: number, y: number) => boolean>}
 */
const PATTERNS = {
  plain: () => false,
  dots: (x, y) => x % STRIPE < 2 && y % STRIPE < 2,
  level: (_, y) => y % STRIPE === 0,
  upright: (x) => x % STRIPE === 0,
  rising: (x, y) => (x + y) % STRIPE === 0,
  falling: (x, y) => (x - y + (1 << 20) * STRIPE) % STRIPE === 0,
};

/** @typedef {Starts["classes"][0]} Look */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} scale pixels of the canvas for each of the screen's
 * @param {(x: number, y: number) => Look | undefined} lookAt undefined where it stays clear
 */
function fillPattern(canvas, scale, lookAt) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { width, height } = canvas;
  const image = context.createImageData(width, height);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k += 4) {
      const look = lookAt(x, y);
      if (!look) continue;
      const marked = PATTERNS[look.pattern]?.(Math.floor(x / scale), Math.floor(y / scale));
      const color = parseInt(look.color.slice(1), 16);
      const plain = [color >> 16, (color >> 8) & 255, color & 255];
      // A mark is the same colour, darker or lighter, so that the class keeps its colour.
      const light = plain[0] + plain[1] + plain[2] > 380;
      for (let c = 0; c < 3; c++) {
        const mark = light ? 0.6 * plain[c] : plain[c] + 0.55 * (255 - plain[c]);
        image.data[k + c] = marked ? mark : plain[c];
      }
      image.data[k + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * @param {Stage} stage
 * @param {[string, string]} axes
 * @param {[number, number][]} spans
 * @param {HTMLElement} costs what the cells are laid over
 * @returns {{canvas: HTMLCanvasElement, legend: HTMLElement,
 *   resize: (side: number, sharp: number) => void, update: () => boolean}} `update` says whether
 *   there is such a map
 */
export function startsLayer(stage, axes, spans, costs) {
  const canvas = html("canvas", { class: "starts", "aria-hidden": "true" });
  const list = html("div", { class: "classes" });
  const said = html("div", { class: "from-here" });
  const legend = html("div", { class: "where", hidden: "" }, list, said);
  /** @type {Starts | null} */
  let known = null;
  /** @type {Uint8Array<ArrayBuffer>} */
  let cells = new Uint8Array(0);
  /** @type {HTMLElement[]} */
  let entries = [];
  let scale = 1;

  function paint() {
    if (!known || !canvas.width) return;
    const { side, classes } = known;
    /** @param {number} share @returns {number} the place of a pixel's cell along an axis */
    const place = (share) => Math.round(share * (side - 1));
    const last = canvas.width - 1;
    fillPattern(
      canvas,
      scale,
      (x, y) => classes[cells[place(1 - y / last) * side + place(x / last)]],
    );
  }

  function take() {
    known = stage.data.starts;
    legend.hidden = !known;
    if (known) costs.after(canvas);
    else canvas.remove();
    if (!known) return;
    cells = Uint8Array.from(atob(known.cells), (character) => character.charCodeAt(0));
    const counts = known.classes.map((_, code) => cells.filter((cell) => cell === code).length);
    entries = known.classes.map((look, code) => {
      const swatch = html("canvas", { width: 40, height: 28, "aria-hidden": "true" });
      fillPattern(swatch, 2, () => look);
      const percent = Math.round((100 * counts[code]) / cells.length);
      const share = percent || !counts[code] ? `${percent} %` : "< 1 %";
      return html("span", {}, swatch, `${look.name} `, html("span", { class: "number" }, share));
    });
    list.replaceChildren(...entries.filter((_, code) => counts[code] > 0));
    paint();
  }

  /** The class of the start that the path begins at. @returns {number} 255 without one */
  function here() {
    if (!known) return 255;
    const { side } = known;
    const [i, j] = axes.map((name, k) => {
      const [low, high] = spans[k];
      const share = (stage.values[name] - low) / (high - low);
      return share >= 0 && share <= 1 ? Math.round(share * (side - 1)) : NaN;
    });
    return cells[j * side + i] ?? 255;
  }

  function update() {
    if (known !== stage.data.starts) take();
    if (!known) return false;
    const moved = Object.entries(known.at).some(([name, value]) => stage.values[name] !== value);
    const outdated = moved || !known.current;
    canvas.classList.toggle("outdated", outdated);
    const code = outdated ? 255 : here();
    entries.forEach((entry, i) => entry.classList.toggle("here", i === code));
    const words = outdated
      ? stage.moving
        ? "The map is computed anew when you let go."
        : "The map is being computed anew …"
      : code < known.classes.length
        ? `From the start: ${known.classes[code].name}.`
        : "";
    if (said.textContent !== words) said.textContent = words;
    return true;
  }

  return {
    canvas,
    legend,
    resize(side, sharp) {
      scale = sharp;
      canvas.width = canvas.height = Math.round(side * sharp);
      paint();
    },
    update,
  };
}
