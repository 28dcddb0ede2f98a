/** The font book with its files from disk, and `layout` called with what the Python tests call it with. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { FontBook } from "../src/index.ts";
import type { Book, Face, Font, LayoutOptions, SetLayer, SetRun } from "../src/index.ts";

const FOLDER = new URL("../../../../monogram/fonts/", import.meta.url);

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, new URL("../../../../", import.meta.url)), "utf8")) as T;
}

export function emptyBook(): FontBook {
  return new FontBook(readJson<Book>("monogram/fonts/book.json"));
}

/** The face's file, its hash checked. */
export async function fromDisk(face: Face): Promise<Uint8Array> {
  const bytes = readFileSync(new URL(`files/${face.file}`, FOLDER));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== face.sha256) throw new Error(`${face.file} is not the file the book lists`);
  return bytes;
}

/** Arguments of the Python `layout`. */
export type Input = Record<string, unknown> & { text: string };

export function optionsOf(input: Input, book: FontBook): LayoutOptions {
  const options = Object.entries(input).map(
    ([name, value]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value] as const,
  );
  return { ...Object.fromEntries(options), book } as unknown as LayoutOptions;
}

const LAYER = {
  text: "", fit: "none", minSize: 1, maxSize: 20_000, maxLines: null, maxCharacters: null, wrap: true, overflow: "refuse",
  case: "none", align: "start", verticalAlign: "top", lineHeight: 1.2, letterSpacing: 0, direction: "auto",
  writing: "horizontal", lang: "",
};

/** A text layer as documents write it, with what is absent filled in. */
export function layerOf(written: object): SetLayer {
  const { font, runs = [], line, ...rest } = written as {
    font: Partial<Font>; runs?: Partial<SetRun>[]; line?: { kind: string };
  };
  const whole = line?.kind === "circle" ? { start: 0, inside: false, ...line } : (line ?? null);
  return { ...LAYER, ...rest, line: whole, font: fontOf(font), runs: runs.map(runOf) } as unknown as SetLayer;
}

function fontOf(written: Partial<Font>): object {
  return { weight: 400, italic: false, features: {}, axes: {}, ...written };
}

function runOf(written: Partial<SetRun>): object {
  return { size: null, ...written, font: written.font ? fontOf(written.font) : null };
}
