// Runs in a page before its own scripts, and measures what they do: frames, the time of their
// animation callbacks, and every change that can be seen. Python reads `window.meter`.
(() => {
  const request = window.requestAnimationFrame;
  /** Milliseconds of script for each frame, by the frame's time. @type {Map<number, number>} */
  const script = new Map();
  /** @type {number[]} */
  let frames = [];
  let counting = false;
  const LONGEST = 30000; // ms that a page may take to come to rest

  window.requestAnimationFrame = (callback) =>
    request.call(window, (time) => {
      const started = performance.now();
      try {
        callback(time);
      } finally {
        if (counting) script.set(time, (script.get(time) ?? 0) + performance.now() - started);
      }
    });

  /** @param {number} time */
  function count(time) {
    if (!counting) return;
    frames.push(time);
    request.call(window, count);
  }

  // ---- changes

  /** @type {{node: Node, time: number, what: string}[]} */
  let changes = [];
  /** @type {Set<Node>} */
  const roots = new Set([document]);
  let watching = false;
  let released = 0;
  let latest = 0;

  /** @param {Node} node @param {string} what */
  function note(node, what) {
    latest = performance.now();
    changes.push({ node, time: latest, what });
  }

  const observer = new MutationObserver((records) => {
    for (const { target, type, attributeName, oldValue } of records) {
      // What only programs and screen readers notice is no change to be seen.
      if (attributeName && /^(aria|data)-|^title$/.test(attributeName)) continue;
      // Neither is what was written over with the same.
      const now = attributeName
        ? /** @type {Element} */ (target).getAttribute(attributeName)
        : target.nodeValue;
      if (type !== "childList" && now === oldValue) continue;
      note(target, attributeName ?? type);
    }
  });

  /** @param {Node} root */
  function observe(root) {
    observer.observe(root, {
      subtree: true,
      childList: true,
      attributeOldValue: true,
      characterDataOldValue: true,
    });
  }

  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    roots.add(root);
    if (watching) observe(root);
    return root;
  };

  /** Call `after(this)` after each call of a method. */
  function follow(prototype, names, after) {
    for (const name of names) {
      const method = prototype[name];
      prototype[name] = function (...given) {
        const result = method.apply(this, given);
        if (watching) after(this);
        return result;
      };
    }
  }

  const flat = ["putImageData", "drawImage", "fillRect", "clearRect", "fill", "stroke", "fillText"];
  follow(CanvasRenderingContext2D.prototype, flat, ({ canvas }) => note(canvas, "2D drawing"));

  /** @type {Set<object>} */
  const busy = new Set();
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    follow(prototype, ["drawArrays", "drawElements", "clear"], (gl) => {
      const offscreen = gl.getParameter(gl.FRAMEBUFFER_BINDING) !== null;
      if (offscreen || busy.has(gl)) return;
      busy.add(gl);
      // Commands are queued: reading a pixel waits until they have been carried out.
      setTimeout(() => {
        busy.delete(gl);
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        if (watching) note(gl.canvas, "3D drawing");
      });
    });
  }

  window.addEventListener(
    "pointerup",
    () => {
      if (!watching) return;
      changes = [];
      released = latest = performance.now();
    },
    { capture: true },
  );

  /** @param {Node} node @returns {boolean} whether it is drawn at all */
  function visible(node) {
    const within = /** @type {any} */ (node);
    let element = within.host ?? (node instanceof Element ? node : node.parentElement);
    if (!element?.isConnected || !element.checkVisibility({ visibilityProperty: true })) {
      return false;
    }
    for (; element; element = element.parentElement ?? element.getRootNode().host) {
      // The usual way to write for screen readers alone.
      if (element.offsetWidth <= 1 && element.offsetHeight <= 1) {
        if (getComputedStyle(element).overflow === "hidden") return false;
      }
    }
    return true;
  }

  /** @param {Node} node @returns {string} */
  function describe(node) {
    const within = /** @type {any} */ (node);
    const element = within.host ?? (node instanceof Element ? node : node.parentElement);
    const named = element.closest("[data-testid]")?.getAttribute("data-testid") ?? "";
    return `${named} ${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
  }

  Object.assign(window, {
    meter: {
      start() {
        frames = [];
        script.clear();
        counting = true;
        request.call(window, count);
      },

      /** The frames' times, and the milliseconds of script in each that had any. */
      stop() {
        counting = false;
        return { frames, script: [...script.values()] };
      },

      watch() {
        changes = [];
        released = 0;
        latest = performance.now();
        watching = true;
        for (const root of roots) observe(root);
      },

      /** Resolves when nothing has changed for so many milliseconds. */
      quiet(wait) {
        const limit = performance.now() + LONGEST;
        return new Promise((resolve, reject) => {
          const look = () => {
            const rest = latest + wait - performance.now();
            if (rest <= 0) resolve(null);
            else if (performance.now() > limit) reject(new Error("The page does not rest."));
            else setTimeout(look, rest + 1);
          };
          look();
        });
      },

      /** Milliseconds from the release to the last change that can be seen, and what it was. */
      unwatch() {
        watching = false;
        observer.disconnect();
        const shown = changes.filter(({ node }) => visible(node));
        const last = shown.at(-1);
        /** @type {Record<string, number>} */
        const story = {};
        for (const { node, time, what } of shown) {
          story[`${describe(node)}: ${what}`] = Math.round(time - released);
        }
        changes = [];
        return {
          released: released > 0,
          milliseconds: last ? last.time - released : null,
          story,
        };
      },
    },
  });
})();
