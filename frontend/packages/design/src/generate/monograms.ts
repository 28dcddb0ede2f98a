/** Monograms: letters bent into a disc, laid over each other, or side by side, by the bounds of their own outlines. */

import { baseLevel, compose, dressed, graphemes, normalise, pointsOf, RenderError, textOf } from "@monogram/text";
import type { GlyphRun } from "@monogram/text";
import type { CanvasKit } from "canvaskit-wasm";

import type { MonogramLayer } from "../document.ts";
import * as glyphs from "../glyphs.ts";
import { fromKit, rows, tightBounds, toKit } from "../kit.ts";
import type { Box, Matrix } from "../matrices.ts";
import { quoted } from "../numbers.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { Path, SceneNode } from "../scene.ts";
import { drawn } from "./drawing.ts";
import * as weaves from "./weaves.ts";
import { pathOf } from "./weaves.ts";
import type { Letter, Point, Step } from "./weaves.ts";

const SIDE = 0.7; // height of the outer ones of three letters, of the middle one's
const GAP = 0.05; // between letters, of the height
const OVERLAPS = [0.4, 0.3, 0.2, 0.1]; // of the narrower of two interlocked letters: the first at which both can be told
const KEPT = 0.7; // of a letter's area that must be seen of it to be told
const WOVEN = 1024; // height at which they are woven, whatever the box: path operations depend on the unit
const BENT_GAP = 0.03; // between the letters of a disc, of its width
const RIM = 0.95; // how far out the disc's letters are bent; at 1 their edges would end in points
const PARTS = 16; // straight steps of a bent segment
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g; // what the server takes for it

/** The sign as one shape. Throws `monogram_letters`, and what finding fonts and glyphs may. */
export function nodes(resolving: Resolving, layer: MonogramLayer, matrix: Matrix): SceneNode[] {
  const text = layer.text.replaceAll(SPACE, "");
  if (!text) return [];
  const path = signed(resolving.kit, layer, lettersOf(resolving, layer, normalise(text)));
  return drawn(resolving, layer, matrix, path, { fill: layer.fill, stroke: layer.stroke, shadow: layer.shadow });
}

function signed(kit: CanvasKit, { style, width, height }: MonogramLayer, letters: readonly Letter[]): Path {
  if (style === "circle") return joined(bent(kit, letters, width, height));
  if (style === "interlocked") return interlocked(kit, letters, width, height);
  const row = rowOf(kit, letters, GAP, 0);
  return joined(row.map((letter) => moved(letter, ...fitted(kit, row, width, height))));
}

/** The outline of each grapheme cluster, from left to right, at one pixel per em, y downwards. */
function lettersOf(resolving: Resolving, layer: MonogramLayer, text: string): Letter[] {
  const points = pointsOf(text);
  const starts = graphemes(points);
  if (starts.length > 4) {
    throw new RenderError("monogram_letters", `A monogram has one to three letters, not ${starts.length - 1}.`,
      { part: "text" });
  }
  const { book } = resolving.given;
  const chosen = dressed(layer.font, 1, book);
  const found = starts.slice(1).map((end, i) => {
    const sign = textOf(points.slice(starts[i], end));
    const [made] = compose([{ text: sign, look: chosen }], {
      size: 1, width: 1e4, height: 1e4, book, wrap: false, overflow: "show", align: "left", lang: layer.lang,
      dictionaryBreaks: [],
    });
    for (const run of made.runs) resolving.tellFace(run.face);
    const letter = made.runs.filter((run) => !run.face.isColor).flatMap(outlineOf);
    if (letter.length) return letter;
    throw new RenderError("monogram_letters", `${quoted(sign)} has no outline to make a monogram of.`, { part: "text" });
  });
  return baseLevel(points) ? found.reverse() : found;
}

function outlineOf(run: GlyphRun): Step[] {
  const by = run.size / run.face.upem;
  return run.glyphs.flatMap((glyph, i) => glyphs.outline(run.face, glyph).map(([kind, ...n]): Step => {
    const points: Point[] = [];
    for (let at = 0; at < n.length; at += 2) points.push([run.xs[i] + n[at] * by, run.ys[i] - n[at + 1] * by]);
    return { kind, points };
  }));
}

function joined(letters: readonly Letter[]): Path {
  return pathOf(letters.flat());
}

function boundsOf(kit: CanvasKit, letter: Letter): Box {
  return tightBounds(kit, pathOf(letter));
}

function moved(letter: Letter, scale: number, x: number, y: number): Letter {
  return letter.map(({ kind, points }) => ({ kind, points: points.map(([a, b]): Point => [a * scale + x, b * scale + y]) }));
}

function interlocked(kit: CanvasKit, letters: readonly Letter[], width: number, height: number): Path {
  for (const [i, overlap] of OVERLAPS.entries()) {
    const row = rowOf(kit, letters, 0, overlap).map((letter) => moved(letter, WOVEN, 0, 0));
    const [path, kept] = weaves.weave(kit, row, WOVEN);
    if (kept < KEPT && i < OVERLAPS.length - 1) continue;
    const [scale, x, y] = fitted(kit, row, width, height);
    const made = toKit(kit, path);
    const builder = new kit.PathBuilder();
    builder.addPath(made);
    builder.transform(rows([scale, 0, 0, scale, x, y]));
    made.delete();
    return { ...fromKit(kit, builder.detachAndDelete()), rule: path.rule };
  }
  throw new RangeError("there is no overlap to try");
}

/** Letters of height 1 (the outer ones of three are smaller) about one middle line, with gaps, or overlapping. */
function rowOf(kit: CanvasKit, letters: readonly Letter[], gap: number, overlap: number): Letter[] {
  let [right, before] = [0, 0];
  return letters.map((letter, number) => {
    const [left, top, end, bottom] = boundsOf(kit, letter);
    const scale = (letters.length === 3 && number !== 1 ? SIDE : 1) / (bottom - top);
    const wide = (end - left) * scale;
    if (number) right += gap - overlap * Math.min(wide, before);
    const placed = moved(letter, scale, right - left * scale, -(top + bottom) / 2 * scale);
    [right, before] = [right + wide, wide];
    return placed;
  });
}

/** Scale and shifts that make them as large as the box lets them be, in its middle. */
function fitted(kit: CanvasKit, letters: readonly Letter[], width: number, height: number): [number, number, number] {
  const [left, top, right, bottom] = boundsOf(kit, letters.flat());
  const scale = Math.min(width / (right - left), height / (bottom - top));
  return [scale, (width - (left + right) * scale) / 2, (height - (top + bottom) * scale) / 2];
}

/**
 * Each letter fills an upright slice of the ellipse: its top and bottom follow the rim. The slices together, less what
 * lies beyond the rim's last part, are as wide as the box.
 */
function bent(kit: CanvasKit, letters: readonly Letter[], width: number, height: number): Letter[] {
  const count = letters.length;
  const wide = (2 - BENT_GAP * 2 * (count - 1)) / count;
  return letters.map((letter, number) => {
    const [left, top, right, bottom] = boundsOf(kit, letter);
    const start = -1 + number * (wide + BENT_GAP * 2);
    return warped(letter, ([x, y]) => {
      const across = start + (x - left) / (right - left) * wide;
      const half = Math.sqrt(1 - (across * RIM) * (across * RIM));
      const down = (2 * (y - top) / (bottom - top) - 1) * half;
      return [(1 + across) * width / 2, (1 + down) * height / 2];
    });
  });
}

/** The outline through a bend, its segments in straight steps. */
function warped(letter: Letter, bend: (point: Point) => Point): Letter {
  const out: Step[] = [];
  let pen: Point = [0, 0];
  let start = pen;
  for (const { kind, points } of letter) {
    if (kind === "M") {
      pen = start = points[0];
      out.push({ kind, points: [bend(pen)] });
      continue;
    }
    const controls = kind === "Z" ? [pen, start] : [pen, ...points];
    const end = controls[controls.length - 1];
    if (controls.length > 2 || pen[0] !== end[0] || pen[1] !== end[1]) {
      for (let k = 1; k <= PARTS; k++) out.push({ kind: "L", points: [bend(at(controls, k / PARTS))] });
    }
    pen = end;
    if (kind === "Z") out.push({ kind, points: [] });
  }
  return out;
}

function at(points: readonly Point[], t: number): Point {
  while (points.length > 1) {
    points = points.slice(1).map((b, i): Point => {
      const a = points[i];
      return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    });
  }
  return points[0];
}
