/**
 * Golden texts as they are set: tests/render/vectors/set/*.json hold a text layer and the glyphs it becomes, on the server
 * as here. Places in them are 1/64 pixels, turns 1/4096.
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { setText, words } from "../src/index.ts";
import type { PlacedText, SetLayer } from "../src/index.ts";
import { emptyBook, fromDisk, layerOf, readJson } from "./fonts.ts";
import { rounded } from "./rounding.ts";

const VECTORS = "tests/render/vectors/set/";
const book = emptyBook();

function set(layer: SetLayer): Promise<PlacedText> {
  return book.whenLoaded(fromDisk, () => setText(layer, words(layer, book).spans, book));
}

/** What becomes of a layer, as plain data. */
function told(made: PlacedText): unknown {
  const places = (values: readonly number[]) => values.map((value) => rounded(value, 64));
  return {
    text: made.text, size: rounded(made.size, 64), lines: made.lines, outcome: made.outcome, box: places(made.box),
    runs: made.runs.map((run) => ({
      face: run.face.label, size: rounded(run.size, 64), level: run.level, glyphs: [...run.glyphs],
      clusters: [...run.clusters], xs: places(run.xs), ys: places(run.ys),
      turns: run.turns && run.turns.map((turn) => turn.map((value) => rounded(value, 4096))),
    })),
  };
}

const names = readdirSync(new URL(`../../../../${VECTORS}`, import.meta.url)).filter((name) => name.endsWith(".json"));

test("there are golden texts", () => assert.ok(names.length > 100));

for (const name of names) {
  test(`golden text ${name}`, async () => {
    const { layer, output } = readJson<{ layer: object; output: unknown }>(VECTORS + name);
    assert.deepEqual(told(await set(layerOf(layer))), output);
  });
}

const PLAIN = { text: "one two three four", font: { family: "Noto Sans" }, size: 20, width: 100, height: 60 };

test("limits are told in the server's words", async () => {
  await assert.rejects(set(layerOf({ ...PLAIN, maxLines: 1 })), { code: "text_overflow", part: "text",
    message: "The text has 2 lines at size 20, and may have 1. Shorten it, enlarge the box, or let it shrink." });
  await assert.rejects(set(layerOf({ ...PLAIN, text: "👨‍👩‍👧e\u0301!", maxCharacters: 2 })), { code: "text_too_long",
    part: "maxCharacters", message: "The text has 3 characters, and may have 2. Shorten it." });
  await assert.rejects(set(layerOf({ ...PLAIN, wrap: false, overflow: "extend" })), { code: "text_overflow" });
  assert.equal((await set(layerOf({ ...PLAIN, text: "ß", case: "upper", maxCharacters: 1 }))).text, "SS");
});

test("features that a face lacks are refused, but not their absence", async () => {
  const font = (value: number) => ({ family: "Noto Sans", features: { swsh: value } });
  await assert.rejects(set(layerOf({ ...PLAIN, font: font(1) })), { code: "feature_missing", part: "swsh" });
  const runs = [{ text: "a", font: font(1) }];
  await assert.rejects(set(layerOf({ ...PLAIN, text: "", runs })), { code: "feature_missing", part: "swsh" });
  assert.equal((await set(layerOf({ ...PLAIN, font: font(0) }))).lines, 2);
});

test("characters know their run", async () => {
  const layer = layerOf({ ...PLAIN, text: "", runs: [{ text: "👍a" }, { text: "" }, { text: "ßb", size: 2 }] });
  const found = await book.whenLoaded(fromDisk, () => words({ ...layer, case: "upper" }, book));
  assert.deepEqual([0, 1, 2, 3, 4].map((place) => found.runAt(place)?.text), ["👍a", "👍a", "ßb", "ßb", "ßb"]);
  assert.deepEqual(found.spans.map((span) => [span.text, span.look.scale]), [["👍A", 1], ["SSB", 2]]);
  assert.equal((await book.whenLoaded(fromDisk, () => words(layerOf(PLAIN), book))).runAt(3), null);
});
