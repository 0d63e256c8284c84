// The chart's numbers as tables, for those who cannot see it.

/** @import { TableData } from "./library.js" */

/**
 * @param {Element} place
 * @param {TableData[]} tables
 */
export function showTables(place, tables) {
  place.replaceChildren(
    ...tables.map(({ name, columns, rows }) => {
      const table = document.createElement("table");
      table.createCaption().textContent = name;
      const head = table.createTHead().insertRow();
      for (const column of columns) {
        const cell = document.createElement("th");
        cell.scope = "col";
        cell.textContent = column;
        head.append(cell);
      }
      const body = table.createTBody();
      for (const row of rows) {
        const line = body.insertRow();
        for (const value of row) line.insertCell().textContent = value;
      }
      return table;
    }),
  );
}
