// One formatter for every number on the stage; core/formatting.py says the same in Python.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const DIGITS = 4;
const MOST_DIGITS = 12; // what is computed from more would lose itself in rounding
const TIE = 1e-13; // the relative distance at which a number counts as half-way between two others
const FAR = 5; // units of the last digit: more digits are shown before ≈ stands for more than these

/**
 * Four significant digits with a real minus; very small and large numbers as a×10ⁿ.
 * @param {number} value
 * @param {boolean} [signed] a plus before positive numbers
 * @param {number} [digits] where four do not tell enough
 * @returns {string}
 */
export function formatNumber(value, signed = false, digits = DIGITS) {
  if (Number.isNaN(value)) return "undefined";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : signed ? "+" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (size >= 1e-3 && size < 1e5) {
    const shown = size < 10 ** digits ? size.toPrecision(digits) : "e";
    // 9999.6 rounds up to five digits, which toPrecision would write with an exponent.
    return sign + (shown.includes("e") ? String(Math.round(size)) : shown);
  }
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const raised = exponent.replace("+", "").replace("-", "⁻");
  return `${sign}${mantissa}×10${raised.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)])}`;
}

/**
 * @param {number} value
 * @param {number} [digits]
 * @returns {number} rounded to the digits that are shown
 */
export function asShown(value, digits = DIGITS) {
  const size = Math.abs(value);
  return size >= 10 ** digits && size < 1e5
    ? Math.sign(value) * Math.round(size)
    : Number(value.toPrecision(digits));
}

/**
 * The sign between digits and a result: "=" where the digits give the result that is shown, else
 * "≈", or "but" where they give a number and there is no result.
 * @param {number} byHand what a learner gets from the digits on the left
 * @param {number} exact
 * @param {number} [digits] of the result
 * @returns {"=" | "≈" | "but"}
 */
export function equals(byHand, exact, digits = DIGITS) {
  const shown = formatNumber(exact, false, digits);
  // What lies between two numbers with four digits may be rounded to either.
  const near = [byHand, byHand * (1 + TIE), byHand * (1 - TIE)];
  if (near.some((value) => formatNumber(value, false, digits) === shown)) return "=";
  return Number.isFinite(exact) ? "≈" : "but";
}

/**
 * With how many digits the numbers on the left say what is on the right: four, unless what they
 * give is further off than the caption about ≈ says.
 * @param {(digits: number) => number} byHand
 * @param {number} exact
 * @returns {number}
 */
export function digitsNeeded(byHand, exact) {
  if (!Number.isFinite(exact)) return DIGITS;
  const near = (/** @type {number} */ digits) =>
    Math.abs(asShown(byHand(digits)) - asShown(exact)) <= (FAR + 0.1) * lastPlace(exact);
  for (let digits = DIGITS; digits <= MOST_DIGITS; digits++) if (near(digits)) return digits;
  return DIGITS;
}

/**
 * @param {number} value
 * @returns {number} what one unit of the last digit shown is worth
 */
export function lastPlace(value) {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const size = Math.abs(asShown(value));
  if (size >= 1e4 && Math.abs(value) < 1e5) return 1;
  return Number(`1e${Number(size.toExponential().split("e")[1]) - DIGITS + 1}`);
}
