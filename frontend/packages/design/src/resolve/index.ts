/** A document, its values and its assets become a scene: bindings applied, boxes placed, text laid out. */

import type { Document, Values } from "../documents.ts";
import * as limits from "../limits.ts";
import { scale as scaling } from "../matrices.ts";
import { rounded } from "../numbers.ts";
import { page as onePage } from "../pages.ts";
import type { Report } from "../reports.ts";
import type { Scene } from "../scene.ts";
import { rgba } from "./colors.ts";
import { Resolving } from "./layers.ts";
import type { Given } from "./layers.ts";

export type { Asset, Given } from "./layers.ts";

/** What is to be painted, and the report of it. */
export interface Drawing {
  scene: Scene;
  report: Report;
}

/**
 * What is to be painted of a filled document's first page. scale: of the whole picture (0 < scale <= 1).
 * Throws RenderError with the layer it happened in, and FontNotLoaded for a font that is not there yet.
 */
export function resolve(
  document: Document, values: Values, given: Given, side: "print" | "preview" = "print", scale = 1,
): Drawing {
  const { canvas } = document;
  if (!(scale > 0 && scale <= 1)) throw new RangeError("scale must be above 0 and at most 1");
  const [width, height] = [canvas.width, canvas.height].map((length) => Math.max(1, rounded(length * scale)));
  limits.checkOutput(width, height);
  const resolving = new Resolving(document, values, given, side, scale);
  const nodes = resolving.nodes(document.layers, scaling(scale, scale), 1);
  const scene = { width, height, dpi: canvas.dpi * scale, background: rgba(canvas.background), nodes };
  return { scene, report: resolving.report() };
}

/** The same of one page of a document, by its id; of the first without one. Throws `page_missing` besides. */
export function open(
  document: Document, values: Values, given: Given, { side = "print", page, scale = 1 }: Opening = {},
): Drawing {
  return resolve(onePage(document, page), values, given, side, scale);
}

export interface Opening {
  side?: "print" | "preview";
  page?: string | undefined;
  scale?: number;
}
