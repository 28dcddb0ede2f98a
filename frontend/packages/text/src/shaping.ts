/** Glyphs of a piece of text in one face, script and direction, by HarfBuzz; remembered, for pieces come back often. */

import * as hb from "harfbuzzjs";

import { RenderError } from "./errors.ts";
import { FontNotLoaded } from "./fonts.ts";
import type { Face } from "./fonts.ts";
import * as kerning from "./kerning.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

const VISIBLE = tables.IGNORABLE.code("N");
const ROOM = 200_000; // glyphs remembered, some 30 MB

/** OpenType tags and values, sorted by tag. */
export type Features = readonly (readonly [tag: string, value: number])[];

/** Glyphs from left to right; lengths in ems, y upwards; clusters are places in the shaped text. */
export interface Shaped {
  readonly glyphs: readonly number[];
  readonly clusters: readonly number[];
  readonly advances: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Clusters before which cutting changes glyphs. */
  readonly unsafe: ReadonlySet<number>;
  /** All advances. */
  readonly width: number;
}

const NO_LIGATURES: Features = [["liga", 0], ["clig", 0]];
const remembered = new Map<string, Shaped>();
let held = 0;
const buffer = new hb.Buffer();

/** Shapes `text` alone, without what stands around it. Throws RenderError `glyph_missing`. */
export function shape(
  face: Face, text: Points, script: string, lang: string, rtl: boolean, ligatures = true, features: Features = [],
): Shaped {
  const key = `${face.identity} ${script} ${lang} ${rtl} ${ligatures} ${features.join()} ${tables.textOf(text)}`;
  return recalled(key, () => shapeAnew(face, text, script, lang, rtl, ligatures, features));
}

/** What was shaped by this key before, or what is shaped now. */
export function recalled(key: string, shaping: () => Shaped): Shaped {
  let found = remembered.get(key);
  if (!found) {
    found = shaping();
    held += found.glyphs.length + 1;
    if (held > ROOM) {
      remembered.clear();
      held = found.glyphs.length + 1;
    }
    remembered.set(key, found);
  }
  return found;
}

function shapeAnew(
  face: Face, text: Points, script: string, lang: string, rtl: boolean, ligatures: boolean, features: Features,
): Shaped {
  const { upem } = face;
  const asked = new Map([...(ligatures ? [] : NO_LIGATURES), ...features]);
  const { glyphs, clusters, unsafe, places } = shapedBy(face, text, script, lang, rtl ? "RTL" : "LTR", asked);
  const advances = places.map((place) => place.xAdvance);
  if (face.kerning.size && !rtl && (asked.get("kern") ?? 1)) kerning.apply(face.kerning, glyphs, clusters, advances, unsafe);
  let width = 0;
  for (const advance of advances) width += advance / upem;
  return {
    glyphs, clusters, advances: advances.map((advance) => advance / upem),
    xs: places.map((place) => place.xOffset / upem), ys: places.map((place) => place.yOffset / upem), unsafe, width,
  };
}

/** What HarfBuzz makes of the text; the buffer is used again. */
export function shapedBy(
  face: Face, text: Points, script: string, lang: string, direction: "LTR" | "RTL" | "TTB" | "BTT",
  features: ReadonlyMap<string, number>,
) {
  buffer.reset();
  buffer.addCodePoints(text as number[]);
  buffer.setDirection(hb.Direction[direction]);
  buffer.setScript(script);
  const language = /^[\w-]*/.exec(lang)![0]; // as much as HarfBuzz reads of it
  if (language) buffer.setLanguage(language);
  buffer.setFlags(hb.BufferFlag.DO_NOT_INSERT_DOTTED_CIRCLE); // builds of HarfBuzz differ on where
  hb.shape(face.hbFont, buffer, [...features].map(([tag, value]) => new hb.Feature(tag, value)));
  const glyphs: number[] = [];
  const clusters: number[] = [];
  const unsafe = new Set<number>();
  for (const { codepoint: glyph, cluster, flags } of buffer.getGlyphInfos()) {
    if (glyph === 0) refuse(face, text, cluster);
    glyphs.push(glyph);
    clusters.push(cluster);
    if (flags & hb.GlyphFlag.UNSAFE_TO_BREAK) unsafe.add(cluster);
  }
  return { glyphs, clusters, unsafe, places: buffer.getGlyphPositions() };
}

/** HarfBuzz found no glyph: names the first character of the cluster that the face lacks. */
function refuse(face: Face, text: Points, cluster: number): never {
  const found = text.slice(cluster).find(
    (codePoint) => tables.IGNORABLE.at(codePoint) === VISIBLE && !face.hbFont.nominalGlyph(codePoint),
  );
  const missing = found ?? text[cluster];
  if (found !== undefined && face.has(found)) throw new FontNotLoaded(face); // the subset at hand is without it
  const name = `${String.fromCodePoint(missing)} ${tables.hex(missing)}`;
  throw new RenderError("glyph_missing", `${face.family} has no glyph for the character ${name}. Take it out of the text `
    + "or choose another font.", { part: name });
}
