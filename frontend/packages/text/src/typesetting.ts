/** A text layer's words set in type: runs, case and limits, then the layout that its line and writing ask for. */

import type { Direction } from "./bidi.ts";
import type { Axes } from "./books.ts";
import * as boxes from "./boxes.ts";
import * as breaks from "./breaks.ts";
import * as cases from "./cases.ts";
import * as curves from "./curves.ts";
import { RenderError } from "./errors.ts";
import type { FontBook } from "./fonts.ts";
import { normalise, topOf } from "./layout.ts";
import type { Align, Fit, Overflow, VerticalAlign } from "./layout.ts";
import { setAlong } from "./lines.ts";
import type { Baseline } from "./lines.ts";
import { bisectRight } from "./paragraphs.ts";
import type { PlacedText } from "./placed.ts";
import { lookOf } from "./rich.ts";
import type { Look, Span } from "./rich.ts";
import { pointsOf } from "./tables.ts";

/** The document's Font. */
export interface Font {
  readonly family: string;
  readonly weight: number;
  readonly italic: boolean;
  readonly features: Readonly<Record<string, number>>;
  readonly axes: Axes;
}

/** The document's ArcLine, CircleLine and PathLine. */
export type TextLine =
  | { readonly kind: "arc"; readonly bend: number }
  | { readonly kind: "circle"; readonly start: number; readonly inside: boolean }
  | { readonly kind: "path"; readonly d: string; readonly viewBox: curves.ViewBox };

/** What setting needs of the document's Run. */
export interface Run {
  readonly text: string;
  readonly font: Font | null;
  readonly size: number | null;
}

/** What setting needs of the document's TextLayer; its own have more, runs with fills among it. */
export interface TextLayer<R extends Run = Run> {
  readonly text: string;
  readonly runs: readonly R[];
  readonly font: Font;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
  readonly minSize: number;
  readonly maxSize: number;
  readonly maxLines: number | null;
  readonly maxCharacters: number | null;
  readonly wrap: boolean;
  readonly overflow: Overflow | "extend";
  readonly case: cases.Case;
  readonly align: Align;
  readonly verticalAlign: VerticalAlign;
  readonly lineHeight: number;
  readonly letterSpacing: number;
  readonly direction: Direction;
  readonly writing: "horizontal" | "vertical";
  readonly line: TextLine | null;
  readonly lang: string;
}

/** What the server's `dictionary_breaks` says of a text; asked for only where a script needs it. */
export type DictionaryBreaks = (text: string) => readonly number[] | undefined;

/** The layer's runs as they are set; a layer without runs is one, null. `runs` and `spans` go together, one by one. */
export class Words<R extends Run = Run> {
  readonly runs: readonly (R | null)[];
  readonly spans: readonly Span[];
  readonly #starts: number[] = [];

  constructor(runs: readonly (R | null)[], spans: readonly Span[]) {
    this.runs = runs;
    this.spans = spans;
    let place = 0;
    for (const span of spans) {
      this.#starts.push(place);
      place += pointsOf(span.text).length;
    }
  }

  /** The run that the character at a place (in code points) of the text belongs to; null: the layer's own text. */
  runAt(place: number): R | null {
    return this.runs[bisectRight(this.#starts, place) - 1];
  }
}

/**
 * The layer's text where there is one, else its runs, in the case it asks for, with their faces.
 *
 * Throws RenderError `text_too_long`, `text_control_character`, and what `dressed` throws.
 */
export function words<R extends Run>(layer: TextLayer<R>, book: FontBook): Words<R> {
  const runs: (R | null)[] = layer.text ? [null] : layer.runs.filter((run) => run.text);
  const texts = runs.map((run) => normalise(run ? run.text : layer.text));
  const whole = texts.join("");
  const count = Math.max(0, breaks.graphemes(pointsOf(whole)).length - 1);
  if (layer.maxCharacters !== null && count > layer.maxCharacters) {
    throw new RenderError("text_too_long", `The text has ${count} characters, and may have ${layer.maxCharacters}. `
      + "Shorten it.", { part: "maxCharacters" });
  }
  const parts = cases.parts(whole, layer.case, layer.lang);
  let place = 0;
  const spans = texts.map((text, number): Span => {
    const start = place;
    place += pointsOf(text).length;
    const look = dressed(runs[number]?.font ?? layer.font, runs[number]?.size || 1, book);
    return { text: parts.slice(start, place).join(""), look };
  });
  return new Words(runs, spans);
}

/** A document's font as text layout knows it. Throws what `FontBook.face` does, `feature_missing` for one the face lacks. */
export function dressed(font: Font, scale: number, book: FontBook): Look {
  const face = book.face(font.family, font.weight, font.italic, font.axes);
  const features = Object.entries(font.features).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [tag, value] of Object.entries(font.features)) {
    if (!value || face.features.has(tag)) continue;
    throw new RenderError("feature_missing", `${face.label} has no OpenType feature '${tag}'. It has: `
      + `${[...face.features].sort().join(", ") || "none"}.`, { part: tag });
  }
  return lookOf(face, scale, features);
}

/** The layer's words in its box. Throws what text layout throws. */
export function setText(
  layer: TextLayer, spans: readonly Span[], book: FontBook, dictionaryBreaks?: DictionaryBreaks,
): PlacedText {
  const text = spans.map((span) => span.text).join("");
  const needed = dictionaryBreaks && breaks.needsDictionary(pointsOf(text));
  const options = { ...layer, book, dictionaryBreaks: needed ? dictionaryBreaks(text) : undefined };
  if (layer.line !== null) return setAlong(spans, baseline(layer, layer.line), options);
  return layer.writing === "vertical" ? boxes.setColumns(spans, options) : boxes.setLines(spans, options);
}

/** Where the baseline of the layer's line runs at a size. */
function baseline(layer: TextLayer, line: TextLine): Baseline {
  const { width, height } = layer;
  if (line.kind === "arc") {
    const rise = curves.rise(width, line.bend);
    return (_size, above, below) => {
      // the band of the letters, from the highest to the lowest, stands in the box as a straight line would
      const band = above + below + rise;
      return [curves.arc(width, line.bend, topOf(layer.verticalAlign, height, band) + above), band];
    };
  }
  const curve = line.kind === "circle" ? curves.ellipse(width, height, line.start, line.inside)
    : curves.free(line.d, line.viewBox, width, height);
  return () => [curve, 0];
}
