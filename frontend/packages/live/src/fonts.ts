/** Fonts in the parts that a drawing needs: what each file covers is known beforehand, letters are fetched as they come. */

import { FontBook, FontNotLoaded } from "@monogram/text";
import type { Face } from "@monogram/text";

import { blockOf, named } from "./blocks.ts";
import { askBytes, askJson, Refused } from "./wire.ts";
import type { CoveredBook } from "./wire.ts";

/** Words that layers make up by themselves, months and weekdays in Han and Hangul; faces of few blocks need no list. */
const MADE_UP = "年月日一二三四五六七八九十〇廿卅火水木金土星期周週曜正元冬臘腊월일화수목금토요년";
const FEW_BLOCKS = 40;

interface Part {
  blocks: Set<number>;
  bytes: Uint8Array;
}

/** All faces of a book. `characters` are those of the drawing under way; see `want`. */
export class Fonts {
  readonly book: FontBook;
  readonly #address: string;
  readonly #coverage: CoveredBook["coverage"];
  readonly #covered = new Map<string, ReadonlySet<number>>();
  readonly #parts = new Map<string, Part>();
  readonly #faces = new Map<string, Face>();
  #characters: ReadonlySet<number> = new Set();

  constructor(book: CoveredBook, address: string) {
    this.book = new FontBook(book);
    this.#address = address;
    this.#coverage = book.coverage;
  }

  static async fetched(address: string, fonts: string): Promise<Fonts> {
    return new Fonts(await askJson<CoveredBook>(address), fonts);
  }

  /** Says which characters are about to be drawn; parts that lack some of theirs are fetched anew. */
  async want(characters: ReadonlySet<number>): Promise<void> {
    this.#characters = characters;
    await Promise.all([...this.#faces.values()].map((face) => this.#bring(face, characters)));
  }

  /** The file of that SHA-256, as far as it was fetched. */
  bytes(sha256: string): Uint8Array {
    const found = this.#parts.get(sha256)?.bytes;
    if (!found) throw new Error(`The font ${sha256} was not fetched.`);
    return found;
  }

  /** Brings what a drawing lacked. Throws the error itself when there is no more to bring. */
  async supply(error: FontNotLoaded): Promise<void> {
    const { face } = error;
    if (!this.#covered.has(face.sha256)) {
      face.cover(this.#coveredBy(face));
      return;
    }
    if (await this.#bring(face, this.#characters)) return;
    const all = new Set([...this.#coveredBy(face)].map(blockOf));
    const rest = all.size <= FEW_BLOCKS ? this.#coveredBy(face) : new Set([...MADE_UP].map((each) => each.codePointAt(0)!));
    if (!await this.#bring(face, rest)) throw error;
  }

  /** Whether anything came. */
  async #bring(face: Face, characters: Iterable<number>): Promise<boolean> {
    const { sha256 } = face;
    const known = this.#parts.get(sha256);
    const blocks = new Set(known?.blocks ?? [0]);
    const covered = this.#coveredBy(face);
    for (const point of characters) if (covered.has(point)) blocks.add(blockOf(point));
    if (known && blocks.size === known.blocks.size) return false;
    const bytes = await this.#fetch(face, blocks);
    if (this.#parts.get(sha256) !== known) return true; // another drawing was quicker; what is lacking yet is asked for again
    this.#parts.set(sha256, { blocks, bytes });
    this.#faces.set(sha256, face);
    face.open(bytes);
    return true;
  }

  async #fetch(face: Face, blocks: ReadonlySet<number>): Promise<Uint8Array> {
    try {
      return await askBytes(`${this.#address}/${face.sha256}/${named(blocks)}`);
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) throw new FontNotLoaded(face);
      throw error;
    }
  }

  #coveredBy({ sha256 }: Face): ReadonlySet<number> {
    let covered = this.#covered.get(sha256);
    if (!covered) this.#covered.set(sha256, covered = new Set(points(this.#coverage[sha256] ?? [])));
    return covered;
  }
}

function* points(ranges: readonly number[]): Generator<number> {
  let end = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const first = end + ranges[i];
    end = first + ranges[i + 1];
    for (let point = first; point < end; point++) yield point;
  }
}

/** The code points of every text in JSON data, in either case. */
export function charactersOf(...parts: readonly unknown[]): Set<number> {
  const found = new Set<number>();
  const add = (text: string) => {
    for (const character of text) found.add(character.codePointAt(0)!);
  };
  const look = (part: unknown): void => {
    if (typeof part === "string") for (const text of [part, part.normalize("NFC"), part.toUpperCase(), part.toLowerCase()]) add(text);
    else if (typeof part === "object" && part !== null) Object.values(part).forEach(look);
  };
  parts.forEach(look);
  return found;
}
