/** Rounding, and writing of numbers and texts, as Python does it, so that both sides report and refuse in the same words. */

/** To so many decimals, halves to the even one; the exact value counts. */
export function rounded(value: number, decimals = 0): number {
  const near = Number(value.toFixed(decimals));
  // only a value that ends in this very bit can lie exactly between two decimals
  const halves = value * 2 ** (decimals + 1);
  if (!Number.isInteger(halves) || halves % 2 === 0) return near;
  const shifted = value * 10 ** decimals;
  if (Math.abs(shifted % 1) !== 0.5) return near;
  const lower = Math.floor(shifted);
  return Number(`${lower % 2 === 0 ? lower : lower + 1}e-${decimals}`);
}

/** Six significant digits without zeros at the end, Python's `:g`; for numbers from 0.0001 to a million. */
export function general(value: number): string {
  const before = value ? Math.floor(Math.log10(Math.abs(value))) : 0;
  return String(rounded(value, Math.max(0, 5 - before)));
}

/** A share as whole per cent, Python's `:.0%`. */
export function percent(share: number): string {
  return `${rounded(share * 100)}%`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** A text in quotation marks, what cannot be printed of it escaped: Python's `repr`. */
export function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = text.replace(/(?! )[\\'\p{C}\p{Z}]/gu, (sign) => {
    if (sign === "'") return mark === "'" ? "\\'" : sign;
    return ESCAPES[sign] ?? escaped(sign.codePointAt(0)!);
  });
  return `${mark}${shown}${mark}`;
}

function escaped(point: number): string {
  const digits = point.toString(16);
  if (point < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return point < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
