// One formatter for every number on the stage; ui/formatting.py says the same in Python.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Four significant digits with a real minus; very small and large numbers as a×10ⁿ.
 * @param {number} value
 * @param {boolean} [signed] a plus before positive numbers
 * @returns {string}
 */
export function formatNumber(value, signed = false) {
  if (Number.isNaN(value)) return "undefined";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : signed ? "+" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (size >= 1e-3 && size < 1e5) {
    const digits = size < 1e4 ? size.toPrecision(4) : "e";
    // 9999.6 rounds up to five digits, which toPrecision would write with an exponent.
    return sign + (digits.includes("e") ? String(Math.round(size)) : digits);
  }
  const [mantissa, exponent] = size.toExponential(3).split("e");
  const raised = exponent.replace("+", "").replace("-", "⁻");
  return `${sign}${mantissa}×10${raised.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)])}`;
}
