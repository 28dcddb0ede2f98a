/** What a scene names and a painter needs: pixels of pictures, bytes of fonts. */

import type { Source } from "@monogram/design";

/** A picture upright, sRGB, 8 bits, not premultiplied: RGBA rows from the top. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

export interface Resources {
  /** The pixels of a source; what is made of it is made here. */
  pixels(source: Source): Pixels;
  /** The font file whose SHA-256 this is, or a subset of it that keeps its glyph ids; the same array until a larger one comes. */
  font(sha256: string): Uint8Array;
}
