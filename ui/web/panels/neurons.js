// A network of layers: every neuron with a picture of what it makes of the inputs, every weight to
// be taken hold of, and the layers' sizes to be changed where they stand.

import { html, liveNumber, showNumbers, svg, svgDerivative, svgSymbol } from "../stage/dom.js";
import { layerHeads } from "./heads.js";
import { freePlace } from "./labels.js";
import { inputSpace, scaleOf, shade, shadesOf } from "./inputs.js";
import { formatNumber } from "../maths/format.js";
import { pictureButtons } from "../stage/picture.js";
import { createRoving } from "./roving.js";
import { roomIn } from "./room.js";
import { reaching, scrub, snap } from "./sliders.js";

/** @import { Box } from "./labels.js" */
/** @import { Point } from "./layout.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { Control, NumberKind, Panel, Shape } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const HEAD = 50; // px for the layers' controls
const TEXT = 28; // px under a neuron, for its two numbers
const LINE = 11; // px more where its symbol has a line of its own
const LARGEST = 62; // px of a neuron's picture
const LEAST = 26;
const FEW = 12; // weights of which each can show its number
const BROAD = 118; // px between columns, from which a derivative has room for its symbol
const CLOSE = 96; // px between columns, below which the numbers are smaller
const CLOSER = 80; // px between columns, below which a value has no room for its symbol
const NUMBER = { w: 66, h: 13 }; // px, of a weight's number
const LABEL = { w: 108, h: 15 }; // px, of the symbol and number of what is opened
const STACKED = { w: 68, h: 28 }; // px, of the number below the symbol
const NARROW = 560; // px, of places in which rows are low
const BAND = 26; // px between rows where the height follows the drawing: the label of a weight

/** @typedef {{name: string, layer: number, x: number, y: number}} Placed */

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function neuronsPanel(stage, place) {
  const shape = /** @type {Shape} */ (stage.data.shape);
  place.hidden = !shape;
  if (!shape) return { update() {} };
  const { graph, evaluator } = stage;
  const space = inputSpace(stage);
  const layers = [
    shape.inputs,
    ...shape.hidden.map(([, count], k) => names(k + 1, count)),
    names(shape.hidden.length + 1, 1),
  ];
  const activations = [
    "identity",
    ...shape.hidden.map(([activation]) => activation),
    shape.classes ? "sigmoid" : "identity",
  ];
  const canvas = html("canvas", { class: "pictures", "aria-hidden": "true" });
  const head = html("div", { class: "heads" });
  const board = html("div", { class: "board" });
  const tools = html("div", { class: "tools" }, pictureButtons(place, "network"));
  place.replaceChildren(head, board, tools);
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {{element: SVGElement, line: SVGElement, name: string, slot: number, last: number}[]} */
  let edges = [];
  /** @type {{element: SVGElement, name: string}[]} */
  let items = [];
  /** @type {Map<string, Placed>} */
  let placed = new Map();
  /** What is wrong with a neuron, which Python says when nothing moves. @type {Map<string, SVGElement>} */
  const notes = new Map();
  let side = 40; // of a picture
  let pitch = 100; // from column to column
  let apart = false; // whether a neuron's symbol stands above its number
  /** What the label of an opened weight or bias is not to lie on. @type {Box[]} */
  let taken = [];
  /** The same, of notes that may come. @type {Box[]} */
  let noted = [];
  let room = { top: HEAD, width: 0, height: 0 };
  const roving = createRoving(() => items);
  let drawn = "";
  let painted = -1;
  let quiet = false;
  let shades = shadesOf("#888888", "#ffffff", "#0000ff");
  const small = html("canvas");

  /** @param {number} layer @param {number} count @returns {string[]} */
  function names(layer, count) {
    return Array.from({ length: count }, (_, j) => `a${layer}_${j + 1}`);
  }

  /** @param {number} layer @returns {string[]} */
  const below = (layer) => layers[layer];

  // ---- the drawing

  /** @param {SVGElement} element @param {NumberKind} kind @param {string} name @param {boolean} [signed] */
  function live(element, kind, name, signed = true) {
    numbers.push(liveNumber(element, evaluator, kind, name, { output: graph.output, signed }));
  }

  /**
   * @param {SVGElement} element
   * @param {string} name of the node that it stands for
   */
  function item(element, name) {
    element.setAttribute("tabindex", "-1");
    items.push({ element, name });
    element.onpointerenter = () => stage.lookAt(name);
    element.onpointerleave = () => stage.lookAt(null);
    element.onfocus = () => {
      roving.to(roving.of(element));
      stage.lookAt(name);
    };
    element.onblur = () => stage.lookAt(null);
    element.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const control = stage.controls.get(name);
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") stage.choose(name);
      else if (event.key === "ArrowDown") roving.on(roving.of(element) + 1);
      else if (event.key === "ArrowUp") roving.on(roving.of(element) - 1);
      else if (by && control) nudge(control, by * (event.shiftKey ? 10 : 1));
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
  }

  /** @param {Control} control @param {number} steps */
  function nudge(control, steps) {
    const from = stage.valueOf(control.name);
    const wanted = from + steps * control.step;
    stage.move({ [control.name]: snap(reaching(control, from), wanted) });
    stage.nudged();
  }

  /** A weight or bias as a slider for hand and keys. @param {SVGElement} element @param {string} name */
  function slider(element, name) {
    const control = stage.controls.get(name);
    element.setAttribute("role", "slider");
    element.setAttribute("aria-label", name);
    if (control) {
      element.setAttribute("aria-valuemin", String(control.minimum));
      element.setAttribute("aria-valuemax", String(control.maximum));
      scrub(stage, element, name, () => stage.choose(name));
    }
    item(element, name);
  }

  /**
   * The symbol and number that are shown of what is pointed at or opened, where nothing else stands.
   * @param {SVGElement} label
   * @param {string} name
   * @param {SVGElement} number
   * @param {Point[]} wanted
   */
  function write(label, name, number, wanted) {
    for (const others of [[...taken, ...noted], taken]) {
      const [one, two] = [LABEL, STACKED].map((size) => freePlace(wanted, size, others, room));
      const stacked = two !== null && (one === null || one.away > two.away + 24);
      const found = stacked ? two : one;
      if (!found && others !== taken) continue;
      const { x, y } = found?.at ?? wanted[0];
      label.setAttribute("x", String(x));
      label.setAttribute("y", String(y + (stacked ? -2 : 4)));
      label.append(...svgSymbol(stage.node(name).label), stacked ? "" : " ", number);
      if (stacked) {
        number.setAttribute("x", String(x));
        number.setAttribute("dy", "13");
      }
      return;
    }
  }

  /** Where neurons and the cost stand with what is written at them. @param {Point} cost */
  function take(cost) {
    const half = side / 2;
    const value = apart ? 50 : pitch < CLOSE ? 78 : 86;
    const derivative = pitch < BROAD ? 62 : 112;
    noted = [];
    taken = [...placed.values()].flatMap(({ layer, x, y }) => {
      if (layer) noted.push({ x, y: y - half - 8, w: 72, h: 13 });
      const lines = apart ? LINE : 0;
      return [
        { x, y, w: side + 6, h: side + 4 },
        { x: x - half, y: y - half, w: 14, h: 14 },
        { x, y: y + half + 8 + lines / 2, w: value, h: 14 + lines },
        ...(layer ? [{ x, y: y + half + 20 + lines, w: derivative, h: 14 }] : []),
      ];
    });
    taken.push({ x: cost.x, y: cost.y, w: side + 6, h: side + 4 });
    for (const y of [cost.y - half - 12, cost.y + half + 8])
      taken.push({ x: cost.x, y, w: 74, h: 15 });
  }

  /** @param {string} name @param {Placed} from @param {Placed} to @param {boolean} many @param {number} k */
  function drawWeight(name, from, to, many, k) {
    const [x1, x2] = [from.x + side / 2 + 2, to.x - side / 2 - 5];
    const bend = (x2 - x1) * 0.4;
    const way = `M${x1} ${from.y}C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`;
    const line = svg("path", { d: way, class: "line" });
    /** @param {number} t @returns {Point} */
    const on = (t) => ({
      x: x1 + (x2 - x1) * (1.2 * t * (1 - t) ** 2 + 1.8 * t * t * (1 - t) + t ** 3),
      y: from.y + (to.y - from.y) * (3 * t * t - 2 * t * t * t),
    });
    const number = svg("tspan");
    const label = svg("text", { class: "weight-value" });
    if (many) write(label, name, number, [0.5, 0.35, 0.65, 0.2, 0.8].map(on));
    else {
      const clear = Math.min(NUMBER.w / 2, (x2 - x1) / 2); // of the neurons at both ends
      // Numbers of neighbours stand apart along their edges.
      const wanted = [0, 0.06, -0.06, 0.12, 0.18, 0.24].map((by) => {
        const { x, y } = on(k ? 0.74 - by : 0.26 + by);
        return { x: Math.max(x1 + clear, Math.min(x2 - clear, x)), y: y - 9 };
      });
      const { x, y } = freePlace(wanted, NUMBER, taken, room)?.at ?? wanted[0];
      label.setAttribute("x", String(x));
      label.setAttribute("y", String(y + 4));
      label.append(number);
      taken.push({ x, y, ...NUMBER });
    }
    live(number, "node", name);
    const group = svg(
      "g",
      { class: `weight parameter${many ? " crowd" : ""}`, "data-weight": name },
      svg("path", { d: way, class: "hit" }),
      line,
      label,
    );
    group.prepend(svg("title", {}, `${name}: drag it sideways, click to open it`));
    slider(group, name);
    edges.push({ element: group, line, name, slot: evaluator.index.get(name) ?? -1, last: NaN });
    return group;
  }

  /** @param {Placed} at @returns {SVGElement} */
  function drawNode({ name, layer, x, y }) {
    const node = stage.node(name);
    const half = side / 2;
    const group = svg("g", { class: `neuron ${node.kind}`, role: "button" });
    const value = svg("tspan");
    live(value, "node", name, false);
    group.append(
      svg("rect", { x: x - half, y: y - half, width: side, height: side, rx: 9, class: "frame" }),
      svg(
        "text",
        { x, y: y + half + 12, class: "value" },
        ...(pitch < CLOSER && !apart ? [] : [...svgSymbol(node.label), " "]),
        value,
      ),
    );
    if (apart) {
      value.setAttribute("x", String(x));
      value.setAttribute("dy", String(LINE));
    }
    if (layer > 0) {
      const derivative = svg("tspan");
      live(derivative, "derivative", name);
      const symbol = svgDerivative(graph, stage.node(graph.output).label, node.label);
      group.append(
        svg(
          "text",
          { x, y: y + half + 24 + (apart ? LINE : 0), class: "derivative" },
          ...(pitch < BROAD ? [] : [...symbol, " "]),
          derivative,
        ),
      );
    }
    const note = svg("text", { x, y: y - half - 4, class: "note" });
    notes.set(name, note);
    group.append(note);
    if (node.formula) group.prepend(svg("title", {}, `${name} = ${node.formula}`));
    group.onclick = () => stage.choose(name);
    item(group, name);
    return group;
  }

  /** @param {Placed} at @returns {SVGElement} */
  function drawBias({ name, x, y }) {
    const bias = name.replace("a", "b");
    const half = side / 2;
    const number = svg("tspan");
    const label = svg("text", { class: "bias-value" });
    const left = Math.max(LABEL.w / 2, x - half - 8 - LABEL.w / 2);
    write(label, bias, number, [{ x: left, y: y - half - 8 }]);
    live(number, "node", bias);
    const group = svg(
      "g",
      { class: "bias parameter", "data-weight": bias },
      svg("circle", { cx: x - half, cy: y - half, r: 13, class: "hit" }),
      svg("circle", { cx: x - half, cy: y - half, r: 5, class: "knob" }),
      label,
    );
    group.prepend(svg("title", {}, `${bias}: drag it sideways, click to open it`));
    slider(group, bias);
    return group;
  }

  function draw() {
    const { width, height } = roomIn(place);
    if (!(width >= 1)) return;
    const most = Math.max(...layers.map((layer) => layer.length));
    const narrow = width < NARROW;
    const columns = layers.length + 1; // and the cost's
    const widest = Math.max(LEAST, Math.min(LARGEST, width / (layers.length * 2))); // of a picture
    apart = height === Infinity && (width - widest) / (columns - 1) < CLOSER;
    const text = TEXT + (apart ? LINE : 0);
    const high = height === Infinity ? HEAD + most * (widest + text + BAND) + 12 : height;
    const key = `${width} ${high}`;
    if (key === drawn) return;
    drawn = key;
    painted = -1;
    [numbers, edges, items] = [[], [], []];
    notes.clear();
    const row = (high - HEAD) / most;
    side = Math.max(LEAST, Math.min(widest, row - text - 8));
    const margin = side / 2 + (narrow ? 4 : 26);
    pitch = (width - 2 * margin) / (columns - 1);
    placed = new Map();
    layers.forEach((layer, l) => {
      layer.forEach((name, j) => {
        const y = HEAD + (high - HEAD) / 2 + (j - (layer.length - 1) / 2) * row - text / 2;
        placed.set(name, { name, layer: l, x: margin + l * pitch, y });
      });
    });
    const picture = svg("svg", {
      width,
      height: high,
      viewBox: `0 0 ${width} ${high}`,
      role: "group",
      class: pitch < CLOSER - 16 ? "close closest" : pitch < CLOSE ? "close" : "",
      "aria-label": "your network",
      "aria-description":
        "Up and down go from one part to the next, left and right change a weight, Enter opens it.",
    });
    const last = /** @type {Placed} */ (placed.get(layers[layers.length - 1][0]));
    const cost = margin + (columns - 1) * pitch;
    room = { top: HEAD, width, height: high };
    take({ x: cost, y: last.y });
    const weights = graph.inputs.filter((name) => name.startsWith("w"));
    const between = pitch - side - 7; // px of an edge
    const many = weights.length > FEW || between < NUMBER.w;
    layers.slice(1).forEach((layer, l) => {
      layer.forEach((name, j) => {
        const to = /** @type {Placed} */ (placed.get(name));
        below(l).forEach((source, i) => {
          const from = /** @type {Placed} */ (placed.get(source));
          picture.append(
            drawWeight(`w${l + 1}_${j + 1}${i + 1}`, from, to, many, Math.abs(i - j) % 2),
          );
        });
      });
    });
    for (const at of placed.values()) {
      picture.append(drawNode(at));
      if (at.layer) picture.append(drawBias(at));
    }
    picture.append(drawCost(cost, last));
    canvas.style.width = `${width}px`;
    canvas.style.height = `${high}px`;
    const sharp = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(high * sharp);
    board.replaceChildren(canvas, picture);
    board.style.height = `${high}px`;
    const heads = [...head.children];
    heads.forEach((one, k) => {
      if (one instanceof HTMLElement) one.style.left = `${margin + (k + 1) * pitch}px`;
    });
    roving.stay();
    light();
  }

  /** @param {number} x @param {Placed} output @returns {SVGElement} */
  function drawCost(x, output) {
    const { graph } = stage;
    const half = side / 2;
    const [value, target] = [svg("tspan"), svg("tspan")];
    live(value, "node", graph.output, false);
    live(target, "node", "y", false);
    const group = svg("g", { class: "neuron cost", role: "button" });
    group.append(
      svg("path", {
        d: `M${output.x + half + 2} ${output.y}H${x - half - 6}`,
        class: "line",
      }),
      svg("rect", {
        x: x - half,
        y: output.y - half,
        width: side,
        height: side,
        rx: side / 2,
        class: "frame round",
      }),
      svg(
        "text",
        { x, y: output.y + 5, class: "symbol-inside" },
        ...svgSymbol(stage.node(graph.output).label),
      ),
      svg("text", { x, y: output.y + half + 12, class: "value" }, value),
      svg(
        "text",
        { x, y: output.y - half - 8, class: "target" },
        ...svgSymbol(stage.node("y").label),
        " ",
        target,
      ),
    );
    group.onclick = () => stage.choose(graph.output);
    item(group, graph.output);
    return group;
  }

  // ---- the pictures

  function paint() {
    space.refresh();
    if (painted === space.version) return;
    painted = space.version;
    const context = canvas.getContext("2d");
    if (!context) return;
    const sharp = canvas.width / Math.max(1, parseFloat(canvas.style.width));
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const planar = space.axes.length === 2;
    for (const { name, layer, x, y } of placed.values()) {
      const left = x - side / 2;
      const top = y - side / 2;
      context.save();
      context.beginPath();
      context.roundRect(left, top, side, side, 9);
      context.clip();
      if (layer === 0) paintInput(context, name, left, top);
      else if (planar) paintPlane(context, name, activations[layer], left, top);
      else paintLine(context, name, activations[layer], left, top);
      context.restore();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {string} name @param {number} left @param {number} top */
  function paintInput(context, name, left, top) {
    // The input itself: growing to the right, or upwards.
    const down = name === "x2";
    const run = context.createLinearGradient(
      left,
      top + side,
      left + (down ? 0 : side),
      top + (down ? 0 : side),
    );
    for (const at of [0, 0.5, 1]) {
      const k = Math.round(at * 255) * 4;
      run.addColorStop(at, `rgb(${shades[k]},${shades[k + 1]},${shades[k + 2]})`);
    }
    context.fillStyle = run;
    context.fillRect(left, top, side, side);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} name @param {string} activation @param {number} left @param {number} top */
  function paintPlane(context, name, activation, left, top) {
    const values = space.plane.of[name];
    const n = space.grids[0].length;
    const m = space.grids[1].length;
    small.width = n;
    small.height = m;
    const brush = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
    const image = brush.createImageData(n, m);
    shade(image.data, values, n, scaleOf(activation, values), shades);
    brush.putImageData(image, 0, 0);
    context.drawImage(small, left, top, side, side);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} name @param {string} activation @param {number} left @param {number} top */
  function paintLine(context, name, activation, left, top) {
    const values = space.plane.of[name];
    const { middle, far } = scaleOf(activation, values);
    const room = side - 8;
    context.fillStyle = stage.palette.panel;
    context.fillRect(left, top, side, side);
    context.strokeStyle = stage.palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, top + side / 2);
    context.lineTo(left + side, top + side / 2);
    context.stroke();
    context.strokeStyle = stage.palette.signal;
    context.lineWidth = 1.8;
    context.beginPath();
    values.forEach((value, i) => {
      const x = left + (side * i) / (values.length - 1);
      const y = top + side / 2 - ((value - middle) / far) * (room / 2);
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    context.stroke();
  }

  // ---- what changes

  function update() {
    showNumbers(numbers);
    const stepped = stage.path !== null && stage.step !== stage.data.step;
    const silent = stage.held() || stepped;
    if (silent !== quiet) {
      quiet = silent;
      for (const note of notes.values()) note.toggleAttribute("hidden", silent);
    }
    for (const one of edges) {
      const weight = evaluator.values[one.slot];
      if (Object.is(weight, one.last)) continue;
      one.last = weight;
      const width = 1 + 2.2 * Math.log1p(Math.min(Math.abs(weight) || 0, 20));
      one.line.setAttribute("stroke-width", width.toFixed(2));
      one.element.classList.toggle("negative", weight < 0);
    }
    paint();
  }

  function light() {
    const { chain, onPath } = stage.lights;
    const opened = stage.chosen !== null;
    for (const { element, name } of items) {
      const edge = element.classList.contains("weight");
      const on = edge
        ? name === stage.chosen || chain.has(edgeFactor(name))
        : name === stage.chosen || onPath.has(name);
      element.classList.toggle("off", opened && !on);
      element.classList.toggle("on", opened && on);
      element.classList.toggle("chosen", name === stage.chosen);
    }
    // While something moves, what was said of it before holds no more.
    for (const [name, note] of notes) note.textContent = stage.data.notes[name] ?? "";
    shades = shadesOf(stage.palette.minus, stage.palette.panel, stage.palette.signal);
    painted = -1;
  }

  /** The factor that leads along a weight. @param {string} weight @returns {string} */
  function edgeFactor(weight) {
    const [, layer, to, from] = /** @type {RegExpMatchArray} */ (weight.match(/^w(\d)_(\d)(\d)$/));
    return `dz${layer}_${to}/d${below(Number(layer) - 1)[Number(from) - 1]}`;
  }

  /** Names follow when a movement has ended. */
  function settle() {
    for (const { element, name } of items) {
      const slot = evaluator.index.get(name) ?? -1;
      const value = formatNumber(evaluator.values[slot], true);
      const note = stage.data.notes[name] ? `, ${stage.data.notes[name]}` : "";
      const slope = formatNumber(evaluator.derivatives[slot], true);
      if (element.getAttribute("role") === "slider") {
        element.setAttribute("aria-valuenow", String(evaluator.values[slot]));
        element.setAttribute("aria-valuetext", `${value}, d${graph.output}/d${name} ${slope}`);
      } else {
        element.setAttribute(
          "aria-label",
          `${name} ${value}, d${graph.output}/d${name} ${slope}${note}`,
        );
      }
    }
  }

  function resize() {
    draw();
    settle();
  }

  head.replaceChildren(...layerHeads(stage, shape));
  draw();
  return { update, light, resize, settle };
}
