/**
 * Golden layouts: tests/render/vectors/layout/*.json hold an input and the exact glyphs and places it becomes, on the
 * server as here. Lengths in them are 1/64 pixels.
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { layout, normalise, RenderError } from "../src/index.ts";
import type { LayoutOptions, TextLayout } from "../src/index.ts";
import { shape } from "../src/shaping.ts";
import { pointsOf } from "../src/tables.ts";
import { emptyBook, fromDisk, optionsOf, readJson } from "./fonts.ts";
import type { Input } from "./fonts.ts";
import { rounded } from "./rounding.ts";

interface Vector {
  input: Input;
  output?: unknown;
  error?: { code: string; part: string };
}

const VECTORS = "tests/render/vectors/layout/";
const DICTIONARY = readJson<Record<string, number[]>>("tests/render/vectors/dictionary_breaks.json");
const book = emptyBook();

const sixtyFourths = (value: number): number => rounded(value, 64);

/** A layout as plain data. */
function told(result: TextLayout): unknown {
  return {
    size: sixtyFourths(result.size), width: sixtyFourths(result.width), height: sixtyFourths(result.height),
    overflowed: result.overflowed, clip: result.clip,
    lines: result.lines.map((line) => ({ baseline: sixtyFourths(line.baseline), left: sixtyFourths(line.left),
      width: sixtyFourths(line.width), start: line.start, end: line.end, runs: [...line.runs],
      baseLevel: line.baseLevel })),
    runs: result.runs.map((run) => ({ face: run.face.label, level: run.level, glyphs: [...run.glyphs],
      xs: run.xs.map(sixtyFourths), ys: run.ys.map(sixtyFourths), clusters: [...run.clusters] })),
  };
}

async function outcome(input: Input): Promise<unknown> {
  try {
    const options = optionsOf(input, book);
    return { output: told(await book.whenLoaded(fromDisk, () => layout(input.text, options))) };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { error: { code: error.code, part: error.part } };
  }
}

const names = readdirSync(new URL(`../../../../${VECTORS}`, import.meta.url)).filter((name) => name.endsWith(".json"));

test("there are golden layouts", () => assert.ok(names.length > 70));

for (const name of names) {
  test(`golden layout ${name}`, async () => {
    const { input, ...wanted } = readJson<Vector>(VECTORS + name);
    const dictionary_breaks = DICTIONARY[name.replace(".json", "")];
    assert.deepEqual(await outcome({ ...input, dictionary_breaks }), wanted);
  });
}

const PLAIN = { family: "Noto Sans", size: 24, width: 300, height: 400 };

function lay(text: string, more: Partial<LayoutOptions> = {}): Promise<TextLayout> {
  return book.whenLoaded(fromDisk, () => layout(text, { ...PLAIN, book, ...more }));
}

test("text that needs a dictionary is refused without one, and laid out with an empty one", async () => {
  await assert.rejects(lay("ab ภาษาไทย"), { code: "dictionary_breaks_missing", part: "text" });
  assert.equal((await lay("ab ภาษาไทย", { dictionaryBreaks: [] })).lines.length, 1);
  assert.equal((await lay("ab ภาษาไทย", { wrap: false })).lines.length, 1);
});

test("dictionary breaks are counted in the whole text", async () => {
  const text = "ภาษาไทย\nภาษาไทย";
  const { lines } = await lay(text, { width: 60, dictionaryBreaks: [4, 12] });
  assert.deepEqual(lines.map((line) => text.slice(line.start, line.end)), ["ภาษา", "ไทย", "ภาษา", "ไทย"]);
});

test("an overflow says what would help, in the server's words", async () => {
  await assert.rejects(lay("wide", { width: 20, height: 20, wrap: false }), {
    code: "text_overflow", part: "text", message: /needs .* by 28\.8 pixels at size 24, and its box has 20 by 20\./,
  });
});

for (const control of ["\0", "\x07", "\x0b", "\x7f", "\x9f", "\ud800"]) {
  const point = `U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  test(`the control character ${point} is refused`, () => {
    assert.throws(() => normalise(`a${control}b`), { code: "text_control_character", part: point });
  });
}

test("every newline is one line feed", () => {
  assert.equal(normalise("a\r\nb\rc\u0085d\u2028e\u2029f\n"), "a\nb\nc\nd\ne\nf\n");
});

test("places are counted in code points", async () => {
  const { runs } = await lay("👍🏽a");
  assert.deepEqual(runs.map((run) => [...run.clusters]), [[0], [2]]);
});

test("a face without the glyph refuses to shape", async () => {
  await book.load([book.find("Noto Sans")], fromDisk);
  assert.throws(() => shape(book.face("Noto Sans"), pointsOf("aא"), "Hebr", "", true),
    { code: "glyph_missing", part: "א U+05D0" });
});

test("a layout of 200 glyphs takes less than 5 ms", async () => {
  const text = "The quick brown fox jumps over the lazy dog; office flags, AVATAR. ".repeat(3);
  const times: number[] = [];
  await lay(text);
  for (let run = 0; run < 15; run++) {
    const started = performance.now();
    layout(text, { ...PLAIN, book, fit: "shrink", minSize: 6 });
    times.push(performance.now() - started);
  }
  assert.ok(Math.min(...times) < 5, `${Math.min(...times)} ms`);
});
