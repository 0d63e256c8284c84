// A point of a chart that follows the stage: while it plays, and when a drag pauses or ends. Plotly
// needs several frames to move a point in 3D, so it is moved as often as leaves the page fluent.

import { noteCamera } from "./camera.js";

const SHARE = 10; // of ten milliseconds one may go into moving the point

export class Follower {
  /**
   * @param {any} graph Plotly's element
   * @param {() => boolean} drawing whether a newer figure is on its way, or a hand is on this one
   */
  constructor(graph, drawing) {
    this.graph = graph;
    this.drawing = drawing;
    /** @type {any} */
    this.plotly = null;
    /** @type {Record<string, number> | null} */
    this.latest = null;
    this.busy = false;
    this.timer = 0;
    this.heard = (/** @type {Event} */ event) => {
      this.latest = /** @type {CustomEvent} */ (event).detail;
      this.follow();
    };
    window.addEventListener("chain-rule-stands", this.heard);
  }

  /** @param {any} plotly once the chart is drawn, and when it is drawn anew */
  take(plotly) {
    this.plotly = plotly;
  }

  async follow() {
    const at = this.latest;
    if (this.busy || this.drawing() || !at || !this.plotly) return;
    const index = (this.graph.data ?? []).findIndex((/** @type {any} */ t) => t.meta?.follows);
    if (index < 0) return;
    this.latest = null;
    const trace = this.graph.data[index];
    const scene = this.graph.layout.scene ?? {};
    /** @type {Record<string, (number | null)[][]>} */
    const moved = {};
    let outside = false;
    for (const [axis, name] of Object.entries(trace.meta.follows)) {
      const range = scene[`${axis}axis`]?.range;
      if (!(name in at)) return; // another graph's stage
      outside ||= range && axis !== "z" && (at[name] < range[0] || at[name] > range[1]);
      moved[axis] = [[at[name]]];
    }
    // As in Python's figure: what is outside is not drawn at the edge.
    if (outside) moved.z = [[null]];
    // Python's number may differ in its last bit; that is no reason to draw a surface again.
    const same = Object.entries(moved).every(([axis, [[value]]]) => {
      const now = trace[axis]?.[0];
      if (value === null || !Number.isFinite(now)) return value === now;
      return Math.abs(now - value) <= 1e-9 * Math.abs(value);
    });
    if (same) return;
    this.busy = true;
    const started = performance.now();
    try {
      noteCamera(this.graph);
      await this.plotly.restyle(this.graph, moved, [index]);
    } catch {
      // The chart has left meanwhile.
    }
    const rest = (performance.now() - started) * (SHARE - 1);
    this.timer = window.setTimeout(() => {
      this.busy = false;
      this.follow();
    }, rest);
  }

  end() {
    clearTimeout(this.timer);
    window.removeEventListener("chain-rule-stands", this.heard);
  }
}
