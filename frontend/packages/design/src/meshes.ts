/**
 * Grids of points that bend a picture: cylinders, curved patches, perspective; the part of monogram/render/meshes.py that
 * resolving needs. In this order of operations, so that both sides find the same points.
 */

import { cosine, RenderError, sine } from "@monogram/text";

import type { CylinderSurface, MeshSurface, QuadSurface } from "./document.ts";
import type { Box, Matrix } from "./matrices.ts";

export type Point = readonly [number, number];
/** Points row by row. */
export type Grid = readonly (readonly Point[])[];
/** Three rows of three. */
export type Homography = readonly (readonly [number, number, number])[];
export type Surface = QuadSurface | MeshSurface | CylinderSurface;

/** Cells along each side of the art, at least: for the curves of a surface, and for what a map displaces. */
const FINE = 32;
const FINE_DISPLACED = 48;

interface Bent {
  /** The grid's places along the art's sides: fractions, ascending, of what is seen of it. */
  across: number[];
  down: number[];
  /** Where in the box they come to lie. */
  points: Grid;
}

/** A surface's grid over a box of width x height pixels. Throws `surface_invalid`. */
export function grid(surface: Surface, width: number, height: number, displaced: boolean): Bent {
  const { across, down, points } = unit(surface, displaced ? FINE_DISPLACED : FINE, displaced);
  return { across, down, points: points.map((row) => row.map(([x, y]): Point => [x * width, y * height])) };
}

function unit(surface: Surface, fine: number, displaced: boolean): Bent {
  if (surface.kind === "mesh") return patches(surface, fine);
  if (surface.kind === "cylinder") return cylinder(surface, fine, displaced ? fine : Math.floor(fine / 4));
  const places = spaced(0, 1, fine + 1);
  const by = homography(surface);
  return { across: places, down: places, points: places.map((y) => places.map((x) => mapped(by, x, y))) };
}

/** Evenly spaced numbers, both ends among them. */
function spaced(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : i * step + start));
}

/** The projective map from the unit square to the quad (Heckbert 1989, 2.2.3). Throws `surface_invalid` unless convex. */
export function homography(quad: QuadSurface): Homography {
  const points = quad.corners.map(({ x, y }): Point => [x, y]);
  const turns = points.map((point, i) => cross(point, points[(i + 1) % 4], points[(i + 2) % 4]));
  if (!(turns.every((turn) => turn > 1e-9) || turns.every((turn) => turn < -1e-9))) {
    throw new RenderError("surface_invalid", "The four corners of a quad must make a convex shape, in order.",
      { part: "surface" });
  }
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = points;
  const [ax, ay, bx, by] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const [cx, cy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const whole = ax * by - bx * ay;
  const [g, h] = [(cx * by - bx * cy) / whole, (ax * cy - cx * ay) / whole];
  return [[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1]];
}

function cross(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
}

function mapped(by: Homography, x: number, y: number): Point {
  const over = by[2][0] * x + by[2][1] * y + by[2][2];
  return [(by[0][0] * x + by[0][1] * y + by[0][2]) / over, (by[1][0] * x + by[1][1] * y + by[1][2]) / over];
}

/** A point of the wall at the angle a from the front is seen at (1 + sin a) / 2 across; its circle is an ellipse. */
function cylinder(surface: CylinderSurface, columns: number, rows: number): Bent {
  const span = surface.to - surface.from;
  const across = spaced(Math.max(0, surface.from), Math.min(1, surface.to), columns + 1);
  const down = spaced(0, 1, rows + 1);
  const angles = across.map((place) => ((place - surface.from) / span - 0.5) * Math.PI);
  const [sines, cosines] = [angles.map(sine), angles.map(cosine)];
  const bottom = surface.curveBottom ?? surface.curve;
  const points = down.map((y) => {
    const hang = surface.curve + (bottom - surface.curve) * y;
    return angles.map((_, i): Point => [(1 + sines[i]) / 2, y + hang * cosines[i]]);
  });
  return { across, down, points };
}

function patches(surface: MeshSurface, fine: number): Bent {
  const wide = surface.columns + 1;
  const corners = Array.from({ length: surface.rows + 1 }, (_, row) => (
    surface.points.slice(row * wide, (row + 1) * wide).map(({ x, y }): Point => [x, y])));
  const [down, bent] = curved(corners, fine);
  const [across, points] = curved(transposed(bent), fine);
  return { across, down, points: transposed(points) };
}

function transposed(points: Grid): Grid {
  return points[0].map((_, column) => points.map((row) => row[column]));
}

/** Uniform Catmull-Rom down the rows, each cell cut into equal steps of the parameter. */
function curved(points: Grid, fine: number): [number[], Grid] {
  const cells = points.length - 1;
  const steps = Math.ceil(fine / cells);
  const ends = [beyond(points[0], points[1]), ...points, beyond(points[cells], points[cells - 1])];
  const at = Array.from({ length: cells * steps + 1 }, (_, i) => i);
  const curve = at.map((i) => {
    const cell = Math.min(Math.floor(i / steps), cells - 1);
    const t = (i - cell * steps) / steps;
    return ends[cell].map((_, column): Point => {
      const [x, y] = ([0, 1] as const).map((axis) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((k) => ends[cell + k][column][axis]);
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      });
      return [x, y];
    });
  });
  return [at.map((i) => i / (cells * steps)), curve];
}

/** The row mirrored about the first. */
function beyond(first: readonly Point[], second: readonly Point[]): Point[] {
  return first.map(([x, y], i): Point => [2 * x - second[i][0], 2 * y - second[i][1]]);
}

/** How long a unit of `across` and `down` becomes, whichever is longer, over all cells: the least and the largest. */
export function stretches(points: Grid, across: readonly number[], down: readonly number[]): [number, number] {
  const far = (one: Point, two: Point) => {
    const [x, y] = [two[0] - one[0], two[1] - one[1]];
    return Math.sqrt(x * x + y * y);
  };
  let [least, largest] = [Infinity, -Infinity];
  for (let row = 0; row < down.length - 1; row++) {
    for (let column = 0; column < across.length - 1; column++) {
      const [top, bottom] = [points[row], points[row + 1]];
      const [wide, high] = [across[column + 1] - across[column], down[row + 1] - down[row]];
      const longer = Math.max(
        far(top[column], top[column + 1]) / wide, far(bottom[column], bottom[column + 1]) / wide,
        far(top[column], bottom[column]) / high, far(top[column + 1], bottom[column + 1]) / high);
      [least, largest] = [Math.min(least, longer), Math.max(largest, longer)];
    }
  }
  return [least, largest];
}

export function transformed([a, b, c, d, e, f]: Matrix, points: Grid): Grid {
  return points.map((row) => row.map(([x, y]): Point => [a * x + c * y + e, b * x + d * y + f]));
}

/** The upright box around what a box of the art (in units of across and down) becomes; by 17 x 17 of its points. */
export function seen(box: Box, across: readonly number[], down: readonly number[], points: Grid): Box {
  const columns = spaced(box[0], box[2], 17).map((place) => within(place, across));
  const rows = spaced(box[1], box[3], 17).map((place) => within(place, down));
  const found = rows.flatMap(([top, v]) => columns.map(([left, u]): Point => {
    const corner = (row: number, column: number, axis: 0 | 1) => points[top + row][left + column][axis];
    const [x, y] = ([0, 1] as const).map((axis) => (
      (corner(0, 0, axis) * (1 - u) + corner(0, 1, axis) * u) * (1 - v)
      + (corner(1, 0, axis) * (1 - u) + corner(1, 1, axis) * u) * v));
    return [x, y];
  }));
  const [xs, ys] = [found.map(([x]) => x), found.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Which cell of ascending places a place lies in, and how far along it; beyond the ends it is at the end. */
function within(place: number, places: readonly number[]): [number, number] {
  const last = places.length - 1;
  if (place <= places[0]) return [0, 0];
  if (place >= places[last]) return [last - 1, 1];
  let cell = 0;
  while (places[cell + 1] <= place) cell++;
  return [cell, (place - places[cell]) / (places[cell + 1] - places[cell])];
}
