/** One ink from a picture: a threshold, ordered dither, error diffusion. Integers only; told in `dithers.py`. */

import type { Pixels, Threshold } from "./adjustments.ts";
import { color, onWhite, scaled } from "./tones.ts";

const QUARTERS = [0, 2, 3, 1];

/** 0 to 63, eight rows of eight: M(2n) = 4 M(n) + (0, 2; 3, 1), from the single 0. */
export const BAYER: readonly number[] = Array.from({ length: 64 }, (_, i) => {
  const [y, x] = [i >> 3, i & 7];
  return [0, 1, 2].reduce((sum, bit) => 4 * sum + QUARTERS[2 * ((y >> bit) & 1) + ((x >> bit) & 1)], 0);
});

/** Changes the pixels in place into the two colours, and clear where they were clear. */
export function threshold(pixels: Pixels, asked: Threshold): void {
  const level = scaled(asked.level ?? 0.5);
  const light = onWhite(pixels.data);
  if (asked.dither === "floyd") diffuse(pixels, light, level);
  else compare(pixels, light, level, asked.dither === "ordered");
  ink(pixels.data, light, color(asked.dark ?? "#000000"), color(asked.light ?? "#ffffff00"));
}

/** Makes of each luminance whether the pixel is dark, 1 or 0. */
function compare({ width, height }: Pixels, light: Uint8Array, level: number, ordered: boolean): void {
  // Luminance below it is dark, by column & 7 and row & 7.
  const firstLight = BAYER.map((m) => Math.ceil((255 * level - (ordered ? (2 * m - 63) * 510 : 0)) / 256));
  for (let y = 0, at = 0; y < height; y++) {
    const row = firstLight.slice((y & 7) * 8, (y & 7) * 8 + 8);
    for (let x = 0; x < width; x++, at++) light[at] = light[at] < row[x & 7] ? 1 : 0;
  }
}

/** The same by Floyd and Steinberg. What would leave the picture is dropped, and a clear pixel hands nothing on. */
function diffuse({ width, height, data }: Pixels, light: Uint8Array, level: number): void {
  const firstLight = Math.ceil((255 * level) / 16);
  let here = new Int32Array(width + 2); // in 1/16, column x at x + 1
  let below = new Int32Array(width + 2);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 1; x <= width; x++, at++) {
      const value = 16 * light[at] + here[x];
      const dark = value < firstLight;
      light[at] = dark ? 1 : 0;
      if (data[4 * at + 3] < 128) continue;
      const error = dark ? value : value - 4080;
      const right = (7 * error) >> 4;
      const left = (3 * error) >> 4;
      const down = (5 * error) >> 4;
      here[x + 1] += right;
      below[x - 1] += left;
      below[x] += down;
      below[x + 1] += error - right - left - down;
    }
    [here, below] = [below, here];
    below.fill(0);
  }
}

function ink(data: Uint8Array, dark: Uint8Array, darkInk: readonly number[], lightInk: readonly number[]): void {
  const [lightRed, lightGreen, lightBlue, lightAlpha] = lightInk;
  const [darkRed, darkGreen, darkBlue, darkAlpha] = darkInk;
  for (let i = 0, at = 0; i < dark.length; i++, at += 4) {
    const clear = data[at + 3] < 128;
    const isDark = dark[i] === 1;
    data[at] = clear ? 0 : isDark ? darkRed : lightRed;
    data[at + 1] = clear ? 0 : isDark ? darkGreen : lightGreen;
    data[at + 2] = clear ? 0 : isDark ? darkBlue : lightBlue;
    data[at + 3] = clear ? 0 : isDark ? darkAlpha : lightAlpha;
  }
}
