/** What each layer of a document resolved to, for people: where it lies, what it is set in, and why it is not shown. */

import { FontNotLoaded, pointsOf, RenderError, SCRIPT } from "@monogram/text";
import type { FontBook } from "@monogram/text";

import * as bindings from "./bindings.ts";
import type { Changes } from "./bindings.ts";
import type { Document, Layer, Values } from "./documents.ts";
import { bounds, IDENTITY, multiply, rotate, translate } from "./matrices.ts";
import type { Box, Matrix } from "./matrices.ts";
import { rounded } from "./numbers.ts";
import { page as onePage } from "./pages.ts";
import type { CodeReport, FontReport, ImageReport, Report, TextReport } from "./reports.ts";
import { open } from "./resolve/index.ts";
import type { Given, Opening } from "./resolve/index.ts";

/**
 * One layer. box: the upright box around it, left, top, right, bottom, in canvas pixels; mm: the same in millimetres.
 * art: the surface or repeat whose own coordinates the box is measured in. hidden: why it is not drawn, null if it is.
 * scripts: the faces its letters are drawn with, by script (ISO 15924 names as Unicode writes them).
 */
export interface Explained {
  layer: string;
  type: Layer["type"];
  depth: number;
  box: Box;
  mm: Box;
  art: string | null;
  hidden: string | null;
  texts: readonly TextReport[];
  scripts: Readonly<Record<string, readonly string[]>>;
  images: readonly ImageReport[];
  codes: readonly CodeReport[];
}

/** A page. error: the code and words of what keeps it from being drawn, or null; then texts and images are unknown. */
export interface Explanation {
  page: string;
  width: number;
  height: number;
  dpi: number;
  error: string | null;
  layers: readonly Explained[];
}

/** Resolves one page and tells of every layer of it, shown or not. Throws RenderError for values that do not fit. */
export function explain(
  document: Document, values: Values, given: Given, { side = "print", page }: Omit<Opening, "scale"> = {},
): Explanation {
  const only = onePage(document, page);
  const { changes } = bindings.apply(only, values);
  const [report, error] = attempted(only, values, given, side);
  const { width, height, dpi } = only.canvas;
  const layers = [...placed(only.layers, changes, side)].map((one) => explained(one, dpi, report, given.book));
  return { page: only.pageId, width, height, dpi, error, layers };
}

function attempted(
  document: Document, values: Values, given: Given, side: "print" | "preview",
): [report: Report | null, error: string | null] {
  try {
    return [open(document, values, given, { side }).report, null];
  } catch (error) {
    if (!(error instanceof RenderError) || error instanceof FontNotLoaded) throw error;
    return [null, `${error.code}: ${error.message}${error.layer ? ` (layer ${error.layer})` : ""}`];
  }
}

interface Placed {
  layer: Layer;
  depth: number;
  box: Box;
  art: string | null;
  hidden: string | null;
}

function* placed(
  layers: readonly Layer[], changes: ReadonlyMap<string, Changes>, side: "print" | "preview", matrix: Matrix = IDENTITY, depth = 0,
  art: string | null = null, hidden: string | null = null,
): Generator<Placed> {
  for (const original of layers) {
    const known = Object.entries(changes.get(original.id) ?? {}).filter(([name]) => name in original);
    const layer = { ...original, ...Object.fromEntries(known) } as Layer;
    const why = hidden ?? whyHidden(layer, original, side);
    const turned = rotate(layer.rotation, layer.width / 2, layer.height / 2);
    const own = multiply(matrix, multiply(translate(layer.x, layer.y), turned));
    yield { layer, depth, box: bounds(own, [0, 0, layer.width, layer.height]), art, hidden: why };
    const inside = hidden ?? (why && `it lies in '${layer.id}', which is hidden`);
    if (layer.type === "group") yield* placed(layer.layers, changes, side, own, depth + 1, art, inside);
    else if ("layers" in layer) yield* placed(layer.layers, changes, side, IDENTITY, depth + 1, layer.id, inside);
  }
}

function whyHidden(layer: Layer, original: Layer, side: "print" | "preview"): string | null {
  if (!layer.visible) return original.visible ? "an answer hides it" : "visible is false";
  if (layer.output !== "all" && layer.output !== side) return `its output is ${layer.output}, this is the ${side}`;
  if (layer.opacity === 0) return "its opacity is 0";
  return layer.type === "text" && !layer.text && !layer.runs.length ? "it has no text" : null;
}

function explained({ layer, depth, box, art, hidden }: Placed, dpi: number, report: Report | null, book: FontBook): Explained {
  const perMm = 25.4 / dpi;
  const own = <T extends { layer: string }>(told: readonly T[] = []) => told.filter((one) => one.layer === layer.id);
  const texts = own(report?.texts);
  return {
    layer: layer.id, type: layer.type, depth, box: nearly(box), mm: nearly(box, perMm), art, hidden, texts,
    scripts: texts.length ? scripts(wordsOf(layer), texts[0].faces, report?.fonts ?? [], book) : {},
    images: own(report?.images), codes: own(report?.codes),
  };
}

function nearly([left, top, right, bottom]: Box, by = 1): Box {
  return [rounded(left * by, 2), rounded(top * by, 2), rounded(right * by, 2), rounded(bottom * by, 2)];
}

/** The text that the layer shows, its runs joined. */
function wordsOf(layer: Layer): string {
  const text = "text" in layer ? layer.text : "";
  return text || ("runs" in layer ? layer.runs.map((run) => run.text).join("") : "");
}

/** Script to the faces that draw letters of it: for each letter the first of the layer's faces that has it. */
function scripts(text: string, labels: readonly string[], fonts: readonly FontReport[], book: FontBook): Explained["scripts"] {
  const drawn = fonts.map((font) => book.face(font.family, font.weight, font.italic, font.axes));
  const faces = labels.flatMap((label) => drawn.filter((face) => face.label === label));
  const points = pointsOf(text);
  const found = new Map<string, Set<string>>();
  SCRIPT.namesOf(points).forEach((script, i) => {
    const face = faces.find((one) => one.covers(points[i]));
    if (!face || /\p{White_Space}/u.test(String.fromCodePoint(points[i]))) return;
    found.set(script, (found.get(script) ?? new Set()).add(face.label));
  });
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([script, names]) => (
    [script, [...names]])));
}
