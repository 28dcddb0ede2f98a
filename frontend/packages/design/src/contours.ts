/** Outlines as corners: curves cut into chords by the rule of monogram/render/contours.py. */

import type { Box, Matrix } from "./matrices.ts";
import { CUBIC, QUADRATIC } from "./rules.ts";
import type { Path } from "./scene.ts";

export type Point = readonly [number, number];

/** The box around the points of a path, those off its curves too. */
export function box({ verbs }: Path): Box {
  const found: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [name, ...numbers] of verbs) {
    for (const [x, y] of pointsOf(name, numbers)) {
      found[0] = Math.min(found[0], x);
      found[1] = Math.min(found[1], y);
      found[2] = Math.max(found[2], x);
      found[3] = Math.max(found[3], y);
    }
  }
  return found[0] > found[2] ? [0, 0, 0, 0] : found;
}

/** A verb's points, without the weight of a conic. */
function pointsOf(name: string, numbers: readonly number[]): Point[] {
  const count = name === "K" ? 2 : numbers.length / 2;
  return Array.from({ length: count }, (_, i): Point => [numbers[2 * i], numbers[2 * i + 1]]);
}

/** The contours' corners under a matrix, each contour closed without telling its first corner again. */
export function polygons(path: Path, [a, b, c, d, e, f]: Matrix): Point[][] {
  const found: Point[][] = [];
  let last: Point = [0, 0];
  for (const [name, ...numbers] of path.verbs) {
    const own = pointsOf(name, numbers).map(([x, y]): Point => [a * x + c * y + e, b * x + d * y + f]);
    if (name === "M") found.push([own[0]]);
    else if (name === "L") found.at(-1)!.push(own[0]);
    else if (name === "Q") rational(found.at(-1)!, [last, own[0], own[1]], 1);
    else if (name === "K") rational(found.at(-1)!, [last, own[0], own[1]], numbers[4]);
    else if (name === "C") cubic(found.at(-1)!, [last, own[0], own[1], own[2]]);
    if (own.length) last = own[own.length - 1];
  }
  return found.filter((corners) => corners.length > 1).map(opened);
}

function opened(corners: Point[]): Point[] {
  const [first, last] = [corners[0], corners[corners.length - 1]];
  return first[0] === last[0] && first[1] === last[1] ? corners.slice(0, -1) : corners;
}

/** A quadratic curve, or the conic of that weight, from after its start to its end. */
function rational(into: Point[], [[x0, y0], [x1, y1], [x2, y2]]: readonly Point[], weight: number): void {
  for (let step = 1; step <= QUADRATIC; step++) {
    const t = step / QUADRATIC;
    const s = 1 - t;
    const [one, two, three] = [s * s, 2 * s * t * weight, t * t];
    const over = one + two + three;
    into.push([(one * x0 + two * x1 + three * x2) / over, (one * y0 + two * y1 + three * y2) / over]);
  }
}

function cubic(into: Point[], [[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: readonly Point[]): void {
  for (let step = 1; step <= CUBIC; step++) {
    const t = step / CUBIC;
    const s = 1 - t;
    const [one, two, three, four] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    into.push([one * x0 + two * x1 + three * x2 + four * x3, one * y0 + two * y1 + three * y2 + four * y3]);
  }
}
