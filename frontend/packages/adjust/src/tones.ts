/** Changes of colour, pixel by pixel. Integers only, alpha stays but for duotone; the arithmetic is told in `tones.py`. */

import type { Pixels, Tone } from "./adjustments.ts";

type Rgba = readonly [number, number, number, number];
type Change = (strip: Uint8Array) => void;

/** Pixels changed at once: they stay in the processor's cache from one change to the next. */
const STRIP = 1 << 16;

/** Rec. 709 on the encoded values, 0 to 255. */
function lightOf(red: number, green: number, blue: number): number {
  return ((2126 * red + 7152 * green + 722 * blue + 5000) / 10000) | 0;
}

/** RGBA to one luminance a pixel. */
export function luminance(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length >> 2);
  for (let i = 0, at = 0; i < out.length; i++, at += 4) out[i] = lightOf(data[at], data[at + 1], data[at + 2]);
  return out;
}

/** The luminance as it looks on white paper. */
export function onWhite(data: Uint8Array): Uint8Array {
  const out = luminance(data);
  for (let i = 0, at = 3; i < out.length; i++, at += 4) {
    const alpha = data[at];
    if (alpha !== 255) out[i] = ((out[i] * alpha + 255 * (255 - alpha) + 127) / 255) | 0;
  }
  return out;
}

/** #rrggbb or #rrggbbaa as four numbers of 0 to 255. */
export function color(text: string): Rgba {
  const channel = (at: number): number => parseInt(text.slice(at, at + 2) || "ff", 16);
  return [channel(1), channel(3), channel(5), channel(7)];
}

/** An amount in 1/256, rounded half away from zero. */
export function scaled(amount: number): number {
  const size = Math.floor(Math.abs(amount) * 256 + 0.5);
  return amount >= 0 ? size : -size;
}

/** Changes the pixels in place, one adjustment after the other. */
export function apply({ data }: Pixels, adjustments: readonly Tone[]): void {
  if (!adjustments.length) return;
  const changes = adjustments.map(change);
  for (let top = 0; top < data.length; top += 4 * STRIP) {
    const strip = data.subarray(top, top + 4 * STRIP);
    for (const each of changes) each(strip);
  }
}

function change(asked: Tone): Change {
  switch (asked.do) {
    case "grey": {
      const amount = scaled(asked.amount ?? 1);
      return (strip) => grey(strip, amount);
    }
    case "sepia": {
      const amount = scaled(asked.amount ?? 1);
      return (strip) => sepia(strip, amount);
    }
    case "saturation": {
      const amount = 256 + scaled(asked.amount);
      return (strip) => saturate(strip, amount);
    }
    case "duotone": {
      const table = duotone(color(asked.dark), color(asked.light));
      return (strip) => mapLuminance(strip, table);
    }
    default: {
      const [red, green, blue] = tables(asked);
      return (strip) => mapChannels(strip, red, green, blue);
    }
  }
}

/** What each channel's 256 values become. */
function tables(asked: Exclude<Tone, { do: "grey" | "sepia" | "saturation" | "duotone" }>): Uint8ClampedArray[] {
  switch (asked.do) {
    case "brightness": {
      const amount = scaled(asked.amount);
      const by = amount >= 0 ? (255 * amount + 128) >> 8 : -((255 * -amount + 128) >> 8);
      return alike(table((x) => x + by));
    }
    case "contrast": {
      const amount = scaled(asked.amount);
      const slope = 256 + (amount >= 0 ? 3 * amount : amount);
      return alike(table((x) => ((2 * x - 255) * slope + 65536) >> 9));
    }
    case "tint": {
      const amount = scaled(asked.amount ?? 1);
      return color(asked.color).slice(0, 3).map((c) => table((x) => mixed(x, ((x * c + 127) / 255) | 0, amount)));
    }
    case "invert":
      return alike(table((x) => 255 - x));
    default:
      throw new TypeError(`${JSON.stringify(asked)} is no adjustment.`);
  }
}

/** Held within 0 and 255 by the array; `of` gives integers. */
function table(of: (x: number) => number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 256 }, (_, x) => of(x));
}

function alike(one: Uint8ClampedArray): Uint8ClampedArray[] {
  return [one, one, one];
}

function mapChannels(strip: Uint8Array, red: Uint8ClampedArray, green: Uint8ClampedArray, blue: Uint8ClampedArray): void {
  for (let at = 0; at < strip.length; at += 4) {
    strip[at] = red[strip[at]];
    strip[at + 1] = green[strip[at + 1]];
    strip[at + 2] = blue[strip[at + 2]];
  }
}

function mapLuminance(strip: Uint8Array, table: Uint8Array): void {
  for (let at = 0; at < strip.length; at += 4) {
    const to = 4 * lightOf(strip[at], strip[at + 1], strip[at + 2]);
    strip[at] = table[to];
    strip[at + 1] = table[to + 1];
    strip[at + 2] = table[to + 2];
    strip[at + 3] = ((table[to + 3] * strip[at + 3] + 127) / 255) | 0;
  }
}

function grey(strip: Uint8Array, amount: number): void {
  for (let at = 0; at < strip.length; at += 4) {
    const light = lightOf(strip[at], strip[at + 1], strip[at + 2]);
    strip[at] = mixed(strip[at], light, amount);
    strip[at + 1] = mixed(strip[at + 1], light, amount);
    strip[at + 2] = mixed(strip[at + 2], light, amount);
  }
}

function sepia(strip: Uint8Array, amount: number): void {
  for (let at = 0; at < strip.length; at += 4) {
    const red = strip[at];
    const green = strip[at + 1];
    const blue = strip[at + 2];
    strip[at] = mixed(red, toned(393 * red + 769 * green + 189 * blue), amount);
    strip[at + 1] = mixed(green, toned(349 * red + 686 * green + 168 * blue), amount);
    strip[at + 2] = mixed(blue, toned(272 * red + 534 * green + 131 * blue), amount);
  }
}

function toned(sum: number): number {
  const value = ((sum + 500) / 1000) | 0;
  return value < 255 ? value : 255;
}

function saturate(bytes: Uint8Array, amount: number): void {
  const strip = new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.length); // holds results within 0 and 255
  for (let at = 0; at < strip.length; at += 4) {
    const red = strip[at];
    const green = strip[at + 1];
    const blue = strip[at + 2];
    const light = lightOf(red, green, blue);
    strip[at] = light + (((red - light) * amount + 128) >> 8);
    strip[at + 1] = light + (((green - light) * amount + 128) >> 8);
    strip[at + 2] = light + (((blue - light) * amount + 128) >> 8);
  }
}

/** Four channels for each luminance. */
function duotone(dark: Rgba, light: Rgba): Uint8Array {
  const out = new Uint8Array(1024);
  for (let i = 0; i < 1024; i++) out[i] = (dark[i & 3] * (255 - (i >> 2)) + light[i & 3] * (i >> 2) + 127) / 255;
  return out;
}

function mixed(x: number, y: number, amount: number): number {
  return (x * (256 - amount) + y * amount + 128) >> 8;
}
