// What the stage tells the rest of the page; what it tells Python is in stage.js and commit.js.

/** @import { Stage } from "./stage.js" */

/**
 * Tell the page's equations the numbers of this frame; see ui/formula.
 * @param {Stage} stage
 */
export function announce(stage) {
  const { evaluator } = stage;
  const kinds = {
    v: { place: evaluator.index, numbers: evaluator.values },
    f: { place: evaluator.edges, numbers: evaluator.factors },
    d: { place: evaluator.index, numbers: evaluator.derivatives },
  };
  /** @param {string} name such as `v:z1` @returns {number | undefined} */
  const numbers = (name) => {
    const kind = kinds[/** @type {"v" | "f" | "d"} */ (name[0])];
    const at = kind?.place.get(name.slice(2));
    return at === undefined ? undefined : kind.numbers[at];
  };
  const detail = { numbers, held: () => stage.held() };
  window.dispatchEvent(new CustomEvent("chain-rule-frame", { detail }));
}
