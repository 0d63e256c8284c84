// How a change reaches Python: one numbered commit after a movement, sent again until Python
// says that it has applied it. A commit sent while the connection is down is dropped on the way,
// so the repetition is what carries it over. While Python is at work nothing is repeated: a run that
// hears of something more begins anew, and under a busy server it would never come to its end.
//
// What the learner does in the moment before the answer comes, such as following a link, carries
// the inputs' old numbers with it, and Python takes those for newer ones. So if the old numbers
// come back although nothing was pressed since the answer, the commit is made again, here or on
// the page that follows.

const FIRST_REPEAT = 1500; // ms; each further wait is longer, so a slow server is not pressed
const LAST_REPEAT = 3000;
const LOOK_AGAIN = 250; // ms, where Python could not hear, or is at work
const PATIENCE = 30000; // ms of work that is not disturbed
const FRESH = 5000; // ms after its answer in which a change may be overwritten by older numbers
export const KEYBOARD_PAUSE = 250; // ms without a further press before a change counts as made

/** @typedef {{seq: number, values: Record<string, number>}} Commit */
/**
 * `before` is what Python had when the change was made.
 * @typedef {{values: Record<string, number>, before: Record<string, number>}} Change
 */
/**
 * @typedef {object} Committer
 * @property {(changes: Record<string, number>, before: Record<string, number>) => void} commit
 *   joined to what still waits
 * @property {(seq: number, values: Record<string, number>) => void} acknowledge with what Python
 *   has now
 * @property {() => Change | null} waiting what Python has not acknowledged yet
 * @property {() => Change | null} unsure the same, or what may yet be overwritten
 * @property {() => void} destroy
 */

/**
 * What of a change has been overwritten by the numbers from before it.
 * @param {Change} change
 * @param {Record<string, number>} now
 * @returns {Record<string, number>}
 */
export function undone({ values, before }, now) {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => Object.is(now[name], before[name]) && !Object.is(now[name], value),
    ),
  );
}

/**
 * Whether Python would hear of a change, and is not at work already: what Streamlit's page says of
 * itself. Where it says nothing, it always would.
 * @returns {boolean}
 */
export function isListening() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!(app instanceof HTMLElement)) return true;
  const { testConnectionState = "CONNECTED", testScriptState = "notRunning" } = app.dataset;
  return testConnectionState === "CONNECTED" && testScriptState === "notRunning";
}

/**
 * @param {(commit: Commit) => void} send
 * @param {() => boolean} [listening] whether a repetition would be heard and disturb nothing
 * @returns {Committer}
 */
export function createCommitter(send, listening = isListening) {
  /** @type {(Commit & Change) | null} */
  let pending = null;
  /** @type {Change | null} */
  let fresh = null; // acknowledged a moment ago
  let again = false; // whether what waits, or is fresh, has been committed before
  let confirmed = 0; // when the answer came
  let pressed = 0; // when the learner last did something
  let newest = 0;
  let timer = 0;

  const press = () => (pressed = performance.now());

  /** @param {boolean} on whether it matters when the learner does something */
  function listen(on) {
    const change = on ? window.addEventListener : window.removeEventListener;
    for (const event of ["pointerdown", "keydown"]) change(event, press, true);
  }

  function forget() {
    fresh = null;
    clearTimeout(timer);
    listen(false);
  }

  /** @param {number} wait */
  function repeatAfter(wait) {
    const started = performance.now();
    const look = () => {
      if (!pending) return;
      if (!listening() && performance.now() - started < PATIENCE) {
        timer = window.setTimeout(look, LOOK_AGAIN);
        return;
      }
      send({ seq: pending.seq, values: pending.values });
      repeatAfter(Math.min(wait * 1.5, LAST_REPEAT));
    };
    clearTimeout(timer);
    timer = window.setTimeout(look, wait);
  }

  /** @param {Record<string, number>} changes @param {Record<string, number>} before */
  function commit(changes, before) {
    // The clock makes the numbers grow over reloads too; a clock set back must not stop them.
    newest = Math.max(Date.now(), newest + 1);
    const values = { ...pending?.values, ...changes };
    pending = { seq: newest, values, before: { ...before, ...pending?.before } };
    fresh = null;
    listen(true);
    send({ seq: newest, values });
    repeatAfter(FIRST_REPEAT);
  }

  return {
    commit(changes, before) {
      again = false;
      commit(changes, before);
    },
    acknowledge(seq, values) {
      newest = Math.max(newest, seq);
      if (pending && seq >= pending.seq) {
        fresh = pending;
        pending = null;
        confirmed = performance.now();
        clearTimeout(timer);
        timer = window.setTimeout(forget, FRESH);
      }
      if (!fresh || pressed > confirmed) return;
      const lost = undone(fresh, values);
      // Once: what Python refuses to take stays as Python has it.
      if (again || !Object.keys(lost).length) return;
      again = true;
      commit(lost, values);
    },
    waiting: () => pending,
    unsure: () => pending ?? (pressed > confirmed ? null : fresh),
    /** Sends no more; what still waits can be taken over. */
    destroy: forget,
  };
}
