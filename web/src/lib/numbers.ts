/** How numbers are written: a true minus sign, digits that the person chose, no needless zeros. */

/** Significant digits; "all" is as many as tell a float32 from its neighbours. */
export type Precision = 2 | 3 | 4 | 6 | "all";

export const PRECISIONS: readonly Precision[] = [2, 3, 4, 6, "all"];

/** Write a number; `signed` puts a plus before what is above 0. */
export function format(value: number, precision: Precision = 3, signed = false): string {
  if (Number.isNaN(value)) return "no number";
  const sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
  if (!Number.isFinite(value)) return `${sign}∞`;
  return sign + magnitude(Math.abs(value), precision);
}

/** Write two numbers with as many digits as show that they differ, at least those given. */
export function apart(one: number, other: number, precision: Precision): [string, string] {
  for (let digits = precision === "all" ? 9 : precision; digits < 9; digits++) {
    const texts = [one, other].map((value) => signed(value, Number(value.toPrecision(digits))));
    const [first = "", second = ""] = texts;
    if (first !== second || one === other) return [first, second];
  }
  return [format(one, precision), format(other, precision)];
}

function signed(value: number, rounded: number): string {
  return (value < 0 ? "−" : "") + written(Math.abs(rounded));
}

/** Write a whole number with narrow spaces between thousands. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Write a share of 1 as a percentage. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits).replace("-", "−")} %`;
}

/** The shortest decimal that names this float32 and no other. */
export function shortest(value: number): string {
  const wanted = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === wanted) return text;
  }
  return value.toPrecision(9);
}

function magnitude(value: number, precision: Precision): string {
  if (value === 0) return "0";
  return written(Number(precision === "all" ? shortest(value) : value.toPrecision(precision)));
}

function written(size: number): string {
  if (size === 0) return "0";
  if (size >= 1e7 || size < 1e-4) {
    const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
    return `${mantissa}·10${superscript(Number(exponent))}`;
  }
  return withoutExponent(size);
}

function withoutExponent(size: number): string {
  const text = String(size);
  return text.includes("e") ? size.toFixed(12).replace(/0+$/, "") : text;
}

function superscript(exponent: number): string {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const text = String(Math.abs(exponent)).replace(/\d/g, (digit) => digits[Number(digit)] ?? "");
  return (exponent < 0 ? "⁻" : "") + text;
}
