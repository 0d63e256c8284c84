// One stop of the Tab key for many things: the keyboard goes from one to the next inside.

/**
 * @param {() => {element: SVGElement}[]} items in the order in which they are gone through
 * @returns {{to: (index: number) => void, on: (index: number) => void, of: (element: SVGElement) => number,
 *   stay: () => void}} `to` is reached by Tab from now on, `on` has the focus, `of` says where one is
 */
export function createRoving(items) {
  let current = 0;
  /** @param {number} index */
  function to(index) {
    const all = items();
    all[current]?.element.setAttribute("tabindex", "-1");
    current = Math.max(0, Math.min(all.length - 1, index));
    all[current]?.element.setAttribute("tabindex", "0");
  }
  return {
    to,
    on(index) {
      to(index);
      items()[current]?.element.focus();
    },
    of: (element) => items().findIndex((item) => item.element === element),
    /** After what is drawn anew, where it was. */
    stay: () => to(current),
  };
}
