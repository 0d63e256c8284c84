// Saves what the browser has made, or holds, as a file: no server is asked for it.

/** @param {Blob} blob @param {string} file its name */
export function save(blob, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
