/** The golden pixels of tests/render/vectors/adjust. */

import { readFileSync } from "node:fs";

import type { Adjustment, Box, Pixels } from "../src/index.ts";

interface Told {
  sources: Record<string, { width: number; height: number; rgba: string }>;
  adjustments: { source: string; adjust: Adjustment[]; rgba: string; sha256: string }[];
  grids: { source: string; box: Box; width: number; height: number; rgba: string }[];
  salience: { source: string; columns: number; rows: number; counts: string; best: { kept: number; start: number }[] };
}

const FILE = new URL("../../../../tests/render/vectors/adjust/pixels.json", import.meta.url);

export const golden = JSON.parse(readFileSync(FILE, "utf8")) as Told;

/** A fresh copy. */
export function source(name: string): Pixels {
  const { width, height, rgba } = golden.sources[name];
  return { width, height, data: fromBase64(rgba) };
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
