/** Text layout: what a text layer's words become, as positioned glyphs; the port of monogram/render/text. */

export { cosine, sine } from "./angles.ts";
export { baseLevel } from "./bidi.ts";
export type { Direction } from "./bidi.ts";
export type { Axes, Book, Coordinates, FaceEntry, Fallbacks, FamilyEntry } from "./books.ts";
export { graphemes, needsDictionary } from "./breaks.ts";
export { cased } from "./cases.ts";
export type { Case } from "./cases.ts";
export { RenderError } from "./errors.ts";
export { Face, FontBook, FontNotLoaded } from "./fonts.ts";
export type { Load } from "./fonts.ts";
export { layout, normalise } from "./layout.ts";
export type {
  Align, Fit, GlyphRun, LayoutOptions, Line, Overflow, TextLayout, VerticalAlign,
} from "./layout.ts";
export { trace } from "./paths.ts";
export type { PathSink } from "./paths.ts";
export type { Outcome, PlacedRun, PlacedText } from "./placed.ts";
export { compose } from "./rich.ts";
export type { ComposeOptions, Look, Span } from "./rich.ts";
export type { Features } from "./shaping.ts";
export { pointsOf, SCRIPT, textOf } from "./tables.ts";
export type { Points } from "./tables.ts";
export { dressed, setText, words, Words } from "./typesetting.ts";
export type { DictionaryBreaks, Font, Run as SetRun, TextLayer as SetLayer } from "./typesetting.ts";
