/** A picture as tiles of few colours. Integers only; told in `mosaics.py`. Colours here are three numbers each, one after the other. */

import type { Mosaic, Pixels } from "./adjustments.ts";
import { resample } from "./grids.ts";

interface CutBox {
  /** Numbers of the colours, in the order that cuts have left. */
  members: Int32Array;
  /** The channel with the longest side, and that side; the earlier among equals. */
  channel: number;
  least: number;
  side: number;
}

/** Changes the pixels in place. */
export function lay(pixels: Pixels, asked: Mosaic, texture: Pixels | null): void {
  const { width, height } = pixels;
  const across = Math.min(asked.across, width);
  const down = Math.min(Math.max(1, Math.floor((2 * across * height + width) / (2 * width))), height);
  const [columns, rows] = [edges(width, across), edges(height, down)];
  const tiles = averages(pixels, rows, columns);
  reduce(tiles, asked.colors ?? 16);
  const pressed = texture && new Press(texture);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const tile = tiles.subarray(4 * (y * across + x), 4 * (y * across + x) + 4);
      const wide = columns[x + 1] - columns[x];
      const tall = rows[y + 1] - rows[y];
      const bits = pressed ? pressed.bits(wide, tall) : null;
      fill(pixels, columns[x], rows[y], wide, tall, tile, bits);
    }
  }
}

function edges(size: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => Math.floor((i * size) / count));
}

/** A texture at the sizes of tiles. */
class Press {
  readonly #texture: Pixels;
  readonly #made = new Map<string, Uint8Array>();

  constructor(texture: Pixels) {
    this.#texture = texture;
  }

  bits(width: number, height: number): Uint8Array {
    const key = `${width} ${height}`;
    let made = this.#made.get(key);
    if (!made) {
      made = resample(this.#texture, [0, 0, this.#texture.width, this.#texture.height], width, height).data;
      this.#made.set(key, made);
    }
    return made;
  }
}

/** One tile, with the texture multiplied over it. */
function fill(
  pixels: Pixels, left: number, top: number, wide: number, tall: number, tile: Uint8Array, bits: Uint8Array | null,
): void {
  const { data } = pixels;
  for (let y = 0, from = 0; y < tall; y++) {
    const start = 4 * ((top + y) * pixels.width + left);
    for (let at = start; at < start + 4 * wide; at++, from++) {
      const value = tile[at & 3];
      data[at] = bits ? ((value * bits[from] + 127) / 255) | 0 : value;
    }
  }
}

/** RGBA of each tile: the box average, not premultiplied. */
function averages({ width, data }: Pixels, rows: readonly number[], columns: readonly number[]): Uint8Array {
  const across = columns.length - 1;
  const out = new Uint8Array(4 * (rows.length - 1) * across);
  for (let y = 0, to = 0; y + 1 < rows.length; y++) {
    for (let x = 0; x < across; x++, to += 4) {
      let [red, green, blue, weight] = [0, 0, 0, 0];
      for (let row = rows[y]; row < rows[y + 1]; row++) {
        for (let at = 4 * (row * width + columns[x]); at < 4 * (row * width + columns[x + 1]); at += 4) {
          const alpha = data[at + 3];
          red += data[at] * alpha;
          green += data[at + 1] * alpha;
          blue += data[at + 2] * alpha;
          weight += alpha;
        }
      }
      const count = (rows[y + 1] - rows[y]) * (columns[x + 1] - columns[x]);
      out[to + 3] = Math.floor((2 * weight + count) / (2 * count));
      if (weight === 0) continue;
      out[to] = Math.floor((2 * red + weight) / (2 * weight));
      out[to + 1] = Math.floor((2 * green + weight) / (2 * weight));
      out[to + 2] = Math.floor((2 * blue + weight) / (2 * weight));
    }
  }
  return out;
}

/** Tiles in place: opaque ones to the nearest of at most `most` colours, the rest clear. */
function reduce(tiles: Uint8Array, most: number): void {
  const solid: number[] = [];
  for (let at = 0; at < tiles.length; at += 4) {
    if (tiles[at + 3] >= 128) solid.push(at);
    else tiles.fill(0, at, at + 4);
  }
  if (!solid.length) return;
  const colors = new Int32Array(3 * solid.length);
  solid.forEach((at, i) => colors.set(tiles.subarray(at, at + 3), 3 * i));
  const choice = palette(colors, most);
  solid.forEach((at, i) => {
    const found = 3 * nearest(colors, i, choice, 2, 4, 3);
    tiles.set(choice.subarray(found, found + 3), at);
    tiles[at + 3] = 255;
  });
}

/** At most `most` colours for one or more, by median cut. */
export function palette(colors: Int32Array, most: number): Int32Array {
  const boxes = [boxed(colors, Int32Array.from({ length: colors.length / 3 }, (_, i) => i))];
  while (boxes.length < most) {
    let at = 0;
    boxes.forEach((box, i) => {
      if (box.side * box.members.length > boxes[at].side * boxes[at].members.length) at = i;
    });
    if (boxes[at].side === 0) break;
    const members = sorted(colors, boxes[at]);
    const half = members.length >> 1;
    boxes[at] = boxed(colors, members.subarray(0, half));
    boxes.push(boxed(colors, members.subarray(half)));
  }
  return Int32Array.from(boxes.flatMap(({ members }) => [0, 1, 2].map((channel) => {
    const sum = members.reduce((total, i) => total + colors[3 * i + channel], 0);
    return Math.floor((2 * sum + members.length) / (2 * members.length));
  })));
}

function boxed(colors: Int32Array, members: Int32Array): CutBox {
  const box: CutBox = { members, channel: 0, least: 0, side: -1 };
  for (let channel = 0; channel < 3; channel++) {
    let [least, largest] = [Infinity, -Infinity];
    for (const i of members) {
      const value = colors[3 * i + channel];
      if (value < least) least = value;
      if (value > largest) largest = value;
    }
    if (largest - least > box.side) Object.assign(box, { channel, least, side: largest - least });
  }
  return box;
}

/** By the longest side's channel; equals keep their order. */
function sorted(colors: Int32Array, { members, channel, least, side }: CutBox): Int32Array {
  const starts = new Int32Array(side + 2);
  for (const i of members) starts[colors[3 * i + channel] - least + 1]++;
  for (let value = 1; value <= side; value++) starts[value] += starts[value - 1];
  const out = new Int32Array(members.length);
  for (const i of members) out[starts[colors[3 * i + channel] - least]++] = i;
  return out;
}

/** The number of the choice that is nearest to the colour of number i, channels weighed; the earlier among equals. */
export function nearest(
  colors: Int32Array, i: number, choice: Int32Array, first: number, second: number, third: number,
): number {
  let [found, least] = [0, Infinity];
  for (let at = 0; at < choice.length; at += 3) {
    const red = colors[3 * i] - choice[at];
    const green = colors[3 * i + 1] - choice[at + 1];
    const blue = colors[3 * i + 2] - choice[at + 2];
    const far = first * red * red + second * green * green + third * blue * blue;
    if (far < least) [found, least] = [at / 3, far];
  }
  return found;
}
