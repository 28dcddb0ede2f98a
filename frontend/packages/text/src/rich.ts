/**
 * Text of several looks in a box: every run has a face, a size factor and features of its own; bidi and line breaking are
 * the whole paragraph's. With one plain run it is `layout`, glyph by glyph.
 */

import { RenderError } from "./errors.ts";
import type { Face } from "./fonts.ts";
import { fitted, normalise, Page, range, TOLERANCE, told, topOf, within } from "./layout.ts";
import type { LayoutOptions, Overflow, TextLayout } from "./layout.ts";
import { bisectRight, facesOf, Paragraph, scriptsOf } from "./paragraphs.ts";
import type { Cut, Item, ParagraphStyle } from "./paragraphs.ts";
import type { Features, Shaped } from "./shaping.ts";
import { pointsOf } from "./tables.ts";
import type { Points } from "./tables.ts";

const NEWLINE = 0x0a;
const TAB = 0x09;

/**
 * face: the chosen one; scale: a multiple of the text's size; features: sorted by tag.
 *
 * upright: in vertical writing, set by the letter instead of turned.
 */
export interface Look {
  readonly face: Face;
  readonly scale: number;
  readonly features: Features;
  readonly upright: boolean;
}

export function lookOf(face: Face, scale = 1, features: Features = []): Look {
  return { face, scale, features, upright: false };
}

export function isSameLook(one: Look, other: Look): boolean {
  return one.face === other.face && one.scale === other.scale && one.upright === other.upright
    && one.features.join() === other.features.join();
}

/** A piece of text in one look. */
export interface Span {
  readonly text: string;
  readonly look: Look;
}

export interface RichStyle extends ParagraphStyle {
  starts: readonly number[];
  looks: readonly Look[];
}

export type ParagraphKind = new (text: Points, offset: number, style: RichStyle) => RichParagraph;

/** A paragraph whose items have Looks. starts, looks: where each look begins, and the looks, in the paragraph. */
export class RichParagraph extends Paragraph {
  readonly starts: readonly number[];
  readonly looks: readonly Look[];

  constructor(text: Points, offset: number, style: RichStyle) {
    super(text, offset, style);
    this.starts = style.starts;
    this.looks = style.looks;
  }

  lookAt(place: number): Look {
    return this.looks[bisectRight(this.starts, place) - 1];
  }

  /** Runs of one level, script and look. A grapheme cluster has the look of its first character. */
  protected override itemised(levels: readonly number[], style: RichStyle): Item[] {
    const { text, graphemes } = this;
    const chosen = graphemes.slice(0, -1).map((start) => style.looks[bisectRight(style.starts, start) - 1]);
    const scripts = scriptsOf(text, graphemes);
    const faces = facesByLook(text, graphemes, chosen, style);
    const items: Item[] = [];
    chosen.forEach((one, number) => {
      const [start, end] = [graphemes[number], graphemes[number + 1]];
      const look = this.dressed({ ...one, face: faces[number] }, start, end);
      const item: Item = { start, end, level: levels[start], script: scripts[number], face: look.face,
        tab: text[start] === TAB, look };
      const last = items[items.length - 1];
      if (last && !item.tab && !last.tab && last.level === item.level && last.script === item.script
        && isSameLook(last.look!, look)) last.end = end;
      else items.push(item);
    });
    return items;
  }

  /** The look that a cluster is drawn in; its face has been found already. */
  protected dressed(look: Look, _start: number, _end: number): Look {
    return look;
  }

  protected override shape(item: Item, start: number, end: number, hyphen = false): Shaped {
    return scaled(super.shape(item, start, end, hyphen), item.look!.scale);
  }

  /** Ems above and below the baseline of a line's box: what the line boxes of all its looks reach. */
  metrics(start: number, visible: number, lineHeight: number): [above: number, below: number] {
    const inside = this.items.filter((item) => item.start < visible && item.end > start);
    const looks = new Set(inside.map((item) => this.lookAt(Math.max(item.start, start))));
    if (!looks.size) looks.add(this.lookAt(start));
    const reach = [...looks].map((look) => this.reach(look, lineHeight));
    return [Math.max(...reach.map(([above]) => above)), Math.max(...reach.map(([, below]) => below))];
  }

  /** Ems above and below the baseline of a look's own line box. */
  protected reach({ face, scale }: Look, lineHeight: number): [above: number, below: number] {
    const height = lineHeight * scale;
    const ascent = (face.ascent / face.upem) * scale;
    const descent = (face.descent / face.upem) * scale;
    const above = (height - (ascent + descent)) / 2 + ascent;
    return [above, height - above];
  }
}

/** The face of each cluster, found look by look. */
function facesByLook(
  text: Points, graphemes: readonly number[], chosen: readonly Look[], { book, lang }: ParagraphStyle,
): Face[] {
  const out: Face[] = [];
  while (out.length < chosen.length) {
    const first = out.length;
    let end = first + 1;
    while (end < chosen.length && isSameLook(chosen[end], chosen[first])) end++;
    out.push(...facesOf(text, graphemes.slice(first, end + 1), chosen[first].face, book, lang));
  }
  return out;
}

export function scaled(shaped: Shaped, scale: number): Shaped {
  if (scale === 1) return shaped;
  const times = (values: readonly number[]) => values.map((value) => value * scale);
  return { ...shaped, advances: times(shaped.advances), xs: times(shaped.xs), ys: times(shaped.ys),
    width: shaped.width * scale };
}

export type ParagraphsOptions = Pick<LayoutOptions, "book" | "lang" | "direction" | "letterSpacing" | "dictionaryBreaks">;

/** The paragraphs of a text in spans, whose texts are normalised already. */
export function paragraphsOf(
  spans: readonly Span[], options: ParagraphsOptions, Kind: ParagraphKind = RichParagraph,
): RichParagraph[] {
  const { book, lang = "", direction = "auto", letterSpacing = 0, dictionaryBreaks } = options;
  const points: number[] = [];
  const starts: number[] = [];
  const looks: Look[] = [];
  for (const span of spans) {
    if (!span.text) continue;
    starts.push(points.length);
    looks.push(span.look);
    for (const codePoint of pointsOf(span.text)) points.push(codePoint);
  }
  const found: RichParagraph[] = [];
  let offset = 0;
  while (points.length && offset <= points.length) {
    const next = points.indexOf(NEWLINE, offset);
    const stop = next < 0 ? points.length : next;
    const first = bisectRight(starts, offset) - 1;
    const end = Math.max(first + 1, bisectRight(starts, stop - 1));
    const begin = offset;
    found.push(new Kind(points.slice(offset, stop), offset, {
      starts: starts.slice(first, end).map((start) => Math.max(0, start - begin)), looks: looks.slice(first, end),
      face: looks[first].face, book, lang, direction, letterSpacing, dictionary: within(dictionaryBreaks, offset, stop),
    }));
    offset = stop + 1;
  }
  return found;
}

export type ComposeOptions = Omit<LayoutOptions, "family" | "weight" | "italic" | "overflow"> & {
  maxLines?: number | null;
  overflow?: Overflow | "extend";
};

/**
 * The layout of a text in spans, and the look of each of its runs.
 *
 * A line is as high as the line boxes of its looks reach, about one baseline. Letter spacing and tabs are measured by the
 * text's size, not the run's. maxLines: a text of more lines does not fit; with `overflow` "clip" the lines beyond are
 * left out. overflow "extend": text too high for the box fits all the same (the box grows); too wide or of too many lines
 * is refused. Kind: what a paragraph is measured by.
 */
export function compose(
  spans: readonly Span[], options: ComposeOptions, Kind: ParagraphKind = RichParagraph,
): [TextLayout, Look[]] {
  const { width, height, overflow = "refuse" } = options;
  const maxLines = options.maxLines ?? Infinity;
  const normal = spans.map((span) => ({ ...span, text: normalise(span.text) }));
  const paragraphs = paragraphsOf(normal, options, Kind);
  const [low, high] = range(options.fit ?? "none", options.size, options.minSize ?? 1, options.maxSize ?? 20_000);
  const size = fitted((tried) => holds(paragraphs, tried, options), low, high);
  const limit = (width + TOLERANCE) / size;
  let cuts = paragraphs.map((one) => (options.wrap ?? true ? one.cut(limit)! : one.whole()));
  const count = cuts.reduce((total, lines) => total + lines.length, 0);
  const over = count > maxLines;
  if (over && overflow === "clip") cuts = firstOf(cuts, maxLines);
  const page = paged(paragraphs, cuts, size, options);
  const tooHigh = page.height > height + TOLERANCE;
  const overflowed = over || page.width > width + TOLERANCE || (tooHigh && overflow !== "extend");
  if (overflowed && (overflow === "refuse" || overflow === "extend")) {
    const needs = over ? `The text has ${count} lines at size ${told(size)}, and may have ${maxLines}.`
      : `The text needs ${told(page.width)} by ${told(page.height)} pixels at size ${told(size)}, and its box has `
        + `${told(width)} by ${told(height)}.`;
    throw new RenderError("text_overflow", `${needs} Shorten it, enlarge the box, or let it shrink.`, { part: "text" });
  }
  const clip = overflowed && overflow === "clip";
  return [{ size, lines: page.lines, runs: page.runs, width: page.width, height: page.height, overflowed, clip },
    page.looks];
}

/** The first lines of all paragraphs. */
function firstOf(cuts: readonly Cut[][], most: number): Cut[][] {
  return cuts.map((lines) => {
    const kept = lines.slice(0, most);
    most -= kept.length;
    return kept;
  });
}

/** Whether the text keeps within the box and its number of lines at a size, with no word torn. */
function holds(paragraphs: readonly RichParagraph[], size: number, options: ComposeOptions): boolean {
  const { wrap = true, lineHeight = 1.2, maxLines } = options;
  const limit = (options.width + TOLERANCE) / size;
  const left = (options.height + TOLERANCE) / size;
  let smallest = Infinity;
  for (const paragraph of paragraphs) for (const { scale } of paragraph.looks) smallest = Math.min(smallest, scale);
  const lowest = lineHeight * (paragraphs.length ? smallest : 1);
  let room = Math.min(Math.floor(left / lowest), maxLines ?? Infinity);
  let high = 0;
  for (const paragraph of paragraphs) {
    const lines = wrap ? paragraph.cut(limit, false, room) : paragraph.whole();
    if (lines === null || lines.length > room) return false;
    if (!wrap && paragraph.width(0, lines[0].visible) > limit) return false;
    room -= lines.length;
    let reach = 0;
    for (const line of lines) {
      const [above, below] = paragraph.metrics(line.start, line.visible, lineHeight);
      reach += above + below;
    }
    high += reach;
  }
  return high <= left;
}

/** All lines placed, each as high as it needs. */
function paged(
  paragraphs: readonly RichParagraph[], cuts: readonly (readonly Cut[])[], size: number, options: ComposeOptions,
) {
  const { lineHeight = 1.2, align = "start", verticalAlign = "top" } = options;
  const page = new Page(size, options.width, align);
  const placed = paragraphs.flatMap((paragraph, number) => cuts[number].map((line) => {
    const [above, below] = paragraph.metrics(line.start, line.visible, lineHeight);
    return { paragraph, line, above, below };
  }));
  let ems = 0;
  let width = 0;
  for (const { paragraph, line, above, below } of placed) {
    ems += above + below;
    width = Math.max(width, paragraph.width(line.start, line.visible) * size);
  }
  const height = ems * size;
  let top = topOf(verticalAlign, options.height, height);
  for (const { paragraph, line, above, below } of placed) {
    page.place(paragraph, line, top + above * size);
    top += (above + below) * size;
  }
  return { lines: page.lines, runs: page.runs, looks: page.looks as Look[], width, height };
}
