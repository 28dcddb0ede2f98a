/** Paints the scenes of a folder that tests/frontend/parity.py has written, and writes their pixels beside them. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { keyOf } from "@monogram/design";
import type { Scene, Source } from "@monogram/design";

import { load, paint } from "../src/index.ts";
import type { Pixels, Resources } from "../src/index.ts";

interface Given {
  scenes: Record<string, Scene>;
  /** Sources with their sizes; the pixels of number n are in the file `n` of the folder `pictures`. */
  pictures: readonly { picture: Source; width: number; height: number }[];
  /** Paths of font files by hash. */
  fonts: Record<string, string>;
}

/** Pictures and fonts from the folder. */
function fromFolder(folder: string, given: Given): Resources {
  const numbers = new Map(given.pictures.map(({ picture }, number) => [keyOf(picture), number]));
  const fonts = new Map(Object.entries(given.fonts).map(([sha256, path]) => [sha256, readFileSync(path)]));
  return {
    pixels(source: Source): Pixels {
      const number = numbers.get(keyOf(source))!;
      const { width, height } = given.pictures[number];
      return { width, height, data: readFileSync(join(folder, "pictures", `${number}`)) };
    },
    font: (sha256) => fonts.get(sha256)!,
  };
}

const folder = process.argv[2];
const given = JSON.parse(readFileSync(join(folder, "given.json"), "utf8")) as Given;
const kit = await load();
const failed: Record<string, string> = {};
for (const [index, [name, scene]] of Object.entries(given.scenes).entries()) {
  try {
    writeFileSync(join(folder, `${index}.rgba`), paint(kit, scene, fromFolder(folder, given)));
  } catch (error) {
    failed[name] = String(error);
  }
}
writeFileSync(join(folder, "failed.json"), JSON.stringify(failed));
