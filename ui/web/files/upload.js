// Reads a file in the browser and tells Python what is in it, on the way of everything else.
//
// The input lies unseen over its place, so that pressing, dropping, keys and screen readers are
// the browser's own.

import { isListening } from "../stage/commit.js";

const FIRST_REPEAT = 2000; // ms; what is told while the connection is down is lost on the way
const LOOK_AGAIN = 250; // ms, where Python could not hear, or is at work
const SLOW = 100; // bytes a ms, for which a repetition waits as well

/**
 * `types` are the endings of names that are read, `largest` is in bytes, and `taken` the number of
 * the file that Python has heard of last.
 * @typedef {{label: string, types: string[], largest: number, taken: number}} Data
 */
/** @typedef {{data: Data, parentElement: ParentNode & Node, setTriggerValue: (name: string, value: unknown) => void}} Component */
/** @typedef {{id: number, name: string, content: string}} Sent  the content in base64 */

/** The newest call for each place. @type {WeakMap<Node, Component>} */
const latest = new WeakMap();
/** What Python has not taken yet. @type {WeakMap<Node, {id: number, timer: number}>} */
const waiting = new WeakMap();

/** @param {Component} component */
export default function (component) {
  const { data, parentElement } = component;
  latest.set(parentElement, component);
  if (waiting.get(parentElement)?.id === data.taken) stop(parentElement);
  /** @param {string} selector */
  const find = (selector) => /** @type {HTMLElement} */ (parentElement.querySelector(selector));
  const input = /** @type {HTMLInputElement} */ (find("input"));
  find("label").textContent = data.label;
  find("#hint").textContent = `${listed(data.types)}, up to ${size(data.largest)}`;
  input.accept = data.types.map((type) => `.${type}`).join();

  /** @param {string} name @param {string} [problem] */
  function say(name, problem = "") {
    find("#chosen").textContent = problem ? "" : name;
    find("#problem").textContent = problem && `${problem} Nothing was changed.`;
    find("#problem").hidden = !problem;
  }

  /** @param {boolean} on */
  const mark = (on) => void find(".drop").classList.toggle("over", on);
  input.ondragenter = () => mark(true);
  input.ondragleave = input.ondrop = () => mark(false);
  input.onkeydown = (event) => {
    if (event.key !== "Enter") return; // which opens a button, but in some browsers no input
    event.preventDefault();
    input.click();
  };
  input.onchange = async () => {
    const file = input.files?.[0];
    if (!file) return;
    input.value = ""; // the same file may be chosen again, once it was mended
    stop(parentElement);
    const problem = refusal(file, data);
    say(`${file.name}, ${size(file.size)}`, problem);
    if (problem) return;
    try {
      const content = await base64(file);
      send(parentElement, { id: Date.now(), name: file.name, content });
    } catch {
      say("", `${file.name} could not be read. Choose it once more.`);
    }
  };
  return () => {
    if (!parentElement.isConnected) stop(parentElement);
  };
}

/**
 * Why a file is not read; empty if it is.
 * @param {{name: string, size: number}} file
 * @param {Data} data
 * @returns {string}
 */
export function refusal({ name, size: bytes }, { types, largest }) {
  if (!types.some((type) => name.toLowerCase().endsWith(`.${type}`))) {
    return `${name} is not read here: choose a file that is ${listed(types)}.`;
  }
  if (bytes > largest) return `${name} is ${size(bytes)}, and ${size(largest)} is the most.`;
  return "";
}

/** @param {string[]} types @returns {string} */
function listed(types) {
  const names = types.map((type) => type.toUpperCase());
  return names.join(", ").replace(/, (\w+)$/, " or $1");
}

/** @param {number} bytes @returns {string} as much as it is or a little more, never less */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  if (bytes <= 1023 * 1024) return `${Math.ceil(bytes / 1024)} kB`;
  return `${Math.ceil((10 * bytes) / 1024 ** 2) / 10} MB`;
}

/** @param {Blob} file @returns {Promise<string>} */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.readAsDataURL(file);
  });
}

/**
 * Tell Python, again and again until it has taken it.
 * @param {ParentNode & Node} place
 * @param {Sent} sent
 * @param {number} wait
 */
function send(place, sent, wait = FIRST_REPEAT + sent.content.length / SLOW) {
  latest.get(place)?.setTriggerValue("file", sent);
  /** @param {number} ms */
  const lookAfter = (ms) => {
    const timer = window.setTimeout(() => {
      if (isListening()) send(place, sent, 2 * wait);
      else lookAfter(LOOK_AGAIN);
    }, ms);
    waiting.set(place, { id: sent.id, timer });
  };
  lookAfter(wait);
}

/** @param {Node} place */
function stop(place) {
  clearTimeout(waiting.get(place)?.timer);
  waiting.delete(place);
}
