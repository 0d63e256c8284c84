// The cost panel: the mean cost at each step of the path. It is drawn anew whenever the path is,
// and can be dragged like the player's scrubber.

const WIDE = 30; // a cost that spans more than this factor is drawn over its logarithm

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
function costPanel(stage, place) {
  const output = stage.node(stage.graph.output);
  const mean = stage.data.samples ? "mean " : "";
  /** @type {GraphNode} */
  const steps = { ...output, name: "step", label: ["step", ""], kind: "signal" };
  let logarithmic = false;
  const chart = createChart(steps, output, (value) =>
    logarithmic ? powerText(value) : tickText(value),
  );
  const plot = html("div", { class: "drawing slides" }, chart.element);
  const here = new Float64Array(1);
  const [at, height] = [html("span"), html("span")];
  const numbers = [liveValue(height, `${mean}${output.name} at the step`, here, 0, false)];
  at.setAttribute("data-name", "step");
  const caption = html(
    "div",
    { class: "caption" },
    html("span", {}, mean, symbolOf(output), " at step ", at, ": ", height),
  );
  place.replaceChildren(
    html("div", { class: "slice" }, caption, plot),
    pictureButtons(place, "cost at each step"),
  );
  const rangeOf = steadyRange();
  let drawn = "";

  function draw() {
    const path = stage.path;
    drawn = path?.id ?? "";
    const cost = path?.cost ?? new Float64Array(0);
    let [low, high] = [Infinity, -Infinity];
    for (const value of cost) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    logarithmic = low > 0 && high / low > WIDE;
    const shown = logarithmic ? cost.map(Math.log10) : cost;
    const last = Math.max(1, cost.length - 1);
    const range = logarithmic ? [Math.log10(low), Math.log10(high)] : [Math.min(0, low), high];
    chart.range([0, last], rangeOf(range[0], range[1]));
    chart.curve(
      Float64Array.from(cost, (_, k) => k),
      shown,
    );
  }

  function update() {
    if (drawn !== (stage.path?.id ?? "")) draw();
    const cost = stage.path?.cost[stage.step] ?? NaN;
    here[0] = cost;
    showNumbers(numbers);
    const step = String(stage.step);
    if (at.textContent !== step) {
      at.textContent = step;
      at.setAttribute("data-number", step);
    }
    chart.mark(stage.step, logarithmic ? Math.log10(cost) : cost, NaN);
  }

  /** @param {PointerEvent} event @param {boolean} report */
  function standAt(event, report) {
    if (!stage.path || stage.stale) return;
    const last = stage.path.cost.length - 1;
    stage.stand(Math.max(0, Math.min(last, Math.round(chart.xAt(event)))), report);
  }
  /** @type {PointerEvent | null} */
  let latest = null;
  followPointer(plot, {
    start: (event) => standAt((latest = event), false),
    move: (event) => standAt((latest = event), false),
    end: () => latest && standAt(latest, true),
  });

  return { update, resize: () => chart.fill(plot) };
}

/**
 * A power of ten beside a logarithmic axis.
 * @param {number} exponent
 * @returns {string}
 */
function powerText(exponent) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  if (!Number.isInteger(exponent)) return tickText(Number((10 ** exponent).toPrecision(2)));
  const raised = [...String(Math.abs(exponent))].map((digit) => digits[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${raised}`;
}
