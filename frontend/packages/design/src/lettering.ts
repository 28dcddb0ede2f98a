/** Text as outlines: laid-out glyph runs become one path a layer; what colour glyphs cover. */

import type { Face, PlacedRun, PlacedText } from "@monogram/text";
import type { CanvasKit, Typeface } from "canvaskit-wasm";

import * as glyphs from "./glyphs.ts";
import { fromKit, toKit } from "./kit.ts";
import { bounds, union } from "./matrices.ts";
import type { Box, Matrix } from "./matrices.ts";
import type { Path, Verb } from "./scene.ts";

// Merging takes time by the square: more than this is no lettering.
const MOST_MERGED = 60_000;

/**
 * Outline glyphs in box coordinates. merged: overlaps (script joins) are dissolved, for strokes that show them.
 * wanted: whether to draw the glyphs of the cluster at a place of the text.
 */
export function outlines(kit: CanvasKit, text: PlacedText, merged: boolean, wanted = (_place: number) => true): Path {
  const verbs: Verb[] = [];
  for (const run of text.runs) {
    if (run.face.isColor) continue;
    const by = run.size / run.face.upem;
    run.glyphs.forEach((glyph, number) => {
      if (!wanted(run.clusters[number])) return;
      const [a, b, c, d, e, f] = stands(run, number);
      glyphs.draw(verbs, run.face, glyph, [a * by, b * by, -c * by, -d * by, e, f]);
    });
  }
  const path: Path = { rule: "nonzero", verbs };
  return merged ? dissolved(kit, path) : path;
}

function dissolved(kit: CanvasKit, path: Path): Path {
  if (path.verbs.length > MOST_MERGED) return path;
  const made = toKit(kit, path);
  const nothing = new kit.Path();
  // a union with nothing is Skia's Simplify, which this CanvasKit has only under this name
  const simple = kit.Path.MakeFromOp(made, nothing, kit.PathOp.Union);
  nothing.delete();
  made.delete();
  return simple ? fromKit(kit, simple) : path; // outlines it cannot untangle stay as the font drew them
}

/** From a glyph's own coordinates, y downwards, to the box's. */
export function stands(run: PlacedRun, number: number): Matrix {
  const [co, si] = run.turns ? run.turns[number] : [1, 0];
  return [co, si, -si, co, run.xs[number], run.ys[number]];
}

/** What the glyphs of a colour face cover, in box coordinates. */
export function coloredInk(kit: CanvasKit, run: PlacedRun, typeface: Typeface): Box {
  const font = new kit.Font(typeface, run.size);
  font.setHinting(kit.FontHinting.None);
  font.setEdging(kit.FontEdging.AntiAlias);
  font.setSubpixel(true);
  font.setLinearMetrics(true);
  font.setEmbeddedBitmaps(false);
  const found = font.getGlyphBounds([...run.glyphs]);
  font.delete();
  return union(run.glyphs.map((_, i) => (
    bounds(stands(run, i), [found[4 * i], found[4 * i + 1], found[4 * i + 2], found[4 * i + 3]]))));
}

export function faces(text: PlacedText): Face[] {
  return [...new Map(text.runs.map(({ face }) => [face.identity, face])).values()];
}
