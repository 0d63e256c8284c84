// The network panel: the graph as SVG, built once per graph and place, then only written into.

import { arrowhead, pathData } from "./routes.js";
import { formatNumber } from "../maths/format.js";
import { html, liveNumber, showNumbers, svg, svgDerivative, svgSymbol } from "../stage/dom.js";
import { layoutWithin } from "./layout.js";
import { pictureButtons } from "../stage/picture.js";
import { createRoving } from "./roving.js";
import { roomIn } from "./room.js";
import { sampleChooser } from "./sample.js";
import { scrub } from "./sliders.js";

/** @import { Layout, PlacedEdge, Point } from "./layout.js" */
/** @import { LiveNumber } from "../stage/dom.js" */
/** @import { NumberKind, Panel } from "../stage/types.js" */
/** @import { Stage } from "../stage/stage.js" */

const CROWD = 6; // so many weights side by side can be read; of more only the one pointed at is

/**
 * @param {Stage} stage
 * @param {HTMLElement} place
 * @returns {Panel}
 */
export function networkPanel(stage, place) {
  const { graph, evaluator } = stage;
  /** @type {LiveNumber[]} */
  let numbers = [];
  /** @type {{line: SVGElement, slot: number, last: number}[]} */
  let widths = [];
  /** @type {{element: SVGElement, name: string, factor: string | null, label: string}[]} */
  let items = [];
  const roving = createRoving(() => items);
  let drawn = ""; // the room that was drawn for
  /** @type {Map<string, number>} */
  const named = new Map();
  const chooser = stage.samples && sampleChooser(stage);
  const tools = html("div", { class: "tools" }, pictureButtons(place, "network"));
  if (chooser) tools.append(chooser.element);

  /** @param {SVGElement} element @param {NumberKind} kind @param {string} name @param {boolean} [signed] */
  function live(element, kind, name, signed = true) {
    const key = `${kind} ${name}`;
    const first = !named.has(key);
    named.set(key, 1);
    numbers.push(
      liveNumber(element, evaluator, kind, name, { output: graph.output, signed, named: first }),
    );
  }

  /**
   * Make a drawn thing choose a derivative when it is clicked, and light its factor when pointed at.
   * @param {SVGElement} element
   * @param {string} name of the node whose derivative it stands for
   * @param {string | null} factor
   * @param {string} label the beginning of its accessible name, which its numbers follow
   */
  function interactive(element, name, factor, label) {
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "-1");
    element.setAttribute("aria-label", label);
    // Where one text ends and the next begins, for who compares them with the name.
    for (const text of element.querySelectorAll("text")) text.after(" ");
    items.push({ element, name, factor, label });
    element.onpointerenter = () => stage.pointAt(factor);
    element.onpointerleave = () => stage.pointAt(null);
    element.onfocus = () => {
      roving.to(roving.of(element));
      stage.pointAt(factor);
    };
    element.onblur = () => stage.pointAt(null);
    element.onclick = () => stage.choose(name);
    element.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") stage.choose(name);
      else if (event.key === "ArrowRight" || event.key === "ArrowDown")
        roving.on(roving.of(element) + 1);
      else if (event.key === "ArrowLeft" || event.key === "ArrowUp")
        roving.on(roving.of(element) - 1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
  }

  /**
   * A parameter or target: its symbol and its number, which can be dragged, and its derivative.
   * @param {string} name
   * @param {string} child
   * @param {Point} at
   * @param {boolean} crowded no room for the derivative
   * @param {{lift: number, fall?: number, along?: number}} derivative how far it is up and along
   *   from the number, and from its symbol down to its own number; 0 on one line
   * @returns {SVGElement}
   */
  function handle(name, child, at, crowded, { lift, fall = 0, along = 0 }) {
    const x = at.x + along;
    const node = stage.node(name);
    const number = svg("tspan");
    live(number, "node", name, node.kind === "parameter");
    const text = svg(
      "text",
      { x: at.x, y: at.y, class: "handle-value" },
      ...svgSymbol(node.label),
      " = ",
      number,
    );
    const group = svg(
      "g",
      { class: `handle ${node.kind}` },
      svg("rect", { x: at.x - 56, y: at.y - 24, width: 112, height: 34, class: "hit" }),
      text,
    );
    if (node.kind === "parameter" && !crowded) {
      const derivative = svg("tspan", fall ? { x, dy: fall } : {});
      live(derivative, "derivative", name);
      group.append(
        svg(
          "text",
          { x, y: at.y - lift, class: "derivative handle-derivative" },
          ...svgDerivative(graph, stage.node(graph.output).label, node.label),
          " ",
          derivative,
        ),
      );
    }
    interactive(group, name, `d${child}/d${name}`, `${name}, show d${graph.output}/d${name}`);
    if (stage.controls.has(name)) scrub(stage, group, name, () => stage.choose(name));
    return group;
  }

  /**
   * Where a weight's derivative has room: above the weight, else below its edge or beside it.
   * @param {Layout} layout
   * @param {boolean} round
   * @returns {{lift: number, fall?: number, along?: number}}
   */
  function besideWeight({ compact, tight, letters }, round) {
    if (compact) return round ? { lift: -15 } : { lift: -26, fall: 13 };
    // Lower than the arrowhead, which it may be as long as to reach.
    if (tight) return round ? { lift: 0, along: 9.2 * letters } : { lift: -13 - 0.75 * letters };
    return { lift: round ? -15 : 16 };
  }

  /** @param {PlacedEdge} placed @param {Layout} layout @returns {SVGElement} */
  function drawEdge(placed, layout) {
    const { edge, route, back, round, weight } = placed;
    const way = pathData(route, round);
    const line = svg("path", { d: way, class: "line" });
    const group = svg(
      "g",
      { class: weight ? "edge weighted" : "edge" },
      svg("path", { d: way, class: "hit" }),
      line,
      svg("path", { d: arrowhead(route, 9), class: "head" }),
    );
    if (weight) widths.push({ line, slot: evaluator.index.get(weight) ?? -1, last: NaN });
    if (placed.operation) {
      group.append(
        svg("text", { x: placed.label.x, y: placed.label.y, class: "operation" }, placed.operation),
      );
    }
    // The derivative flows back along the edge.
    const factor = svg("text", { x: placed.number.x, y: placed.number.y, class: "factor" });
    live(factor, "factor", edge.name);
    group.append(
      svg(
        "g",
        { class: "back derivative" },
        svg("path", { d: pathData(back, round), class: "line" }),
        svg("path", { d: arrowhead(back, 8), class: "head" }),
        factor,
      ),
    );
    interactive(
      group,
      edge.parent,
      edge.name,
      `${edge.name}, show d${graph.output}/d${edge.parent}`,
    );
    group.prepend(svg("title", {}, `${edge.name} = ${edge.formula}`));
    // Where edges cross, a weight need not be written twice.
    if (weight && !layout.chain) group.classList.add("quiet");
    return group;
  }

  /** @param {string} name @param {Point} at @param {Layout} layout @returns {SVGElement} */
  function drawNode(name, { x, y }, layout) {
    const node = stage.node(name);
    const { radius } = layout;
    const { tight, upright } = layout;
    const stated = layout.stated.has(name);
    const beside = x + radius + 6;
    const level = y + (stated ? 6 : 0); // from where what stands beside it is measured
    const value = svg("text", {
      x: upright ? beside : x,
      y: upright ? level - 9 : y - radius - (tight ? 7 : 13),
      class: "value",
    });
    live(value, "node", name, false);
    const derivative = svg("tspan");
    live(derivative, "derivative", name);
    const symbol = svgDerivative(graph, stage.node(graph.output).label, node.label);
    const rows = layout.chain
      ? [2, 3].map((k) => y + radius + (tight ? 14 + k * layout.line : 40 + 19 * k))
      : [level + 7, level + 23];
    const at = upright ? beside : x;
    const below =
      layout.chain || upright
        ? [
            svg("text", { x: at, y: rows[0], class: "of" }, ...symbol),
            svg("text", { x: at, y: rows[1] }, derivative),
          ]
        : [svg("text", { x, y: y + radius + 20 }, ...symbol, " ", derivative)];
    derivative.classList.add("strong");
    const group = svg(
      "g",
      { class: `node ${node.kind}` },
      svg("circle", { cx: x, cy: y, r: radius }),
      svg("text", { x, y: y + 6, class: "name" }, ...svgSymbol(node.label)),
      value,
      svg("g", { class: "derivative below" }, ...below),
    );
    if (stated && upright) {
      group.append(svg("text", { x: at, y: level - 26, class: "operation" }, node.formula));
    } else if (stated) {
      const formula = svg(
        "text",
        { x, y: y - radius - (tight ? 24 : 33), class: "operation" },
        node.formula,
      );
      // Where it would be cut off it ends at the border, or begins with the node.
      const half = 4 * node.formula.length;
      if (x < half) {
        formula.setAttribute("x", String(x - 44));
        formula.style.textAnchor = "start";
      } else if (x + half > layout.width) {
        formula.setAttribute("x", String(layout.width - 4));
        formula.style.textAnchor = "end";
      }
      group.append(formula);
    }
    if (node.formula) group.prepend(svg("title", {}, `${name} = ${node.formula}`));
    interactive(group, name, null, `${name}, show d${graph.output}/d${name}`);
    return group;
  }

  function draw() {
    if (!tools.isConnected) place.replaceChildren(tools);
    const { width, height } = roomIn(place);
    // Beside the drawing in one view, above it else.
    const available = height === Infinity ? width : width - tools.offsetWidth;
    // Not in the page, there is no width yet; the observer calls again when there is one.
    if (!(available >= 1) || `${available} ${height}` === drawn) return;
    drawn = `${available} ${height}`;
    const { layout, scale } = layoutWithin(
      graph,
      available,
      height,
      stage.data.layers === "values",
    );
    [numbers, widths, items] = [[], [], []];
    named.clear();
    const picture = svg("svg", {
      width: layout.width * scale,
      height: layout.height * scale,
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      role: "group",
      "aria-label": "computation graph",
      class: layout.compact ? "compact" : layout.tight ? "tight" : "",
    });
    picture.classList.toggle("upright", layout.upright);
    place.classList.toggle("branching", !layout.chain);
    picture.style.setProperty("--scale", String(scale));
    /** The weights that lead to nodes one above the other. @type {Map<number, number>} */
    const abreast = new Map();
    for (const { edge, weight } of layout.edges) {
      const x = layout.nodes.get(edge.child)?.x ?? 0;
      if (weight) abreast.set(x, (abreast.get(x) ?? 0) + 1);
    }
    for (const placed of layout.edges) {
      picture.append(drawEdge(placed, layout));
      if (placed.weight) {
        const { weight, edge, label } = placed;
        const where = besideWeight(layout, placed.round);
        const group = handle(weight, edge.child, label, !layout.chain, where);
        const many = abreast.get(layout.nodes.get(placed.edge.child)?.x ?? 0) ?? 0;
        group.classList.toggle("crowd", many > CROWD);
        picture.append(group);
      }
    }
    for (const one of layout.handles) {
      const where = layout.compact
        ? { lift: 29, fall: 13 }
        : { lift: layout.tight ? layout.line : 16 };
      const group = handle(one.name, one.child, one, layout.compact && !layout.chain, where);
      group.prepend(svg("line", { x1: one.x, y1: one.from, x2: one.x, y2: one.to }));
      picture.append(group);
    }
    for (const [name, at] of layout.nodes) picture.append(drawNode(name, at, layout));
    // Tab and arrows go from the inputs to the output, whatever the order of drawing.
    const order = new Map(graph.nodes.map((node, i) => [node.name, i]));
    items.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    place.replaceChildren(tools, picture);
    roving.stay();
    light();
  }

  function light() {
    const { focus, chain, onPath } = stage.lights;
    for (const { element, name, factor } of items) {
      const edge = element.classList.contains("edge");
      const inFocus = edge
        ? focus.has(/** @type {string} */ (factor)) ||
          bothEnds(/** @type {string} */ (factor), focus)
        : focus.has(name) || (factor !== null && focus.has(factor));
      const on =
        edge || factor !== null ? chain.has(/** @type {string} */ (factor)) : onPath.has(name);
      element.classList.toggle("dim", focus.size > 0 && !inFocus);
      element.classList.toggle("lit", focus.size > 0 && inFocus);
      element.classList.toggle("off", focus.size === 0 && chain.size > 0 && !on);
      element.classList.toggle("pointed", factor !== null && stage.pointed === factor);
      element.classList.toggle("chosen", !edge && name === stage.chosen);
    }
  }

  /** @param {string} factor @param {Set<string>} focus @returns {boolean} */
  function bothEnds(factor, focus) {
    const edge = graph.edges[evaluator.edges.get(factor) ?? -1];
    return Boolean(edge && focus.has(edge.child) && focus.has(edge.parent));
  }

  function update() {
    chooser?.update();
    showNumbers(numbers);
    // On a phone a number with a power of ten is as wide as the way to the next one.
    for (const { element, text } of numbers) element.classList.toggle("long", text.length > 8);
    for (const one of widths) {
      const weight = evaluator.values[one.slot];
      if (Object.is(weight, one.last)) continue;
      one.last = weight;
      const width = 1.2 + 2 * Math.log1p(Math.min(Math.abs(weight) || 0, 20));
      one.line.setAttribute("stroke-width", width.toFixed(2));
    }
  }

  /**
   * What is written in a node, parameter or edge, and its derivative where that has no room.
   * @param {SVGElement} element
   * @param {string} name
   * @returns {string}
   */
  function written(element, name) {
    const bare = stage.data.layers === "values";
    const texts = [...element.querySelectorAll("text")].filter(
      (text) => !bare || !text.closest(".derivative"),
    );
    const said = texts.map((text) => text.textContent.replaceAll("\u200b", ""));
    if (!bare && !element.querySelector(".derivative")) {
      const derivative = evaluator.derivatives[evaluator.index.get(name) ?? -1];
      said.push(`d${graph.output}/d${name} ${formatNumber(derivative, true)}`);
    }
    return said.join(" ");
  }

  /** Names follow when a movement has ended: in every frame they would only be in its way. */
  function settle() {
    for (const { element, name, label } of items) {
      const numbers = written(element, name);
      const said = numbers ? `${label}: ${numbers}` : label;
      if (element.getAttribute("aria-label") !== said) element.setAttribute("aria-label", said);
    }
  }

  /** What is drawn anew has no numbers in its names yet. */
  function resize() {
    draw();
    settle();
  }

  draw();
  return { update, light, resize, settle };
}
