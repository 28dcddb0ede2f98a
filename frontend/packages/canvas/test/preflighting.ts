/** Examines the documents of a folder that tests/frontend/preflighting.py has written, and writes what it finds beside them. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { examine, filled, keyOf, openWriter, told } from "@monogram/design";
import type { Asset, Given, Seeing, SceneNode, Source, Values } from "@monogram/design";
import { FontBook } from "@monogram/text";
import type { Book } from "@monogram/text";

import { load, Samples } from "../src/index.ts";
import type { Pixels, Resources } from "../src/index.ts";

interface Case {
  document: object;
  values: Values;
  side: "print" | "preview";
  page: string;
  assets: Record<string, Asset>;
  prepared: Record<string, SceneNode[]>;
}

interface Cases {
  cases: Record<string, Case>;
  book: Book;
  /** Paths of font files by hash. */
  fonts: Record<string, string>;
  /** Dictionary breaks by text. */
  breaks: Record<string, number[]>;
  /** The server's tables by profile, in base 64. */
  gamuts: Record<string, string>;
  /** Sources with their sizes; the pixels of number n are in the file `n` of the folder `pictures`. */
  pictures: readonly { picture: Source; width: number; height: number }[];
}

const folder = process.argv[2];
const read = (name: string) => readFileSync(join(folder, name));
const cases = JSON.parse(read("cases.json").toString("utf8")) as Cases;
const numbers = new Map(cases.pictures.map(({ picture }, number) => [keyOf(picture), number]));
const fonts = new Map<string, Uint8Array>();
function font(sha256: string): Uint8Array {
  let bytes = fonts.get(sha256);
  if (!bytes) fonts.set(sha256, bytes = readFileSync(cases.fonts[sha256]));
  return bytes;
}
const resources: Resources = {
  pixels(source: Source): Pixels {
    const number = numbers.get(keyOf(source))!;
    const { width, height } = cases.pictures[number];
    return { width, height, data: read(join("pictures", `${number}`)) };
  },
  font,
};
const kit = await load();
const book = new FontBook(cases.book);
const wasm = readFileSync(fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
const codes = await openWriter(new Uint8Array(wasm).buffer);
const answers: Record<string, unknown> = {};
for (const [name, one] of Object.entries(cases.cases)) {
  const given: Given = {
    kit, book, font, codes,
    asset: (wanted) => one.assets[wanted],
    dictionaryBreaks: (text) => cases.breaks[text],
    prepared: (layer) => one.prepared[layer] ?? [],
  };
  const samples = new Samples(kit, resources);
  const seeing: Seeing = {
    sample: (scene, nodes, box, size, background) => samples.sample(scene, nodes, box, size, background),
    gamut: (profile) => new Uint16Array(Buffer.from(cases.gamuts[profile], "base64").buffer.slice(0)),
  };
  const findings = await book.whenLoaded(async (face) => font(face.sha256), () => (
    examine(filled(one.document), one.values, given, seeing, one)));
  samples.delete();
  answers[name] = findings.map((finding) => ({ ...told(finding), figures: finding.figures }));
}
writeFileSync(join(folder, "findings.json"), JSON.stringify(answers));
