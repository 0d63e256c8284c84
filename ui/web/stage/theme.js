// The styles of all stages, and whether the page is dark.

import { STYLES } from "./styles.js";

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @returns {CSSStyleSheet} one for all stages */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
  }
  return sheet;
}

/**
 * @param {string} color in a form that CSS writes: `#rrggbb` or `rgb(…)`
 * @returns {boolean}
 */
export function isDark(color) {
  const text = color.trim();
  const hex = /^#([0-9a-f]{6})/i.exec(text) ?? /^#([0-9a-f]{3})$/i.exec(text);
  const size = hex && hex[1].length === 3 ? 1 : 2;
  const channels = hex
    ? [0, 1, 2].map((i) => parseInt(hex[1].slice(i * size, (i + 1) * size).padEnd(2, "f"), 16))
    : (text.match(/[\d.]+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number);
  const [red, green, blue] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
