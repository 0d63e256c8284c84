// KaTeX's styles and fonts, made known to the page once. Python writes here what they are.

/** Of everything within `.formulas`, so that mathematics typeset by Streamlit keeps its own. */
export const STYLES = "";

/** @type {{family: string, style: string, weight: string, path: string}[]} */
export const FONTS = [];

export function dress() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  document.adoptedStyleSheets.push(sheet);
  for (const { family, style, weight, path } of FONTS) {
    const address = new URL(`../${path}`, import.meta.url).href;
    document.fonts.add(
      new FontFace(family, `url(${address})`, { style, weight, display: "block" }),
    );
  }
}
