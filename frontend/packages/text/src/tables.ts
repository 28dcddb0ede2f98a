/** Unicode properties from the server's `unicode.json`: per code point one byte, an index into the value names. */

import data from "../../../../monogram/render/text/unicode.json" with { type: "json" };

/** Text as code points, which is how places in it are counted on both sides. */
export type Points = readonly number[];

const CODE_POINTS = 0x110000;

/** One property. `table.at(codePoint)` is a small number, `names[number]` its value, `code(name)` the reverse. */
export class Table {
  readonly names: readonly string[];
  readonly #bytes = new Uint8Array(CODE_POINTS);

  constructor(names: readonly string[], lengths: readonly number[], runs: readonly number[]) {
    this.names = names;
    let start = 0;
    for (let k = 0; k < runs.length; k++) {
      this.#bytes.fill(runs[k], start, start + lengths[k]);
      start += lengths[k];
    }
  }

  at(codePoint: number): number {
    return this.#bytes[codePoint];
  }

  nameAt(codePoint: number): string {
    return this.names[this.#bytes[codePoint]];
  }

  code(name: string): number {
    return this.names.indexOf(name);
  }

  /** The property of each character, by name. */
  namesOf(text: Points): string[] {
    const { names } = this;
    const bytes = this.#bytes;
    return text.map((codePoint) => names[bytes[codePoint]]);
  }
}

/** Half of a surrogate pair that stands alone counts as a character. */
export function pointsOf(text: string): number[] {
  const out: number[] = [];
  for (const character of text) out.push(character.codePointAt(0)!);
  return out;
}

export function textOf(points: Points): string {
  let out = "";
  for (const codePoint of points) out += String.fromCodePoint(codePoint);
  return out;
}

/** `U+0041` */
export function hex(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}

function table(name: keyof typeof data.tables): Table {
  const { values, lengths, runs } = data.tables[name];
  return new Table(values, lengths, runs);
}

/** The key of a pair of code points in COMPOSITIONS. */
export const pairOf = (first: number, second: number): number => first * CODE_POINTS + second;

export const VERSION: string = data.unicode;
/** Code point to [1 opening or -1 closing, the pair's number]. */
export const BRACKETS = new Map(data.brackets.map(([cp, side, pair]) => [cp, [side, pair] as const]));
/** Code point to its canonical mapping, second 0 if there is none. */
export const DECOMPOSITIONS = new Map(data.decompositions.map(([cp, first, second]) => [cp, [first, second] as const]));
/** Pairs to what they compose to. */
export const COMPOSITIONS = new Map(
  data.decompositions.filter((entry) => entry[3]).map(([cp, first, second]) => [pairOf(first, second), cp] as const),
);
/** Code point to its upper, lower and title case, "" where that is the character itself. */
export const CASES = new Map(data.cases.map(([cp, ...forms]) => [cp as number, forms as [string, string, string]] as const));
export const BIDI = table("bidi");
export const LINE = table("line");
export const GRAPHEME = table("grapheme");
/** ISO 15924 codes; Zyyy common, Zinh inherited. */
export const SCRIPT = table("script");
/** Y: shown as emoji unless a variation selector says otherwise. */
export const EMOJI = table("emoji");
/** Y: default ignorable, nothing is drawn for it. */
export const IGNORABLE = table("ignorable");
/** Canonical_Combining_Class, its number as text. */
export const COMBINING = table("combining");
/** Word_Break, for UAX 29. */
export const WORD = table("word");
/** C cased, I case-ignorable, B both, N neither. */
export const CASING = table("casing");
/** UAX 50: U upright, R turned, Tu and Tr transformed, else upright or turned. */
export const VERTICAL = table("vertical");
