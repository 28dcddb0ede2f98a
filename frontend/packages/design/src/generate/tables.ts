/** Tables: lines of text in columns, all in the one size at which they fit. */

import { layout, needsDictionary, normalise, pointsOf, RenderError } from "@monogram/text";
import type { Align, TextLayout } from "@monogram/text";

import type { TableLayer } from "../document.ts";
import type { Matrix } from "../matrices.ts";
import { general } from "../numbers.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { SceneNode } from "../scene.ts";
import { reportedOnce, words } from "./drawing.ts";

const GRID = 64; // sizes tried are multiples of 1/64 pixel, as in fitting a text

/** The items. Throws `text_overflow` where even `minSize` is too large, and what setting a text may. */
export function nodes(resolving: Resolving, layer: TableLayer, matrix: Matrix): SceneNode[] {
  if (!layer.items.length) return [];
  const rows = Math.ceil(layer.items.length / layer.columns);
  const column = (layer.width - (layer.columns - 1) * layer.gap) / layer.columns;
  if (column <= 0) {
    throw new RenderError("text_overflow", `The gaps leave nothing of the ${layer.columns} columns.`, { part: "gap" });
  }
  const [size, rtl] = fitted(resolving, layer, rows, column);
  const sides: Partial<Record<string, Align>> = { start: rtl ? "right" : "left", end: rtl ? "left" : "right" };
  const align = sides[layer.align] ?? layer.align;
  const step = size * layer.lineHeight;
  const first = resolving.texts.length;
  const drawn = layer.items.flatMap((item, number) => {
    const [across, down] = [Math.floor(number / rows), number % rows];
    const x = (rtl ? layer.columns - 1 - across : across) * (column + layer.gap);
    return words(resolving, layer, matrix, item, [x, down * step, column, step], layer.font, size, layer.fill,
      { align, lineHeight: layer.lineHeight, lang: layer.lang, wrap: false, overflow: "show" });
  });
  reportedOnce(resolving, layer, first, layer.size);
  return drawn;
}

/** The size for all, and whether columns run from right to left. Advances grow evenly with the size. */
function fitted(resolving: Resolving, layer: TableLayer, rows: number, column: number): [number, boolean] {
  const texts = layer.items.map((item) => laidOut(resolving, layer, item, column));
  const widest = texts.reduce((most, text) => Math.max(most, text.width), 0);
  const rtl = layer.direction === "rtl"
    || (layer.direction === "auto" && texts[0].lines.some((line) => line.baseLevel > 0));
  const largest = Math.min(layer.size, layer.height / rows / layer.lineHeight,
    widest ? layer.size * column / widest : layer.size);
  const size = largest < layer.size ? Math.floor(largest * GRID) / GRID : layer.size;
  if (size < Math.min(layer.minSize, layer.size)) {
    throw new RenderError("text_overflow", `The table's ${texts.length} items fit at size ${general(size)}, and `
      + `${general(layer.minSize)} is the least allowed. Shorten them, enlarge the box, or take more columns.`,
      { part: "items" });
  }
  return [size, rtl];
}

function laidOut({ given }: Resolving, layer: TableLayer, item: string, width: number): TextLayout {
  const { family, weight, italic, axes } = layer.font;
  const normal = normalise(item);
  return layout(item, {
    family, weight, italic, axes, size: layer.size, width, height: layer.height, book: given.book, lang: layer.lang,
    wrap: false, overflow: "show",
    dictionaryBreaks: needsDictionary(pointsOf(normal)) ? given.dictionaryBreaks?.(normal) : undefined,
  });
}
