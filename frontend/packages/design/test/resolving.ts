/** Resolves the documents of a file that tests/frontend/resolving.py has written, and writes their scenes to another. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { FontBook, RenderError } from "@monogram/text";
import type { Book } from "@monogram/text";
import CanvasKitInit from "canvaskit-wasm";
import type { CanvasKit } from "canvaskit-wasm";

import { explain, filled, open, openWriter } from "../src/index.ts";
import type { Asset, Given, SceneNode, Values } from "../src/index.ts";

interface Case {
  document: object;
  values: Values;
  side: "print" | "preview";
  page: string;
  assets: Record<string, Asset>;
  prepared: Record<string, SceneNode[]>;
}

interface Told {
  cases: Record<string, Case>;
  book: Book;
  /** Paths of font files by hash. */
  fonts: Record<string, string>;
  /** Dictionary breaks by text. */
  breaks: Record<string, number[]>;
}

const [from, to] = process.argv.slice(2);
const told = JSON.parse(readFileSync(from, "utf8")) as Told;
const kit = await (CanvasKitInit as unknown as () => Promise<CanvasKit>)();
const book = new FontBook(told.book);
const wasm = readFileSync(fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
const codes = await openWriter(new Uint8Array(wasm).buffer);
const fonts = new Map<string, Uint8Array>();
function font(sha256: string): Uint8Array {
  let bytes = fonts.get(sha256);
  if (!bytes) fonts.set(sha256, bytes = readFileSync(told.fonts[sha256]));
  return bytes;
}
const answers: Record<string, unknown> = {};
for (const [name, one] of Object.entries(told.cases)) {
  const asked: string[] = [];
  const given: Given = {
    kit, book, font, codes,
    asset: (wanted) => one.assets[wanted],
    dictionaryBreaks: (text) => told.breaks[text],
    prepared: (layer) => {
      asked.push(layer);
      return one.prepared[layer] ?? [];
    },
  };
  try {
    const document = filled(one.document);
    const { scene, report } = await book.whenLoaded(async (face) => font(face.sha256), () => {
      asked.length = 0;
      return open(document, one.values, given, one);
    });
    const explained = await book.whenLoaded(async (face) => font(face.sha256), () => explain(document, one.values, given, one));
    answers[name] = { scene, report, explained, asked };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    answers[name] = { error: { code: error.code, layer: error.layer, message: error.message } };
  }
}
writeFileSync(to, JSON.stringify(answers));
