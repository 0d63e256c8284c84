// What of a 3D chart can change in a frame. Plotly.restyle works out the whole figure anew for the
// smallest change, which takes several frames; a trace's own drawing takes its numbers in one.

/** The camera's way round for a press of an arrow key, and nearer or farther for + and −. */
const TURN = (10 * Math.PI) / 180;
const ZOOM = 1.15;
const STEEPEST = (85 * Math.PI) / 180;

/** @typedef {{x: number, y: number, z: number}} Eye */

/**
 * Give a trace that is drawn other numbers.
 * @param {any} graph Plotly's element
 * @param {number} index
 * @param {Record<string, any>} changes
 * @returns {boolean} whether there is such a drawing
 */
export function retrace(graph, index, changes) {
  const scene = graph._fullLayout?.scene?._scene;
  const full = graph._fullData?.[index];
  const drawing = scene?.traces?.[full?.uid];
  if (!drawing) return false;
  Object.assign(graph.data[index], changes);
  Object.assign(full, changes);
  if (full.type === "scatter3d") full._length = full.x.length;
  drawing.update(full);
  scene.glplot.update(); // in its next frame, once for all traces
  return true;
}

/**
 * Where the eye is after a key, or null if the key means nothing.
 * @param {KeyboardEvent} event
 * @param {Eye} eye
 * @returns {Eye | null}
 */
export function turned({ key }, { x, y, z }) {
  let distance = Math.hypot(x, y, z);
  let around = Math.atan2(y, x);
  let up = Math.asin(z / distance);
  if (key === "ArrowLeft") around -= TURN;
  else if (key === "ArrowRight") around += TURN;
  else if (key === "ArrowUp") up = Math.min(STEEPEST, up + TURN);
  else if (key === "ArrowDown") up = Math.max(-STEEPEST, up - TURN);
  else if (key === "+" || key === "=") distance /= ZOOM;
  else if (key === "-" || key === "−") distance *= ZOOM;
  else return null;
  const level = distance * Math.cos(up);
  return { x: level * Math.cos(around), y: level * Math.sin(around), z: distance * Math.sin(up) };
}
