/**
 * The font book: every face a document may name, by exact family, weight and slant, and the fallback for what it lacks.
 *
 * Fonts are loaded beforehand, and from then on everything is synchronous. What is asked of a face whose bytes are not
 * there yet throws FontNotLoaded; `FontBook.whenLoaded` loads it and tries again.
 */

import * as hb from "harfbuzzjs";

import { composed, decomposed } from "./compositions.ts";
import { RenderError } from "./errors.ts";
import * as kerning from "./kerning.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

/** One file of a family; see the server's `FaceEntry`. */
export interface FaceEntry {
  weight: number;
  italic?: boolean;
  file: string;
  sha256: string;
  bytes: number;
}

export interface FamilyEntry {
  family: string;
  package: string;
  version: string;
  scripts: readonly string[];
  licence: { name: string; sha256: string };
  faces: readonly FaceEntry[];
}

/** Families that stand in for glyphs a chosen face lacks. `han` is by writing tradition: SC, TC, JP, KR. */
export interface Fallbacks {
  scripts: readonly string[];
  symbols: readonly string[];
  han: Readonly<Record<string, string>>;
  emoji: string;
}

/** `book.json`. */
export interface Book {
  fallbacks: Fallbacks;
  families: readonly FamilyEntry[];
}

/** The bytes of a face's file, or of a subset of it that keeps its glyph ids. */
export type Load = (face: Face) => Promise<Uint8Array>;

/** The bytes of a face are wanted and not there yet. */
export class FontNotLoaded extends RenderError {
  readonly face: Face;

  constructor(face: Face) {
    super("font_missing", `The font file ${face.file} of ${face.label} is not loaded.`, { part: face.label });
    this.face = face;
  }
}

interface Opened {
  face: hb.Face;
  font: hb.Font;
  extents: hb.FontExtents;
  color: boolean;
  kerning: ReadonlyMap<number, number>;
  features: ReadonlySet<string>;
}

/** One font file. Everything that reads it throws FontNotLoaded before `open`. */
export class Face {
  readonly family: string;
  readonly weight: number;
  readonly italic: boolean;
  /** The file's name. */
  readonly file: string;
  readonly sha256: string;
  #opened: Opened | undefined;
  #codePoints: Set<number> | undefined;

  constructor(family: string, entry: FaceEntry) {
    this.family = family;
    this.weight = entry.weight;
    this.italic = entry.italic ?? false;
    this.file = entry.file.slice(entry.file.lastIndexOf("/") + 1);
    this.sha256 = entry.sha256;
  }

  /** Family, weight and slant in words: `Lora 700 italic`. */
  get label(): string {
    return `${this.family} ${this.weight}${this.italic ? " italic" : ""}`;
  }

  /** Takes the bytes of the file or of a subset that keeps its glyph ids; again, if a larger subset comes. */
  open(bytes: Uint8Array): void {
    const face = new hb.Face(new hb.Blob(bytes));
    const font = new hb.Font(face);
    const color = face.hasColorPaint() || face.hasColorLayers() || face.hasColorPng()
      || Boolean(face.referenceTable("SVG ")?.length);
    const [gsub, gpos] = [copied(face, "GSUB"), copied(face, "GPOS")];
    const pairs = kerning.pairs(copied(face, "kern"), gpos);
    const features = new Set([...kerning.featureTags(gsub), ...kerning.featureTags(gpos)]);
    this.#opened = { face, font, extents: font.hExtents(), color, kerning: pairs, features };
  }

  /** Says what the whole file covers, for faces of which only a subset, or nothing yet, is loaded. */
  cover(codePoints: Iterable<number>): void {
    this.#codePoints = new Set(codePoints);
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  get #open(): Opened {
    if (!this.#opened) throw new FontNotLoaded(this);
    return this.#opened;
  }

  /** For shaping; its scale is `upem`, so that positions are font units. Shared: do not alter it. */
  get hbFont(): hb.Font {
    return this.#open.font;
  }

  get upem(): number {
    return this.#open.face.upem;
  }

  /** Font units above the baseline, as HarfBuzz reads them on both sides. */
  get ascent(): number {
    return this.#open.extents.ascender;
  }

  /** Font units below the baseline, as a positive number; see `ascent`. */
  get descent(): number {
    return -this.#open.extents.descender;
  }

  /** Font units between lines; see `ascent`. */
  get lineGap(): number {
    return this.#open.extents.lineGap;
  }

  /** Whether its glyphs bring their own colours, and so cannot be drawn as plain outlines. */
  get isColor(): boolean {
    return this.#open.color;
  }

  /** What shaping adds between pairs of glyphs, where HarfBuzz does not kern: see `kerning.ts`. */
  get kerning(): ReadonlyMap<number, number> {
    return this.#open.kerning;
  }

  /** A table of the font; empty where it has none. */
  table(tag: string): DataView {
    return kerning.viewOf(copied(this.#open.face, tag));
  }

  /** Tags of the OpenType features the font has. */
  get features(): ReadonlySet<string> {
    return this.#open.features;
  }

  /** Whether the face has a glyph for this very code point. */
  has(codePoint: number): boolean {
    this.#codePoints ??= new Set(this.#open.face.collectUnicodes());
    return this.#codePoints.has(codePoint);
  }

  /** Whether the face draws this code point, directly or by a stand-in that shaping makes itself. */
  covers(codePoint: number): boolean {
    if (this.has(codePoint)) return true;
    const other = STAND_INS.get(codePoint);
    return other !== undefined && this.has(other);
  }

  /** Whether it draws every visible code point of a grapheme cluster, as written or canonically (de)composed. */
  coversCluster(cluster: Points): boolean {
    if (this.#coversAll(cluster)) return true;
    return this.#coversAll(composed(cluster)) || this.#coversAll(decomposed(cluster));
  }

  #coversAll(cluster: Points): boolean {
    return cluster.every((codePoint) => !isVisible(codePoint) || this.covers(codePoint));
  }
}

/** HarfBuzz shows its own memory, which moves when it grows. */
function copied(face: hb.Face, tag: string): Uint8Array | undefined {
  return face.referenceTable(tag)?.slice();
}

const MOST_STAND_INS = 8192;

/** All faces of a book. */
export class FontBook {
  readonly book: Book;
  readonly #faces: Map<string, Face[]>;
  // text repeats itself: chains and stand-ins are remembered, failures are not
  readonly #chains = new Map<string, readonly Face[]>();
  readonly #standIns = new Map<string, Face>();

  constructor(book: Book) {
    this.book = book;
    this.#faces = new Map(
      book.families.map((family) => [family.family, family.faces.map((entry) => new Face(family.family, entry))]),
    );
  }

  /** What the book lists, in its order: names, scripts, licences, and the weights and slants there are. */
  get families(): readonly FamilyEntry[] {
    return this.book.families;
  }

  /** Exactly this face, loaded or not. Throws RenderError `font_missing` if the book lacks it. */
  find(family: string, weight = 400, italic = false): Face {
    const faces = this.#faces.get(family);
    if (!faces) throw new RenderError("font_missing", `The font book has no family '${family}'.`, { part: family });
    const found = faces.find((face) => face.weight === weight && face.italic === italic);
    if (found) return found;
    const wanted = `${family} ${weight}${italic ? " italic" : ""}`;
    const has = faces.map((face) => face.label.slice(family.length + 1)).join(", ");
    throw new RenderError("font_missing", `The font book has no ${wanted}. Of ${family} it has ${has}.`,
      { part: wanted });
  }

  /** Exactly this face, opened. Throws RenderError `font_missing`. */
  face(family: string, weight = 400, italic = false): Face {
    const face = this.find(family, weight, italic);
    if (!face.isOpen) throw new FontNotLoaded(face); // told here, not in the middle of a layout
    return face;
  }

  /** Opens faces, those that are open already included. */
  async load(faces: Iterable<Face>, load: Load): Promise<void> {
    await Promise.all([...faces].map(async (face) => face.open(await load(face))));
  }

  /** Does the work, and does it again as often as it lacks another face, which is loaded in between. */
  async whenLoaded<T>(load: Load, work: () => T): Promise<T> {
    const loaded = new Set<Face>();
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof FontNotLoaded) || loaded.has(error.face)) throw error;
        loaded.add(error.face);
        await this.load([error.face], load);
      }
    }
  }

  /** The face for what is to be shown as emoji, loaded or not. */
  get emoji(): Face {
    return this.#faces.get(this.book.fallbacks.emoji)![0];
  }

  /**
   * The faces to try, in order, for what a chosen face lacks: loaded or not, nearest in weight, emoji last.
   *
   * `lang` (BCP 47) says which Han forms come first; in a Han language these also come before the symbols.
   */
  fallbacks(lang = "", weight = 400, italic = false): readonly Face[] {
    return this.#chain(hanOf(lang), weight, italic);
  }

  #chain(han: string | null, weight: number, italic: boolean): readonly Face[] {
    const key = `${han} ${weight} ${italic}`;
    let chain = this.#chains.get(key);
    if (!chain) {
      const lists = this.book.fallbacks;
      const first = han ?? "SC";
      const others = Object.keys(lists.han).filter((form) => form !== first);
      const forms = [first, ...others].map((form) => lists.han[form]);
      const rest = han ? [...forms, ...lists.symbols] : [...lists.symbols, ...forms];
      chain = [...lists.scripts, ...rest, lists.emoji].map((family) => this.#nearest(family, weight, italic));
      this.#chains.set(key, chain);
    }
    return chain;
  }

  #nearest(family: string, weight: number, italic: boolean): Face {
    const far = (face: Face) => [Number(face.italic !== italic), Math.abs(face.weight - weight), face.weight] as const;
    return this.#faces.get(family)!.reduce((best, face) => {
      const [a, b] = [far(face), far(best)];
      const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      return order < 0 ? face : best;
    });
  }

  /**
   * The first face that draws the whole grapheme cluster: the chosen one, else a fallback.
   *
   * With `emojiPresentation` the emoji face is asked before the chosen one.
   * Throws RenderError `glyph_missing`, its part the cluster and its code points.
   */
  forCluster(cluster: Points, face: Face, lang = "", emojiPresentation = false): Face {
    if (!cluster.some(isVisible)) return face;
    if (emojiPresentation && this.emoji.coversCluster(cluster)) return this.emoji;
    if (face.coversCluster(cluster)) return face;
    return this.#standIn(cluster, hanOf(lang), face.weight, face.italic);
  }

  #standIn(cluster: Points, han: string | null, weight: number, italic: boolean): Face {
    const key = `${han} ${weight} ${italic} ${tables.textOf(cluster)}`;
    let face = this.#standIns.get(key);
    if (!face) {
      face = this.#chain(han, weight, italic).find((candidate) => candidate.coversCluster(cluster));
      if (!face) throw missing(cluster);
      if (this.#standIns.size >= MOST_STAND_INS) this.#standIns.clear();
      this.#standIns.set(key, face);
    }
    return face;
  }
}

function missing(cluster: Points): RenderError {
  const points = cluster.map(tables.hex).join(" ");
  const shown = cluster.every(isPrintable) ? `${tables.textOf(cluster)} ${points}` : points;
  return new RenderError("glyph_missing", `No font of the font book has the character ${shown}. `
    + "Take it out of the text.", { part: shown });
}

/** Whose Han forms a BCP 47 tag asks for, or null if the language is not written with them. */
function hanOf(lang: string): string | null {
  const [primary, ...subtags] = lang.toLowerCase().replaceAll("_", "-").split("-");
  if (primary === "ja") return "JP";
  if (primary === "ko") return "KR";
  if (!["zh", "cmn", "yue", "hak", "nan", "wuu", "lzh"].includes(primary)) return null;
  for (const subtag of subtags) { // script comes before region, and decides
    if (["hant", "tw", "hk", "mo"].includes(subtag)) return "TC";
    if (["hans", "cn", "sg", "my"].includes(subtag)) return "SC";
  }
  return ["yue", "hak", "nan"].includes(primary) ? "TC" : "SC";
}

// what HarfBuzz itself draws for a space or hyphen the font lacks: a space of the right width, a plain hyphen
const STAND_INS = new Map<number, number>([[0x2011, 0x2010]]);
for (const space of [0xa0, 0x202f, 0x205f, 0x3000]) STAND_INS.set(space, 0x20);
for (let space = 0x2000; space < 0x200b; space++) STAND_INS.set(space, 0x20);
const VISIBLE = tables.IGNORABLE.code("N");
const CONTROL = new Set(["Control", "CR", "LF"]);

function isVisible(codePoint: number): boolean {
  return tables.IGNORABLE.at(codePoint) === VISIBLE;
}

/** Whether a message can show the character: it is assigned, and neither a control nor a separator of lines. */
function isPrintable(codePoint: number): boolean {
  return tables.SCRIPT.nameAt(codePoint) !== "Zzzz" && !CONTROL.has(tables.GRAPHEME.nameAt(codePoint));
}
