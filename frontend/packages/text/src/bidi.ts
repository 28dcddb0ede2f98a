/** The Unicode Bidirectional Algorithm (UAX 9, Unicode 15.0): embedding levels of a paragraph and visual order. */

import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

export type Direction = "auto" | "ltr" | "rtl";

const MAX_DEPTH = 125;
const NEUTRAL = new Set(["B", "S", "WS", "ON", "FSI", "LRI", "RLI", "PDI"]);
const INITIATORS = new Set(["LRI", "RLI", "FSI"]);
const REMOVED = new Set(["LRE", "RLE", "LRO", "RLO", "PDF", "BN"]); // by X9
// without any of these a left-to-right paragraph is level 0 throughout
const RIGHTWARD = new Set(["R", "AL", "AN", "RLE", "RLO", "RLI", "FSI", "LRE", "LRO", "LRI"]);
const TRAILING = new Set(["WS", "FSI", "LRI", "RLI", "PDI", ...REMOVED]);
const OPENING = new Set(["RLE", "LRE", "RLO", "LRO", "RLI", "LRI"]);

/** 0 for a left-to-right paragraph, 1 for a right-to-left one; `auto` asks its first strong character (P2, P3). */
export function baseLevel(text: Points, direction: Direction = "auto"): number {
  if (direction === "auto") return firstStrong(tables.BIDI.namesOf(text), 0, text.length);
  return direction === "rtl" ? 1 : 0;
}

/**
 * The embedding level of each character of one paragraph, L1 done as if it were one line.
 *
 * What X9 removes takes the level of the character before it, so that a level run keeps its text together.
 */
export function levels(text: Points, direction: Direction = "auto"): number[] {
  const classes = tables.BIDI.namesOf(text);
  const base = baseLevel(text, direction);
  if (base === 0 && !classes.some((name) => RIGHTWARD.has(name))) return classes.map(() => 0);
  return resolve(classes, base, text);
}

/** Levels from bidi classes; `text` is needed for paired brackets only. */
export function resolve(classes: readonly string[], base: number, text: Points = []): number[] {
  const { out, work, match } = explicitLevels(classes, base);
  const kept = [...classes.keys()].filter((i) => !REMOVED.has(classes[i]));
  for (const { sequence, sos, eos } of sequences(classes, out, kept, match, base)) {
    const level = out[sequence[0]];
    weak(work, sequence, sos);
    if (text.length) brackets(work, sequence, sos, level, text, classes);
    neutrals(work, sequence, sos, eos, level);
    for (const i of sequence) { // I1, I2
      const name = work[i];
      if (level % 2 === 0) {
        out[i] = level + (name === "R" ? 1 : name === "AN" || name === "EN" ? 2 : 0);
      } else {
        out[i] = level + (name === "L" || name === "AN" || name === "EN" ? 1 : 0);
      }
    }
  }
  fillRemoved(classes, out, base);
  reset(classes, out, base);
  return out;
}

/** Indexes of a line's items from left to right, given their levels (L2). */
export function reorder(line: readonly number[]): number[] {
  const order = Uint32Array.from(line.keys());
  let highest = 0;
  let lowestOdd = Infinity;
  for (const level of line) {
    highest = Math.max(highest, level);
    if (level % 2) lowestOdd = Math.min(lowestOdd, level);
  }
  for (let level = highest; level >= lowestOdd; level--) {
    let start = 0;
    while (start < order.length) {
      if (line[order[start]] < level) {
        start++;
        continue;
      }
      let end = start;
      while (end < order.length && line[order[end]] >= level) end++;
      order.subarray(start, end).reverse();
      start = end;
    }
  }
  return [...order];
}

function firstStrong(classes: readonly string[], start: number, end: number): number {
  let depth = 0;
  for (let i = start; i < end; i++) {
    const name = classes[i];
    if (INITIATORS.has(name)) {
      depth++;
    } else if (name === "PDI") {
      if (depth) depth--;
    } else if (depth === 0) {
      if (name === "L") return 0;
      if (name === "R" || name === "AL") return 1;
      if (name === "B") break;
    }
  }
  return 0;
}

/** Isolate initiator to its PDI, for those that have one (BD9). */
function matches(classes: readonly string[]): Map<number, number> {
  const out = new Map<number, number>();
  const stack: number[] = [];
  classes.forEach((name, i) => {
    if (INITIATORS.has(name)) stack.push(i);
    else if (name === "PDI" && stack.length) out.set(stack.pop()!, i);
  });
  return out;
}

interface Embedding {
  level: number;
  override: string;
  isolate: boolean;
}

/** The stack of X1, and what did not fit on it. */
class Embeddings {
  readonly entries: Embedding[];
  #lostIsolates = 0;
  #lostEmbeddings = 0;
  #isolates = 0;

  constructor(base: number) {
    this.entries = [{ level: base, override: "", isolate: false }];
  }

  get last(): Embedding {
    return this.entries[this.entries.length - 1];
  }

  /** X2 to X5b. */
  open(name: string): void {
    const { level } = this.last;
    const isolate = name[2] === "I";
    const deeper = name[0] === "R" ? (level + 1) | 1 : (level + 2) & ~1;
    if (deeper <= MAX_DEPTH && !this.#lostIsolates && !this.#lostEmbeddings) {
      if (isolate) this.#isolates++;
      this.entries.push({ level: deeper, override: name[2] === "O" ? name[0] : "", isolate });
    } else if (isolate) {
      this.#lostIsolates++;
    } else if (!this.#lostIsolates) {
      this.#lostEmbeddings++;
    }
  }

  /** X6a. */
  closeIsolate(): void {
    if (this.#lostIsolates) {
      this.#lostIsolates--;
    } else if (this.#isolates) {
      this.#lostEmbeddings = 0;
      while (!this.last.isolate) this.entries.pop();
      this.entries.pop();
      this.#isolates--;
    }
  }

  /** X7. */
  closeEmbedding(): void {
    if (this.#lostIsolates) return;
    if (this.#lostEmbeddings) this.#lostEmbeddings--;
    else if (!this.last.isolate && this.entries.length >= 2) this.entries.pop();
  }
}

/** X1 to X8: levels, classes after overrides, and matching isolates. */
function explicitLevels(classes: readonly string[], base: number) {
  const out = classes.map(() => base);
  const work = [...classes];
  const match = matches(classes);
  const embeddings = new Embeddings(base);
  classes.forEach((name, i) => {
    if (name === "B") return;
    if (name === "PDF") {
      embeddings.closeEmbedding();
      return;
    }
    if (name === "PDI") embeddings.closeIsolate();
    const { level, override } = embeddings.last;
    out[i] = level;
    if (override && name !== "BN") work[i] = override;
    if (name === "FSI") name = firstStrong(classes, i + 1, match.get(i) ?? classes.length) ? "RLI" : "LRI";
    if (OPENING.has(name)) embeddings.open(name);
  });
  return { out, work, match };
}

interface Sequence {
  sequence: number[];
  /** Class at its start. */
  sos: string;
  /** Class at its end. */
  eos: string;
}

/** Isolating run sequences (BD13, X10), all made before levels change. */
function sequences(
  classes: readonly string[], explicit: readonly number[], kept: readonly number[], match: Map<number, number>,
  base: number,
): Sequence[] {
  const runs: number[][] = [];
  for (const i of kept) {
    const last = runs[runs.length - 1];
    if (last && explicit[last[last.length - 1]] === explicit[i]) last.push(i);
    else runs.push([i]);
  }
  const starting = new Map(runs.map((run) => [run[0], run]));
  const closers = new Set(match.values());
  const place = new Map(kept.map((i, number) => [i, number]));
  const out: Sequence[] = [];
  for (const run of runs) {
    if (closers.has(run[0])) continue; // continues the sequence of its initiator
    const sequence = [...run];
    let closer: number | undefined;
    while ((closer = match.get(sequence[sequence.length - 1])) !== undefined) {
      for (const i of starting.get(closer)!) sequence.push(i);
    }
    const end = sequence[sequence.length - 1];
    const level = explicit[sequence[0]];
    const first = place.get(sequence[0])!;
    const last = place.get(end)!;
    const before = first ? explicit[kept[first - 1]] : base;
    const unmatched = INITIATORS.has(classes[end]);
    const after = unmatched || last + 1 === kept.length ? base : explicit[kept[last + 1]];
    out.push({ sequence, sos: Math.max(level, before) % 2 ? "R" : "L", eos: Math.max(level, after) % 2 ? "R" : "L" });
  }
  return out;
}

/** W1 to W7. */
function weak(work: string[], sequence: readonly number[], sos: string): void {
  let previous = sos;
  let strong = sos;
  for (const i of sequence) { // W1 to W3
    let name = work[i];
    if (name === "NSM") name = INITIATORS.has(previous) || previous === "PDI" ? "ON" : previous;
    previous = name;
    if (name === "L" || name === "R" || name === "AL") strong = name;
    else if (name === "EN" && strong === "AL") name = "AN";
    work[i] = name;
  }
  separators(work, sequence);
  for (const i of sequence) { // W3, put after W4 and W5, which do not look at letters
    if (work[i] === "AL") work[i] = "R";
  }
  strong = sos;
  for (const i of sequence) { // W7
    if (work[i] === "L" || work[i] === "R") strong = work[i];
    else if (work[i] === "EN" && strong === "L") work[i] = "L";
  }
}

/** W4 to W6. */
function separators(work: string[], sequence: readonly number[]): void {
  const names = sequence.map((i) => work[i]);
  for (let k = 1; k < names.length - 1; k++) {
    const before = names[k - 1];
    if (before !== names[k + 1]) continue;
    const common = names[k] === "CS" && (before === "EN" || before === "AN");
    if (common || (names[k] === "ES" && before === "EN")) names[k] = before;
  }
  let k = 0;
  while (k < names.length) {
    if (names[k] !== "ET") {
      k++;
      continue;
    }
    let end = k;
    while (end < names.length && names[end] === "ET") end++;
    if ((k && names[k - 1] === "EN") || (end < names.length && names[end] === "EN")) names.fill("EN", k, end);
    k = end;
  }
  sequence.forEach((i, at) => {
    work[i] = names[at] === "ES" || names[at] === "ET" || names[at] === "CS" ? "ON" : names[at];
  });
}

function directionOf(name: string): string {
  return name === "L" ? "L" : name === "R" || name === "EN" || name === "AN" ? "R" : "";
}

/** Places in the sequence of paired brackets, by their opening ones (BD16). */
function pairs(work: readonly string[], sequence: readonly number[], text: Points): [number, number][] {
  const stack: [number, number][] = [];
  const out: [number, number][] = [];
  for (let k = 0; k < sequence.length; k++) {
    const i = sequence[k];
    if (work[i] !== "ON") continue;
    const [side, pair] = tables.BRACKETS.get(text[i]) ?? [0, 0];
    if (side === 1) {
      if (stack.length === 63) return [];
      stack.push([pair, k]);
    } else if (side === -1) {
      const depth = stack.findLastIndex((entry) => entry[0] === pair);
      if (depth >= 0) {
        out.push([stack[depth][1], k]);
        stack.length = depth;
      }
    }
  }
  return out.sort((a, b) => a[0] - b[0]);
}

/** N0. */
function brackets(
  work: string[], sequence: readonly number[], sos: string, level: number, text: Points, classes: readonly string[],
): void {
  const embedding = level % 2 ? "R" : "L";
  for (const [opening, closing] of pairs(work, sequence, text)) {
    const inside = new Set<string>();
    for (let k = opening + 1; k < closing; k++) inside.add(directionOf(work[sequence[k]]));
    inside.delete("");
    if (!inside.size) continue;
    let chosen = embedding;
    if (!inside.has(embedding)) {
      chosen = sos;
      for (let k = opening - 1; k >= 0; k--) {
        const direction = directionOf(work[sequence[k]]);
        if (direction) {
          chosen = direction;
          break;
        }
      }
    }
    for (const place of [opening, closing]) {
      work[sequence[place]] = chosen;
      for (let k = place + 1; k < sequence.length && classes[sequence[k]] === "NSM"; k++) { // marks go with it
        work[sequence[k]] = chosen;
      }
    }
  }
}

/** N1 and N2. */
function neutrals(work: string[], sequence: readonly number[], sos: string, eos: string, level: number): void {
  const embedding = level % 2 ? "R" : "L";
  let k = 0;
  while (k < sequence.length) {
    if (!NEUTRAL.has(work[sequence[k]])) {
      k++;
      continue;
    }
    let end = k;
    while (end < sequence.length && NEUTRAL.has(work[sequence[end]])) end++;
    const before = k ? directionOf(work[sequence[k - 1]]) : sos;
    const after = end < sequence.length ? directionOf(work[sequence[end]]) : eos;
    for (let place = k; place < end; place++) work[sequence[place]] = before === after ? before : embedding;
    k = end;
  }
}

function fillRemoved(classes: readonly string[], out: number[], base: number): void {
  classes.forEach((name, i) => {
    if (REMOVED.has(name)) out[i] = i ? out[i - 1] : base;
  });
}

/** L1: separators, and white space before them and at the end, take the paragraph's level. */
function reset(classes: readonly string[], out: number[], base: number): void {
  let trailing = true;
  for (let i = classes.length - 1; i >= 0; i--) {
    if (classes[i] === "S" || classes[i] === "B") {
      out[i] = base;
      trailing = true;
    } else if (TRAILING.has(classes[i])) {
      if (trailing) out[i] = base;
    } else {
      trailing = false;
    }
  }
}
