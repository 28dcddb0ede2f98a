/** A document, its values and its assets become a scene: bindings applied, boxes placed, text laid out. */

import type { Document, Values } from "../documents.ts";
import { scale as scaling } from "../matrices.ts";
import type { Scene } from "../scene.ts";
import { rgba } from "./colors.ts";
import { Resolving } from "./layers.ts";
import type { Given } from "./layers.ts";

export type { Asset, Given } from "./layers.ts";

/**
 * What is to be painted of a filled document's first page. scale: of the whole picture (0 < scale <= 1).
 * Throws RenderError with the layer it happened in, and FontNotLoaded for a font that is not there yet.
 */
export function resolve(
  document: Document, values: Values, given: Given, side: "print" | "preview" = "print", scale = 1,
): Scene {
  const { canvas } = document;
  const [width, height] = [canvas.width, canvas.height].map((length) => Math.max(1, rounded(length * scale)));
  const resolving = new Resolving(document, values, given, side, scale);
  try {
    const nodes = resolving.nodes(document.layers, scaling(scale, scale), 1);
    return { width, height, dpi: canvas.dpi * scale, background: rgba(canvas.background), nodes };
  } finally {
    resolving.delete();
  }
}

/** To the nearest whole number, halves to the even one. */
function rounded(value: number): number {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 ? whole - 1 : whole;
}
