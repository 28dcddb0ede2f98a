import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { FontBook } from "@monogram/text";
import CanvasKitInit from "canvaskit-wasm";
import type { CanvasKit } from "canvaskit-wasm";

import { days, language } from "../src/generate/calendars.ts";
import { checkDigit, contrast } from "../src/generate/codes.ts";
import { moment, sidereal } from "../src/generate/skies.ts";
import { filled, open, openWriter } from "../src/index.ts";
import type { Given } from "../src/index.ts";
import { general, quoted, rounded } from "../src/numbers.ts";

const kit = await (CanvasKitInit as unknown as () => Promise<CanvasKit>)();
const fallbacks = { scripts: [], symbols: [], han: {}, emoji: "" };
const given: Given = {
  kit, book: new FontBook({ fallbacks, families: [] }), asset: () => undefined, font: () => new Uint8Array(),
  prepared: () => undefined,
};
const size = { width: 100, height: 100 };
const page = (layer: object) => filled({ canvas: size, layers: [{ id: "it", ...size, ...layer }] });

test("a month lies in its weeks, whatever day they begin with", () => {
  assert.deepEqual(days(2024, 2, 1)[0], [1, 0, 3]); // a Thursday
  assert.deepEqual(days(2024, 2, 0).at(-1), [29, 4, 4]);
  assert.equal(days(1900, 2, 1).length, 28);
});

test("languages are found by tag, script and region", () => {
  assert.equal(language("en-US").first, 0);
  assert.equal(language("en-GB").first, 1);
  assert.equal(language("zh_Hant_HK").months, language("zh-TW").months);
  assert.throws(() => language("tlh"), { code: "calendar_language", part: "lang" });
});

test("moments are seconds since J2000, whatever the offset", () => {
  assert.equal(moment("2000-01-01T12:00Z"), 0);
  assert.equal(moment("2000-01-01 07:30:00.500-04:30"), 0.5);
  for (const wrong of ["2026-02-30T00:00Z", "2026-01-01T24:00Z", "2026-01-01T00:00", "2026-1-1T00:00Z",
    "2026-01-01T00:00+24:00"]) {
    assert.throws(() => moment(wrong), { code: "time_invalid" });
  }
  assert.ok(sidereal(-1000.25) >= 0 && sidereal(-1000.25) < 360);
});

test("check digits and contrast are those of GS1 and ISO/IEC 15416", () => {
  assert.equal(checkDigit("400638133393"), "1");
  assert.equal(checkDigit("0000000"), "0");
  assert.equal(contrast("#000000", "#ffffff", false), 1);
  assert.ok(contrast("#ff0000", "#ffffff", true) < 1e-9); // red bars are nothing to a red laser
});

test("a code is drawn by the writer, and needs it", async () => {
  const code = page({ type: "code", text: "HELLO" });
  assert.throws(() => open(code, {}, given), { code: "code_writer_missing", layer: "it" });
  const wasm = readFileSync(fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
  const codes = await openWriter(new Uint8Array(wasm).buffer);
  const { scene, report } = open(code, {}, { ...given, codes });
  assert.equal(scene.nodes.length, 2);
  assert.deepEqual(report.codes.map(({ module, symbology }) => [module, symbology]), [[3, "qr"]]);
});

test("nodes that only the server makes are asked for by layer, and missed by kind", () => {
  const art = page({ type: "svg", asset: "logo" });
  assert.throws(() => open(art, {}, given), { code: "layer_unprepared", layer: "it", message: /svg layer 'it'.*allow-list/ });
  assert.deepEqual(open(art, {}, { ...given, prepared: (layer) => (layer === "it" ? [] : undefined) }).scene.nodes, []);
});

test("texts are quoted as Python does it", () => {
  assert.equal(quoted("it's"), `"it's"`);
  assert.equal(quoted(`'"`), `'\\'"'`);
  assert.equal(quoted("a\\b\n\u0007\u00a0\u2028\u{e0001} \u00e9\u{1f44d}"),
    "'a\\\\b\\n\\x07\\xa0\\u2028\\U000e0001 \u00e9\u{1f44d}'");
});

test("numbers are rounded and written as Python does it", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5].map((value) => rounded(value)), [0, 2, 2, 0, -2]);
  assert.deepEqual([0.0625, 0.1875, 2.675, 1e-7].map((value) => rounded(value, 3)), [0.062, 0.188, 2.675, 0]);
  assert.deepEqual([1.015625, 12.328125, 9, 20000].map(general), ["1.01562", "12.3281", "9", "20000"]);
});
