/** Setting a text on a line: the size that fits along it, alignment, and each cluster's place and turn. */

import * as bidi from "./bidi.ts";
import type { Curve } from "./curves.ts";
import { RenderError } from "./errors.ts";
import { fitted, normalise, piecesOf, range, share, TOLERANCE, told } from "./layout.ts";
import type { Cut } from "./paragraphs.ts";
import type { PlacedRun, PlacedText } from "./placed.ts";
import { isSameLook, paragraphsOf } from "./rich.ts";
import type { ComposeOptions, Look, RichParagraph, Span } from "./rich.ts";

/**
 * Glyphs that turn together; lengths in ems of the text. before: advance from the line's left to the cluster's; xs, ys: of
 * its glyphs from there, y upwards; place: of its first character.
 */
export interface Cluster {
  readonly look: Look;
  readonly level: number;
  readonly place: number;
  readonly before: number;
  readonly advance: number;
  readonly glyphs: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/**
 * Of a size and the pixels above and below the line: where the baseline runs, and the height it all takes of the box (0
 * where the box's height is no limit).
 */
export type Baseline = (size: number, above: number, below: number) => [Curve, number];

/**
 * Sets the text, its newlines as spaces, along what `baseline(size, above, below)` gives for pixels above and below the
 * line. On a closed line the text starts, is centred or ends (by `align`) at the line's start, and white space at its end
 * counts, so that it parts the end from the start.
 *
 * overflow: `clip` leaves out the clusters that do not lie on the line whole; `show` goes on beyond its ends; there is
 * nothing to extend, so `extend` refuses. `justify` is `start`. Throws what `layout` throws.
 */
export function setAlong(spans: readonly Span[], baseline: Baseline, options: ComposeOptions): PlacedText {
  const { height, overflow = "refuse", align = "start", lineHeight = 1.2 } = options;
  const flat = spans.map((span) => ({ ...span, text: normalise(span.text).replaceAll("\n", " ") }));
  const text = flat.map((span) => span.text).join("");
  const box = [0, 0, options.width, height] as const;
  if (!text) return { text: "", size: options.size, lines: 0, runs: [], box, outcome: "fits" };
  const [paragraph] = paragraphsOf(flat, { ...options, dictionaryBreaks: undefined });
  let [cut] = paragraph.whole();
  if (baseline(options.size, 0, 0)[0].closed) cut = { ...cut, visible: cut.end };
  const long = paragraph.width(0, cut.visible);
  const [above, below] = paragraph.metrics(0, cut.visible, lineHeight);
  const fits = (size: number): boolean => {
    const [curve, high] = baseline(size, above * size, below * size);
    return high <= height + TOLERANCE && long * size <= curve.length + TOLERANCE;
  };
  const size = fitted(fits, ...range(options.fit ?? "none", options.size, options.minSize ?? 1, options.maxSize ?? 20_000));
  const [curve, high] = baseline(size, above * size, below * size);
  const outcome = fits(size) ? "fits" : overflow === "clip" ? "clipped" : "shown";
  if (outcome !== "fits" && (overflow === "refuse" || overflow === "extend")) {
    throw new RenderError("text_overflow", `The text is ${told(long * size)} pixels long and ${told(high)} high at size `
      + `${told(size)}; its line is ${told(curve.length)} long, in a box ${told(height)} high. Shorten it, enlarge the box, `
      + "or let it shrink.", { part: "text" });
  }
  const part = share(align, paragraph.level);
  const left = curve.closed ? -long * size * part : (curve.length - long * size) * part;
  let found = [...clusters(paragraph, cut)];
  if (outcome === "clipped") found = found.filter((cluster) => liesOn(cluster, curve, left, size));
  return { text, size, lines: 1, runs: [...runsOf(found, curve, left, size)], box, outcome };
}

function liesOn(cluster: Cluster, curve: Curve, left: number, size: number): boolean {
  const start = left + cluster.before * size;
  const end = left + (cluster.before + cluster.advance) * size;
  if (curve.closed) return end - left <= curve.length + TOLERANCE; // the text may begin before the line's start
  return start >= -TOLERANCE && end <= curve.length + TOLERANCE;
}

/** The visible clusters of a line, from left to right. */
export function* clusters(paragraph: RichParagraph, cut: Cut): Generator<Cluster> {
  const pieces = piecesOf(paragraph, cut).filter((piece) => !piece.hangs);
  let pen = 0;
  for (const number of bidi.reorder(pieces.map((piece) => piece.level))) {
    const { shaped, item, start, level, advance: whole } = pieces[number];
    let first = 0;
    while (first < shaped.glyphs.length) {
      let end = first + 1;
      while (end < shaped.glyphs.length && shaped.clusters[end] === shaped.clusters[first]) end++;
      const xs: number[] = [];
      let advance = 0;
      for (let k = first; k < end; k++) {
        xs.push(advance + shaped.xs[k]);
        advance += item.tab ? whole : shaped.advances[k];
      }
      const place = start + shaped.clusters[first];
      yield { look: item.look!, level, place: paragraph.offset + place, before: pen, advance,
        glyphs: shaped.glyphs.slice(first, end), xs, ys: shaped.ys.slice(first, end) };
      pen += advance + paragraph.spaced(item, place) * paragraph.letterSpacing;
      first = end;
    }
  }
}

/** Clusters on the curve; neighbours of one look and level make one run. */
function* runsOf(found: readonly Cluster[], curve: Curve, left: number, size: number): Generator<PlacedRun> {
  let start = 0;
  while (start < found.length) {
    const { look, level } = found[start];
    let end = start + 1;
    while (end < found.length && found[end].level === level && isSameLook(found[end].look, look)) end++;
    const glyphs: number[] = [];
    const xs: number[] = [];
    const ys: number[] = [];
    const turns: (readonly [number, number])[] = [];
    const places: number[] = [];
    for (const cluster of found.slice(start, end)) {
      const middle = (cluster.advance * size) / 2;
      const [[x, y], [co, si]] = curve.at(left + cluster.before * size + middle);
      cluster.glyphs.forEach((glyph, k) => {
        const along = cluster.xs[k] * size - middle;
        const up = cluster.ys[k] * size;
        glyphs.push(glyph);
        xs.push(x + co * along + si * up);
        ys.push(y + si * along - co * up);
        turns.push([co, si]);
        places.push(cluster.place);
      });
    }
    yield { face: look.face, size: size * look.scale, glyphs, xs, ys, turns, clusters: places, level };
    start = end;
  }
}
