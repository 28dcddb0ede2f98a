/** Paints outlines: shadows, strokes, fills and inner shadows of a path. */

import { lengths, shows, toKit } from "@monogram/design";
import type { Blur, Line, PathNode, Rgba } from "@monogram/design";
import type { BlendMode, Canvas, CanvasKit, Paint, PaintStyle, Path } from "canvaskit-wasm";

import { color, fillPaint } from "./inks.ts";
import type { Pictures } from "./pictures.ts";
import { scoped } from "./scopes.ts";
import type { Scope } from "./scopes.ts";

// Skia's mask filter takes a larger sigma (canvas pixels) for this one, without a word; its image filter goes to 532.
const MASK_SIGMA = 128;
const BLACK: Rgba = [0, 0, 0, 1];

/** Everything one path is painted with. */
interface Work {
  canvas: Canvas;
  node: PathNode;
  path: Path;
  pictures: Pictures;
  kit: CanvasKit;
  scope: Scope;
  opacity: number;
  mode: BlendMode;
}

/** The node in its own coordinates. opacity and mode are for nodes that one call paints. */
export function paintPath(canvas: Canvas, node: PathNode, pictures: Pictures, opacity: number, mode: BlendMode): void {
  scoped((scope) => {
    const { kit } = pictures;
    const work = { canvas, node, path: scope.keep(toKit(kit, node.path)), pictures, kit, scope, opacity, mode };
    for (const shadow of node.shadows.toReversed()) if (!shadow.inner) paintShadow(work, shadow);
    const lines = node.strokes.toReversed();
    for (const line of lines) if (line.behind) canvas.drawPath(work.path, strokePaint(work, line, line.color, opacity, mode));
    if (shows(node.fill)) paintFill(work);
    for (const line of lines) if (!line.behind) canvas.drawPath(work.path, strokePaint(work, line, line.color, opacity, mode));
  });
}

function strokePaint({ kit, scope }: Work, line: Line, rgba: Rgba, opacity = 1, mode?: BlendMode): Paint {
  const paint = plainPaint(kit, scope, rgba, opacity);
  if (mode) paint.setBlendMode(mode);
  paint.setStyle(kit.PaintStyle.Stroke);
  paint.setStrokeWidth(line.width);
  paint.setStrokeJoin({ round: kit.StrokeJoin.Round, miter: kit.StrokeJoin.Miter, bevel: kit.StrokeJoin.Bevel }[line.join]);
  paint.setStrokeCap({ butt: kit.StrokeCap.Butt, round: kit.StrokeCap.Round, square: kit.StrokeCap.Square }[line.cap]);
  if (line.dash.length) paint.setPathEffect(scope.keep(kit.PathEffect.MakeDash([...line.dash], 0)));
  return paint;
}

function plainPaint(kit: CanvasKit, scope: Scope, rgba: Rgba, opacity = 1): Paint {
  const paint = scope.keep(new kit.Paint());
  paint.setAntiAlias(true);
  paint.setColor(color(rgba, opacity));
  return paint;
}

/** SkPaint's third style; CanvasKit's list of styles leaves it out. */
function strokeAndFill(): PaintStyle {
  return { value: 2 } as PaintStyle;
}

function paintFill(work: Work): void {
  const { canvas, path, node, pictures, scope } = work;
  const inner = node.shadows.filter((shadow) => shadow.inner).reverse();
  if (inner.length) {
    const [left, top, right, bottom] = path.computeTightBounds();
    canvas.saveLayer(undefined, [left - 1, top - 1, right + 1, bottom + 1]);
  }
  if (!node.pieces.length) canvas.drawPath(path, fillPaint(node.fill, node.matrix, pictures, scope, work.opacity, work.mode));
  for (const piece of node.pieces) {
    const paint = fillPaint(piece.fill, node.matrix, pictures, scope, work.opacity, work.mode);
    canvas.drawPath(scope.keep(toKit(work.kit, piece.path)), paint);
  }
  for (const shadow of inner) paintInner(work, shadow);
  if (inner.length) canvas.restore();
}

function paintInner(work: Work, shadow: Blur): void {
  const { canvas, kit, scope, path } = work;
  const paint = plainPaint(kit, scope, BLACK);
  if (!isSoft(work.node, shadow)) {
    paint.setBlendMode(kit.BlendMode.DstOut);
    maskBlur(work, paint, shadow.sigma);
    castInside(kit, canvas, shadow, scope, () => canvas.drawPath(path, paint));
    return;
  }
  const layer = scope.keep(new kit.Paint());
  layer.setImageFilter(scope.keep(kit.ImageFilter.MakeBlur(shadow.sigma, shadow.sigma, kit.TileMode.Decal, null)));
  layer.setBlendMode(kit.BlendMode.DstOut);
  castInside(kit, canvas, shadow, scope, () => {
    canvas.saveLayer(layer);
    canvas.drawPath(path, paint);
    canvas.restore();
  });
}

/**
 * Lays the shadow's colour on what the layer under way holds already, after `takeOut` has taken the blurred silhouette
 * out of it. No clip is needed: the rim keeps exactly the coverage it was painted with.
 */
export function castInside(kit: CanvasKit, canvas: Canvas, shadow: Blur, scope: Scope, takeOut: () => void): void {
  const layer = scope.keep(new kit.Paint());
  layer.setBlendMode(kit.BlendMode.SrcATop);
  canvas.saveLayer(layer);
  canvas.drawColor(color(shadow.color), kit.BlendMode.SrcOver);
  canvas.translate(shadow.dx, shadow.dy);
  takeOut();
  canvas.restore();
}

function isSoft(node: PathNode, shadow: Blur): boolean {
  return shadow.sigma * Math.max(...lengths(node.matrix)) > MASK_SIGMA;
}

function maskBlur({ kit, scope }: Work, paint: Paint, sigma: number): void {
  if (sigma) paint.setMaskFilter(scope.keep(kit.MaskFilter.MakeBlur(kit.BlurStyle.Normal, sigma, true)));
}

/** The silhouette of fill and strokes, blurred by a mask filter where one call can paint it. */
function paintShadow(work: Work, shadow: Blur): void {
  const { canvas, node, path, kit, scope } = work;
  const line = widest(node.strokes);
  const both = node.strokes.length > 0 && shows(node.fill);
  const plain = !node.strokes.length || (line !== undefined && !(both && (!node.oriented || line.dash.length)));
  canvas.save();
  canvas.translate(shadow.dx, shadow.dy);
  if (isSoft(node, shadow) || !plain) {
    paintSoftShadow(work, shadow);
  } else {
    const paint = line ? strokePaint(work, line, shadow.color) : plainPaint(kit, scope, shadow.color);
    if (line && both) paint.setStyle(strokeAndFill());
    maskBlur(work, paint, shadow.sigma);
    canvas.drawPath(path, paint);
  }
  canvas.restore();
}

/** The stroke that covers all others, if one does. */
function widest(strokes: readonly Line[]): Line | undefined {
  return strokes.find((line) => {
    const alike = strokes.every((other) => other.join === line.join && other.cap === line.cap && other.width <= line.width);
    return strokes.length === 1 || (alike && !line.dash.length);
  });
}

/** Fill and strokes drawn as one picture, then blurred. */
function paintSoftShadow(work: Work, shadow: Blur): void {
  const { canvas, node, path, kit, scope } = work;
  const opaque: Rgba = [shadow.color[0], shadow.color[1], shadow.color[2], 1];
  const layer = scope.keep(new kit.Paint());
  layer.setAlphaf(shadow.color[3]);
  if (shadow.sigma) {
    layer.setImageFilter(scope.keep(kit.ImageFilter.MakeBlur(shadow.sigma, shadow.sigma, kit.TileMode.Decal, null)));
  }
  const reach = 2 * Math.max(0, ...node.strokes.map((line) => line.width)) + 1; // a mitre reaches four half widths
  const [left, top, right, bottom] = path.computeTightBounds();
  canvas.saveLayer(layer, [left - reach, top - reach, right + reach, bottom + reach]);
  if (shows(node.fill) || !node.strokes.length) canvas.drawPath(path, plainPaint(kit, scope, opaque));
  for (const line of node.strokes) canvas.drawPath(path, strokePaint(work, line, opaque));
  canvas.restore();
}
