/** What colours pixels: colours, gradients and textures as CanvasKit paints, and how pictures are sampled. */

import { isColor, lengths, multiply, rows } from "@monogram/design";
import type { Fill, Linear, Matrix, Radial, Rgba, Texture } from "@monogram/design";
import type { BlendMode, Canvas, CanvasKit, FilterMode, Image, MipmapMode, Paint, Shader, TileMode } from "canvaskit-wasm";

import type { Pictures } from "./pictures.ts";
import type { Scope } from "./scopes.ts";

const CUBIC_FROM = 2;
/** Mitchell's cubic. */
const THIRD = 1 / 3;
const PREMULTIPLIED = 1;

export type Sampling = "cubic" | { filter: FilterMode; mipmap: MipmapMode };

export function color(rgba: Rgba, opacity = 1): Float32Array {
  return Float32Array.of(rgba[0], rgba[1], rgba[2], rgba[3] * opacity);
}

/** By how long a source pixel becomes along its two axes. */
export function sampling(kit: CanvasKit, scales: readonly number[]): Sampling {
  if (Math.min(...scales) < 1) return { filter: kit.FilterMode.Linear, mipmap: kit.MipmapMode.Linear };
  if (Math.max(...scales) > CUBIC_FROM) return "cubic";
  return { filter: kit.FilterMode.Linear, mipmap: kit.MipmapMode.None };
}

export function drawImage(
  canvas: Canvas, image: Image, from: readonly number[], to: readonly number[], how: Sampling, paint: Paint,
): void {
  const source = [...from];
  const place = [...to];
  if (how === "cubic") canvas.drawImageRectCubic(image, source, place, THIRD, THIRD, paint);
  else canvas.drawImageRectOptions(image, source, place, how.filter, how.mipmap, paint);
}

/** The paint of a fill. matrix: that of its node. */
export function fillPaint(
  fill: Fill, matrix: Matrix, pictures: Pictures, scope: Scope, opacity: number, mode: BlendMode,
): Paint {
  const { kit } = pictures;
  const paint = scope.keep(new kit.Paint());
  paint.setAntiAlias(true);
  paint.setBlendMode(mode);
  if (isColor(fill)) {
    paint.setColor(color(fill, opacity));
    return paint;
  }
  paint.setAlphaf(opacity);
  paint.setShader(scope.keep(shaderOf(fill, matrix, pictures)));
  return paint;
}

function shaderOf(fill: Linear | Radial | Texture, matrix: Matrix, pictures: Pictures): Shader {
  const { kit } = pictures;
  if (fill.kind === "texture") {
    const tile = fill.repeats ? kit.TileMode.Repeat : kit.TileMode.Clamp;
    const how = sampling(kit, lengths(multiply(matrix, fill.matrix)));
    return pictureShader(pictures.image(fill.picture), tile, how, rows(fill.matrix));
  }
  const colors = Uint32Array.from(fill.colors, argb);
  const places = [...fill.places];
  if (fill.kind === "linear") {
    return kit.Shader.MakeLinearGradient([...fill.start], [...fill.end], colors, places, kit.TileMode.Clamp, undefined,
      PREMULTIPLIED, kit.ColorSpace.SRGB);
  }
  if (fill.focus) {
    const [x, y, inner] = fill.focus;
    return kit.Shader.MakeTwoPointConicalGradient([x, y], inner, [...fill.center], fill.radius, colors, places,
      kit.TileMode.Clamp, undefined, PREMULTIPLIED, kit.ColorSpace.SRGB);
  }
  return kit.Shader.MakeRadialGradient([...fill.center], fill.radius, colors, places, kit.TileMode.Clamp, undefined,
    PREMULTIPLIED, kit.ColorSpace.SRGB);
}

export function pictureShader(image: Image, tile: TileMode, how: Sampling, matrix?: number[]): Shader {
  if (how === "cubic") return image.makeShaderCubic(tile, tile, THIRD, THIRD, matrix);
  return image.makeShaderOptions(tile, tile, how.filter, how.mipmap, matrix);
}

function argb(rgba: Rgba): number {
  const [red, green, blue, alpha] = rgba.map((part) => Math.round(part * 255));
  return ((alpha << 24) | (red << 16) | (green << 8) | blue) >>> 0;
}
