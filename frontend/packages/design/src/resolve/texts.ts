/** Text layers: set in type, reported, and turned into outlines and colour glyphs. */

import { setText, words as wordsOf } from "@monogram/text";
import type { PlacedRun, PlacedText, Words } from "@monogram/text";

import type { Run, Stroke, TextLayer } from "../document.ts";
import { listed } from "../documents.ts";
import { tightBounds } from "../kit.ts";
import * as lettering from "../lettering.ts";
import { bounds, multiply, outset, union } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import { rounded } from "../numbers.ts";
import { rectangle } from "../paths.ts";
import { shows } from "../scene.ts";
import type { Fill, GlyphsNode, Path, PathNode, SceneNode } from "../scene.ts";
import { NOTHING } from "./colors.ts";
import type { Resolving } from "./layers.ts";
import { fill, isOpaque } from "./paints.ts";
import { blurs, painted, withShadows } from "./shapes.ts";

/** What each colour of the runs paints; null is the layer's own fill. */
type Fills = ReadonlyMap<string | null, Fill>;

export function nodes(resolving: Resolving, layer: TextLayer, matrix: Matrix, clips: Path[]): SceneNode[] {
  if (!layer.text && !layer.runs.some((run) => run.text)) return [];
  const { kit, given } = resolving;
  const words = wordsOf<Run>(layer, given.book);
  const text = setText(layer, words.spans, given.book, (whole) => given.dictionaryBreaks?.(whole));
  if (text.outcome === "clipped" && layer.line === null) clips.push(rectangle(layer.width, layer.height));
  const paints = fillsOf(resolving, layer, words, matrix);
  const strokes = listed<Stroke>(layer.stroke);
  // where a stroke shows inside the letters, joins between them would show as lines
  const merged = strokes.length > 0 && !([...paints.values()].every(isOpaque) && strokes.every((stroke) => stroke.behind));
  const path = lettering.outlines(kit, text, merged);
  const colored = text.runs.filter((run) => run.face.isColor);
  const ink = inkOf(resolving, path, Math.max(0, ...strokes.map((stroke) => stroke.width)), colored);
  tell(resolving, layer, text, resolving.seen(bounds(matrix, ink)));
  const [paint, pieces] = piecesOf(resolving, paints, words, text, merged);
  const made = painted(kit, layer, path, paint, matrix, !merged, pieces);
  return [...made, ...colored.flatMap((run) => coloredNodes(resolving, layer, run, matrix))];
}

function fillsOf(resolving: Resolving, layer: TextLayer, words: Words<Run>, matrix: Matrix): Fills {
  const found = new Set(words.runs.map((run) => run?.fill ?? null));
  return new Map([...found].map((color) => (
    [color, fill(resolving, color === null ? layer : { ...layer, fill: color }, matrix)])));
}

/** A text of one colour is one outline, of more an outline each. */
function piecesOf(
  { kit }: Resolving, paints: Fills, words: Words<Run>, text: PlacedText, merged: boolean,
): [Fill, PathNode["pieces"]] {
  if (paints.size === 1) return [[...paints.values()][0], []];
  const pieces = [...paints].map(([color, paint]) => (
    { path: lettering.outlines(kit, text, merged, (place) => (words.runAt(place)?.fill ?? null) === color), fill: paint }));
  return [pieces.find((piece) => shows(piece.fill))?.fill ?? NOTHING, pieces];
}

function tell(resolving: Resolving, layer: TextLayer, text: PlacedText, ink: Box): void {
  const faces = lettering.faces(text);
  for (const face of faces) resolving.tellFace(face);
  resolving.texts.push({
    layer: layer.id, asked: layer.size, size: text.size, faces: faces.map((face) => face.label), lines: text.lines,
    overflowed: text.outcome === "clipped" || text.outcome === "shown", outcome: text.outcome, box: told(text.box),
    bounds: told(ink),
  });
}

function told([left, top, right, bottom]: Box): Box {
  return [rounded(left, 2), rounded(top, 2), rounded(right, 2), rounded(bottom, 2)];
}

/** What letters and their widest stroke cover, in box coordinates; a shadow may well leave the safe area. */
function inkOf(resolving: Resolving, path: Path, stroke: number, colored: readonly PlacedRun[]): Box {
  const boxes = colored.map((run) => coloredInk(resolving, run));
  if (path.verbs.length) boxes.push(outset(tightBounds(resolving.kit, path), stroke / 2));
  return union(boxes);
}

function coloredInk(resolving: Resolving, run: PlacedRun): Box {
  return lettering.coloredInk(resolving.kit, run, resolving.typeface(run.face.sha256));
}

/** One node for upright glyphs, one for each that is turned. */
function coloredNodes(resolving: Resolving, layer: TextLayer, run: PlacedRun, matrix: Matrix): GlyphsNode[] {
  const covered = withShadows(coloredInk(resolving, run), blurs(layer.shadow));
  const common = {
    kind: "glyphs" as const, layer: layer.id, bounds: outset(bounds(matrix, covered), 1), face: run.face.sha256, size: run.size,
  };
  const { turns } = run;
  if (!turns) {
    const points = run.xs.map((x, i): readonly [number, number] => [x, run.ys[i]]);
    return [{ ...common, matrix, glyphs: run.glyphs, points, shadows: blurs(layer.shadow) }];
  }
  return run.glyphs.map((glyph, number) => {
    const [co, si] = turns[number];
    // shadows fall along the layer's axes, not the letter's
    const shadows = blurs(layer.shadow).map((blur) => (
      { ...blur, dx: co * blur.dx + si * blur.dy, dy: co * blur.dy - si * blur.dx }));
    return { ...common, matrix: multiply(matrix, lettering.stands(run, number)), glyphs: [glyph], points: [[0, 0]], shadows };
  });
}
