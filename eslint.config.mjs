import js from "@eslint/js";

/** What a browser brings that the scripts use. */
const BROWSER = [
  ...["document", "window", "globalThis", "location", "navigator", "performance", "console"],
  ...["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
  ...["queueMicrotask", "getComputedStyle", "atob", "btoa", "Event", "Node", "Element"],
  ...["HTMLElement", "SVGElement", "ShadowRoot", "CSSStyleSheet", "FontFace", "ResizeObserver"],
  ...["URL", "Blob", "Image", "XMLSerializer", "KeyboardEvent", "PointerEvent", "CustomEvent"],
  ...["SVGSVGElement", "HTMLCanvasElement", "HTMLSelectElement", "Text", "history"],
  ...["URLSearchParams", "CSS", "FileReader", "structuredClone"],
];

export default [
  { ignores: ["ui/web/katex/**", "ui/web/plotly/**"] },
  js.configs.recommended,
  {
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])) },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
