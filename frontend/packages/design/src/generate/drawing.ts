/** What generated layers are made of: outlines in one colour, and words set by the ordinary text layer. */

import type { Font, ShapeLayer, Stroke, TextLayer } from "../document.ts";
import { part } from "../documents.ts";
import type { Layer } from "../documents.ts";
import { union } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import { fill } from "../resolve/paints.ts";
import type { Resolving } from "../resolve/layers.ts";
import { painted as shapePainted } from "../resolve/shapes.ts";
import type { Path, SceneNode } from "../scene.ts";

/** A stroke as a document writes it; what is not said is the default. */
export type Pen = Pick<Stroke, "color" | "width"> & Partial<Stroke>;

/** How a drawn path is painted; nothing of it is none. */
export type Look = Partial<Pick<ShapeLayer, "fill" | "stroke" | "shadow">>;

/** A path in the layer's own coordinates, filled and stroked; none where nothing would show. */
export function painted(
  resolving: Resolving, layer: Layer, matrix: Matrix, path: Path, color: string | null, stroke: Pen | null = null,
): SceneNode[] {
  return drawn(resolving, layer, matrix, path, { fill: color, stroke: stroke as Stroke | null });
}

/** The same in any look that a shape can have. */
export function drawn(resolving: Resolving, { id, width, height }: Layer, matrix: Matrix, path: Path, look: Look): SceneNode[] {
  if (!path.verbs.length) return [];
  const shape = part("ShapeLayer", { id, width, height, shape: { kind: "rectangle" }, ...look }) as unknown as ShapeLayer;
  return shapePainted(resolving.kit, shape, path, fill(resolving, shape, matrix), matrix, false);
}

/** A text set in `box` (x, y, width, height) of the layer's own coordinates, as a text layer would be. */
export function words(
  resolving: Resolving, { id }: Layer, matrix: Matrix, text: string, [x, y, width, height]: Box, font: Font, size: number,
  color: string, more: Partial<TextLayer>,
): SceneNode[] {
  const layer = part("TextLayer", { type: "text", id, x, y, width, height, text, font, size, fill: color, ...more });
  return resolving.layer(layer as unknown as TextLayer, matrix, 1);
}

/**
 * Makes one report of all texts since number `first`: together they are the layer's. Its size is the smallest of theirs.
 *
 * asked: that text's size before fitting, where the layer fitted it itself.
 */
export function reportedOnce(resolving: Resolving, layer: Layer, first: number, asked?: number): void {
  const told = resolving.texts.splice(first);
  if (!told.length) return;
  const least = told.reduce((one, other) => (other.size < one.size ? other : one));
  const inked = told.map((text) => text.bounds).filter((bounds) => bounds[0] < bounds[2]);
  resolving.texts.push({
    ...least, asked: asked ?? least.asked, lines: told.reduce((sum, text) => sum + text.lines, 0),
    faces: [...new Set(told.flatMap((text) => text.faces))], overflowed: told.some((text) => text.overflowed),
    outcome: told.find((text) => text.overflowed)?.outcome ?? least.outcome, box: [0, 0, layer.width, layer.height],
    bounds: union(inked),
  });
}
