// How often something may be drawn that takes longer than a frame: half of the time is for others.

const FLUENT = 40; // ms for two frames, in which the machine keeps up
const LONGEST = 400; // ms to wait; the first picture takes longer than any other

/**
 * @param {() => void} again called when what was skipped may be drawn
 */
export function createPace(again) {
  let free = 0;
  let last = 0; // ms that it took, if that was too long
  let timer = 0;
  let ended = false;
  return {
    /** @returns {boolean} whether it may be drawn now; if not, `again` is called in time */
    ready() {
      const wait = free - performance.now();
      if (wait <= 0) return true;
      timer ||= window.setTimeout(() => {
        timer = 0;
        again();
      }, wait);
      return false;
    },
    /** @param {number} started when what has just been drawn was begun */
    drew(started) {
      free = performance.now() + last;
      // The picture itself is made in the frames that follow.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (ended) return;
          const whole = performance.now() - started;
          last = whole > FLUENT ? Math.min(whole, LONGEST) : 0;
          free = Math.max(free, performance.now() + last);
        }),
      );
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

const UNSEEN = 100; // ms after which a page that nobody looks at counts as painted

/** @returns {Promise<void>} when what has been drawn by now is on the screen */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, UNSEEN); // in a hidden tab there are no frames
  });
}
