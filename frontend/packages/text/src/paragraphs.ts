/** One paragraph: cut into runs of one level, script and face, measured in ems, and broken into lines. */

import * as bidi from "./bidi.ts";
import type { Direction } from "./bidi.ts";
import * as breaks from "./breaks.ts";
import type { Face, FontBook } from "./fonts.ts";
import type { Look } from "./rich.ts";
import { shape } from "./shaping.ts";
import type { Shaped } from "./shaping.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

// scripts whose letters join: letter spacing would tear them apart, so they get none
const CURSIVE = new Set(["Arab", "Syrc", "Mong", "Nkoo", "Mand", "Mani", "Phag", "Phlp", "Adlm", "Rohg", "Sogd", "Sogo",
  "Ougr", "Chrs"]);
const NO_SCRIPT = new Set(["Zyyy", "Zinh", "Zzzz"]);
const TAB = 0x09;
const SPACE = 0x20;
const TAB_STOP = 8; // spaces of the chosen face
const SOFT_HYPHEN = 0xad;
const HYPHEN = 0x2010;
const HYPHEN_MINUS = 0x2d;
// How far, in ems, cutting can change a line's width. A line further from the limit is judged without shaping it again;
// should a font go beyond, the finished line is measured exactly and told as overflow.
const SLACK = 2.0;

/** Text of one level, script and face (in rich text: look). A tab is an item of its own, shaped as a space. */
export interface Item {
  readonly start: number;
  end: number;
  readonly level: number;
  readonly script: string;
  readonly face: Face;
  readonly tab: boolean;
  readonly look?: Look;
}

/** A line: its text is [start, end), of which [visible, end) is white space that hangs over the edge. */
export interface Cut {
  readonly start: number;
  readonly visible: number;
  readonly end: number;
}

export interface Part {
  readonly item: Item;
  readonly start: number;
  readonly shaped: Shaped;
}

export interface ParagraphStyle {
  face: Face;
  book: FontBook;
  lang: string;
  direction: Direction;
  letterSpacing: number;
  dictionary: readonly number[] | undefined;
}

/** Up to the last tab before a place: the width, the spaced clusters in it, and the place after the tab. */
type PastTabs = readonly [width: number, spaced: number, after: number];

/** Text without newlines. All places are indexes into it, all lengths ems; see `layout` for the arguments. */
export class Paragraph {
  readonly text: Points;
  readonly offset: number;
  readonly face: Face;
  readonly lang: string;
  readonly letterSpacing: number;
  readonly level: number;
  readonly graphemes: readonly number[];
  readonly items: readonly Item[];
  readonly shaped: readonly Shaped[];
  readonly #dictionary: readonly number[] | undefined;
  readonly #bidi: readonly string[];
  readonly #starts: readonly number[];
  readonly #tabs: readonly number[];
  readonly #soft: boolean;
  #lineTabs: { start: number; known: PastTabs[] } = { start: -1, known: [] };
  #opportunities: readonly number[] | undefined;
  // sums of advances and of spaced clusters before each place, and the places where cutting changes no glyph
  readonly #safe: boolean[];
  readonly #advances: number[] = [0];
  readonly #spaced: number[] = [0];

  constructor(text: Points, offset: number, style: ParagraphStyle) {
    this.text = text;
    this.offset = offset;
    this.face = style.face;
    this.lang = style.lang;
    this.letterSpacing = style.letterSpacing;
    this.#dictionary = style.dictionary;
    this.level = bidi.baseLevel(text, style.direction);
    this.#bidi = tables.BIDI.namesOf(text);
    this.graphemes = breaks.graphemes(text);
    const levels = bidi.levels(text, this.level ? "rtl" : "ltr");
    this.items = this.itemised(levels, style);
    this.#starts = this.items.map((item) => item.start);
    this.#tabs = this.items.filter((item) => item.tab).map((item) => item.start);
    this.#soft = text.includes(SOFT_HYPHEN);
    this.shaped = this.items.map((item) => this.shape(item, item.start, item.end));
    this.#safe = new Array<boolean>(text.length).fill(false);
    this.#safe.push(true);
    this.#measure();
  }

  protected itemised(levels: readonly number[], style: ParagraphStyle): Item[] {
    return itemise(this.text, this.graphemes, levels, style.face, style.book, style.lang);
  }

  protected shape(item: Item, start: number, end: number, hyphen = false): Shaped {
    let text = item.tab ? [SPACE] : this.text.slice(start, end);
    if (hyphen) text = [...text.slice(0, -1), item.face.has(HYPHEN) ? HYPHEN : HYPHEN_MINUS];
    const { face, script, level, look } = item;
    return shape(face, text, script, this.lang, level % 2 === 1, this.letterSpacing === 0, look?.features);
  }

  #measure(): void {
    const size = this.text.length;
    const advance = new Array<number>(size).fill(0);
    const spaced = new Array<number>(size).fill(0);
    this.items.forEach((item, number) => {
      const shaped = this.shaped[number];
      this.#safe[item.start] = true;
      for (let k = 0; k < shaped.clusters.length; k++) {
        const place = item.start + shaped.clusters[k];
        advance[place] += shaped.advances[k];
        spaced[place] = this.spaced(item, place);
        if (!shaped.unsafe.has(shaped.clusters[k])) this.#safe[place] = true;
      }
    });
    let total = 0;
    let count = 0;
    for (let place = 0; place < size; place++) {
      total += advance[place] + spaced[place] * this.letterSpacing;
      count += spaced[place];
      this.#advances.push(total);
      this.#spaced.push(count);
    }
  }

  /** 1 if letter spacing follows the cluster at `place`, else 0. */
  spaced(item: Item, place: number): number {
    return this.letterSpacing !== 0 && !item.tab && !CURSIVE.has(item.script)
      && tables.IGNORABLE.nameAt(this.text[place]) === "N" ? 1 : 0;
  }

  /** Where the white space at the end of [start, end) begins. */
  visibleEnd(start: number, end: number): number {
    while (end > start && (this.#bidi[end - 1] === "WS" || this.#bidi[end - 1] === "S")) end--;
    return end;
  }

  /** Whether a line cut at `visible` ends in a soft hyphen, which then shows. */
  hyphenated(visible: number): boolean {
    return this.#soft && visible > 0 && visible < this.text.length && this.text[visible - 1] === SOFT_HYPHEN;
  }

  /** The items of [start, end) in logical order, shaped again where an item is cut. */
  parts(start: number, end: number, hyphen = false): Part[] {
    const out: Part[] = [];
    let number = start < end ? bisectRight(this.#starts, start) - 1 : this.items.length;
    for (; number < this.items.length && this.items[number].start < end; number++) {
      const item = this.items[number];
      const first = Math.max(start, item.start);
      const last = Math.min(end, item.end);
      let shaped: Shaped;
      if (hyphen && last === end) shaped = this.shape(item, first, last, true);
      else if (first === item.start && last === item.end) shaped = this.shaped[number];
      else shaped = this.shape(item, first, last);
      out.push({ item, start: first, shaped });
    }
    return out;
  }

  /** Width of a line whose visible text is [start, visible). */
  width(start: number, visible: number): number {
    const [total, spaced, after] = this.#tabs.length ? this.#pastTabs(start, visible) : [0, 0, start];
    const [width, count] = this.#span(after, visible);
    return total + width - (spaced + count ? this.letterSpacing : 0);
  }

  /** Of the line from `start`. Remembered, since lines are measured word by word. */
  #pastTabs(start: number, visible: number): PastTabs {
    if (this.#lineTabs.start !== start) this.#lineTabs = { start, known: [[0, 0, start]] };
    const { known } = this.#lineTabs;
    let number = bisectLeft(this.#tabs, known[known.length - 1][2]);
    for (; number < this.#tabs.length && this.#tabs[number] < visible; number++) {
      const [before, spaced, after] = known[known.length - 1];
      const [width, count] = this.#span(after, this.#tabs[number]);
      const total = before + width;
      known.push([total + this.tab(total), spaced + count, this.#tabs[number] + 1]);
    }
    return known.findLast((entry) => entry[2] <= visible)!;
  }

  /** Advances of [start, end) with all its letter spacing, and how many clusters are spaced. */
  #span(start: number, end: number): [number, number] {
    if (start >= end) return [0, 0];
    const hyphen = this.hyphenated(end);
    const advances = this.#advances;
    const spaced = this.#spaced;
    if (this.#safe[start] && this.#safe[end] && !hyphen) {
      return [advances[end] - advances[start], spaced[end] - spaced[start]];
    }
    const first = bisectRight(this.#starts, start) - 1;
    const last = bisectRight(this.#starts, end - 1) - 1;
    if (first === last) return this.#part(first, start, end, hyphen);
    const middle = this.items[first].end;
    const after = this.items[last].start;
    const [head, headSpaced] = this.#part(first, start, middle, false);
    const [tail, tailSpaced] = this.#part(last, after, end, hyphen);
    return [head + (advances[after] - advances[middle]) + tail,
      headSpaced + (spaced[after] - spaced[middle]) + tailSpaced];
  }

  /** `#span` of a part of one item. */
  #part(number: number, start: number, end: number, hyphen: boolean): [number, number] {
    const item = this.items[number];
    const shaped = this.shape(item, start, end, hyphen);
    const spaced = this.spacedIn(item, start, shaped);
    return [shaped.width + spaced * this.letterSpacing, spaced];
  }

  /** How many clusters of the item's text from `start` letter spacing follows. */
  spacedIn(item: Item, start: number, shaped: Shaped): number {
    if (this.letterSpacing === 0) return 0;
    let count = 0;
    for (const cluster of new Set(shaped.clusters)) count += this.spaced(item, start + cluster);
    return count;
  }

  /** Advance of a tab after `before` ems of line: to the next multiple of eight spaces. */
  tab(before: number): number {
    const stop = TAB_STOP * shape(this.face, [SPACE], "Zyyy", this.lang, false).width;
    return (Math.floor(before / stop) + 1) * stop - before;
  }

  /**
   * Lines no wider than `limit`, each as full as can be; null if there are more than `room`.
   *
   * A word wider than the limit is torn between grapheme clusters if `tear`, at least one to a line; else null.
   */
  cut(limit: number, tear = true, room?: number): Cut[] | null {
    this.#opportunities ??= breaks.opportunities(this.text, this.#dictionary);
    const places = this.#opportunities;
    const lines: Cut[] = [];
    let start = 0;
    let number = 0;
    while (start < this.text.length) {
      let best = -1;
      let visible = start;
      for (; number < places.length; number++) {
        const end = this.visibleEnd(start, places[number]);
        if (this.#exceeds(start, end, limit)) break;
        best = places[number];
        visible = end;
      }
      if (best < 0) {
        if (!tear) return null;
        best = this.#tear(start, places[number], limit);
        visible = this.visibleEnd(start, best);
        if (best === places[number]) number++;
      }
      lines.push({ start, visible, end: best });
      if (room !== undefined && lines.length > room) return null;
      start = best;
    }
    return lines.length ? lines : [{ start: 0, visible: 0, end: 0 }];
  }

  #exceeds(start: number, visible: number, limit: number): boolean {
    if (!this.#tabs.length) {
      const about = this.#advances[visible] - this.#advances[start];
      if (Math.abs(about - limit) > SLACK + Math.abs(this.letterSpacing)) return about > limit;
    }
    return this.width(start, visible) > limit;
  }

  #tear(start: number, end: number, limit: number): number {
    let number = bisectRight(this.graphemes, start);
    let best = this.graphemes[number];
    while (best < end) {
      number++;
      const place = this.graphemes[number];
      if (place > end || this.#exceeds(start, this.visibleEnd(start, place), limit)) break;
      best = place;
    }
    return best;
  }

  /** The paragraph as one line. */
  whole(): Cut[] {
    return [{ start: 0, visible: this.visibleEnd(0, this.text.length), end: this.text.length }];
  }
}

function itemise(
  text: Points, graphemes: readonly number[], levels: readonly number[], face: Face, book: FontBook, lang: string,
): Item[] {
  const scripts = scriptsOf(text, graphemes);
  const faces = facesOf(text, graphemes, face, book, lang);
  const items: Item[] = [];
  for (let number = 0; number < graphemes.length - 1; number++) {
    const start = graphemes[number];
    const item: Item = { start, end: graphemes[number + 1], level: levels[start], script: scripts[number],
      face: faces[number], tab: text[start] === TAB };
    const last = items[items.length - 1];
    if (last && !item.tab && !last.tab && last.level === item.level && last.script === item.script
      && last.face === item.face) last.end = item.end;
    else items.push(item);
  }
  return items;
}

/** The script of each cluster; what has none of its own goes with the text before it, else with the text after. */
export function scriptsOf(text: Points, graphemes: readonly number[]): string[] {
  const names = tables.SCRIPT.namesOf(text);
  const out: string[] = [];
  let current = names.find((name) => !NO_SCRIPT.has(name)) ?? "Zyyy";
  for (let number = 0; number < graphemes.length - 1; number++) {
    for (let place = graphemes[number]; place < graphemes[number + 1]; place++) {
      if (NO_SCRIPT.has(names[place])) continue;
      current = names[place];
      break;
    }
    out.push(current);
  }
  return out;
}

/** The face of each cluster. White space and invisible characters stay in the face before them, if it can. */
export function facesOf(text: Points, graphemes: readonly number[], face: Face, book: FontBook, lang: string): Face[] {
  const bidiNames = tables.BIDI.namesOf(text);
  const ignorable = tables.IGNORABLE.namesOf(text);
  const found = new Map<string, Face>();
  const out: Face[] = [];
  for (let number = 0; number < graphemes.length - 1; number++) {
    const [start, end] = [graphemes[number], graphemes[number + 1]];
    const cluster = text.slice(start, end);
    const last = out[out.length - 1];
    if (cluster.length === 1 && cluster[0] === TAB) {
      out.push(face);
    } else if (last && !last.isColor
      && (bidiNames[start] === "WS" || ignorable.slice(start, end).every((name) => name === "Y"))) {
      out.push(book.forCluster(cluster, last, lang, false));
    } else {
      const key = tables.textOf(cluster);
      let chosen = found.get(key);
      if (!chosen) {
        chosen = book.forCluster(cluster, face, lang, isEmoji(cluster));
        found.set(key, chosen);
      }
      out.push(chosen);
    }
  }
  return out;
}

/** Whether a cluster asks to be shown as emoji: by selector, skin tone, joiner, flag, or by its nature. */
function isEmoji(cluster: Points): boolean {
  if (cluster.includes(0xfe0f)) return true;
  const [first, ...rest] = cluster;
  if (tables.EMOJI.nameAt(first) === "Y") return !cluster.includes(0xfe0e);
  if (tables.GRAPHEME.nameAt(first) !== "Pictographic") return false;
  return rest.some((codePoint) => codePoint === 0x200d || (codePoint >= 0x1f3fb && codePoint <= 0x1f3ff));
}

/** The first place in a rising list whose value is not below `value`. */
function bisectLeft(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place in a rising list whose value is above `value`. */
export function bisectRight(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
