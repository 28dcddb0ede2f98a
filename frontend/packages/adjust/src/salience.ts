/** Which part of a picture to keep when its box has another shape, in integers, without a model; told in `salience.py`. */

import type { Pixels } from "./adjustments.ts";
import { resample } from "./grids.ts";
import { onWhite } from "./tones.ts";

const SIDE = 96;

/** How much each cell of the thumbnail counts, row by row. */
export function salience(pixels: Pixels): number[][] {
  const { width, height } = pixels;
  const longer = Math.max(width, height);
  const [columns, rows] = [width, height].map((size) => Math.max(1, Math.floor((2 * SIDE * size + longer) / (2 * longer))));
  const small = resample(pixels, [0, 0, width, height], columns, rows);
  const light = onWhite(small.data);
  return Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_, x) => {
    const around = light[Math.max(0, y - 1) * columns + x] + light[Math.min(rows - 1, y + 1) * columns + x]
      + light[y * columns + Math.max(0, x - 1)] + light[y * columns + Math.min(columns - 1, x + 1)];
    const at = y * columns + x;
    return counted(small.data.subarray(4 * at, 4 * at + 4), light[at], Math.min(255, Math.abs(4 * light[at] - around)));
  }));
}

/** What one cell counts, by its colour, its luminance and its detail. */
function counted([red, green, blue, alpha]: Uint8Array, light: number, detail: number): number {
  if (alpha < 128) return 0;
  const length = Math.max(1, red * red + green * green + blue * blue);
  const near = Math.floor((65536 * (199 * red + 145 * green + 112 * blue) ** 2) / (73170 * length));
  const hue = Math.max(0, Math.min(255, Math.floor(((near - 63570) * 255) / 1700)));
  const skin = light >= 40 && light <= 235 ? hue : 0;
  const color = Math.max(red, green, blue) - Math.min(red, green, blue);
  return 2 * detail + ((3 * skin * (64 + detail)) >> 6) + (color >> 2);
}
