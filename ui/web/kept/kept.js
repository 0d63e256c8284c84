// Holds what Python sends once, for as long as its element stands, for all components of the page.

/** @typedef {{value: unknown, holders: number}} Kept */

/** @type {Map<string, Kept>} */
const all = Object.assign(globalThis, { chainRuleKept: shared() }).chainRuleKept;

/** What each element holds. @type {WeakMap<object, string>} */
const names = new WeakMap();

/** @returns {Map<string, Kept>} the one that an earlier copy of this module has made, or a new one */
function shared() {
  return /** @type {any} */ (globalThis).chainRuleKept ?? new Map();
}

/** @param {object} element */
function letGo(element) {
  const name = names.get(element);
  const kept = name && all.get(name);
  names.delete(element);
  if (kept && --kept.holders === 0) all.delete(name);
}

/** @param {{data: {name: string, value: unknown}, parentElement: Node}} component */
export default function ({ data, parentElement }) {
  if (names.get(parentElement) !== data.name) {
    const kept = all.get(data.name) ?? { value: data.value, holders: 0 };
    kept.holders += 1;
    all.set(data.name, kept);
    letGo(parentElement);
    names.set(parentElement, data.name);
    globalThis.dispatchEvent(new Event("chain-rule-kept"));
  }
  return () => {
    if (!parentElement.isConnected) letGo(parentElement);
  };
}
