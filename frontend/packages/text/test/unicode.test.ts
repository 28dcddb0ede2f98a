/** Bidirectional text, breaks and canonical forms against samples of Unicode's own conformance files. */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as bidi from "../src/bidi.ts";
import * as breaks from "../src/breaks.ts";
import * as cases from "../src/cases.ts";
import * as compositions from "../src/compositions.ts";
import * as tables from "../src/tables.ts";
import * as words from "../src/words.ts";
import { readJson } from "./fonts.ts";

interface Levels {
  direction: bidi.Direction;
  base?: number;
  levels: string;
  order: number[];
}

interface Samples {
  graphemes: { text: string; breaks: number[] }[];
  line_breaks: { text: string; breaks: number[] }[];
  words: { text: string; breaks: number[] }[];
  bidi_characters: (Levels & { text: string })[];
  bidi_classes: (Levels & { classes: string })[];
  forms: { text: string; composed: string; decomposed: string }[];
}

const samples = readJson<Samples>("tests/render/vectors/unicode.json");
const points = (text: string) => text.split(" ").map((point) => parseInt(point, 16));

// a character for each class, so that the test goes in by the front door
const EXAMPLES: Record<string, number> = {
  L: 0x61, R: 0x5d0, AL: 0x627, EN: 0x31, AN: 0x661, ES: 0x2b, ET: 0x24, CS: 0x2c, NSM: 0x301, BN: 0x200b, B: 0x2029,
  S: 0x09, WS: 0x20, ON: 0x21, LRE: 0x202a, RLE: 0x202b, LRO: 0x202d, RLO: 0x202e, PDF: 0x202c, LRI: 0x2066,
  RLI: 0x2067, FSI: 0x2068, PDI: 0x2069,
};

/** Levels where rule X9 keeps the character, the visual order of those, and the base level. */
function resolved(text: number[], sample: Levels): unknown {
  const levels = bidi.levels(text, sample.direction);
  const wanted = sample.levels.split(" ");
  const kept = [...wanted.keys()].filter((i) => wanted[i] !== "x");
  const order = bidi.reorder(kept.map((i) => levels[i])).map((k) => kept[k]);
  const base = sample.base === undefined ? undefined : bidi.baseLevel(text, sample.direction);
  return { levels: wanted.map((level, i) => (level === "x" ? "x" : String(levels[i]))).join(" "), order, base };
}

const wantedOf = ({ levels, order, base }: Levels) => ({ levels, order, base });

test("tables are of the version the rules are written for", () => {
  assert.equal(tables.VERSION, "15.0.0");
  for (const [name, point] of Object.entries(EXAMPLES)) assert.equal(tables.BIDI.nameAt(point), name);
});

test("grapheme clusters conform", () => {
  assert.ok(samples.graphemes.length > 100);
  for (const { text, breaks: wanted } of samples.graphemes) {
    assert.deepEqual(breaks.graphemes(points(text)), wanted, text);
  }
});

test("line breaks conform", () => {
  assert.ok(samples.line_breaks.length > 100);
  for (const { text, breaks: wanted } of samples.line_breaks) {
    assert.deepEqual(breaks.lineBreaks(points(text)), wanted, text);
  }
});

test("words conform", () => {
  assert.ok(samples.words.length > 100);
  for (const { text, breaks: wanted } of samples.words) {
    assert.deepEqual(words.boundaries(points(text)), wanted, text);
  }
  assert.deepEqual(words.boundaries([]), []);
});

test("cases are exactly the golden ones", () => {
  const golden = readJson<{ text: string; case: cases.Case; lang: string; output: string }[]>(
    "tests/render/vectors/cases.json");
  assert.ok(golden.length > 30);
  for (const { text, case: to, lang, output } of golden) {
    assert.equal(cases.cased(text, to, lang), output, `${text} ${to} ${lang}`);
  }
});

test("what each character becomes is told one by one", () => {
  assert.deepEqual(cases.parts("Weiß👍", "upper"), ["W", "E", "I", "SS", "👍"]);
  assert.deepEqual(cases.parts("weiß", "none"), ["w", "e", "i", "ß"]);
});

test("bidirectional characters conform", () => {
  assert.ok(samples.bidi_characters.length > 100);
  for (const sample of samples.bidi_characters) {
    assert.deepEqual(resolved(points(sample.text), sample), wantedOf(sample), sample.text);
  }
});

test("bidirectional classes conform", () => {
  assert.ok(samples.bidi_classes.length > 100);
  for (const sample of samples.bidi_classes) {
    const text = sample.classes.split(" ").map((name) => EXAMPLES[name]);
    assert.deepEqual(resolved(text, sample), wantedOf(sample), sample.classes);
  }
});

test("a paragraph's direction is that of its first strong character outside isolates", () => {
  assert.equal(bidi.baseLevel([0x2068, 0x2067, 0x61, 0x2069, 0x2069, 0x20, 0x5d0]), 1);
  assert.equal(bidi.baseLevel([0x2067, 0x5d0, 0x2069, 0x20, 0x61]), 0);
  assert.equal(bidi.baseLevel([0x2067, 0x5d0]), 0); // never closed
});

test("canonical forms conform", () => {
  assert.ok(samples.forms.length > 100);
  for (const { text, composed, decomposed } of samples.forms) {
    assert.deepEqual(compositions.composed(points(text)), points(composed), text);
    assert.deepEqual(compositions.decomposed(points(text)), points(decomposed), text);
  }
});

test("no line break falls inside a grapheme cluster", () => {
  for (const text of ["👨‍👩‍👧", "🇩🇪", "e\u0301\u0323", "👍🏽", "각"]) {
    const all = tables.pointsOf(text);
    assert.deepEqual(breaks.graphemes(all), [0, all.length]);
    assert.deepEqual(breaks.opportunities(all), [all.length]);
  }
});

test("only Thai, Lao, Khmer and Myanmar ask for a dictionary", () => {
  assert.deepEqual(["ไทย", "ລາວ", "ភាសា", "မြန်မာ"].map((text) => breaks.needsDictionary(tables.pointsOf(text))),
    [true, true, true, true]);
  assert.equal(breaks.needsDictionary(tables.pointsOf("aאب日हि한")), false);
});
