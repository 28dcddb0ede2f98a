/** Line art: lines on the darker side of every edge, by a difference of blurs. Integers only; told in `lines.py`. */

import type { LineArt, Pixels } from "./adjustments.ts";
import { color, onWhite, scaled } from "./tones.ts";

/** Rows traced at once: what they need beside the picture stays within a few megabytes. */
const BAND = 512;

/** Changes the pixels in place into lines of the colour. */
export function trace({ width, height, data }: Pixels, asked: LineArt): void {
  const light = onWhite(data);
  const size = Math.max(256, scaled(asked.width ?? 2));
  const need = Math.floor(((256 - scaled(asked.detail ?? 0.5)) ** 2 * 120) / 65536) + 8;
  const ink = color(asked.color ?? "#000000");
  const reach = 2 * ((size >> 8) + 2) + 2; // of two wide boxes
  for (let top = 0; top < height; top += BAND) {
    const first = Math.max(0, top - reach);
    const rows = Int32Array.from(light.subarray(first * width, (top + BAND + reach) * width), (value) => 16 * value);
    const tall = rows.length / width;
    const fine = blurred(rows, width, tall, size);
    const wide = blurred(rows, width, tall, 2 * size + 256);
    const end = Math.min(height, top + BAND) * width;
    for (let i = top * width, from = (top - first) * width; i < end; i++, from++) {
      const rise = wide[from] - fine[from];
      const drawn = (Math.floor((rise * 256) / (fine[from] + 512)) * 16 - 4 * need) * 2;
      const within = drawn < 0 ? 0 : drawn > 255 ? 255 : drawn;
      data[4 * i] = ink[0];
      data[4 * i + 1] = ink[1];
      data[4 * i + 2] = ink[2];
      data[4 * i + 3] = ((within * data[4 * i + 3] * ink[3] + 32512) / 65025) | 0;
    }
  }
}

/** Values after two box filters of `size` / 256 pixels along each axis. */
export function blurred(values: Int32Array, width: number, height: number, size: number): Int32Array {
  const along = turned(boxed(boxed(values, width, size), width, size), width, height);
  return turned(boxed(boxed(along, height, size), height, size), height, width);
}

/** One box filter along rows. */
function boxed(values: Int32Array, width: number, size: number): Int32Array {
  const inner = (size - 256) >> 1 >> 8;
  const edge = (size - 256) >> 1 & 255;
  const norm = 256 * (2 * inner + 1) + 2 * edge;
  const half = norm >> 1;
  const out = new Int32Array(values.length);
  const row = new Int32Array(width + 2 * inner + 2); // a pixel at x + inner + 1, the outermost repeated
  for (let start = 0; start < values.length; start += width) {
    row.fill(values[start], 0, inner + 1);
    row.set(values.subarray(start, start + width), inner + 1);
    row.fill(values[start + width - 1], inner + 1 + width);
    let sum = 0;
    for (let x = 1; x <= 2 * inner; x++) sum += row[x];
    for (let x = 0; x < width; x++) {
      const beyond = row[x + 2 * inner + 2];
      sum += row[x + 2 * inner + 1];
      out[start + x] = ((256 * sum + edge * (row[x] + beyond) + half) / norm) | 0;
      sum -= row[x + 1];
    }
  }
  return out;
}

/** Rows as columns: square by square, since whole columns lie far apart in memory. */
function turned(values: Int32Array, width: number, height: number): Int32Array {
  const out = new Int32Array(values.length);
  for (let top = 0; top < height; top += 32) {
    const bottom = Math.min(height, top + 32);
    for (let x = 0; x < width; x++) {
      for (let y = top; y < bottom; y++) out[x * height + y] = values[y * width + x];
    }
  }
  return out;
}
