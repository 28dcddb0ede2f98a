/** Grids of points that bend a picture; the part of monogram/render/meshes.py that painting needs. */

import { meshes } from "@monogram/design";

import type { Pixels } from "./resources.ts";

export type Point = meshes.Point;
export type Grid = meshes.Grid;
export const { transformed } = meshes;

// How far, in pixels of the canvas, a grid reaches beyond the art's edges; the edge itself is cut by a smooth clip.
const MARGIN = 2;

/**
 * Points of a box moved by a map over it: right by red, down by green.
 *
 * A value v with the alpha a moves by strength * (v - 128) / 127 * a / 255; between pixels, and pixels being taken at
 * their middles, the moves are mixed linearly.
 */
export function displaced(points: Grid, box: Point, { width, height, data }: Pixels, strength: number): Grid {
  const move = (x: number, y: number, band: number) => {
    const at = (y * width + x) * 4;
    return ((data[at + band] - 128) / 127) * (data[at + 3] / 255);
  };
  return points.map((row) => row.map(([px, py]): Point => {
    const x = clamped((px / box[0]) * width - 0.5, width - 1);
    const y = clamped((py / box[1]) * height - 0.5, height - 1);
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
    const [u, v] = [x - left, y - top];
    const [moveX, moveY] = [0, 1].map((band) => {
      const upper = move(left, top, band) * (1 - u) + move(right, top, band) * u;
      const lower = move(left, bottom, band) * (1 - u) + move(right, bottom, band) * u;
      return upper * (1 - v) + lower * v;
    });
    return [px + strength * moveX, py + strength * moveY];
  }));
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

/** The grid's outer points, once around. */
export function rim(points: Grid): Point[] {
  const last = points.length - 1;
  return [
    ...points[0], ...points.slice(1).map((row) => row[row.length - 1]), ...points[last].slice(0, -1).reverse(),
    ...points.slice(1, -1).reverse().map((row) => row[0]),
  ];
}

/** The grid with one more ring of points, MARGIN further out. */
export function withMargin(points: Grid): Grid {
  for (let turn = 0; turn < 2; turn++) {
    const last = points.length - 1;
    points = transposed([beyond(points[0], points[1]), ...points, beyond(points[last], points[last - 1])]);
  }
  return points;
}

function transposed(points: Grid): Grid {
  return points[0].map((_, column) => points.map((row) => row[column]));
}

function beyond(edge: readonly Point[], inside: readonly Point[]): Point[] {
  return edge.map(([x, y], i): Point => {
    const [awayX, awayY] = [x - inside[i][0], y - inside[i][1]];
    const length = Math.hypot(awayX, awayY);
    return length > 0 ? [x + (awayX * MARGIN) / length, y + (awayY * MARGIN) / length] : [x, y];
  });
}
