// Plays a figure's frames. Nothing moves until the learner asks for it.

/** @import { ChartData } from "./library.js" */

const FRAME_MILLISECONDS = 80;

export class Player {
  /**
   * @param {HTMLElement} place  holds a button and a range input
   * @param {any} graph  Plotly's element
   */
  constructor(place, graph) {
    this.place = place;
    this.graph = graph;
    this.button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
    this.range = /** @type {HTMLInputElement} */ (place.querySelector("input"));
    /** @type {any} */
    this.plotly = null;
    /** @type {string[]} */
    this.names = [];
    this.redraw = false;
    this.playing = false;
    this.button.onclick = () => (this.playing ? this.pause() : this.play());
    this.range.oninput = () => this.seek(Number(this.range.value));
    this.label();
  }

  /**
   * Take the frames of the figure that has just been drawn.
   *
   * @param {any} plotly
   * @param {ChartData} data
   */
  take(plotly, data) {
    if (this.playing) this.pause();
    const frames = data.player ? (data.figure.frames ?? []) : [];
    if (!this.plotly) this.graph.on("plotly_animatingframe", this.shown.bind(this));
    this.plotly = plotly;
    this.names = frames.map((frame) => frame.name);
    // Plotly moves the points of 2D scatter traces by itself; all else must be drawn again.
    this.redraw = data.figure.data.some((trace) => (trace.type ?? "scatter") !== "scatter");
    this.place.hidden = !frames.length;
    this.range.max = String(Math.max(frames.length - 1, 0));
    this.range.value = "0";
  }

  play() {
    const last = this.names.length - 1;
    const from = Number(this.range.value) < last ? Number(this.range.value) : 0;
    this.playing = true;
    this.label();
    this.animate(this.names.slice(from)).then(
      () => this.stopped(),
      () => {}, // interrupted: whoever interrupted it has said what comes next
    );
  }

  pause() {
    this.stopped();
    this.animate([null]).catch(() => {});
  }

  /** @param {number} index */
  seek(index) {
    this.stopped();
    this.animate([this.names[index]]).catch(() => {});
  }

  stopped() {
    this.playing = false;
    this.label();
  }

  /** @param {{name: string}} event */
  shown({ name }) {
    const index = this.names.indexOf(name);
    if (index >= 0) this.range.value = String(index);
  }

  label() {
    this.button.textContent = this.playing ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", this.playing ? "pause animation" : "play animation");
  }

  /**
   * @param {(string | null)[]} names  [null] stops what is playing
   * @returns {Promise<void>}
   */
  animate(names) {
    return this.plotly.animate(this.graph, names, {
      mode: "immediate",
      frame: { duration: FRAME_MILLISECONDS, redraw: this.redraw },
      transition: { duration: 0 },
    });
  }
}
