// One chart: drawn once, then brought up to date with Plotly.react until its page is left.

import { dressed } from "./look.js";
import { noteCamera, watchHand } from "./camera.js";
import { loadPlotly } from "./library.js";
import { painted } from "./pace.js";
import { shareTouch } from "./touch.js";
import { showTables } from "./table.js";
import { resolved, whenMoreIsKept } from "../kept/resolve.js";

/** @import { ChartData } from "./library.js" */

const RETRY_MILLISECONDS = 5000;

export class Chart {
  /**
   * @param {ParentNode} parent
   * @param {() => void} [drawn] called when a figure has been drawn
   */
  constructor(parent, drawn) {
    this.drawn = drawn;
    const part = (/** @type {string} */ name) =>
      /** @type {HTMLElement} */ (parent.querySelector(name));
    this.root = part(".crl-plot");
    this.picture = part(".crl-plot-picture");
    this.graph = /** @type {any} */ (part(".crl-plot-chart"));
    this.note = part(".crl-plot-note");
    this.tables = part(".crl-plot-tables");
    this.hand = watchHand(this.graph, () => this.letGo());
    /** @type {any} */
    this.plotly = null;
    /** @type {ChartData | null} */
    this.sent = null;
    /** @type {ChartData | null} */
    this.latest = null;
    this.drawing = false;
    this.began = 0; // when the figure of now was begun
    this.ended = false;
    this.retry = 0;
    this.size = "";
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.graph);
    shareTouch(this.graph);
  }

  /** @param {ChartData} sent with references to what is kept */
  take(sent) {
    this.sent = sent;
    const data = resolved(sent);
    if (data) this.show(data);
    else whenMoreIsKept(() => !this.ended && this.sent && this.take(this.sent));
  }

  /** @param {ChartData} data */
  show(data) {
    this.tell(data);
    this.latest = data;
    if (!this.drawing && !this.hand.held()) this.draw();
  }

  /**
   * Say it to those who cannot see it, and keep its place free.
   * @param {ChartData} data
   */
  tell(data) {
    const height = data.height === null ? "100%" : `${data.height}px`;
    this.graph.style.height = this.picture.style.height = height;
    this.picture.setAttribute("aria-label", data.alt);
    showTables(this.tables, data.tables);
  }

  /** What came while a hand was on the chart is drawn now. */
  letGo() {
    if (this.latest && !this.drawing) this.draw();
  }

  /** Draw the latest figure; if another comes meanwhile, then that one, leaving out any between. */
  async draw() {
    clearTimeout(this.retry);
    this.drawing = true;
    try {
      // To load and to begin plotly.js takes a second of a small computer: what stands is shown first.
      if (!this.plotly) await painted();
      while (this.latest && !this.ended) {
        const plotly = await loadPlotly(this.latest.library);
        if (!this.plotly) await painted();
        if (this.ended) break;
        const data = this.latest;
        this.latest = null;
        this.began = performance.now();
        const figure = dressed(data, this.root);
        this.size = this.place();
        if (this.plotly) noteCamera(this.graph);
        this.plotly = this.graph.chainRulePlotly = plotly;
        await plotly.react(this.graph, figure);
        if (this.ended) {
          this.end(); // what was still being drawn when the page was left
          break;
        }
        // The picture's label and the tables say it better than loose ticks and titles.
        for (const part of this.graph.querySelectorAll(".main-svg, .gl-container")) {
          part.setAttribute("aria-hidden", "true");
        }
        this.showNote("");
        this.resize(); // what has changed while it was drawn
      }
    } catch (error) {
      console.warn("A chart could not be drawn:", error);
      this.showNote("The chart could not be drawn. Here are its numbers.");
      // What failed to load may come later; a figure that failed is not tried again.
      if (this.latest) this.retry = setTimeout(() => this.draw(), RETRY_MILLISECONDS);
    } finally {
      this.drawing = false;
      if (!this.ended) this.drawn?.();
    }
  }

  /** @param {string} text  what went wrong, shown in the chart's place; nothing if all is well */
  showNote(text) {
    this.note.textContent = text;
    this.root.classList.toggle("crl-plot-failed", text !== "");
  }

  /** @returns {string} how large the chart's place is */
  place() {
    return `${this.graph.clientWidth} × ${this.graph.clientHeight}`;
  }

  resize() {
    const size = this.place();
    if (!this.plotly || !this.graph.clientWidth || size === this.size) return;
    this.size = size;
    this.plotly.Plots.resize(this.graph).catch(() => {}); // hidden meanwhile
  }

  /** Give back everything, graphics contexts above all: a browser grants only a few. */
  end() {
    this.ended = true;
    clearTimeout(this.retry);
    this.observer.disconnect();
    this.hand.end();
    const canvases = [...this.graph.querySelectorAll("canvas")];
    this.plotly?.purge(this.graph);
    for (const canvas of canvases) {
      const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
      context?.getExtension("WEBGL_lose_context")?.loseContext();
    }
  }
}
