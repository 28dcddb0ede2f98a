/**
 * Vertical metrics of glyphs, as the server's HarfBuzz reads them: the browser's is built without. From the font's VORG
 * and vmtx tables; where it has none, from its line and the glyph's ink.
 */

import type { Face } from "./fonts.ts";

/** What a font says of its glyphs in columns, in font units. */
export interface VerticalMetrics {
  /** How far down a glyph's column goes on. */
  advance(glyph: number): number;
  /** How far above the baseline a glyph's vertical origin lies. */
  origin(glyph: number): number;
}

const known = new WeakMap<object, VerticalMetrics>(); // by the HarfBuzz font, which is another when more of a face is loaded

export function verticalMetrics(face: Face): VerticalMetrics {
  let found = known.get(face.hbFont);
  if (!found) {
    found = read(face);
    known.set(face.hbFont, found);
  }
  return found;
}

function read(face: Face): VerticalMetrics {
  const { hbFont } = face;
  const rows = longMetrics(face);
  const origins = verticalOrigins(face);
  const line = face.ascent + face.descent;
  const advance = (glyph: number) => (rows ? rows.advance(glyph) : line);
  const origin = (glyph: number): number => {
    if (origins) return origins(glyph);
    const ink = hbFont.glyphExtents(glyph);
    if (!ink) return face.ascent;
    return ink.yBearing + (rows ? rows.bearing(glyph) : (line + ink.height) >> 1);
  };
  return { advance, origin };
}

/** vhea and vmtx: advances and top side bearings; undefined where the font has none. */
function longMetrics(face: Face) {
  const header = face.table("vhea");
  const table = face.table("vmtx");
  if (header.byteLength < 36 || table.byteLength < 4) return undefined;
  const count = Math.min(header.getUint16(34), Math.floor(table.byteLength / 4));
  if (!count) return undefined;
  return {
    advance: (glyph: number): number => table.getUint16(4 * Math.min(glyph, count - 1)),
    bearing: (glyph: number): number => {
      if (glyph < count) return table.getInt16(4 * glyph + 2);
      const at = 4 * count + 2 * (glyph - count);
      return at + 2 <= table.byteLength ? table.getInt16(at) : 0;
    },
  };
}

/** VORG: a glyph's own origin, else that of all. */
function verticalOrigins(face: Face): ((glyph: number) => number) | undefined {
  const table = face.table("VORG");
  if (table.byteLength < 8 || table.getUint16(0) !== 1) return undefined;
  const count = Math.min(table.getUint16(6), Math.floor((table.byteLength - 8) / 4));
  const own = new Map<number, number>();
  for (let k = 0; k < count; k++) own.set(table.getUint16(8 + 4 * k), table.getInt16(10 + 4 * k));
  return (glyph) => own.get(glyph) ?? table.getInt16(4);
}
