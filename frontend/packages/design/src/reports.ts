/** What a drawing is made of and what happened to it: the JSON of monogram/render/reports.py. */

import type { Outcome } from "@monogram/text";

import type { Box } from "./matrices.ts";

/**
 * asked, size: pixels per em; bounds: letters and stroke, without shadow, in canvas pixels; all zero where there is no ink.
 * outcome: `fits`, or what was done with text that did not. box: in the layer's own coordinates, after extending.
 */
export interface TextReport {
  layer: string;
  asked: number;
  size: number;
  /** Family, weight and slant of every face drawn with. */
  faces: readonly string[];
  lines: number;
  overflowed: boolean;
  outcome: Outcome;
  box: Box;
  bounds: Box;
}

/**
 * dpi: source pixels per printed inch where it is placed, along the axis that has fewer; masks are not listed.
 * tiles: of a mosaic, how many fall on a printed inch: nothing finer of the source is seen.
 */
export interface ImageReport {
  layer: string;
  asset: string;
  width: number;
  height: number;
  dpi: number;
  tiles: number | null;
}

/** module: pixels of the full-size canvas, and millimetres in print; grounded: whether it has a light colour of its own. */
export interface CodeReport {
  layer: string;
  symbology: string;
  module: number;
  millimetres: number;
  grounded: boolean;
}

/** axes: of a variable font, where on each of its axes it stood. */
export interface FontReport {
  family: string;
  weight: number;
  italic: boolean;
  sha256: string;
  axes: Readonly<Record<string, number>>;
}

export interface AssetReport {
  name: string;
  sha256: string;
}

/** Layers in the order they are painted; fonts and assets by name. `safe` is the safe area in canvas pixels. */
export interface Report {
  dpi: number;
  safe: Box;
  texts: readonly TextReport[];
  images: readonly ImageReport[];
  codes: readonly CodeReport[];
  fonts: readonly FontReport[];
  assets: readonly AssetReport[];
  /** What the file's format cannot keep; of a drawing that becomes no file, none. */
  notes: readonly string[];
}

/** Faces by family, weight, slant and axes. */
export function sortedFonts(fonts: Iterable<FontReport>): FontReport[] {
  return [...fonts].sort((one, two) => (
    byPoints(one.family, two.family) || one.weight - two.weight || Number(one.italic) - Number(two.italic)
      || byAxes(one.axes, two.axes)));
}

/** Instances of one file, which have the same axes: by the first, from the tags' start, that they differ on. */
function byAxes(one: FontReport["axes"], two: FontReport["axes"]): number {
  const tag = Object.keys(one).sort().find((each) => one[each] !== two[each]);
  return tag === undefined ? 0 : one[tag] - two[tag];
}

/** Assets by name. hashes: SHA-256 by name. */
export function sortedAssets(hashes: ReadonlyMap<string, string>): AssetReport[] {
  return [...hashes].sort(([one], [two]) => byPoints(one, two)).map(([name, sha256]) => ({ name, sha256 }));
}

/** Texts compared by their code points, as the server does. */
function byPoints(one: string, two: string): number {
  const [left, right] = [[...one], [...two]];
  const at = left.findIndex((sign, i) => sign !== right[i]);
  if (at < 0) return left.length - right.length;
  return at < right.length ? left[at].codePointAt(0)! - right[at].codePointAt(0)! : 1;
}
