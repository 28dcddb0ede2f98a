/** Removing a picture's background. METHODS is where another engine joins; `border` is told in `backgrounds.py`. */

import { RenderError } from "@monogram/text/errors";

import type { Pixels, RemoveBackground } from "./adjustments.ts";
import { cutOut, feather, localMeans } from "./cutouts.ts";
import { resample } from "./grids.ts";
import { nearest, palette } from "./mosaics.ts";
import { luminance, scaled } from "./tones.ts";

const SIDE = 256; // cells of the small copy's longer side
const FLOOD = 4_000; // the largest cost that matters
const ROUNDS = 80;

/** One number a cell of a small copy, row by row. */
interface Cells {
  readonly columns: number;
  readonly rows: number;
}

/** Changes the pixels in place. Throws RenderError `background_unclear` if less than one in 200 would be left. */
export function removeByBorder(pixels: Pixels, asked: RemoveBackground): void {
  const { width, height } = pixels;
  const longer = Math.max(height, width, SIDE);
  const [columns, rows] = [width, height].map((size) => Math.max(1, Math.floor((2 * SIDE * size + longer) / (2 * longer))));
  const small = resample(pixels, [0, 0, width, height], columns, rows);
  const cells = { columns, rows };
  const space = spaceOf(small);
  const free = 4 + ((scaled(asked.tolerance ?? 0.25) * 100) >> 8);
  const cost = flooded(cells, strangeness(cells, space, small.data, busyness(pixels, cells)), free);
  const kept = withoutCrumbs(cells, agreed(cells, space, weighed(small.data, cost)));
  for (let i = 0; i < kept.length; i++) kept[i] = ((kept[i] * small.data[4 * i + 3]) / 255) | 0;
  if (200 * kept.reduce((sum, value) => sum + (value >= 128 ? 1 : 0), 0) < kept.length) {
    throw new RenderError("background_unclear", "Removing the background would leave nothing of the image: its subject is of "
      + "the colours at its edges, or reaches them all round.", { part: "adjust" });
  }
  // what surely stays, what surely goes, as colours around each cell; and how much of it stays
  const ahead = localMeans(small, kept.map((value) => (value >= 240 ? 1 : 0)));
  const behind = localMeans(small, kept.map((value) => (value <= 15 ? 1 : 0)));
  cutOut(pixels, { ...cells, ahead, behind, kept });
  const soft = asked.feather ?? 1.5;
  if (soft) feather(pixels, scaled(soft), { ...cells, ahead, behind, kept });
}

export const METHODS: Record<string, (pixels: Pixels, asked: RemoveBackground) => void> = { border: removeByBorder };

/** Luminance L, 2 (R - L), 2 (B - L): differences of hue weigh twice those of light. Three numbers a cell. */
function spaceOf({ data }: Pixels): Int32Array {
  const light = luminance(data);
  const out = new Int32Array(3 * light.length);
  for (let i = 0; i < light.length; i++) {
    out[3 * i] = light[i];
    out[3 * i + 1] = 2 * (data[4 * i] - light[i]);
    out[3 * i + 2] = 2 * (data[4 * i + 2] - light[i]);
  }
  return out;
}

/** How unlike the surroundings each cell is, by colour and by detail. */
function strangeness(cells: Cells, space: Int32Array, data: Uint8Array, busy: Int32Array): Int32Array {
  const rim = rimOf(cells);
  const colors = surroundings(rim, space);
  const usual = Int32Array.from(rim.flat(), (at) => busy[at]).sort();
  const quiet = 2 * usual[Math.floor((9 * usual.length) / 10)] + 6;
  return busy.map((detail, i) => {
    if (data[4 * i + 3] < 128) return 0;
    let least = Infinity;
    for (let at = 0; at < colors.length; at += 3) {
      let light = space[3 * i] - colors[at];
      if (light < 0) light = -light >> 1; // the darker: shadows belong to the ground they fall on
      const red = space[3 * i + 1] - colors[at + 1];
      const blue = space[3 * i + 2] - colors[at + 2];
      least = Math.min(least, light * light + red * red + blue * blue);
    }
    return Math.floor(Math.sqrt(least)) + 2 * Math.max(0, detail - quiet);
  });
}

/** Numbers of the cells along the top, and along the upper half of the left and of the right side. */
function rimOf({ columns, rows }: Cells): [number[], number[], number[]] {
  const deep = Math.max(1, Math.floor(Math.min(rows, columns) / 40));
  const upper = Math.max(1, rows >> 1);
  const rim: [number[], number[], number[]] = [[], [], []];
  for (let y = 0; y < deep; y++) for (let x = 0; x < columns; x++) rim[0].push(y * columns + x);
  for (let y = deep; y < upper; y++) {
    for (let x = 0; x < deep; x++) {
      rim[1].push(y * columns + x);
      rim[2].push(y * columns + columns - deep + x);
    }
  }
  return rim;
}

/** The rim's colours that are frequent enough, or all. */
function surroundings(rim: readonly (readonly number[])[], space: Int32Array): Int32Array {
  const colors = palette(Int32Array.from(rim.flat().flatMap((at) => [...space.subarray(3 * at, 3 * at + 3)])), 12);
  const [top, left, right] = rim.map((part, i) => {
    const counts = new Array<number>(colors.length / 3).fill(0);
    for (const at of part) counts[nearest(space, at, colors, 1, 1, 1)]++;
    return counts.map((count) => (i ? 10 : 40) * count >= Math.max(1, part.length));
  });
  const known = top.flatMap((enough, i) => (enough || (left[i] && right[i]) ? [...colors.subarray(3 * i, 3 * i + 3)] : []));
  return known.length ? Int32Array.from(known) : colors;
}

/** Sharp detail: the sum of the luminance's steps to the right and down, averaged over each cell. */
function busyness(pixels: Pixels, { columns, rows }: Cells): Int32Array {
  const { width, height } = pixels;
  const finer = [4, 2].find((by) => columns * by <= width && rows * by <= height) ?? 1;
  const wide = columns * finer;
  const tall = rows * finer;
  const fine = luminance(resample(pixels, [0, 0, width, height], wide, tall).data);
  const out = new Int32Array(columns * rows);
  for (let y = 0, at = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++, at++) {
      const right = x + 1 < wide ? Math.abs(fine[at + 1] - fine[at]) : 0;
      const down = y + 1 < tall ? Math.abs(fine[at + wide] - fine[at]) : 0;
      out[Math.floor(y / finer) * columns + Math.floor(x / finer)] += right + down;
    }
  }
  return out.map((sum) => Math.floor(sum / finer ** 2));
}

/** The least cost of a way to each cell from the top edge and the upper half of both sides. */
function flooded({ columns, rows }: Cells, strange: Int32Array, free: number): Int32Array {
  const cost = new Int32Array(strange.length).fill(FLOOD);
  const queue: number[][] = Array.from({ length: FLOOD }, () => []); // cells by cost
  const enter = (at: number, before: number): void => {
    const price = before + Math.max(0, strange[at] - free);
    if (price >= cost[at]) return;
    cost[at] = price;
    queue[price].push(at);
  };
  for (let x = 0; x < columns; x++) enter(x, 0);
  for (let y = 0; y < Math.max(1, rows >> 1); y++) {
    enter(y * columns, 0);
    enter(y * columns + columns - 1, 0);
  }
  queue.forEach((cells, price) => {
    for (const at of cells) { // which may grow meanwhile
      if (cost[at] < price) continue;
      const x = at % columns;
      if (at >= columns) enter(at - columns, price);
      if (at + columns < cost.length) enter(at + columns, price);
      if (x) enter(at - 1, price);
      if (x < columns - 1) enter(at + 1, price);
    }
  });
  return cost;
}

/** How much each cell speaks for the subject, 0 to 65280. */
function weighed(data: Uint8Array, cost: Int32Array): Int32Array {
  const place = (i: number): number =>
    ((data[4 * i] >> 4) + 1) * 324 + ((data[4 * i + 1] >> 4) + 1) * 18 + (data[4 * i + 2] >> 4) + 1;
  const inside = new Int32Array(18 ** 3);
  const outside = new Int32Array(18 ** 3);
  const flood = cost.map((price) => Math.min(255, 3 * price));
  flood.forEach((value, i) => (value >= 128 ? inside : outside)[place(i)]++);
  const [near, far] = [summed(inside), summed(outside)];
  return flood.map((value, i) => {
    if (value >= 128) return 256 * value;
    const at = place(i);
    const color = Math.floor((255 * near[at] + 127) / Math.max(1, near[at] + far[at]));
    return 64 * (3 * value + color);
  });
}

/** Each entry of an 18 x 18 x 18 table with its 26 neighbours; the outermost are not needed. */
function summed(table: Int32Array): Int32Array {
  for (const step of [324, 18, 1]) {
    const before = table;
    table = before.map((value, at) => value + (before[at - step] ?? 0) + (before[at + step] ?? 0));
  }
  return table;
}

/** 80 rounds in which each cell becomes the mean of its own weight and its neighbours' values: 0 to 255. */
function agreed({ columns, rows }: Cells, space: Int32Array, own: Int32Array): Int32Array {
  const likeness = (one: number, other: number): number => {
    const [light, red, blue] = [0, 1, 2].map((band) => space[3 * one + band] - space[3 * other + band]);
    return Math.floor(4096 / (16 + light * light + red * red + blue * blue));
  };
  const right = own.map((_, i) => (i % columns < columns - 1 ? likeness(i, i + 1) : 0));
  const below = own.map((_, i) => (i < columns * (rows - 1) ? likeness(i, i + columns) : 0));
  const weights = own.map((_, i) => {
    const [left, above] = [i % columns ? right[i - 1] : 0, i >= columns ? below[i - columns] : 0];
    return 24 + left + above + right[i] + below[i];
  });
  let values = own;
  let next: Int32Array = new Int32Array(own.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < own.length; i++) {
      let total = 24 * own[i];
      if (i >= columns) total += below[i - columns] * values[i - columns];
      if (i + columns < own.length) total += below[i] * values[i + columns];
      if (i > 0) total += right[i - 1] * values[i - 1]; // 0 at the end of a row
      if (i + 1 < own.length) total += right[i] * values[i + 1];
      next[i] = (total / weights[i]) | 0;
    }
    [values, next] = [next, values === own ? new Int32Array(own.length) : values];
  }
  return values.map((value) => value >> 8);
}

/** Parts of cells at 48 or more that hang together by their sides and have fewer cells than 1 in 12 of the largest: gone. */
function withoutCrumbs({ columns }: Cells, kept: Int32Array): Int32Array {
  const left = kept.map((value) => (value >= 48 ? 1 : 0));
  const parts: number[][] = [];
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue;
    const part = [start];
    left[start] = 0;
    for (const at of part) { // which grows meanwhile
      const x = at % columns;
      for (const to of [at - columns, at + columns, x ? at - 1 : -1, x < columns - 1 ? at + 1 : -1]) {
        if (to < 0 || to >= left.length || !left[to]) continue;
        left[to] = 0;
        part.push(to);
      }
    }
    parts.push(part);
  }
  const largest = parts.reduce((most, part) => Math.max(most, part.length), 0);
  const out = new Int32Array(kept.length);
  for (const part of parts) if (12 * part.length >= largest) for (const at of part) out[at] = kept[at];
  return out;
}
