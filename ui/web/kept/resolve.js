// Finds what Python has handed over once and refers to as `{kept: name}`; see ui/server/kept.py.

/**
 * The value with everything it refers to in place; undefined while some of that has not come.
 * @param {any} value
 * @returns {any}
 */
export function resolved(value) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (typeof value.kept === "string") {
    return /** @type {any} */ (globalThis).chainRuleKept?.get(value.kept)?.value;
  }
  let copy = value; // copied only where something is put in
  for (const [name, part] of Object.entries(value)) {
    const found = resolved(part);
    if (found === undefined && part !== undefined) return undefined;
    if (found === part) continue;
    if (copy === value) copy = Array.isArray(value) ? [...value] : { ...value };
    copy[name] = found;
  }
  return copy;
}

/**
 * Call again when something more has come.
 * @param {() => void} again
 */
export function whenMoreIsKept(again) {
  globalThis.addEventListener("chain-rule-kept", again, { once: true });
}
