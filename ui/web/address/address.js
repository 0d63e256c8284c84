// Keeps the browser's history to one entry for each page and step that the learner has been at.
//
// Streamlit makes an entry of every number that Python sets. A step sets several, and so does a
// lesson that is entered: going back would lead through states that nobody has chosen.

const FIRST = "chain_rule-stages"; // what an address that names no step means

/** @param {string} search @returns {string} */
const step = (search) => new URLSearchParams(search).get("step") ?? FIRST;

/** @param {string} name of a step @returns {string} the lesson it is of */
const lesson = (name) => name.split("-")[0];

/**
 * What becomes of the entry that the browser is at: another is put after it, it is replaced, or it
 * stays, for the new address is of a page that is only about to come.
 * @param {URL | Location} from
 * @param {URL} to
 * @returns {"push" | "replace" | "stay"}
 */
export function entry(from, to) {
  if (from.pathname !== to.pathname) return "push";
  const [before, after] = [step(from.search), step(to.search)];
  const page = from.pathname.split("/").at(-1) ?? "";
  if (before === after) return "replace";
  if (lesson(after) !== page) return "stay";
  return lesson(before) === page ? "push" : "replace";
}

/**
 * An address whose numbers are Python's, where the two are of one step.
 * @param {Location} now
 * @param {{step: string, numbers: Record<string, number>}} held
 * @returns {string | null} null if they are already
 */
export function agreed(now, held) {
  const query = new URLSearchParams(now.search);
  if (step(now.search) !== held.step) return null;
  const stale = Object.entries(held.numbers).filter(
    ([name, value]) => query.has(name) && Number(query.get(name)) !== value,
  );
  for (const [name, value] of stale) query.set(name, String(value));
  return stale.length ? `${now.pathname}?${query}${now.hash}` : null;
}

/** @type {any} */
const shared = globalThis;

/** @param {{data: {step: string, numbers: Record<string, number>}}} component */
export default function ({ data }) {
  tidyHistory();
  // After all that Streamlit has to say of the same run.
  setTimeout(() => {
    const address = agreed(location, data);
    if (address) history.replaceState(history.state, "", address);
  });
}

function tidyHistory() {
  if (shared.chainRuleTidy) return;
  shared.chainRuleTidy = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, url) => {
    const to = new URL(url ?? "", location.href);
    const becomes = entry(location, to);
    if (becomes === "push") push(state, unused, url);
    if (becomes === "replace") history.replaceState(state, unused, url);
  };
}
