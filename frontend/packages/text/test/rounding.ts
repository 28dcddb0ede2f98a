/** Rounding as Python rounds: to a whole number of parts, halves to the even one. */
export function rounded(value: number, parts: number): number {
  const scaled = value * parts;
  const floor = Math.floor(scaled);
  const over = scaled - floor;
  return floor + (over > 0.5 || (over === 0.5 && floor % 2 !== 0) ? 1 : 0);
}
