/** One page of a document of several. */

import { RenderError } from "@monogram/text";

import { layersOf } from "./documents.ts";
import type { Document } from "./documents.ts";

/** The ids of all pages, the first page's first. */
export function pageIds(document: Document): string[] {
  return [document.pageId, ...document.pages.map((page) => page.id)];
}

/**
 * That page as a document of its own: its canvas and layers, and the bindings that reach it; the first without an id.
 *
 * Throws RenderError `page_missing`.
 */
export function page(document: Document, id?: string): Document {
  const found = id === undefined || id === document.pageId ? document : document.pages.find((one) => one.id === id);
  if (!found) {
    throw new RenderError("page_missing", `The document has no page '${id}'; it has ${pageIds(document).join(", ")}.`,
      { part: id ?? null });
  }
  if (!document.pages.length) return document;
  const { canvas, layers } = found;
  const own = new Set([...layersOf(layers)].map((layer) => layer.id));
  const bindings = document.bindings.filter((binding) => own.has(binding.layer));
  return { ...document, canvas, layers, bindings, pages: [], pageId: id ?? document.pageId };
}
