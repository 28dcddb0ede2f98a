/** The font book with its files from disk, and `layout` called with what the Python tests call it with. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { FontBook } from "../src/index.ts";
import type { Book, Face, LayoutOptions } from "../src/index.ts";

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
