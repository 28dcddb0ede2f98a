/** Rounding and writing of numbers as Python does it, so that both sides report and refuse in the same words. */

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
