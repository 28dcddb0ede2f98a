/**
 * Vertical writing: columns from right to left, Han upright, other letters turned by a quarter (UAX 50, Unicode 15.0).
 *
 * A column is measured and broken as a line is: lengths run down it. All is set in a frame turned by a quarter, whose lines
 * are the columns and whose baseline is a column's middle, and is then turned back.
 */

import type { Face } from "./fonts.ts";
import type { Item } from "./paragraphs.ts";
import { RichParagraph, scaled } from "./rich.ts";
import type { Look } from "./rich.ts";
import { recalled, shape, shapedBy } from "./shaping.ts";
import type { Features, Shaped } from "./shaping.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";
import { verticalMetrics } from "./uprights.ts";

const SPACE = 0x20;
const IDEOGRAPHIC_SPACE = 0x3000;

/** A paragraph whose lines are columns. `ys` of its glyphs are to the right of the column's middle. */
export class VerticalParagraph extends RichParagraph {
  protected override dressed(look: Look, start: number, end: number): Look {
    return { ...look, upright: stands(look, this.text.slice(start, end), this.lang) };
  }

  protected override shape(item: Item, start: number, end: number, hyphen = false): Shaped {
    const look = item.look!;
    const { face, scale, features } = look;
    if (look.upright && !item.tab) {
      const text = this.text.slice(start, end);
      return scaled(shapeUpright(face, text, item.script, this.lang, item.level % 2 === 1, features), scale);
    }
    const shaped = super.shape(item, start, end, hyphen);
    const middle = ((face.ascent - face.descent) / 2 / face.upem) * scale;
    return { ...shaped, ys: shaped.ys.map((y) => y - middle) };
  }

  protected override reach(look: Look, lineHeight: number): [number, number] {
    return [(lineHeight * look.scale) / 2, (lineHeight * look.scale) / 2];
  }
}

/** By the orientation of the cluster's first character. Tr is turned unless the font has a form of its own for it. */
function stands({ face, features }: Look, text: Points, lang: string): boolean {
  const kind = tables.VERTICAL.nameAt(text[0]);
  if (kind !== "Tr") return kind === "U" || kind === "Tu";
  const standing = shapeUpright(face, text, "Hani", lang, false, features);
  return standing.glyphs[0] !== face.hbFont.nominalGlyph(text[0]);
}

/**
 * Glyphs from top to bottom: advances downwards, `xs` down and `ys` to the right from the column's middle.
 *
 * HarfBuzz takes the font's vertical forms (`vert`, which cannot be turned off); its vertical metrics are ours. Glyphs of colour fonts have empty
 * outlines: they get their width as height, and stand in its middle. Throws RenderError `glyph_missing`.
 */
export function shapeUpright(
  face: Face, text: Points, script: string, lang: string, upwards: boolean, features: Features,
): Shaped {
  if (face.isColor) return stacked(face, shape(face, text, script, lang, upwards, true, features));
  const key = `${face.identity} ${script} ${lang} ${upwards ? "BTT" : "TTB"} ${features.join()} ${tables.textOf(text)}`;
  return recalled(key, () => shapeAnew(face, text, script, lang, upwards, features));
}

function shapeAnew(
  face: Face, text: Points, script: string, lang: string, upwards: boolean, features: Features,
): Shaped {
  const { upem } = face;
  const asked = new Map(features.filter(([tag]) => tag !== "vert"));
  const found = shapedBy(face, text, script, lang, upwards ? "BTT" : "TTB", asked);
  const { glyphs, clusters, unsafe, places } = found;
  const metrics = verticalMetrics(face);
  // without vertical metrics HarfBuzz goes an em down, from an origin at the ascent; for an ideographic space that the font
  // lacks it does so in any case, with the glyph of a space
  const blank = face.has(IDEOGRAPHIC_SPACE) ? undefined : face.hbFont.nominalGlyph(SPACE);
  const isBlank = (k: number) => glyphs[k] === blank && text[clusters[k]] === IDEOGRAPHIC_SPACE;
  const down = (k: number) => (isBlank(k) ? upem : metrics.advance(glyphs[k]));
  const advances = places.map((place, k) => -(place.yAdvance + upem - down(k)) / upem);
  const xs = places.map((place, k) => -(place.yOffset + face.ascent - metrics.origin(glyphs[k])) / upem);
  let width = 0;
  for (const advance of advances) width += advance;
  return { glyphs, clusters, advances, xs, ys: places.map((place) => place.xOffset / upem), unsafe, width };
}

function stacked(face: Face, lying: Shaped): Shaped {
  const middle = (face.ascent - face.descent) / 2 / face.upem;
  return { ...lying, xs: lying.advances.map((advance) => advance / 2 + middle),
    ys: lying.advances.map((advance) => -advance / 2) };
}
