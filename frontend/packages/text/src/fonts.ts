/**
 * The font book: every face a document may name, by exact family, weight and slant, and the fallback for what it lacks.
 *
 * Fonts are loaded beforehand, and from then on everything is synchronous. What is asked of a face whose bytes are not
 * there yet throws FontNotLoaded; `FontBook.whenLoaded` loads it and tries again.
 */

import * as hb from "harfbuzzjs";

import { choose, coordinatesOf, nearest, told } from "./books.ts";
import type { Axes, Book, Coordinates, FaceEntry, FamilyEntry } from "./books.ts";
import { composed, decomposed } from "./compositions.ts";
import { RenderError } from "./errors.ts";
import * as kerning from "./kerning.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

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
  color: boolean;
  kerning: ReadonlyMap<number, number>;
  features: ReadonlySet<string>;
}

/** What of a file is loaded; all instances of a variable font share it. */
class FontFile {
  opened: Opened | undefined;
  codePoints: Set<number> | undefined;

  open(bytes: Uint8Array): void {
    const face = new hb.Face(new hb.Blob(bytes));
    const color = face.hasColorPaint() || face.hasColorLayers() || face.hasColorPng()
      || Boolean(face.referenceTable("SVG ")?.length);
    const [gsub, gpos] = [copied(face, "GSUB"), copied(face, "GPOS")];
    const pairs = kerning.pairs(copied(face, "kern"), gpos);
    const features = new Set([...kerning.featureTags(gsub), ...kerning.featureTags(gpos)]);
    this.opened = { face, color, kerning: pairs, features };
  }
}

interface Instance {
  of: Opened;
  font: hb.Font;
  extents: hb.FontExtents;
}

/** A font file, of a variable font at one place on its axes. Everything that reads it throws FontNotLoaded before `open`. */
export class Face {
  readonly family: string;
  readonly weight: number;
  readonly italic: boolean;
  /** The file's name. */
  readonly file: string;
  readonly sha256: string;
  readonly coordinates: Coordinates;
  /** Faces alike draw alike. */
  readonly identity: string;
  readonly entry: FaceEntry;
  readonly #file: FontFile;
  #instance: Instance | undefined;

  private constructor(family: string, entry: FaceEntry, coordinates: Coordinates, file: FontFile) {
    this.family = family;
    this.entry = entry;
    this.coordinates = coordinates;
    this.weight = coordinates.find(([tag]) => tag === "wght")?.[1] ?? entry.weight;
    this.italic = entry.italic ?? false;
    this.file = entry.file.slice(entry.file.lastIndexOf("/") + 1);
    this.sha256 = entry.sha256;
    this.identity = [entry.sha256, ...coordinates.flat()].join(" ");
    this.#file = file;
  }

  /** A file as it stands by itself. */
  static of(family: string, entry: FaceEntry): Face {
    return new Face(family, entry, coordinatesOf(entry, entry.weight), new FontFile());
  }

  /** The same file at another place on its axes. */
  at(coordinates: Coordinates): Face {
    return new Face(this.family, this.entry, coordinates, this.#file);
  }

  /** Family, weight, slant, and axes that are not at their default: `Lora 700 italic`, `Source Serif 4 650 opsz 60`. */
  get label(): string {
    const moved = this.coordinates.filter(([tag, value]) => tag !== "wght" && value !== this.entry.axes?.[tag][1]);
    return `${this.family} ${told(this.weight)}${this.italic ? " italic" : ""}`
      + moved.map(([tag, value]) => ` ${tag} ${told(value)}`).join("");
  }

  /** Takes the bytes of the file or of a subset that keeps its glyph ids; again, if a larger subset comes. */
  open(bytes: Uint8Array): void {
    this.#file.open(bytes);
  }

  /** Says what the whole file covers, for faces of which only a subset, or nothing yet, is loaded. */
  cover(codePoints: Iterable<number>): void {
    this.#file.codePoints = new Set(codePoints);
  }

  get isOpen(): boolean {
    return this.#file.opened !== undefined;
  }

  get #open(): Opened {
    if (!this.#file.opened) throw new FontNotLoaded(this);
    return this.#file.opened;
  }

  get #placed(): Instance {
    const of = this.#open;
    if (this.#instance?.of !== of) {
      const font = new hb.Font(of.face);
      if (this.coordinates.length) font.setVariations(this.coordinates.map(([tag, value]) => new hb.Variation(tag, value)));
      this.#instance = { of, font, extents: font.hExtents() };
    }
    return this.#instance;
  }

  /** For shaping, metrics and outlines; its scale is `upem`, so that positions are font units. Shared: do not alter it. */
  get hbFont(): hb.Font {
    return this.#placed.font;
  }

  get upem(): number {
    return this.#open.face.upem;
  }

  /** Font units above the baseline, as HarfBuzz reads them on both sides. */
  get ascent(): number {
    return this.#placed.extents.ascender;
  }

  /** Font units below the baseline, as a positive number; see `ascent`. */
  get descent(): number {
    return -this.#placed.extents.descender;
  }

  /** Font units between lines; see `ascent`. */
  get lineGap(): number {
    return this.#placed.extents.lineGap;
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
    this.#file.codePoints ??= new Set(this.#open.face.collectUnicodes());
    return this.#file.codePoints.has(codePoint);
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

const MOST_INSTANCES = 512;
const MOST_STAND_INS = 8192;

/** All faces of a book. */
export class FontBook {
  readonly book: Book;
  readonly #faces: Map<string, Face[]>;
  // text repeats itself: instances, chains and stand-ins are remembered, failures are not
  readonly #instances = new Map<string, Face>();
  readonly #chains = new Map<string, readonly Face[]>();
  readonly #standIns = new Map<string, Face>();

  constructor(book: Book) {
    this.book = book;
    this.#faces = new Map(
      book.families.map((family) => [family.family, family.faces.map((entry) => Face.of(family.family, entry))]),
    );
  }

  /** What the book lists, in its order: names, scripts, licences, and the weights and slants there are. */
  get families(): readonly FamilyEntry[] {
    return this.book.families;
  }

  /** Exactly this face, loaded or not; what a document's Font says. Throws what `choose` throws. */
  find(family: string, weight = 400, italic = false, axes: Axes = {}): Face {
    const [entry, coordinates] = choose(this.book, family, weight, italic, axes);
    return this.#at(this.#faces.get(family)!.find((face) => face.entry === entry)!, coordinates);
  }

  /** The face at another place on its axes. */
  #at(face: Face, coordinates: Coordinates): Face {
    const other = face.at(coordinates);
    if (other.identity === face.identity) return face;
    const known = this.#instances.get(other.identity);
    if (known) return known;
    if (this.#instances.size >= MOST_INSTANCES) this.#instances.clear();
    this.#instances.set(other.identity, other);
    return other;
  }

  /** Exactly this face, opened. Throws what `choose` throws, and FontNotLoaded. */
  face(family: string, weight = 400, italic = false, axes: Axes = {}): Face {
    const face = this.find(family, weight, italic, axes);
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
    const far = (face: Face) => {
      const near = nearest(face.entry, weight);
      return [Number(face.italic !== italic), Math.abs(near - weight), near] as const;
    };
    const found = this.#faces.get(family)!.reduce((best, face) => {
      const [a, b] = [far(face), far(best)];
      const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      return order < 0 ? face : best;
    });
    return this.#at(found, coordinatesOf(found.entry, weight));
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
