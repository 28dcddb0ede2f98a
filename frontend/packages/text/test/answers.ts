/** Lays out the cases that come as JSON on standard input; for tests/frontend/crosscheck.py. */

import { readFileSync } from "node:fs";

import { layout, RenderError } from "../src/index.ts";
import type { TextLayout } from "../src/index.ts";
import { emptyBook, fromDisk, optionsOf } from "./fonts.ts";
import type { Input } from "./fonts.ts";

function told(result: TextLayout): unknown {
  return { ...result, runs: result.runs.map((run) => ({ ...run, face: run.face.label })) };
}

const book = emptyBook();
const answers: unknown[] = [];
for (const input of JSON.parse(readFileSync(0, "utf8")) as Input[]) {
  try {
    const options = optionsOf(input, book);
    answers.push({ output: told(await book.whenLoaded(fromDisk, () => layout(input.text, options))) });
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    answers.push({ error: { code: error.code, part: error.part, message: error.message } });
  }
}
process.stdout.write(JSON.stringify(answers));
