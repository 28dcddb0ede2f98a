/** The font book: exact faces, fallback by coverage and language, refusals by name, loading. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FontNotLoaded, layout } from "../src/index.ts";
import type { Axes, FontBook } from "../src/index.ts";
import { shape } from "../src/shaping.ts";
import { pointsOf } from "../src/tables.ts";
import { emptyBook, fromDisk } from "./fonts.ts";

const book = emptyBook();

/** The label of the face that draws a cluster. */
function chosen(cluster: string, family = "Lora", lang = "", weight = 400, italic = false, emoji = false) {
  const face = book.find(family, weight, italic);
  return book.whenLoaded(fromDisk, () => book.forCluster(pointsOf(cluster), face, lang, emoji).label);
}

const HAN = {
  "zh-cn": "SC", zh: "SC", "zh-Hans-TW": "SC", "zh-tw": "TC", zh_TW: "TC", "zh-Hant-CN": "TC", "zh-HK": "TC", yue: "TC",
  ja: "JP", "ja-JP": "JP", ko: "KR", "": "SC", de: "SC",
};

for (const [lang, form] of Object.entries(HAN)) {
  test(`Han forms follow the language ${lang || "(none)"}`, async () => {
    assert.equal(await chosen("骨", "Lora", lang), `Noto Sans ${form} 400`);
  });
}

test("symbols come from symbol faces unless the language is Han", async () => {
  assert.equal(await chosen("★", "Lora", "en"), "Noto Sans Symbols 2 400");
  assert.equal(await chosen("★", "Lora", "ja"), "Noto Sans JP 400");
});

test("a fallback keeps to the nearest weight and slant", async () => {
  assert.equal(await chosen("ש", "Lora", "", 700), "Noto Sans Hebrew 700");
  assert.equal(await chosen("λ", "Lora", "", 700, true), "Noto Sans 700 italic");
  assert.deepEqual(book.fallbacks("ja", 600).slice(0, 3).map((face) => face.weight), [700, 700, 700]);
  assert.equal(book.fallbacks("ja").length, 14);
});

test("an emoji presentation takes the emoji face, a text presentation the chosen one", async () => {
  assert.equal(await chosen("❤️", "Noto Sans JP", "", 400, false, true), "Noto Color Emoji 400");
  assert.equal(await chosen("♥", "Noto Sans JP"), "Noto Sans JP 400");
});

test("a letter stays in a face that has it in another canonical form only", async () => {
  for (const letter of ["e\u0301", "A\u030a"]) assert.equal(await chosen(letter, "Satisfy"), "Satisfy 400");
  assert.equal(await chosen("\u1112\u1161\u11ab", "Nanum Pen Script"), "Nanum Pen Script 400");
  assert.ok(!book.face("Lora").covers("ǒ".codePointAt(0)!));
  assert.equal(await chosen("ǒ"), "Lora 400");
});

test("spaces, hyphens and invisible characters stay in the chosen face", async () => {
  for (const character of ["\u00a0", "\u2009", "\u202f", "\u2011", "\u200d", "\ufe0f"]) {
    assert.equal(await chosen(character, "Lobster"), "Lobster 400");
  }
});

test("a character no face has is refused by name", async () => {
  const refused = { "\u{f0000}": "U+F0000", "𓀀": "𓀀 U+13000", "\x07": "U+0007" };
  for (const [cluster, part] of Object.entries(refused)) {
    await assert.rejects(chosen(cluster), { code: "glyph_missing", part, message: new RegExp(part.replace("+", "\\+")) });
  }
});

test("a face the book lacks is refused by name", () => {
  assert.throws(() => book.face("Lora", 500),
    { code: "font_missing", part: "Lora 500", message: /400, 700, 400 italic, 700 italic\./ });
  assert.throws(() => book.face("Noto Sans SC", 400, true), { code: "font_missing", part: "Noto Sans SC 400 italic" });
  assert.throws(() => book.face("Wingdings"), { code: "font_missing", part: "Wingdings" });
});

test("a variable font is one file at any place on its axes", async () => {
  const fonts = emptyBook();
  const [bold, light] = [fonts.find("Source Serif 4", 850), fonts.find("Source Serif 4", 250, false, { opsz: 60 })];
  assert.deepEqual([bold.label, light.label], ["Source Serif 4 850", "Source Serif 4 250 opsz 60"]);
  assert.equal(fonts.find("Source Serif 4", 900, false, { wght: 850, opsz: 20 }), bold);
  assert.equal(fonts.find("Source Serif 4"), fonts.find("Source Serif 4", 400, false, { opsz: 20 }));
  await fonts.load([bold], fromDisk); // which loads the other too
  const widths = [bold, light, fonts.face("Source Serif 4")].map((face) => (
    shape(face, pointsOf("Hamburg"), "Latn", "", false).width));
  assert.equal(new Set(widths).size, 3);
  assert.deepEqual([fonts.fallbacks("", 850)[0].label, bold.has(0x41), light.has(0x0e01)], ["Noto Sans 700", true, false]);
});

test("an axis that a font lacks, and a value beyond one, are refused by name", () => {
  const asked = (family: string, axes: Axes, weight = 400) => () => book.find(family, weight, false, axes);
  assert.throws(asked("Lora", { wdth: 90 }), { code: "axis_missing", part: "wdth",
    message: "Lora has no axis 'wdth'. It has: none." });
  assert.throws(asked("Source Serif 4", { wdth: 90 }), { code: "axis_missing",
    message: "Source Serif 4 has no axis 'wdth'. It has: opsz 8 to 60, wght 200 to 900." });
  assert.throws(asked("IBM Plex Sans", { wdth: 84.9 }), { code: "axis_out_of_range", part: "wdth",
    message: "The axis 'wdth' of IBM Plex Sans goes from 85 to 100. Choose a value within." });
  assert.throws(asked("IBM Plex Sans", {}, 701), { code: "font_missing", part: "IBM Plex Sans 701" });
});

test("what is not loaded is told with the face, and loaded once", async () => {
  const empty = emptyBook();
  assert.throws(() => lay(empty), (error) => error instanceof FontNotLoaded && error.code === "font_missing"
    && error.part === "Lora 400" && error.face === empty.find("Lora"));
  const asked: string[] = [];
  await empty.whenLoaded((face) => (asked.push(face.label), fromDisk(face)), () => lay(empty));
  assert.deepEqual(asked, ["Lora 400", "Noto Sans 400"]);
  lay(empty);
});

test("a loader that fails is heard", async () => {
  const empty = emptyBook();
  await assert.rejects(empty.whenLoaded(() => Promise.reject(new Error("offline")), () => lay(empty)), /offline/);
});

test("a subset without a glyph that the whole file has is told as not loaded, and asked for once more", async () => {
  const partial = emptyBook();
  const face = partial.find("Lora");
  await partial.load([face], fromDisk);
  face.cover(pointsOf("aλ")); // as if the bytes were of a subset
  assert.throws(() => lay(partial), (error) => error instanceof FontNotLoaded && error.face === face);
  let asked = 0;
  await assert.rejects(partial.whenLoaded((one) => (asked++, fromDisk(one)), () => lay(partial)), FontNotLoaded);
  assert.equal(asked, 1);
});

test("with coverage known, no face is loaded that draws nothing", async () => {
  const known = emptyBook();
  for (const face of known.fallbacks()) face.cover(face.family === "Noto Sans Hebrew" ? pointsOf("אב") : []);
  const asked: string[] = [];
  await known.whenLoaded((face) => (asked.push(face.label), fromDisk(face)), () => lay(known, "aא"));
  assert.deepEqual(asked, ["Lora 400", "Noto Sans Hebrew 400"]);
});

test("metrics and colour are read from the file", async () => {
  await book.load([book.find("Lora"), book.emoji], fromDisk);
  const { upem, ascent, descent, lineGap, isColor } = book.face("Lora");
  assert.deepEqual({ upem, ascent, descent, lineGap, isColor },
    { upem: 1000, ascent: 1006, descent: 274, lineGap: 0, isColor: false });
  assert.ok(book.emoji.isColor);
});

function lay(with_: FontBook, text = "aλ") {
  return layout(text, { family: "Lora", size: 20, width: 200, height: 100, book: with_ });
}
