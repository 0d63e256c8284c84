// A 3D chart would take every touch for itself, and a phone's page could not be scrolled past it.

const DECISIVE_PIXELS = 6;

/**
 * A finger that sets out sideways turns the chart; one that moves up or down is left to the
 * browser, which scrolls (touch-action in plot.css). Plotly hears of a touch once that is decided.
 *
 * @param {HTMLElement} graph
 */
export function shareTouch(graph) {
  /** @type {Touch | null} */
  let start = null;
  let turning = false;

  /** @param {string} kind @param {(event: TouchEvent) => void} handle */
  const before = (kind, handle) =>
    graph.addEventListener(
      kind,
      (event) => {
        const inside = event.target instanceof Element && event.target.closest(".gl-container");
        if (inside && event.isTrusted) handle(/** @type {TouchEvent} */ (event));
      },
      { capture: true, passive: true },
    );

  before("touchstart", (event) => {
    start = event.changedTouches[0];
    turning = false;
    event.stopPropagation();
  });
  before("touchmove", (event) => {
    if (turning) return;
    const { clientX, clientY } = event.changedTouches[0];
    const across = start ? Math.abs(clientX - start.clientX) : 0;
    const along = start ? Math.abs(clientY - start.clientY) : 0;
    if (across > along && across > DECISIVE_PIXELS) {
      turning = true;
      const begin = new Event("touchstart", { bubbles: true, cancelable: true });
      event.target?.dispatchEvent(Object.assign(begin, { changedTouches: [start] }));
    } else {
      event.stopPropagation();
    }
  });
  for (const kind of ["touchend", "touchcancel"]) {
    before(kind, (event) => {
      if (!turning) event.stopPropagation();
      turning = false;
    });
  }
}
