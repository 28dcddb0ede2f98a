/** A scene's altered picture made of its source's pixels; `pictures.made` of the server. */

import type { Adjustment, Pixels } from "./adjustments.ts";
import { resample } from "./grids.ts";
import type { Box } from "./grids.ts";
import { apply } from "./steps.ts";

/** A picture made from a source of kind S: changed, cut to whole pixels, brought to a grid, drawn upon. */
export interface Altered<S> {
  readonly source: S;
  readonly adjust: readonly Adjustment[];
  readonly window: readonly [left: number, top: number, right: number, bottom: number] | null;
  readonly grid: { readonly width: number; readonly height: number; readonly box: Box } | null;
  readonly drawn: readonly Adjustment[];
  readonly textures: Readonly<Record<string, S>>;
}

/** New pixels; those that `decoded` gives stay as they are. Throws RenderError as `apply`. */
export function made<S>(picture: Altered<S>, decoded: (source: S) => Pixels): Pixels {
  const { width, height, data } = decoded(picture.source);
  let pixels: Pixels = { width, height, data: new Uint8Array(data) };
  apply(pixels, picture.adjust);
  if (picture.window) pixels = cropped(pixels, picture.window);
  if (picture.grid) {
    pixels = resample(pixels, picture.grid.box, picture.grid.width, picture.grid.height);
    apply(pixels, picture.drawn, (name) => decoded(picture.textures[name]));
  }
  return pixels;
}

function cropped(pixels: Pixels, [left, top, right, bottom]: readonly number[]): Pixels {
  const [width, height] = [Math.min(right, pixels.width) - left, Math.min(bottom, pixels.height) - top];
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * pixels.width + left);
    data.set(pixels.data.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { width, height, data };
}
