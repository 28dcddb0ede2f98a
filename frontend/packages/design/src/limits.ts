/** The sizes the renderer accepts; the server's monogram/render/limits.py says why. */

import { RenderError } from "@monogram/text";

const MEGAPIXEL = 1_000_000;
const OUTPUT_PIXELS = 400 * MEGAPIXEL;

/** Refuses a canvas beyond OUTPUT_PIXELS. Throws `canvas_too_large`. */
export function checkOutput(width: number, height: number): void {
  if (width * height > OUTPUT_PIXELS) {
    throw new RenderError("canvas_too_large", `The canvas has ${width} x ${height} pixels; at most `
      + `${OUTPUT_PIXELS / MEGAPIXEL} megapixels are drawn.`, { part: "canvas" });
  }
}
