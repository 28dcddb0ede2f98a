/**
 * Upper, lower and title case (Unicode 15.0, 3.13): full mappings, from tables of our own.
 *
 * By language (BCP 47): Turkish and Azeri keep the dotted and the dotless i apart; Greek capitals lose their accents; a
 * Dutch title has IJ. A sigma that ends a word is final in every language. Other languages have Unicode's default.
 */

import { composed, decomposed } from "./compositions.ts";
import * as tables from "./tables.ts";
import { pointsOf, textOf } from "./tables.ts";
import type { Points } from "./tables.ts";
import * as words from "./words.ts";

export type Case = "none" | "upper" | "lower" | "title";

const UPPER = 0;
const LOWER = 1;
const TITLE = 2;
const I = 0x49;
const SMALL_I = 0x69;
const DOTTED_I = 0x130;
const DOT_ABOVE = 0x307;
const SIGMA = 0x3a3;
const ACCENTS = new Set([0x300, 0x301, 0x342]);
const BREATHINGS = new Set([0x313, 0x314]);
const VOWELS = new Set("ΑΕΗΙΟΥΩ");
const DIAERESIS = 0x308;
const IOTA_BELOW = 0x345;

/**
 * The text in `upper`, `lower` or `title` case, or as it is with `none`. Title: the first cased letter of each word is a
 * capital, the others are small; words as UAX 29 cuts them.
 */
export function cased(text: string, to: Case, lang = ""): string {
  return parts(text, to, lang).join("");
}

/**
 * What each character (code point) of the text becomes: "", itself, or more than one. For texts whose parts have their
 * own looks.
 */
export function parts(text: string, to: Case, lang = ""): string[] {
  const language = lang.replaceAll("_", "-").split("-")[0].toLowerCase();
  const points = pointsOf(text);
  if (to === "none") return points.map((cp) => String.fromCodePoint(cp));
  if (to === "upper") return language === "el" ? greekCapitals(points) : points.map((cp) => capital(cp, language));
  const out = points.map((_, i) => small(points, i, language));
  if (to === "title") capitals(points, out, language);
  return out;
}

function mapped(cp: number, to: number): string {
  return tables.CASES.get(cp)?.[to] || String.fromCodePoint(cp);
}

const isTurkic = (language: string): boolean => language === "tr" || language === "az";

function capital(cp: number, language: string, to = UPPER): string {
  return cp === SMALL_I && isTurkic(language) ? "İ" : mapped(cp, to);
}

function small(text: Points, i: number, language: string): string {
  const cp = text[i];
  if (cp === SIGMA) return isFinal(text, i) ? "ς" : "σ";
  if (isTurkic(language)) {
    if (cp === DOTTED_I) return "i";
    if (cp === I) return isDotted(text, i) ? "i" : "ı"; // with a dot above, I is the dotted letter in two characters
    if (cp === DOT_ABOVE && isAfterCapitalI(text, i)) return "";
  }
  return mapped(cp, LOWER);
}

/** Whether a dot above belongs to the letter: no starter and no other mark above stands between. */
function isDotted(text: Points, i: number): boolean {
  for (let place = i + 1; place < text.length; place++) {
    if (text[place] === DOT_ABOVE) return true;
    if (isBarrier(text[place])) return false;
  }
  return false;
}

function isAfterCapitalI(text: Points, i: number): boolean {
  for (let place = i - 1; place >= 0; place--) {
    if (text[place] === I) return true;
    if (isBarrier(text[place])) return false;
  }
  return false;
}

function isBarrier(cp: number): boolean {
  const kind = tables.COMBINING.nameAt(cp);
  return kind === "0" || kind === "230";
}

/** Final_Sigma: a cased letter before it and none after, case-ignorable characters passed over. */
function isFinal(text: Points, i: number): boolean {
  return meetsCased(text, i, -1) && !meetsCased(text, i, 1);
}

function meetsCased(text: Points, from: number, step: 1 | -1): boolean {
  for (let place = from + step; place >= 0 && place < text.length; place += step) {
    const kind = tables.CASING.nameAt(text[place]);
    if (kind === "N" || kind === "C") return kind === "C";
  }
  return false;
}

/** Puts the first cased letter of each word into title case. */
function capitals(text: Points, out: string[], language: string): void {
  const places = words.boundaries(text);
  for (let number = 0; number + 1 < places.length; number++) {
    let first = places[number];
    const end = places[number + 1];
    while (first < end && !["C", "B"].includes(tables.CASING.nameAt(text[first]))) first++;
    if (first === end) continue;
    out[first] = capital(text[first], language, TITLE);
    if (language === "nl" && isLetter(text[first], "i") && isLetter(text[first + 1], "j")) out[first + 1] = "J";
  }
}

function isLetter(cp: number | undefined, letter: string): boolean {
  return cp !== undefined && (cp === letter.codePointAt(0) || cp === letter.toUpperCase().codePointAt(0));
}

/**
 * Capitals without accents and breathings, iota written beside; an iota or upsilon that an accent kept apart from the
 * vowel before it takes a diaeresis: μάιος is ΜΑΪΟΣ.
 */
function greekCapitals(text: Points): string[] {
  const out: string[] = [];
  let accented = false; // the letter before was a vowel that lost an accent
  text.forEach((cp, i) => {
    const form = decomposed([cp]);
    if (ACCENTS.has(cp) || BREATHINGS.has(cp)) { // written as a mark of its own
      out.push("");
      accented ||= ACCENTS.has(cp) && baseIsVowel(out);
      return;
    }
    const marks = form.slice(1).filter((mark) => !ACCENTS.has(mark) && !BREATHINGS.has(mark));
    if (tables.SCRIPT.nameAt(form[0]) !== "Grek") {
      out.push(mapped(cp, UPPER));
      accented = false;
      return;
    }
    const bare = mapped(form[0], UPPER);
    const lost = form.slice(1).some((mark) => ACCENTS.has(mark));
    if (accented && (bare === "Ι" || bare === "Υ") && !lost && !marks.includes(DIAERESIS)
      && text[i + 1] !== DIAERESIS && !ACCENTS.has(text[i + 1])) marks.push(DIAERESIS);
    const beside = marks.includes(IOTA_BELOW) ? "Ι" : "";
    const kept = marks.filter((mark) => mark !== IOTA_BELOW);
    out.push(textOf(composed([...pointsOf(bare), ...kept])) + beside);
    accented = lost && VOWELS.has(bare);
  });
  return out;
}

function baseIsVowel(out: readonly string[]): boolean {
  const before = out.findLast((part) => part);
  return before !== undefined && VOWELS.has(before[0]);
}
