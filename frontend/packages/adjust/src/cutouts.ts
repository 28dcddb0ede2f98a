/** A picture's alpha at full size from what a small copy keeps, and no background in the colours of soft edges. */

import type { Pixels } from "./adjustments.ts";
import { blurred } from "./lines.ts";

const BAND = 96; // rows blurred at once

/** Cells of a small copy: the subject's and the background's colour, three numbers each, and how much of it stays, 0 to 255. */
export interface Fields {
  readonly columns: number;
  readonly rows: number;
  readonly ahead: Int32Array;
  readonly behind: Int32Array;
  readonly kept: Int32Array;
}

/** Where pixels of one axis lie between cells: from a cell to the next, in 1/256. */
interface Places {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly part: Int32Array;
}

/** The mean colour of the chosen cells of alpha 128 or more within 6 around, or the cell's own; three numbers a cell. */
export function localMeans({ width, height, data }: Pixels, chosen: Int32Array): Int32Array {
  const wide = width + 1;
  const sums = [0, 1, 2, 3].map(() => new Int32Array(wide * (height + 1))); // of all cells above and to the left
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = (y + 1) * wide + x + 1;
      const counts = chosen[i] && data[4 * i + 3] >= 128 ? 1 : 0;
      for (let band = 0; band < 4; band++) {
        const value = band < 3 ? data[4 * i + band] * counts : counts;
        sums[band][at] = value + sums[band][at - 1] + sums[band][at - wide] - sums[band][at - wide - 1];
      }
    }
  }
  const out = new Int32Array(3 * width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - 6) * wide, Math.min(height, y + 7) * wide];
    for (let x = 0; x < width; x++, i++) {
      const [left, right] = [Math.max(0, x - 6), Math.min(width, x + 7)];
      const [red, green, blue, count] = sums.map((sum) => sum[bottom + right] - sum[top + right] - sum[bottom + left]
        + sum[top + left]);
      const mean = (sum: number, own: number): number => (count ? Math.floor((2 * sum + count) / (2 * count)) : own);
      out[3 * i] = mean(red, data[4 * i]);
      out[3 * i + 1] = mean(green, data[4 * i + 1]);
      out[3 * i + 2] = mean(blue, data[4 * i + 2]);
    }
  }
  return out;
}

/** Changes the pixels in place. */
export function cutOut({ width, height, data }: Pixels, fields: Fields): void {
  const [along, down] = [placed(width, fields.columns), placed(height, fields.rows)];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const kept = between(fields.kept, 1, 0, fields.columns, along, x, down, y);
      if (kept <= 16) data[at + 3] = 0;
      else if (kept < 255) unmix(data, at, fields, kept, along, x, down, y);
    }
  }
}

/** One pixel of a soft edge: how much of it is the subject, and the subject's colour in it. */
function unmix(data: Uint8Array, at: number, fields: Fields, kept: number, along: Places, x: number, down: Places, y: number): void {
  const ahead = [0, 0, 0];
  const behind = [0, 0, 0];
  let [squared, reached] = [0, 0];
  for (let band = 0; band < 3; band++) {
    ahead[band] = between(fields.ahead, 3, band, fields.columns, along, x, down, y);
    behind[band] = between(fields.behind, 3, band, fields.columns, along, x, down, y);
    const across = ahead[band] - behind[band];
    squared += across * across;
    reached += (data[at + band] - behind[band]) * across;
  }
  const mix = squared < 300 ? kept : Math.floor((255 * reached) / squared);
  const alpha = Math.max(0, Math.min(255, Math.max(mix, 4 * (kept - 192)), 4 * kept - 64));
  for (let band = 0; band < 3; band++) {
    const color = Math.floor((255 * data[at + band] - (255 - alpha) * behind[band]) / Math.max(1, alpha));
    data[at + band] = alpha === 0 ? ahead[band] : Math.max(0, Math.min(255, color));
  }
  data[at + 3] = Math.floor((2 * alpha * data[at + 3] + 255) / 510);
}

function placed(size: number, cells: number): Places {
  const [from, to, part] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  for (let i = 0; i < size; i++) {
    const place = Math.max(0, Math.min(256 * (cells - 1), Math.floor(((2 * i + 1) * cells * 128) / size) - 128));
    from[i] = place >> 8;
    to[i] = Math.min(from[i] + 1, cells - 1);
    part[i] = place & 255;
  }
  return { from, to, part };
}

/** A field of `each` numbers a cell at one pixel: first down, then along. */
function between(
  field: Int32Array, each: number, band: number, columns: number, along: Places, x: number, down: Places, y: number,
): number {
  const [above, below] = [down.from[y] * columns, down.to[y] * columns];
  const [left, right] = [along.from[x], along.to[x]];
  const [lower, later] = [down.part[y], along.part[x]];
  const first = field[(above + left) * each + band] * (256 - lower) + field[(below + left) * each + band] * lower;
  const last = field[(above + right) * each + band] * (256 - lower) + field[(below + right) * each + band] * lower;
  return (first * (256 - later) + last * later + 32768) >> 16;
}

/** Softens the alpha over `size` / 256 pixels more. What that uncovers takes the subject's colour. */
export function feather({ width, height, data }: Pixels, size: number, fields: Fields): void {
  const [along, down] = [placed(width, fields.columns), placed(height, fields.rows)];
  const reach = (size >> 8) + 4;
  const before = Uint8Array.from({ length: width * height }, (_, i) => data[4 * i + 3]);
  for (let top = 0; top < height; top += BAND) {
    const first = Math.max(0, top - reach);
    const rows = before.subarray(first * width, (top + BAND + reach) * width);
    if (rows.every((alpha) => alpha === rows[0])) continue;
    const soft = blurred(Int32Array.from(rows, (alpha) => 16 * alpha), width, rows.length / width, 256 + size);
    const bottom = Math.min(height, top + BAND);
    for (let y = top; y < bottom; y++) {
      for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x);
        const alpha = (soft[(y - first) * width + x] + 8) >> 4;
        if (data[at + 3] === 0 && alpha > 0) {
          for (let band = 0; band < 3; band++) {
            data[at + band] = between(fields.ahead, 3, band, fields.columns, along, x, down, y);
          }
        }
        data[at + 3] = alpha;
      }
    }
  }
}
