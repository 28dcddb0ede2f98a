/** Where a window over a picture shows most of what counts in it. The counts are `salience` of @monogram/adjust. */

/** How much each cell of a thumbnail counts, row by row. */
export type Counts = readonly (readonly number[])[];

/** Where along the axis a window of the fraction `kept` of the cells starts: 0 the first place, 1 the last. */
export function best(counts: readonly number[], kept: number): number {
  const n = counts.length;
  const k = Math.min(n, Math.max(1, Math.trunc(kept * n + 0.5)));
  if (k === n) return 0.5;
  let found = 0;
  let most = -Infinity;
  for (let start = 0; start <= n - k; start++) {
    let score = 0;
    for (let j = 0; j < k; j++) score += counts[start + j] * (k + 4 * Math.min(2 * j + 1, 2 * (k - j) - 1));
    const nearer = Math.abs(2 * start - (n - k)) < Math.abs(2 * found - (n - k));
    if (score > most || (score === most && nearer)) [found, most] = [start, score];
  }
  return found / (n - k);
}
