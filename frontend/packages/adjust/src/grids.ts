/** A picture brought to another pixel grid by exact box averages in integers; the arithmetic is told in `grids.py`. */

import type { Pixels } from "./adjustments.ts";

export type Box = readonly [left: number, top: number, right: number, bottom: number];
type Span = readonly [first: number, last: number];

/** First and last of each grid pixel along one axis, in 1/256 source pixels. */
export function spans(start: number, end: number, count: number, size: number): Span[] {
  const step = (end - start) / count;
  const half = Math.max(step, 1) / 2;
  return Array.from({ length: count }, (_, i) => {
    const middle = start + (i + 0.5) * step;
    const first = Math.max(0, Math.min(Math.floor((middle - half) * 256 + 0.5), 256 * size));
    const last = Math.max(0, Math.min(Math.floor((middle + half) * 256 + 0.5), 256 * size));
    if (last > first) return [first, last];
    const nearest = 256 * Math.max(0, Math.min(Math.floor(first / 256), size - 1));
    return [nearest, nearest + 256];
  });
}

/** The box (source pixels) of a picture on a grid of width x height. */
export function resample(pixels: Pixels, box: Box, width: number, height: number): Pixels {
  const columns = spans(box[0], box[2], width, pixels.width);
  const rows = spans(box[1], box[3], height, pixels.height);
  const out = { width, height, data: new Uint8Array(4 * width * height) };
  if (isPlain(columns) && isPlain(rows)) {
    copy(pixels, columns[0][0] >> 8, rows[0][0] >> 8, out);
    return out;
  }
  const opaque = isOpaque(pixels.data);
  const left = columns.reduce((least, [first]) => Math.min(least, first), Infinity) >> 8;
  const right = Math.ceil(columns.reduce((most, [, last]) => Math.max(most, last), 0) / 256);
  const sums = new Float64Array(4 * pixels.width);
  const longest = columns.reduce((most, [first, last]) => Math.max(most, last - first), 0);
  rows.forEach(([first, last], y) => {
    down(pixels, first, last, left, right, opaque, sums);
    const row = out.data.subarray(4 * y * width, 4 * (y + 1) * width);
    // Beyond 53 bits the same sums in whole numbers of any length: only where a million source pixels become one.
    const safe = 3 * 65025 * longest * (last - first) <= Number.MAX_SAFE_INTEGER;
    (safe ? along : alongLong)(sums, columns, last - first, opaque, row);
  });
  return out;
}

/** Whether the spans are whole pixels one after the other. */
function isPlain(found: readonly Span[]): boolean {
  return found.every(([first, last], i) => last - first === 256 && first % 256 === 0 && first === found[0][0] + 256 * i);
}

/** Whether no pixel is translucent. */
export function isOpaque(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

/** Pixel for pixel. Clear pixels lose their colour, as with averages. */
function copy(pixels: Pixels, left: number, top: number, out: Pixels): void {
  for (let y = 0; y < out.height; y++) {
    const from = 4 * ((top + y) * pixels.width + left);
    out.data.set(pixels.data.subarray(from, from + 4 * out.width), 4 * y * out.width);
  }
  for (let at = 0; at < out.data.length; at += 4) if (out.data[at + 3] === 0) out.data.fill(0, at, at + 3);
}

/** Rows first to last (1/256) as one row of weighted sums, channels times alpha unless all are opaque. */
function down(
  { width, data }: Pixels, first: number, last: number, left: number, right: number, opaque: boolean, sums: Float64Array,
): void {
  sums.fill(0, 4 * left, 4 * right);
  for (let y = first >> 8; 256 * y < last; y++) {
    const weight = Math.min(last, 256 * (y + 1)) - Math.max(first, 256 * y);
    const to = 4 * right;
    for (let i = 4 * left, at = 4 * (y * width + left); i < to; i += 4, at += 4) {
      const alpha = opaque ? weight : weight * data[at + 3];
      sums[i] += data[at] * alpha;
      sums[i + 1] += data[at + 1] * alpha;
      sums[i + 2] += data[at + 2] * alpha;
      sums[i + 3] += alpha;
    }
  }
}

function along(sums: Float64Array, columns: readonly Span[], tall: number, opaque: boolean, out: Uint8Array): void {
  for (let x = 0; x < columns.length; x++) {
    const [first, last] = columns[x];
    let [red, green, blue, weight] = [0, 0, 0, 0];
    for (let column = first >> 8; 256 * column < last; column++) {
      const by = Math.min(last, 256 * (column + 1)) - Math.max(first, 256 * column);
      red += by * sums[4 * column];
      green += by * sums[4 * column + 1];
      blue += by * sums[4 * column + 2];
      weight += by * sums[4 * column + 3];
    }
    const total = (last - first) * tall;
    if (weight === 0) continue;
    out[4 * x] = Math.floor((2 * red + weight) / (2 * weight));
    out[4 * x + 1] = Math.floor((2 * green + weight) / (2 * weight));
    out[4 * x + 2] = Math.floor((2 * blue + weight) / (2 * weight));
    out[4 * x + 3] = opaque ? 255 : Math.floor((2 * weight + total) / (2 * total));
  }
}

/** The same for sums that a double cannot hold. */
function alongLong(sums: Float64Array, columns: readonly Span[], tall: number, opaque: boolean, out: Uint8Array): void {
  columns.forEach(([first, last], x) => {
    const found = [0n, 0n, 0n, 0n];
    for (let column = first >> 8; 256 * column < last; column++) {
      const by = BigInt(Math.min(last, 256 * (column + 1)) - Math.max(first, 256 * column));
      for (let band = 0; band < 4; band++) found[band] += by * BigInt(sums[4 * column + band]);
    }
    const weight = found[3];
    const total = BigInt(last - first) * BigInt(tall);
    if (weight === 0n) return;
    for (let band = 0; band < 3; band++) out[4 * x + band] = Number((2n * found[band] + weight) / (2n * weight));
    out[4 * x + 3] = opaque ? 255 : Number((2n * weight + total) / (2n * total));
  });
}
