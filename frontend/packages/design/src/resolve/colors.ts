/** Colours of a document as numbers. */

import type { Rgba } from "../scene.ts";

export const NOTHING: Rgba = [0, 0, 0, 0];

/** #rrggbb or #rrggbbaa as four fractions; null is transparent. */
export function rgba(color: string | null): Rgba {
  if (color === null) return NOTHING;
  const part = (at: number) => parseInt(color.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5), color.length > 7 ? part(7) : 1];
}
