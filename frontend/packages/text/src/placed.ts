/** A text as it is set, whichever way: placed glyphs, the box it took, and what became of text that did not fit. */

import type { Face } from "./fonts.ts";

export type Outcome = "fits" | "clipped" | "shown" | "extended";

/**
 * Glyphs of one face at one size. xs, ys: each glyph's origin; turns: its rotation as [cosine, sine], clockwise as y grows
 * downwards, or null where all stand upright. clusters: the place of its first character in the text as set.
 */
export interface PlacedRun {
  readonly face: Face;
  readonly size: number;
  readonly glyphs: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly turns: readonly (readonly [number, number])[] | null;
  readonly clusters: readonly number[];
  readonly level: number;
}

/**
 * text: as set, newlines as U+000A; clusters count in its code points. size: pixels per em chosen. lines: how many are
 * drawn.
 *
 * box: left, top, right, bottom in the layer's coordinates; larger than the layer's where it was extended.
 * outcome: `fits`, or what was done with text that did not: cut (`clipped`), drawn beyond (`shown`), or given a larger
 * box (`extended`). Clipped text is drawn within the box.
 */
export interface PlacedText {
  readonly text: string;
  readonly size: number;
  readonly lines: number;
  readonly runs: readonly PlacedRun[];
  readonly box: readonly [number, number, number, number];
  readonly outcome: Outcome;
}
