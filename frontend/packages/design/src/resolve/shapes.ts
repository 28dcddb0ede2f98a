/** Shape layers, and how any outline is painted: fill, strokes, shadows. */

import { RenderError } from "@monogram/text";
import type { CanvasKit } from "canvaskit-wasm";

import type { Shadow, ShapeLayer, Stroke, TextLayer } from "../document.ts";
import { listed } from "../documents.ts";
import { tightBounds, toKit } from "../kit.ts";
import { bounds, outset, union } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import { outline } from "../paths.ts";
import { shows } from "../scene.ts";
import type { Blur, Fill, Line, Path, PathNode, SceneNode } from "../scene.ts";
import { rgba } from "./colors.ts";
import type { Resolving } from "./layers.ts";
import { fill } from "./paints.ts";

/** Dashes and gaps of one stroke. */
const DASHES = 20_000;

export function nodes(resolving: Resolving, layer: ShapeLayer, matrix: Matrix): SceneNode[] {
  const path = outline(resolving.kit, layer.shape, layer.width, layer.height);
  return painted(resolving.kit, layer, path, fill(resolving, layer, matrix), matrix, false);
}

/** The path node of a shape or text; none where it would paint nothing. pieces: see PathNode. */
export function painted(
  kit: CanvasKit, layer: ShapeLayer | TextLayer, path: Path, paint: Fill, matrix: Matrix, oriented: boolean,
  pieces: PathNode["pieces"] = [],
): SceneNode[] {
  const strokes = listed<Stroke>(layer.stroke).map(line);
  const shadows = blurs(layer.shadow);
  if (!path.verbs.length || !(shows(paint) || strokes.length || shadows.length)) return [];
  for (const one of strokes) if (one.dash.length) checkDash(kit, path, one);
  // a mitre reaches four half widths (Skia's limit), a square cap the diagonal of one
  const reach = Math.max(0, ...strokes.map((one) => (one.width / 2) * (one.join === "miter" ? 4 : 1.5)));
  const own = withShadows(outset(tightBounds(kit, path), reach), shadows);
  return [{
    kind: "path", layer: layer.id, matrix, bounds: outset(bounds(matrix, own), 1), path, fill: paint, strokes, shadows,
    oriented, pieces,
  }];
}

export function blurs(shadow: TextLayer["shadow"]): Blur[] {
  return listed<Shadow>(shadow).map((one) => (
    { color: rgba(one.color), dx: one.dx, dy: one.dy, sigma: one.blur, inner: one.inner }));
}

function line(stroke: Stroke): Line {
  const { width, join, cap, dash, behind } = stroke;
  // SVG's rule: an odd list of dashes and gaps is repeated once
  return { color: rgba(stroke.color), width, join, cap, dash: dash.length % 2 ? [...dash, ...dash] : dash, behind };
}

/** A box with what its shadows may cover; inner ones stay within. */
export function withShadows(own: Box, shadows: readonly Blur[]): Box {
  return union([own, ...shadows.filter((blur) => !blur.inner).map((blur): Box => {
    const cast = outset(own, 3 * blur.sigma);
    return [cast[0] + blur.dx, cast[1] + blur.dy, cast[2] + blur.dx, cast[3] + blur.dy];
  })]);
}

/** Skia draws a plain line instead, without a word, where there would be a million dashes. Ours stop long before. */
function checkDash(kit: CanvasKit, path: Path, { dash }: Line): void {
  const made = toKit(kit, path);
  const contours = new kit.ContourMeasureIter(made, false, 1);
  let length = 0;
  for (let contour = contours.next(); contour; contour = contours.next()) {
    length += contour.length();
    contour.delete();
  }
  contours.delete();
  made.delete();
  if ((length / dash.reduce((sum, part) => sum + part, 0)) * dash.length > DASHES) {
    throw new RenderError("dash_too_fine", `The stroke would have more than ${DASHES} dashes. Make them longer.`,
      { part: "dash" });
  }
}
