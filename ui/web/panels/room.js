// How panels come to be as large as their places, where a scene stands in one view.

const LEAST = 0.4; // of the size at which a panel is designed
const MOST = 1.4;
const FINE = 0.01;

/** How large what is in a place was drawn last. @type {WeakMap<HTMLElement, number>} */
const drawn = new WeakMap();

/**
 * Whether a panel's place has a height of its own, which what it draws must keep to.
 * @param {HTMLElement} place
 * @returns {boolean}
 */
export function inOneView(place) {
  return place.closest(".wide .grid") !== null;
}

/**
 * The room in a place, without its padding.
 * @param {HTMLElement} place
 * @returns {{width: number, height: number}} px; the height is Infinity where it follows the panel
 */
export function roomIn(place) {
  const style = getComputedStyle(place);
  const inside = (/** @type {string[]} */ ...sides) =>
    sides.reduce((sum, side) => sum + parseFloat(style.getPropertyValue(`padding-${side}`)), 0);
  const height = inOneView(place) ? place.clientHeight - inside("top", "bottom") : Infinity;
  return { width: Math.floor(place.clientWidth - inside("left", "right")), height };
}

/**
 * Whether something of what a place holds is out of it, as when numbers have become longer since
 * it was drawn into its room, or the line above a drawing has been broken in two.
 * @param {HTMLElement} place
 * @returns {boolean}
 */
export function overflows(place) {
  if (!inOneView(place) || !place.clientWidth) return false;
  if (place.scrollHeight > place.clientHeight + 1 || place.scrollWidth > place.clientWidth + 1)
    return true;
  const room = place.getBoundingClientRect();
  return Array.from(place.querySelectorAll("svg")).some((drawing) => {
    const { width, right, bottom } = drawing.getBoundingClientRect();
    return width > 0 && (right > room.right + 1 || bottom > room.bottom + 1);
  });
}

/**
 * Draw what a place holds as large as it is wholly seen.
 * @param {HTMLElement} place
 * @param {HTMLElement} content all that is in the place
 * @param {number} [most] how much larger than it is designed it may become
 */
export function fit(place, content, most = MOST) {
  content.style.removeProperty("zoom");
  if (!inOneView(place) || !place.clientWidth) return;
  /** @param {number} zoom @returns {boolean} */
  const fits = (zoom) => {
    content.style.zoom = String(zoom);
    return place.scrollHeight <= place.clientHeight && place.scrollWidth <= place.clientWidth;
  };
  if (fits(most)) return;
  let [low, high] = [LEAST, most];
  // All is laid out for each size that is tried, and most often it is the one before.
  const last = drawn.get(place);
  for (const near of last ? [last, last + FINE] : []) {
    if (near <= low || near >= high) continue;
    if (fits(near)) low = near;
    else high = near;
  }
  while (high - low > 1.01 * FINE) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  drawn.set(place, low);
  content.style.zoom = low.toFixed(3);
}

/**
 * In how many columns things of one shape are largest.
 * @param {number} count
 * @param {number} width of all
 * @param {number} height of all; Infinity where it follows them
 * @param {number} shape the width of one as a share of its height
 * @returns {number}
 */
export function columnsFor(count, width, height, shape) {
  /** @param {number} columns @returns {number} */
  const size = (columns) => Math.min(width / columns / shape, height / Math.ceil(count / columns));
  let best = 1;
  for (let columns = 2; columns <= count; columns++) if (size(columns) > size(best)) best = columns;
  return best;
}
