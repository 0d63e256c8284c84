// The first look at a path: it is walked once, slowly, until something is touched.

const SLOWER = 0.6; // of the player's own pace

/**
 * @param {string} name of what is walked; once in a visit
 * @param {() => void} touched called when the learner does something while it is walked
 * @returns {{pace: number, end: () => void} | null} null if it has been walked, or motion is unwanted
 */
export function firstWalk(name, touched) {
  const key = `chain-rule-walked-${name}`;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still || remembered(key)) return null;
  const events = ["pointerdown", "keydown", "wheel"];
  const end = () => {
    for (const event of events) window.removeEventListener(event, touch, true);
  };
  const touch = () => {
    end();
    touched();
  };
  for (const event of events) window.addEventListener(event, touch, true);
  return { pace: SLOWER, end };
}

/** @param {string} key @returns {boolean} whether this visit has it already; from now on it has */
function remembered(key) {
  try {
    const had = window.sessionStorage.getItem(key) !== null;
    window.sessionStorage.setItem(key, "");
    return had;
  } catch {
    return true; // a browser that keeps nothing, such as an offline file's
  }
}
