/** Weaves letters that lie over each other: at each crossing one goes over, the other is cut with a gap beside it. */

import { RenderError } from "@monogram/text";
import type { CanvasKit, Path as KitPath, PathOp } from "canvaskit-wasm";

import { fromKit, toKit } from "../kit.ts";
import type { Path, Verb } from "../scene.ts";

export type Point = readonly [number, number];
/** M, L, Q, C, Z and their points. */
export interface Step {
  kind: string;
  points: readonly Point[];
}
export type Letter = readonly Step[];

// Of a letter's height: the gap beside the letter that goes over, and how far around a crossing the other is cut.
const GAP = 0.02;
const AROUND = 0.06;
const SLIVER = 0.5; // of a letter's mean thickness: what is left of it and thinner than that and than the gap is dropped
const TRIES = 5; // path operations that fail are tried with a gap a little wider
const EIGHT = Array.from({ length: 8 }, (_, turn): Point => [Math.cos(turn * Math.PI / 4), Math.sin(turn * Math.PI / 4)]);

/** Skia found no result of a path operation. */
class NoResult extends Error {}

/**
 * The letters as one path, each crossing only its neighbours, and the least share that a letter kept of its area.
 *
 * height: of the largest letter, in the letters' unit. For the order of crossings see the server's `weaves.weave`.
 * Throws RenderError `monogram_letters`.
 */
export function weave(kit: CanvasKit, letters: readonly Letter[], height: number): [Path, number] {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      return woven(kit, letters, height, GAP * (1 + attempt / 16));
    } catch (error) {
      if (!(error instanceof NoResult)) throw error; // rare, and no longer so with other points
    }
  }
  throw new RenderError("monogram_letters", "These letters cannot be interlocked: their outlines have no clear crossings.",
    { part: "text" });
}

function woven(kit: CanvasKit, letters: readonly Letter[], height: number, gap: number): [Path, number] {
  const { Difference, Intersect } = kit.PathOp;
  const whole = letters.map((letter) => simplified(kit, pathOf(letter)));
  const grown = whole.map((path) => grownBy(kit, path, gap * height));
  const cut = [...whole];
  for (let left = 0; left < letters.length - 1; left++) {
    const overlap = combined(kit, whole[left], whole[left + 1], Intersect);
    crossings(overlap, AROUND * height).forEach((around, number) => {
      const [under, over] = number % 2 === 0 ? [left, left + 1] : [left + 1, left];
      for (const hull of around) {
        const cutter = combined(kit, grown[over], pathOf(polygon(hull)), Intersect);
        cut[under] = combined(kit, cut[under], cutter, Difference);
      }
    });
  }
  let kept = 1;
  const paths = cut.map((path, at) => {
    if (path === whole[at]) return path;
    const rest = withoutSlivers(kit, path, Math.min(gap * height, SLIVER * thickness(whole[at])));
    kept = Math.min(kept, inked(rest) / inked(whole[at]));
    return rest;
  });
  return [{ rule: "evenodd", verbs: paths.flatMap(({ verbs }) => verbs) }, kept];
}

export function pathOf(letter: Letter): Path {
  return { rule: "nonzero", verbs: letter.map(({ kind, points }): Verb => [kind, ...points.flat().map(Math.fround)]) };
}

/** The result of a path operation on paths in CanvasKit, which are deleted. Throws NoResult. */
function result(kit: CanvasKit, made: KitPath | null, ...given: KitPath[]): Path {
  for (const path of given) path.delete();
  if (!made) throw new NoResult();
  return fromKit(kit, made);
}

function combined(kit: CanvasKit, one: Path, two: Path, op: PathOp): Path {
  const [first, second] = [toKit(kit, one), toKit(kit, two)];
  return result(kit, kit.Path.MakeFromOp(first, second, op), first, second);
}

/** Skia's Simplify, which this CanvasKit has only as a union with nothing. */
function simplified(kit: CanvasKit, path: Path): Path {
  return combined(kit, path, { rule: "nonzero", verbs: [] }, kit.PathOp.Union);
}

function grownBy(kit: CanvasKit, path: Path, gap: number): Path {
  const given = toKit(kit, path);
  const rim = given.makeStroked({ width: 2 * gap, join: kit.StrokeJoin.Miter, miter_limit: 2, cap: kit.StrokeCap.Butt });
  return combined(kit, path, simplified(kit, result(kit, rim, given)), kit.PathOp.Union);
}

/** The crossings from top to bottom, each as the convex polygons within which its letters are cut. */
function crossings(overlap: Path, reach: number): Point[][][] {
  const hulls = contours(overlap).map((contour) => hullOf(contour.flatMap(({ points }) => (
    points.flatMap(([x, y]) => EIGHT.map(([a, b]): Point => [x + reach * a, y + reach * b]))))));
  let found: Point[][][] = [];
  for (const hull of hulls) {
    const near = found.filter((crossing) => crossing.some((other) => meet(hull, other)));
    found = [...found.filter((crossing) => !near.includes(crossing)), [hull, ...near.flat()]];
  }
  const top = (crossing: Point[][]) => crossing.flat().reduce((one, two) => (byRows(two, one) < 0 ? two : one));
  return found.map((crossing) => ({ crossing, top: top(crossing) })).sort((one, two) => byRows(one.top, two.top))
    .map(({ crossing }) => crossing);
}

function byRows(one: Point, two: Point): number {
  return one[1] - two[1] || one[0] - two[0];
}

/** A path without conics, contour by contour. */
function contours({ verbs }: Path): Step[][] {
  const found: Step[][] = [];
  for (const [kind, ...n] of verbs) {
    if (kind === "M") found.push([]);
    const points: Point[] = [];
    for (let i = 0; i < n.length; i += 2) points.push([n[i], n[i + 1]]);
    found[found.length - 1].push({ kind, points });
  }
  return found;
}

/** Without the parts whose mean thickness is less; holes stay, or go with what they are in. */
function withoutSlivers(kit: CanvasKit, path: Path, least: number): Path {
  const parts = contours(path);
  const shapes = parts.map((contour) => toKit(kit, pathOf(contour)));
  const dropped = new Set<number>();
  parts.forEach((contour, at) => {
    const [x, y] = contour[0].points[0];
    const around = [...shapes.keys()].filter((other) => other !== at && shapes[other].contains(x, y));
    const isPart = around.length % 2 === 0;
    if (around.some((other) => dropped.has(other)) || (isPart && 2 * Math.abs(area(contour)) < least * length(contour))) {
      dropped.add(at);
    }
  });
  for (const shape of shapes) shape.delete();
  return pathOf(parts.filter((_, at) => !dropped.has(at)).flat());
}

/** Of the parts that an outline encloses, on average: the width of a long bar of that area and length. */
function thickness(path: Path): number {
  const around = total(contours(path).map(length));
  return around ? 2 * inked(path) / around : 0;
}

/** The area of a simplified outline, whose holes run the other way round. */
function inked(path: Path): number {
  return Math.abs(total(contours(path).map(area)));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** The control points of each segment, the closing line too. */
function* segments(contour: Letter): Generator<readonly Point[]> {
  const start = contour[0].points[0];
  let pen = start;
  for (const { points } of contour.slice(1)) {
    yield points.length ? [pen, ...points] : [pen, start];
    pen = points[points.length - 1] ?? start;
  }
  yield [pen, start];
}

/** Signed, by Green's theorem over the Bezier segments. */
function area(contour: Letter): number {
  let sum = 0;
  for (const p of segments(contour)) {
    if (p.length === 2) sum += cross(p[0], p[1]) / 2;
    else if (p.length === 3) sum += (2 * cross(p[0], p[1]) + 2 * cross(p[1], p[2]) + cross(p[0], p[2])) / 6;
    else {
      sum += (6 * cross(p[0], p[1]) + 3 * cross(p[0], p[2]) + cross(p[0], p[3]) + 3 * cross(p[1], p[2])
        + 3 * cross(p[1], p[3]) + 6 * cross(p[2], p[3])) / 20;
    }
  }
  return sum;
}

/** Of the polygons of the control points: a little more than the curves' own. */
function length(contour: Letter): number {
  let sum = 0;
  for (const segment of segments(contour)) {
    segment.slice(1).forEach((b, i) => {
      sum += Math.hypot(b[0] - segment[i][0], b[1] - segment[i][1]);
    });
  }
  return sum;
}

function cross(a: Point, b: Point): number {
  return a[0] * b[1] - a[1] * b[0];
}

/** The convex hull by Andrew's monotone chain, clockwise on a canvas. */
function hullOf(points: readonly Point[]): Point[] {
  const ordered = [...points].sort((one, two) => one[0] - two[0] || one[1] - two[1])
    .filter(([x, y], i, all) => i === 0 || x !== all[i - 1][0] || y !== all[i - 1][1]);
  return [...chain(ordered), ...chain(ordered.reverse())];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const [x, y] of points) {
    for (let end = kept.length - 1; end > 0; end--) {
      const [[beforeX, beforeY], [lastX, lastY]] = [kept[end - 1], kept[end]];
      if ((lastX - beforeX) * (y - beforeY) > (lastY - beforeY) * (x - beforeX)) break;
      kept.pop();
    }
    kept.push([x, y]);
  }
  return kept.slice(0, -1);
}

/** Whether two convex polygons meet: no edge of either parts them. */
function meet(one: readonly Point[], other: readonly Point[]): boolean {
  return [[one, other], [other, one]].every(([sides, against]) => sides.every(([ax, ay], i) => {
    const [bx, by] = sides[(i + 1) % sides.length];
    return !against.every(([x, y]) => (bx - ax) * (y - ay) < (by - ay) * (x - ax));
  }));
}

function polygon(points: readonly Point[]): Letter {
  return [...points.map((point, i): Step => ({ kind: i ? "L" : "M", points: [point] })), { kind: "Z", points: [] }];
}
