// What Streamlit sends with each rerun in place of a component's code: it fetches the module once.
// Python writes the module's path, relative to the app's root, for MODULE.

const WAIT = 1000; // ms before a second attempt; doubled for each further one

/**
 * The address under which the app lives. On a sub-page the document's address does not say it;
 * where the browser got Streamlit's own script from does.
 * @returns {string}
 */
function appAddress() {
  const own = /^(.*\/)static\/js\/index\.[^/]*\.js$/;
  const found = performance.getEntriesByType("resource").find(({ name }) => own.test(name));
  return found ? found.name.replace(own, "$1") : new URL("./", document.baseURI).href;
}

/** @typedef {(component: unknown) => () => void} Renderer  a component's default export */

/** @returns {Promise<{default: Renderer}>} */
async function fetchModule() {
  const address = new URL("MODULE", appAddress()).href;
  for (let attempt = 0; ; attempt++) {
    try {
      // A browser may remember that an address failed.
      return await import(attempt ? `${address}?${attempt}` : address);
    } catch (error) {
      if (attempt === 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT * 2 ** attempt));
    }
  }
}

/** @type {ReturnType<typeof fetchModule> | undefined} */
let fetched;

/**
 * @param {unknown} component
 * @returns {Promise<() => void>}
 */
export default async function (component) {
  fetched ??= fetchModule();
  return (await fetched).default(component);
}
