/** Adjusts the pictures of a folder that tests/frontend/adjusting.py has written, and writes what comes of them beside them. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { RenderError } from "@monogram/text/errors";

import { apply, resample, salience } from "../src/index.ts";
import type { Adjustment, Box, Pixels } from "../src/index.ts";

interface Case {
  width: number;
  height: number;
  adjust: Adjustment[];
  grid: { width: number; height: number; box: Box } | null;
  texture: { width: number; height: number };
}

const folder = process.argv[2];

function read(name: string, { width, height }: { width: number; height: number }): Pixels {
  return { width, height, data: new Uint8Array(readFileSync(join(folder, name))) };
}

const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as Case[];
const told = cases.map((asked, number) => {
  let pixels = read(`${number}.rgba`, asked);
  const counts = salience(pixels).flat();
  try {
    if (asked.grid) pixels = resample(pixels, asked.grid.box, asked.grid.width, asked.grid.height);
    apply(pixels, asked.adjust, () => read(`${number}.texture`, asked.texture));
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { counts, error: { code: error.code, part: error.part, message: error.message } };
  }
  writeFileSync(join(folder, `${number}.out`), pixels.data);
  return { counts, size: [pixels.width, pixels.height] };
});
process.stdout.write(JSON.stringify(told));
