/** The blocks of characters that fonts are fetched in; the same as in monogram/render/subsets.py. */

const LATIN = [
  [0x20, 0x24f], [0x2b0, 0x36f], [0x1e00, 0x1eff], [0x2000, 0x20cf], [0x2100, 0x218f], [0x2c60, 0x2c7f], [0xfb00, 0xfb06],
] as const;
/** First, last, size; elsewhere 256 characters are one block. */
const SLICES = [
  [0x2190, 0x2bff, 16], [0x3400, 0x9fff, 64], [0xac00, 0xd7ff, 64], [0xf900, 0xfaff, 64], [0x1f000, 0x1f1df, 16],
  [0x1f1e0, 0x1f1ff, 1], [0x1f200, 0x1faff, 16], [0x20000, 0x3ffff, 64],
] as const;

/** The block a code point is fetched with, named by its first code point; 0 for the Latin one. */
export function blockOf(point: number): number {
  if (LATIN.some(([first, last]) => first <= point && point <= last)) return 0;
  const size = SLICES.find(([first, last]) => first <= point && point <= last)?.[2] ?? 256;
  return point - (point % size);
}

/** As addresses name them. */
export function named(blocks: Iterable<number>): string {
  return [...blocks].sort((one, other) => one - other).map((block) => block.toString(16)).join(".");
}
