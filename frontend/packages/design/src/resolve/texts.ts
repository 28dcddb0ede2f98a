/** Text layers: laid out and turned into outlines and colour glyphs. */

import { layout, needsDictionary, normalise, pointsOf } from "@monogram/text";
import type { GlyphRun } from "@monogram/text";

import type { Stroke, TextLayer } from "../document.ts";
import { listed } from "../documents.ts";
import * as lettering from "../lettering.ts";
import { bounds, outset } from "../matrices.ts";
import type { Matrix } from "../matrices.ts";
import { rectangle } from "../paths.ts";
import type { GlyphsNode, Path, SceneNode } from "../scene.ts";
import type { Resolving } from "./layers.ts";
import { fill, isOpaque } from "./paints.ts";
import { blurs, painted, withShadows } from "./shapes.ts";

/** Whether this side sets the layer's text itself; the rest the server prepares. */
export function isPlain(layer: TextLayer): boolean {
  return !layer.runs.length && layer.line === null && layer.writing === "horizontal" && layer.case === "none"
    && layer.maxLines === null && layer.maxCharacters === null && layer.overflow !== "extend"
    && !Object.keys(layer.font.features).length;
}

export function nodes(resolving: Resolving, layer: TextLayer, matrix: Matrix, clips: Path[]): SceneNode[] {
  if (!layer.text) return [];
  const { kit, given } = resolving;
  const { family, weight, italic } = layer.font;
  const { size, width, height, wrap, fit, minSize, maxSize, align, verticalAlign, lineHeight, letterSpacing, direction, lang } = layer;
  const overflow = layer.overflow === "extend" ? "refuse" : layer.overflow;
  const normal = normalise(layer.text);
  const text = layout(layer.text, {
    family, weight, italic, size, width, height, book: given.book, wrap, fit, minSize, maxSize, overflow, align, verticalAlign,
    lineHeight, letterSpacing, direction, lang,
    dictionaryBreaks: needsDictionary(pointsOf(normal)) ? given.dictionaryBreaks?.(normal) : undefined,
  });
  if (text.clip) clips.push(rectangle(width, height));
  const strokes = listed<Stroke>(layer.stroke);
  const paint = fill(resolving, layer);
  // where a stroke shows inside the letters, joins between them would show as lines
  const merged = strokes.length > 0 && !(isOpaque(paint) && strokes.every((stroke) => stroke.behind));
  const made = painted(kit, layer, lettering.outlines(kit, text, merged), paint, matrix, !merged);
  return [...made, ...text.runs.filter((run) => run.face.isColor).map((run) => colored(resolving, layer, run, matrix))];
}

function colored(resolving: Resolving, layer: TextLayer, run: GlyphRun, matrix: Matrix): GlyphsNode {
  const shadows = blurs(layer.shadow);
  const own = withShadows(lettering.coloredInk(resolving.kit, run, resolving.typeface(run.face.sha256)), shadows);
  return {
    kind: "glyphs", layer: layer.id, matrix, bounds: outset(bounds(matrix, own), 1), face: run.face.sha256, size: run.size,
    glyphs: run.glyphs, points: run.xs.map((x, i): readonly [number, number] => [x, run.ys[i]]), shadows,
  };
}
