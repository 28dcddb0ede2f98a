/** Fills of shapes and texts: a document's gradients, patterns and images in a box's own coordinates. */

import { RenderError } from "@monogram/text";

import type { ImageFill, PatternFill, Point, ShapeLayer, Stop, TextLayer } from "../document.ts";
import type { ImageValue } from "../documents.ts";
import { multiply, rotate, scale } from "../matrices.ts";
import type { Matrix } from "../matrices.ts";
import * as placement from "../placement.ts";
import { isColor } from "../scene.ts";
import type { Fill, Linear, Radial, Texture } from "../scene.ts";
import { NOTHING, rgba } from "./colors.ts";
import type { Resolving } from "./layers.ts";

type Filled = ShapeLayer | TextLayer;

/** What the layer is filled with. matrix: from its box to the picture that is painted. Pictures are reported. */
export function fill(resolving: Resolving, layer: Filled, matrix: Matrix): Fill {
  const paint = layer.fill;
  if (paint === null || typeof paint === "string") return rgba(paint);
  if (paint.kind === "pattern" || paint.kind === "image") return texture(resolving, layer, paint, matrix);
  const ramp = { colors: paint.stops.map((stop: Stop) => rgba(stop.color)), places: paint.stops.map((stop: Stop) => stop.at) };
  const gradient: Linear | Radial = paint.kind === "linear"
    ? { kind: "linear", start: point(paint.start, layer), end: point(paint.end, layer), ...ramp }
    : { kind: "radial", center: point(paint.center, layer), radius: paint.radius * Math.max(layer.width, layer.height), ...ramp };
  return ramp.colors.some((color) => color[3] > 0) ? gradient : NOTHING;
}

/** Whether nothing below can show through; a picture may have holes. */
export function isOpaque(paint: Fill): boolean {
  if (isColor(paint)) return paint[3] === 1;
  return paint.kind !== "texture" && paint.colors.every((color) => color[3] === 1);
}

function point({ x, y }: Point, layer: Filled): readonly [number, number] {
  return [x * layer.width, y * layer.height];
}

function texture(resolving: Resolving, layer: Filled, paint: PatternFill | ImageFill, matrix: Matrix): Texture {
  if (paint.asset === null) {
    throw new RenderError("image_missing", `The fill of layer '${layer.id}' has no image, and no value brings one.`,
      { part: "fill" });
  }
  const picture = resolving.source(paint.asset);
  const placed = placedIn(layer, paint, picture.size, resolving.placements.get(layer.id));
  resolving.tellImage(layer.id, paint.asset, picture, multiply(matrix, placed));
  return { kind: "texture", picture, matrix: placed, repeats: paint.kind === "pattern" };
}

/** From the picture's pixels to the layer's box. */
function placedIn(
  layer: Filled, paint: PatternFill | ImageFill, size: placement.Size, value: ImageValue | undefined,
): Matrix {
  if (paint.kind === "image") {
    const box: placement.Fitted = {
      width: layer.width, height: layer.height, fit: "fill", alignX: paint.alignX, alignY: paint.alignY,
      crop: { x: 0, y: 0, width: 1, height: 1 }, flipX: false, flipY: false, focus: null,
    };
    return placement.place(box, size, value)[1];
  }
  if (value && (value.crop || value.rotation || value.flipX || value.flipY)) {
    throw new RenderError("value_invalid", `The value for the pattern of layer '${layer.id}' is a placed photo; a pattern `
      + "takes an image as it is.", { part: "image" });
  }
  return multiply(rotate(paint.rotation), scale(paint.scale, paint.scale));
}
