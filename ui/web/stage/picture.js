// A panel as a picture of its own: one SVG that looks as the panel does, or the same as PNG.

import { save } from "../files/save.js";
import { SVG, html, svg } from "./dom.js";

const SHARPNESS = 2; // pixels of a PNG for each of the screen's
const EDGE = 12; // px of the panel's colour around what is drawn

/** How SVG is painted, as far as children take it from their parents. */
const PASSED_ON = [
  ...["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray"],
  ...["stroke-linecap", "stroke-linejoin", "paint-order", "text-anchor", "shape-rendering"],
  ...["font-family", "font-size", "font-style", "font-weight", "font-variant-numeric"],
];
/** What an element has for itself, and what is to be read as nothing. */
const OWN = { opacity: "1", filter: "none", overflow: "visible" };

/**
 * A small menu that saves what stands in a panel.
 * @param {HTMLElement} place
 * @param {string} name of the picture
 * @returns {HTMLDetailsElement}
 */
export function pictureButtons(place, name) {
  /** @param {string} kind @param {(picture: SVGSVGElement) => Promise<Blob> | Blob} make */
  function button(kind, make) {
    const label = `save the ${name} as ${kind}`;
    const element = html("button", { type: "button", "aria-label": label, title: label }, kind);
    element.onclick = async () => {
      const file = `${name.replaceAll(" ", "-")}.${kind.toLowerCase()}`;
      save(await make(pictureOf(place, name)), file);
    };
    return element;
  }
  const label = `Save the ${name} as`;
  const menu = html(
    "details",
    { class: "save" },
    html("summary", { "aria-label": label, title: label }, "⤓"),
    html("div", { class: "kinds" }, button("PNG", pixels), button("SVG", written)),
  );
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(/** @type {Node | null} */ (relatedTarget))) menu.open = false;
  });
  menu.onkeydown = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  };
  return menu;
}

/** @param {SVGSVGElement} picture @returns {Blob} */
function written(picture) {
  return new Blob([source(picture)], { type: "image/svg+xml" });
}

/** @param {SVGSVGElement} picture @returns {string} */
function source(picture) {
  const text = new XMLSerializer().serializeToString(picture);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

/** @param {SVGSVGElement} picture @returns {Promise<Blob>} */
async function pixels(picture) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(source(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SHARPNESS * Number(picture.getAttribute("width"));
  canvas.height = SHARPNESS * Number(picture.getAttribute("height"));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
}

/**
 * What stands in a panel, as an SVG that needs no style sheet: drawings with their looks written
 * into them, canvases as images, and words where they stand.
 * @param {HTMLElement} place
 * @param {string} name
 * @returns {SVGSVGElement}
 */
function pictureOf(place, name) {
  /** @type {SVGElement[]} */
  const parts = [];
  /** @type {DOMRect[]} */
  const boxes = [];
  /** @param {SVGElement} part @param {DOMRect} box */
  function add(part, box) {
    parts.push(part);
    boxes.push(box);
  }
  /** @param {Element} element */
  function walk(element) {
    const style = getComputedStyle(element);
    // In a picture nothing can be pressed.
    if (element.matches(".save, .visually-hidden, button") || style.display === "none") return;
    const box = element.getBoundingClientRect();
    if (element instanceof SVGSVGElement) add(drawn(element, box), box);
    else if (element instanceof HTMLCanvasElement) add(image(element, box), box);
    else if (element instanceof HTMLSelectElement) {
      const chosen = element.selectedOptions[0]?.text;
      if (chosen) add(words(chosen, box, style), box);
    } else {
      const before = getComputedStyle(element, "::before").content;
      if (/^".*"$/.test(before)) add(words(before.slice(1, -1), box, style), box);
      for (const child of element.childNodes) {
        if (child instanceof Element) walk(child);
        else if (child instanceof Text && child.data.trim()) {
          const range = document.createRange();
          range.selectNodeContents(child);
          const at = range.getBoundingClientRect();
          if (at.width) add(words(child.data, at, style), at);
        }
      }
    }
  }
  walk(place);

  const left = Math.min(...boxes.map((box) => box.left)) - EDGE;
  const top = Math.min(...boxes.map((box) => box.top)) - EDGE;
  const width = Math.ceil(Math.max(...boxes.map((box) => box.right)) - left + EDGE);
  const height = Math.ceil(Math.max(...boxes.map((box) => box.bottom)) - top + EDGE);
  const background = getComputedStyle(place).backgroundColor;
  return svg(
    "svg",
    { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` },
    svg("title", {}, name),
    svg("rect", { width, height, fill: background }),
    svg("g", { transform: `translate(${-left} ${-top})` }, ...parts),
  );
}

/** @param {SVGSVGElement} drawing @param {DOMRect} box @returns {SVGElement} */
function drawn(drawing, box) {
  const copy = /** @type {SVGElement} */ (painted(drawing, {}));
  const { x, y, width, height } = box;
  for (const [name, value] of Object.entries({ x, y, width, height })) {
    copy.setAttribute(name, String(value));
  }
  return copy;
}

/**
 * A copy with its looks as attributes; null for what cannot be seen.
 * @param {Element} element
 * @param {Record<string, string>} given by the parent
 * @returns {Element | null}
 */
function painted(element, given) {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.opacity === "0" || element.matches(".hit")) return null;
  const copy = document.createElementNS(SVG, element.localName);
  for (const { name, value } of element.attributes) {
    const shape = !/^(class|id|style|role|tabindex|aria-.*|data-.*)$/.test(name);
    if (shape && !PASSED_ON.includes(name) && !(name in OWN)) copy.setAttribute(name, value);
  }
  const passed = { ...given };
  for (const name of PASSED_ON) {
    passed[name] = style.getPropertyValue(name);
    if (passed[name] !== given[name]) copy.setAttribute(name, passed[name]);
  }
  for (const [name, nothing] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value !== nothing) copy.setAttribute(name, value);
  }
  for (const child of element.childNodes) {
    const part = child instanceof Element ? painted(child, passed) : child.cloneNode();
    if (part) copy.append(part);
  }
  return copy;
}

/** @param {HTMLCanvasElement} canvas @param {DOMRect} box @returns {SVGElement} */
function image(canvas, { x, y, width, height }) {
  const placed = { x, y, width, height, preserveAspectRatio: "none" };
  return svg("image", { ...placed, href: canvas.toDataURL() });
}

/**
 * @param {string} text
 * @param {DOMRect} box
 * @param {CSSStyleDeclaration} style
 * @returns {SVGElement}
 */
function words(text, box, style) {
  const pen = /** @type {CanvasRenderingContext2D} */ (
    document.createElement("canvas").getContext("2d")
  );
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const fonts = PASSED_ON.filter((name) => name.startsWith("font"));
  const looks = Object.fromEntries(fonts.map((name) => [name, style.getPropertyValue(name)]));
  const y = box.top + pen.measureText(text).fontBoundingBoxAscent;
  const placed = { x: box.left, y, fill: style.color, style: "white-space: pre" };
  return svg("text", { ...placed, ...looks }, text.replace(/\s+/g, " "));
}
