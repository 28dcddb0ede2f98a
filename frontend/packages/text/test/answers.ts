/** Lays out, or sets as text layers, the cases that come as JSON on standard input; for tests/frontend/crosscheck.py. */

import { readFileSync } from "node:fs";

import { layout, RenderError, setText, words } from "../src/index.ts";
import type { GlyphRun, PlacedRun } from "../src/index.ts";
import { emptyBook, fromDisk, layerOf, optionsOf } from "./fonts.ts";
import type { Input } from "./fonts.ts";

type Given = Input | { layer: object; dictionary_breaks: number[] };

function told(result: { runs: readonly (GlyphRun | PlacedRun)[] }): unknown {
  return { ...result, runs: result.runs.map((run) => ({ ...run, face: run.face.label })) };
}

function made(given: Given): Promise<unknown> {
  if ("layer" in given && typeof given.layer === "object") {
    const layer = layerOf(given.layer!);
    const breaks = () => given.dictionary_breaks as number[];
    return book.whenLoaded(fromDisk, () => told(setText(layer, words(layer, book).spans, book, breaks)));
  }
  const input = given as Input;
  const options = optionsOf(input, book);
  return book.whenLoaded(fromDisk, () => told(layout(input.text, options)));
}

const book = emptyBook();
const answers: unknown[] = [];
for (const given of JSON.parse(readFileSync(0, "utf8")) as Given[]) {
  try {
    answers.push({ output: await made(given) });
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    answers.push({ error: { code: error.code, part: error.part, message: error.message } });
  }
}
process.stdout.write(JSON.stringify(answers));
