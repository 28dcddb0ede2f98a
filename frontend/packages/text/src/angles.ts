/**
 * Sine, cosine and arc cosine by exactly rounded operations only, in one order: the libraries of processors and browsers
 * differ in the last bit, and these do not. Within a few units of the last place for angles of a few turns.
 */

const HALF_PI = Math.PI / 2;
const REST_OF_HALF_PI = 6.123233995736766e-17; // what half pi has beyond a double
// Taylor's series, from the highest power; beyond an eighth of a turn they are not used
const SINE = [1 / 355_687_428_096_000, -1 / 1_307_674_368_000, 1 / 6_227_020_800, -1 / 39_916_800, 1 / 362_880, -1 / 5040,
  1 / 120, -1 / 6];
const COSINE = [1 / 20_922_789_888_000, -1 / 87_178_291_200, 1 / 479_001_600, -1 / 3_628_800, 1 / 40_320, -1 / 720, 1 / 24,
  -1 / 2];

export function sine(angle: number): number {
  return turned(angle)[1];
}

export function cosine(angle: number): number {
  return turned(angle)[0];
}

/** Cosine and sine: those of the rest beyond whole quarter turns, turned by the quarters. */
function turned(angle: number): [number, number] {
  const quarters = Math.floor(angle / HALF_PI + 0.5);
  const rest = angle - quarters * HALF_PI - quarters * REST_OF_HALF_PI;
  const square = rest * rest;
  const co = 1 + square * series(COSINE, square);
  const si = rest + rest * (square * series(SINE, square));
  const quarter = quarters - Math.floor(quarters / 4) * 4;
  if (quarter === 0) return [co, si];
  if (quarter === 1) return [-si, co];
  return quarter === 2 ? [-co, -si] : [si, -co];
}

function series(factors: readonly number[], square: number): number {
  let value = 0;
  for (const factor of factors) value = value * square + factor;
  return value;
}

/** From 0 to pi, of a cosine from -1 to 1: halved angles until they are small, then the series of the arc sine. */
export function arcCosine(co: number): number {
  if (co < 0) return Math.PI - arcCosine(-co);
  let half = Math.sqrt((1 - co) / 2); // the sine of half the angle
  let times = 2;
  for (let k = 0; k < 3; k++) {
    half = half / Math.sqrt(2 + 2 * Math.sqrt(1 - half * half)); // the sine of half of that
    times *= 2;
  }
  const square = half * half;
  let value = 0;
  for (let k = 8; k > 0; k--) value = (value + 1 / (2 * k + 1)) * ((square * (2 * k - 1)) / (2 * k));
  return times * (half + half * value);
}
