/** An image layer's `adjust` in two stages: on the source's pixels, and on the grid of the output; looks written out. */

import type { Adjustment } from "./scene.ts";

import type * as parts from "./document.ts";

const ON_GRID = new Set(["threshold", "mosaic", "line-art"]);

const LOOKS: Record<parts.Look["name"], readonly Adjustment[]> = {
  warm: [tint("#ffe2b8", 0.7), by("saturation", 0.15), by("contrast", 0.05), by("brightness", 0.03)],
  cool: [tint("#c4dcff", 0.7), by("saturation", -0.1), by("contrast", 0.05), by("brightness", 0.03)],
  fade: [by("saturation", -0.3), by("contrast", -0.25), by("brightness", 0.08)],
  noir: [
    by("grey", 1), by("contrast", 0.25), by("brightness", -0.04), { do: "duotone", dark: "#0a0a0c", light: "#f6f6f4" },
  ],
  vivid: [by("saturation", 0.45), by("contrast", 0.1)],
  vintage: [by("sepia", 0.45), by("contrast", -0.1), tint("#fff1d6", 1), by("saturation", -0.1)],
};

function by(name: string, amount: number): Adjustment {
  return { do: name, amount };
}

function tint(color: string, amount: number): Adjustment {
  return { do: "tint", color, amount };
}

/** Those for the source's pixels, and those for the grid of the output. */
export function split(adjust: parts.ImageLayer["adjust"]): [readonly Adjustment[], readonly Adjustment[]] {
  const steps = adjust.flatMap((one): readonly Adjustment[] => (one.do === "look" ? LOOKS[one.name] : [{ ...one }]));
  const at = steps.findIndex((one) => ON_GRID.has(one["do"] as string));
  return at < 0 ? [steps, []] : [steps.slice(0, at), steps.slice(at)];
}
