/** Affine matrices as tuples [a, b, c, d, e, f]: x' = a x + c y + e, y' = b x + d y + f, as in SVG and CSS. */

import { cosine, sine } from "@monogram/text";

export type Matrix = readonly [number, number, number, number, number, number];
/** Left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** The matrix that applies `inner` first, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

export function translate(x: number, y: number): Matrix {
  return [1, 0, 0, 1, x, y];
}

export function scale(x: number, y: number): Matrix {
  return [x, 0, 0, y, 0, 0];
}

const QUARTERS = new Map<number, readonly [number, number]>([[0, [1, 0]], [90, [0, 1]], [180, [-1, 0]], [270, [0, -1]]]);

/** Clockwise (y grows downwards) about (x, y). Quarter turns are exact. */
export function rotate(degrees: number, x = 0, y = 0): Matrix {
  degrees %= 360;
  if (degrees < 0) degrees += 360;
  const radians = degrees * (Math.PI / 180);
  const [co, si] = QUARTERS.get(degrees) ?? [cosine(radians), sine(radians)];
  return multiply(translate(x, y), multiply([co, si, -si, co, 0, 0], translate(-x, -y)));
}

/** The upright box around a transformed box. */
export function bounds(matrix: Matrix, box: Box): Box {
  const [a, b, c, d, e, f] = matrix;
  const xs: number[] = [];
  const ys: number[] = [];
  for (const x of [box[0], box[2]]) {
    for (const y of [box[1], box[3]]) {
      xs.push(a * x + c * y + e);
      ys.push(b * x + d * y + f);
    }
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The box around all of them; an empty one at the origin if there is none. */
export function union(boxes: readonly Box[]): Box {
  if (!boxes.length) return [0, 0, 0, 0];
  return boxes.reduce((one, two) => [
    Math.min(one[0], two[0]), Math.min(one[1], two[1]), Math.max(one[2], two[2]), Math.max(one[3], two[3]),
  ]);
}

export function outset(box: Box, by: number): Box {
  return [box[0] - by, box[1] - by, box[2] + by, box[3] + by];
}

/** How long a unit along x and along y becomes. */
export function lengths(matrix: Matrix): [number, number] {
  const [a, b, c, d] = matrix;
  return [Math.sqrt(a * a + b * b), Math.sqrt(c * c + d * d)]; // rounded alike everywhere, which hypot is not
}

export function intersection(one: Box, two: Box): Box {
  return [Math.max(one[0], two[0]), Math.max(one[1], two[1]), Math.min(one[2], two[2]), Math.min(one[3], two[3])];
}
