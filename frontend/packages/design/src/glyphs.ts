/** Outlines of glyphs as HarfBuzz reads them from the font, in font units; the port of monogram/render/glyphs.py. */

import type { Face } from "@monogram/text";
import * as hb from "harfbuzzjs";

import type { Matrix } from "./matrices.ts";
import type { Verb } from "./scene.ts";

const outlines = new WeakMap<hb.Font, Map<number, readonly Verb[]>>();

/** The glyph's contours in font units, y upwards; empty for a glyph without ink. */
export function outline(face: Face, glyph: number): readonly Verb[] {
  const font = face.hbFont;
  let known = outlines.get(font);
  if (!known) outlines.set(font, known = new Map());
  let verbs = known.get(glyph);
  if (!verbs) {
    const drawn: Verb[] = [];
    font.drawGlyph(glyph, FUNCTIONS, drawn);
    known.set(glyph, verbs = drawn);
  }
  return verbs;
}

/** Adds the glyph to a path's verbs. matrix: from font units, y upwards, to the path's coordinates. */
export function draw(verbs: Verb[], face: Face, glyph: number, [a, b, c, d, e, f]: Matrix): void {
  for (const [kind, ...n] of outline(face, glyph)) {
    const points: number[] = [];
    for (let i = 0; i < n.length; i += 2) {
      points.push(Math.fround(a * n[i] + c * n[i + 1] + e), Math.fround(b * n[i] + d * n[i + 1] + f));
    }
    verbs.push([kind, ...points]);
  }
}

function functions(): hb.DrawFuncs {
  const made = new hb.DrawFuncs();
  const add = (verbs: unknown, verb: Verb) => (verbs as Verb[]).push(verb);
  made.setMoveToFunc((x, y, verbs) => add(verbs, ["M", x, y]));
  made.setLineToFunc((x, y, verbs) => add(verbs, ["L", x, y]));
  made.setQuadraticToFunc((a, b, x, y, verbs) => add(verbs, ["Q", a, b, x, y]));
  made.setCubicToFunc((a, b, c, d, x, y, verbs) => add(verbs, ["C", a, b, c, d, x, y]));
  made.setClosePathFunc((verbs) => add(verbs, ["Z"]));
  return made;
}

const FUNCTIONS = functions();
