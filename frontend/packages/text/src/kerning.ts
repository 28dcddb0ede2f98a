/**
 * Kerning of fonts that have it in the old `kern` table only. The browser's HarfBuzz is built without it, so both sides
 * read and apply it themselves, and the server's HarfBuzz is not shown the table.
 */

const HORIZONTAL_VALUES = 0x0001; // coverage: format 0, horizontal, no minimum, not across the stream

/** The key of two glyphs side by side. */
const pairOf = (left: number, right: number): number => left * 0x10000 + right;

/** Font units to add between pairs of glyphs; none if the font's GPOS table kerns. */
export function pairs(kern: Uint8Array | undefined, gpos: Uint8Array | undefined): Map<number, number> {
  const out = new Map<number, number>();
  const table = viewOf(kern);
  if (table.byteLength < 4 || table.getUint16(0) !== 0 || featureTags(gpos).has("kern")) return out;
  let at = 4;
  for (let number = table.getUint16(2); number > 0 && at + 14 <= table.byteLength; number--) {
    const length = table.getUint16(at + 2);
    const count = table.getUint16(at + 6);
    if ((table.getUint16(at + 4) & 0xff07) === HORIZONTAL_VALUES) {
      const rows = Math.min(count, Math.floor((table.byteLength - at - 14) / 6));
      for (let row = at + 14; row < at + 14 + 6 * rows; row += 6) {
        const key = pairOf(table.getUint16(row), table.getUint16(row + 2));
        out.set(key, (out.get(key) ?? 0) + table.getInt16(row + 4));
      }
    }
    if (length < 14 + 6 * count) break; // a table too long for its length field is the last
    at += length;
  }
  return out;
}

export function viewOf(table: Uint8Array = new Uint8Array()): DataView {
  return new DataView(table.buffer, table.byteOffset, table.byteLength);
}

/** Tags of the features of a GSUB or GPOS table, for whatever script. */
export function featureTags(bytes: Uint8Array | undefined): Set<string> {
  const out = new Set<string>();
  const table = viewOf(bytes);
  if (table.byteLength < 10) return out;
  const start = table.getUint16(6);
  const count = start + 2 <= table.byteLength ? table.getUint16(start) : 0;
  for (let at = start + 2; at < start + 2 + 6 * count && at + 4 <= table.byteLength; at += 6) {
    out.add(String.fromCharCode(...[0, 1, 2, 3].map((k) => table.getUint8(at + k))));
  }
  return out;
}

/** Kerns a left-to-right run, in font units, and adds the clusters before which cutting now changes something. */
export function apply(
  known: ReadonlyMap<number, number>, glyphs: readonly number[], clusters: readonly number[], advances: number[],
  unsafe: Set<number>,
): void {
  let last = -1;
  for (let k = 0; k < glyphs.length; k++) {
    if (!advances[k]) continue; // marks and invisible characters do not part letters
    const value = last < 0 ? undefined : known.get(pairOf(glyphs[last], glyphs[k]));
    if (value) {
      advances[last] += value;
      unsafe.add(clusters[k]);
    }
    last = k;
  }
}
