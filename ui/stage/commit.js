// How a change reaches Python: one numbered commit after a movement, sent again until Python
// says that it has applied it. A commit sent while the connection is down is dropped on the way,
// so the repetition is what carries it over.

const FIRST_REPEAT = 1500; // ms; each further wait is longer, so a slow server is not pressed
const LAST_REPEAT = 3000;
const KEYBOARD_PAUSE = 250; // ms without a further press before a change counts as made

/** @typedef {{seq: number, values: Record<string, number>}} Commit */
/**
 * @typedef {object} Committer
 * @property {(changes: Record<string, number>) => void} commit joined to what still waits
 * @property {(seq: number) => void} acknowledge
 * @property {() => Record<string, number> | null} waiting what Python has not acknowledged yet
 * @property {() => void} destroy
 */

/**
 * @param {(commit: Commit) => void} send
 * @returns {Committer}
 */
function createCommitter(send) {
  /** @type {Commit | null} */
  let pending = null;
  let newest = 0;
  let timer = 0;

  /** @param {number} wait */
  function repeatAfter(wait) {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!pending) return;
      send(pending);
      repeatAfter(Math.min(wait * 1.5, LAST_REPEAT));
    }, wait);
  }

  return {
    commit(changes) {
      // The clock makes the numbers grow over reloads too; a clock set back must not stop them.
      newest = Math.max(Date.now(), newest + 1);
      pending = { seq: newest, values: { ...pending?.values, ...changes } };
      send(pending);
      repeatAfter(FIRST_REPEAT);
    },
    acknowledge(seq) {
      newest = Math.max(newest, seq);
      if (pending && seq >= pending.seq) {
        pending = null;
        clearTimeout(timer);
      }
    },
    waiting: () => pending && pending.values,
    /** Sends no more; what still waits can be taken over. */
    destroy: () => clearTimeout(timer),
  };
}
