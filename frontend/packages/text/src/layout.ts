/**
 * Text in a box: size that fits, lines, and positioned glyphs. The same algorithm runs on the server.
 *
 * Coordinates are pixels from the box's top left, y downwards. Line box i is `lineHeight * size` high and starts at i
 * times that; its baseline lies at top + (height - (ascent + descent)) / 2 + ascent, with the chosen face's metrics.
 */

import * as bidi from "./bidi.ts";
import type { Direction } from "./bidi.ts";
import type { Axes } from "./books.ts";
import { RenderError } from "./errors.ts";
import type { Face, FontBook } from "./fonts.ts";
import { Paragraph } from "./paragraphs.ts";
import type { Cut, Item } from "./paragraphs.ts";
import type { Look } from "./rich.ts";
import type { Shaped } from "./shaping.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

export const TOLERANCE = 1 / 1024; // pixels: a box that fits its text exactly fits it
export const GRID = 64; // sizes tried while fitting are multiples of 1/64 pixel
const NEWLINES = /\r\n|[\r\u0085\u2028\u2029]/g;
const NEWLINE = 0x0a;
const SPACES = new Set([0x20, 0xa0, 0x3000]);
const IDEOGRAPHIC = new Set(["Hani", "Hira", "Kana", "Bopo"]);

export type Fit = "none" | "shrink" | "grow" | "both";
export type Overflow = "refuse" | "clip" | "show";
export type Align = "start" | "center" | "end" | "left" | "right" | "justify";
export type VerticalAlign = "top" | "middle" | "bottom";

/** What the document's TextLayer says; see `layout`. */
export interface LayoutOptions {
  family: string;
  weight?: number;
  italic?: boolean;
  axes?: Axes;
  size: number;
  width: number;
  height: number;
  book: FontBook;
  wrap?: boolean;
  fit?: Fit;
  minSize?: number;
  maxSize?: number;
  overflow?: Overflow;
  align?: Align;
  verticalAlign?: VerticalAlign;
  lineHeight?: number;
  letterSpacing?: number;
  direction?: Direction;
  lang?: string;
  dictionaryBreaks?: readonly number[] | undefined;
}

/**
 * Glyphs of one face at one size, left to right. xs, ys: each glyph's origin on (or off) the baseline.
 *
 * clusters: for each glyph the index of its first character, in code points of the normalised text. An odd level reads
 * right to left.
 */
export interface GlyphRun {
  readonly face: Face;
  readonly size: number;
  readonly glyphs: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly clusters: readonly number[];
  readonly level: number;
}

/**
 * A line's visible text spans left to left + width; its white space at the end hangs beyond and is not counted.
 *
 * start, end: its characters in the normalised text, hanging ones included, the newline not.
 * runs: [first, end] in the layout's runs. baseLevel: 0 or 1, its paragraph's direction.
 */
export interface Line {
  readonly baseline: number;
  readonly left: number;
  readonly width: number;
  readonly start: number;
  readonly end: number;
  readonly runs: readonly [number, number];
  readonly baseLevel: number;
}

/** size: pixels per em chosen. width, height: the widest line, and all line boxes. clip: draw within the box. */
export interface TextLayout {
  readonly size: number;
  readonly lines: readonly Line[];
  readonly runs: readonly GlyphRun[];
  readonly width: number;
  readonly height: number;
  readonly overflowed: boolean;
  readonly clip: boolean;
}

/** The text with every newline as U+000A. Throws RenderError `text_control_character` for other controls. */
export function normalise(text: string): string {
  text = text.replace(NEWLINES, "\n");
  for (const character of text) {
    const cp = character.codePointAt(0)!;
    const lone = cp >= 0xd800 && cp <= 0xdfff;
    if ((cp < 0x20 && cp !== NEWLINE && cp !== 0x09) || (cp >= 0x7f && cp <= 0x9f) || lone) {
      const kind = lone ? "half of a surrogate pair" : "a control character";
      throw new RenderError("text_control_character", `The text contains ${tables.hex(cp)}, ${kind}, which cannot be `
        + "drawn. Take it out.", { part: tables.hex(cp) });
    }
  }
  return text;
}

/**
 * Lays text out in a box of `width` by `height` pixels; the options mean what the document's TextLayer says.
 * dictionaryBreaks: what the server's `dictionary_breaks` says of the normalised text; only text in scripts without
 * spaces asks for them (`needsDictionary`).
 *
 * Fitting takes the largest size of its range at which every line keeps within the box and no word is torn. If there is
 * none it takes the smallest, and there, as always without fitting, a word wider than the box is torn between grapheme
 * clusters (Arabic letters then take the forms of a word's end and beginning). Only advances and line boxes are held
 * against the box, not ink. Letter spacing goes between clusters, turns off ligatures, and leaves out scripts whose
 * letters join. `justify` stretches spaces, or where a line has none the gaps between its ideographs; lines with tabs
 * stay as they are. A text of no characters has no lines.
 * Throws RenderError `text_overflow`, `text_control_character`, `glyph_missing`, `dictionary_breaks_missing`, and what
 * `FontBook.face` throws.
 */
export function layout(text: string, options: LayoutOptions): TextLayout {
  const { width, height, wrap = true, lineHeight = 1.2, overflow = "refuse" } = options;
  const paragraphs = paragraphsOf(tables.pointsOf(normalise(text)), options);
  const [low, high] = range(options.fit ?? "none", options.size, options.minSize ?? 1, options.maxSize ?? 20_000);
  const size = fitted((tried) => fits(paragraphs, tried, width, height, wrap, lineHeight), low, high);
  const cuts = paragraphs.map((one) => (wrap ? one.cut((width + TOLERANCE) / size)! : one.whole()));
  const face = options.book.face(options.family, options.weight, options.italic, options.axes);
  const { align = "start", verticalAlign = "top" } = options;
  const page = paged(paragraphs, cuts, { face, size, width, height, align, verticalAlign, lineHeight });
  if (page.overflowed && overflow === "refuse") {
    throw new RenderError("text_overflow", `The text needs ${told(page.width)} by ${told(page.height)} pixels at size `
      + `${told(size)}, and its box has ${told(width)} by ${told(height)}. Shorten it, enlarge the box, or let it `
      + "shrink.", { part: "text" });
  }
  return { size, lines: page.lines, runs: page.runs, width: page.width, height: page.height,
    overflowed: page.overflowed, clip: page.overflowed && overflow === "clip" };
}

function paragraphsOf(points: Points, options: LayoutOptions): Paragraph[] {
  const { book, lang = "", direction = "auto", letterSpacing = 0, dictionaryBreaks } = options;
  const face = book.face(options.family, options.weight, options.italic, options.axes);
  const paragraphs: Paragraph[] = [];
  let offset = 0;
  while (points.length && offset <= points.length) {
    const next = points.indexOf(NEWLINE, offset);
    const end = next < 0 ? points.length : next;
    const dictionary = within(dictionaryBreaks, offset, end);
    const style = { face, book, lang, direction, letterSpacing, dictionary };
    paragraphs.push(new Paragraph(points.slice(offset, end), offset, style));
    offset = end + 1;
  }
  return paragraphs;
}

/** The places of a text that lie in one of its paragraphs, counted from there. */
export function within(places: readonly number[] | undefined, start: number, end: number): number[] | undefined {
  return places?.filter((place) => place > start && place < end).map((place) => place - start);
}

/** A length for people, to a hundredth, with no zeros at its end. */
export function told(length: number): string {
  const hundredths = Math.floor(length * 100 + 0.5);
  const whole = Math.floor(hundredths / 100);
  const part = String(hundredths - whole * 100).padStart(2, "0");
  return `${whole}.${part}`.replace(/\.?0+$/, "");
}

/** The sizes that fitting may take. */
export function range(fit: Fit, size: number, smallest: number, largest: number): [number, number] {
  const low = fit === "shrink" ? Math.min(smallest, size) : fit === "both" ? smallest : size;
  const high = fit === "grow" ? Math.max(largest, size) : fit === "both" ? largest : size;
  return [low, high];
}

/** Whether the text keeps within the box at a size, with no word torn. */
function fits(
  paragraphs: readonly Paragraph[], size: number, width: number, height: number, wrap: boolean, lineHeight: number,
): boolean {
  const limit = (width + TOLERANCE) / size;
  let room = Math.floor((height + TOLERANCE) / (lineHeight * size));
  for (const paragraph of paragraphs) {
    const lines = wrap ? paragraph.cut(limit, false, room) : paragraph.whole();
    if (lines === null || lines.length > room) return false;
    if (!wrap && paragraph.width(0, lines[0].visible) > limit) return false;
    room -= lines.length;
  }
  return true;
}

/** The largest size of the range that fits, or the lowest: the ends as given, between them multiples of 1/64. */
export function fitted(fitting: (size: number) => boolean, low: number, high: number): number {
  if (low === high || fitting(high)) return high;
  if (!fitting(low)) return low;
  let best = low;
  let first = Math.ceil(low * GRID);
  let last = Math.floor(high * GRID);
  while (first <= last) {
    const middle = Math.floor((first + last) / 2);
    if (fitting(middle / GRID)) {
      best = middle / GRID;
      first = middle + 1;
    } else {
      last = middle - 1;
    }
  }
  return best;
}

interface PageStyle {
  face: Face;
  size: number;
  width: number;
  height: number;
  align: Align;
  verticalAlign: VerticalAlign;
  lineHeight: number;
}

/** All lines placed, each as high as the next. */
function paged(paragraphs: readonly Paragraph[], cuts: readonly (readonly Cut[])[], style: PageStyle) {
  const { face, size } = style;
  const page = new Page(size, style.width, style.align);
  const step = style.lineHeight * size;
  const ascent = (face.ascent / face.upem) * size;
  const descent = (face.descent / face.upem) * size;
  const height = cuts.reduce((count, lines) => count + lines.length, 0) * step;
  const top = topOf(style.verticalAlign, style.height, height);
  let width = 0;
  paragraphs.forEach((paragraph, number) => {
    for (const line of cuts[number]) {
      width = Math.max(width, paragraph.width(line.start, line.visible) * size);
      page.place(paragraph, line, top + page.lines.length * step + (step - (ascent + descent)) / 2 + ascent);
    }
  });
  const overflowed = width > style.width + TOLERANCE || height > style.height + TOLERANCE;
  return { lines: page.lines, runs: page.runs, width, height, overflowed };
}

/** Where text of a height begins in a box of another. */
export function topOf(align: VerticalAlign, room: number, height: number): number {
  return { top: 0, middle: (room - height) / 2, bottom: room - height }[align];
}

/** Places lines. looks: of each run, in rich text. */
export class Page {
  readonly lines: Line[] = [];
  readonly runs: GlyphRun[] = [];
  readonly looks: (Look | undefined)[] = [];
  readonly #size: number;
  readonly #width: number;
  readonly #align: Align;

  constructor(size: number, width: number, align: Align) {
    this.#size = size;
    this.#width = width;
    this.#align = align;
  }

  place(paragraph: Paragraph, line: Cut, baseline: number): void {
    const align = this.#align;
    const size = this.#size;
    let width = paragraph.width(line.start, line.visible) * size;
    let free = this.#width - width;
    let stretch = 0;
    const pieces = piecesOf(paragraph, line);
    const justified = align === "justify" && line.end < paragraph.text.length;
    const gaps = justified ? gapsOf(paragraph, pieces) : new Set<number>();
    if (gaps.size && free > 0) {
      stretch = free / gaps.size;
      width = this.#width;
      free = 0;
    }
    const left = free * share(align, paragraph.level);
    const first = this.runs.length;
    this.#run(paragraph, pieces, left, baseline, gaps, stretch);
    this.lines.push({ baseline, left, width, start: paragraph.offset + line.start, end: paragraph.offset + line.end,
      runs: [first, this.runs.length], baseLevel: paragraph.level });
  }

  /** Glyph runs of a line, from left to right. */
  #run(
    paragraph: Paragraph, pieces: readonly Piece[], left: number, baseline: number, gaps: ReadonlySet<number>,
    stretch: number,
  ): void {
    const size = this.#size;
    const { letterSpacing } = paragraph;
    let spaced = 0; // clusters still to be drawn that letter spacing follows
    let pen = left;
    for (const piece of pieces) {
      if (!piece.hangs) spaced += piece.spaced;
      else if (paragraph.level) pen -= (piece.advance + piece.spaced * letterSpacing) * size; // hangs left of the line
    }
    for (const number of bidi.reorder(pieces.map((piece) => piece.level))) {
      const piece = pieces[number];
      const { shaped } = piece;
      const xs: number[] = [];
      const ys: number[] = [];
      const clusters: number[] = [];
      const count = shaped.glyphs.length;
      for (let k = 0; k < count; k++) {
        xs.push(pen + shaped.xs[k] * size);
        ys.push(baseline - shaped.ys[k] * size);
        const place = piece.start + shaped.clusters[k];
        clusters.push(paragraph.offset + place);
        pen += (piece.item.tab ? piece.advance : shaped.advances[k]) * size;
        if (k + 1 < count && shaped.clusters[k + 1] === shaped.clusters[k]) continue;
        if (paragraph.spaced(piece.item, place)) {
          if (!piece.hangs) spaced--;
          pen += spaced || piece.hangs ? letterSpacing * size : 0;
        }
        if (gaps.has(place)) pen += stretch;
      }
      const { face, look } = piece.item;
      this.runs.push({ face, size: size * (look?.scale ?? 1), glyphs: shaped.glyphs, xs, ys, clusters, level: piece.level });
      this.looks.push(look);
    }
  }
}

/** How much of a line's free width lies left of it. */
export function share(align: Align, level: number): number {
  if (align === "left") return 0;
  if (align === "center") return 0.5;
  if (align === "right") return 1;
  return (align === "end") !== (level === 1) ? 1 : 0;
}

export interface Piece {
  readonly item: Item;
  readonly start: number;
  readonly shaped: Shaped;
  readonly level: number;
  /** Of the whole piece, without letter spacing. */
  readonly advance: number;
  /** Clusters that letter spacing follows. */
  readonly spaced: number;
  readonly hangs: boolean;
}

/** A line's text in logical order; what hangs takes the paragraph's level (L1). */
export function piecesOf(paragraph: Paragraph, line: Cut): Piece[] {
  const out: Piece[] = [];
  let before = 0;
  const hyphen = paragraph.hyphenated(line.visible);
  const halves = [[false, line.start, line.visible], [true, line.visible, line.end]] as const;
  for (const [hangs, from, to] of halves) {
    for (const { item, start, shaped } of paragraph.parts(from, to, hyphen && !hangs)) {
      const spaced = paragraph.spacedIn(item, start, shaped);
      const advance = item.tab ? (hangs ? 0 : paragraph.tab(before)) : shaped.width;
      before += advance + spaced * paragraph.letterSpacing;
      out.push({ item, start, shaped, level: hangs ? paragraph.level : item.level, advance, spaced, hangs });
    }
  }
  return out;
}

/** Clusters of a justified line that are followed by more room. */
function gapsOf(paragraph: Paragraph, pieces: readonly Piece[]): Set<number> {
  const shown = pieces.filter((piece) => !piece.hangs);
  if (shown.some((piece) => piece.item.tab)) return new Set();
  const places = new Map<number, Item>();
  for (const piece of shown) for (const cluster of piece.shaped.clusters) places.set(piece.start + cluster, piece.item);
  const spaces = new Set([...places.keys()].filter((place) => SPACES.has(paragraph.text[place])));
  if (spaces.size || shown.some((piece) => piece.level)) return spaces;
  let last = 0;
  for (const place of places.keys()) last = Math.max(last, place);
  return new Set([...places].filter(([place, item]) => IDEOGRAPHIC.has(item.script) && place !== last)
    .map(([place]) => place));
}
