/** Adjustments one after the other, and which of them belong to the source's own pixels and which to the output's grid. */

import { RenderError } from "@monogram/text/errors";

import type { Adjustment, LineArt, Mosaic, Pixels, RemoveBackground, Step, Threshold, Tone } from "./adjustments.ts";
import { METHODS } from "./backgrounds.ts";
import { threshold } from "./dithers.ts";
import { trace } from "./lines.ts";
import { expanded } from "./looks.ts";
import { lay } from "./mosaics.ts";
import * as tones from "./tones.ts";

type Drawn = Threshold | Mosaic | LineArt | RemoveBackground;

const ON_GRID: ReadonlySet<string> = new Set(["threshold", "mosaic", "line-art"]);
const DRAWN: ReadonlySet<string> = new Set([...ON_GRID, "remove-background"]);

/** Those for the source's pixels, and those for the grid of the output; looks written out. */
export function split(adjustments: readonly Adjustment[]): [Step[], Step[]] {
  const steps = expanded(adjustments);
  const at = steps.findIndex((one) => ON_GRID.has(one.do));
  return at < 0 ? [steps, []] : [steps.slice(0, at), steps.slice(at)];
}

/** Throws RenderError `method_unknown` for a way of removing backgrounds that is not there. */
export function check(adjustments: readonly Adjustment[]): void {
  for (const each of adjustments) if (each.do === "remove-background") methodOf(each.method ?? "border");
}

/**
 * Changes the pixels in place. texture: pixels by the names that mosaics use, asked for when they are needed.
 * Throws RenderError `method_unknown`, `background_unclear`; TypeError for what is no adjustment.
 */
export function apply(pixels: Pixels, adjustments: readonly Adjustment[], texture?: (name: string) => Pixels): void {
  let colors: Tone[] = [];
  for (const each of expanded(adjustments)) {
    if (!isDrawn(each)) {
      colors.push(each);
      continue;
    }
    tones.apply(pixels, colors);
    colors = [];
    draw(pixels, each, texture);
  }
  tones.apply(pixels, colors);
}

function isDrawn(step: Step): step is Drawn {
  return DRAWN.has(step.do);
}

function draw(pixels: Pixels, asked: Drawn, texture?: (name: string) => Pixels): void {
  switch (asked.do) {
    case "threshold":
      return threshold(pixels, asked);
    case "mosaic":
      return lay(pixels, asked, asked.texture && texture ? texture(asked.texture) : null);
    case "line-art":
      return trace(pixels, asked);
    case "remove-background":
      return methodOf(asked.method ?? "border")(pixels, asked);
  }
}

function methodOf(name: string): (typeof METHODS)[string] {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  const names = Object.keys(METHODS).sort().join(", ");
  throw new RenderError("method_unknown", `Backgrounds are removed by ${names}; there is no method '${name}'.`, { part: name });
}
