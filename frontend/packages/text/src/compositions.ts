/** Canonical decomposition and composition (UAX 15, NFD and NFC, Unicode 15.0), from tables of our own. */

import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

// Hangul syllables are composed by formula (Unicode 3.12)
const S = 0xac00;
const L = 0x1100;
const V = 0x1161;
const T = 0x11a7;
const LS = 19;
const VS = 21;
const TS = 28;
const CLASSES = tables.COMBINING.names.map(Number);

/** The text in Normalization Form D. */
export function decomposed(text: Points): number[] {
  const points: number[] = [];
  for (const cp of text) decompose(cp, points);
  let start = 0;
  while (start < points.length) { // marks between starters are put in the order of their classes
    let end = start + 1;
    while (end < points.length && classOf(points[end])) end++;
    const first = classOf(points[start]) ? start : start + 1;
    points.slice(first, end).sort((a, b) => classOf(a) - classOf(b)).forEach((cp, k) => (points[first + k] = cp));
    start = end;
  }
  return points;
}

/** The text in Normalization Form C. */
export function composed(text: Points): number[] {
  const out: number[] = [];
  let starter = -1; // place of the last starter
  let blocked = 0; // class of what stands between it and the next character
  for (const cp of decomposed(text)) {
    const kind = classOf(cp);
    const open = starter >= 0 && (blocked < kind || out.length === starter + 1);
    const pair = open ? pairOf(out[starter], cp) : undefined;
    if (pair !== undefined) {
      out[starter] = pair;
      continue;
    }
    if (kind === 0) {
      starter = out.length;
      blocked = 0;
    } else {
      blocked = kind;
    }
    out.push(cp);
  }
  return out;
}

function classOf(cp: number): number {
  return CLASSES[tables.COMBINING.at(cp)];
}

function decompose(cp: number, out: number[]): void {
  if (cp >= S && cp < S + LS * VS * TS) {
    const number = cp - S;
    out.push(L + Math.floor(number / (VS * TS)), V + Math.floor((number % (VS * TS)) / TS));
    if (number % TS) out.push(T + (number % TS));
    return;
  }
  const mapping = tables.DECOMPOSITIONS.get(cp);
  if (!mapping) {
    out.push(cp);
    return;
  }
  decompose(mapping[0], out);
  if (mapping[1]) out.push(mapping[1]); // of no mapping is the second part mapped again
}

/** What two characters compose to, if they do. */
function pairOf(first: number, second: number): number | undefined {
  if (first >= L && first < L + LS && second >= V && second < V + VS) {
    return S + ((first - L) * VS + second - V) * TS;
  }
  if (first >= S && first < S + LS * VS * TS && (first - S) % TS === 0 && second > T && second < T + TS) {
    return first + second - T;
  }
  return tables.COMPOSITIONS.get(tables.pairOf(first, second));
}
