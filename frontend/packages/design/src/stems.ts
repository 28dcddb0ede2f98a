/** How thin letters are at their thinnest: monogram/render/stems.py, number for number. */

import { polygons } from "./contours.ts";
import type { Point } from "./contours.ts";
import type { Box, Matrix } from "./matrices.ts";
import { ALONG, PART, SAMPLES, STROKE } from "./rules.ts";
import type { Path } from "./scene.ts";

type Contour = readonly Point[];
/** How far away a line crosses an edge, by how much the winding is less beyond it, the edge's number. */
type Crossing = readonly [far: number, turn: number, edge: number];

interface Edge {
  start: Point;
  end: Point;
  along: Point;
  length: number;
}

const NEAR = 1e-6;

/** Pixels of the thinnest stem of letters under a matrix, which makes `em` pixels of an em; null where there is none. */
export function thinnest(path: Path, matrix: Matrix, em: number): number | null {
  const known = new Set<string>();
  let least: number | null = null;
  for (const contours of neighbours(polygons(path, matrix))) {
    const key = formOf(contours);
    if (known.has(key)) continue;
    known.add(key);
    const width = thinnestOf(contours, em, path.rule === "evenodd");
    if (width !== null) least = Math.min(width, least ?? width);
  }
  return least;
}

/** Each contour, and after it those whose boxes overlap its own: a letter's holes, and what is joined to it. */
function neighbours(contours: readonly Contour[]): Contour[][] {
  const boxes = contours.map(boxOf);
  const found = contours.map((corners) => [corners]);
  const order = [...contours.keys()].sort((one, two) => boxes[one][0] - boxes[two][0] || one - two);
  for (const [place, one] of order.entries()) {
    for (let next = place + 1; next < order.length; next++) {
      const other = order[next];
      if (boxes[other][0] > boxes[one][2]) break;
      if (boxes[one][1] <= boxes[other][3] && boxes[other][1] <= boxes[one][3]) {
        found[one].push(contours[other]);
        found[other].push(contours[one]);
      }
    }
  }
  return found;
}

function boxOf(corners: Contour): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The same for a contour and its neighbours wherever they stand, to a hundredth of a pixel. */
function formOf(contours: readonly Contour[]): string {
  const [x0, y0] = contours[0][0];
  return contours.flat().map(([x, y]) => `${Math.round((x - x0) * 100)},${Math.round((y - y0) * 100)}`).join(" ");
}

/** Of the first of the contours. */
function thinnestOf(contours: readonly Contour[], em: number, evenodd: boolean): number | null {
  const edges = contours.flatMap(edgesOf);
  const own = edgesOf(contours[0]);
  const chords: [width: number, share: number][] = [];
  for (const [number, { start, along, length }] of own.entries()) {
    const count = Math.max(1, Math.ceil((length * SAMPLES) / em));
    for (let step = 0; step < count; step++) {
      const t = (step + 0.5) / count;
      const width = across(edges, number, [start[0] + along[0] * t, start[1] + along[1] * t], evenodd);
      if (width !== null) chords.push([width, length / count]);
    }
  }
  const wanted = Math.min(STROKE * em, PART * own.reduce((sum, { length }) => sum + length, 0));
  let seen = 0;
  for (const [width, share] of chords.sort((one, two) => one[0] - two[0] || one[1] - two[1])) {
    seen += share;
    if (seen >= wanted) return width;
  }
  return null;
}

function edgesOf(corners: Contour): Edge[] {
  return corners.flatMap((start, i): Edge[] => {
    const end = corners[(i + 1) % corners.length];
    const along: Point = [end[0] - start[0], end[1] - start[1]];
    if (along[0] === 0 && along[1] === 0) return [];
    return [{ start, end, along, length: Math.sqrt(along[0] * along[0] + along[1] * along[1]) }];
  });
}

/** How far the ink goes from a point of an edge, square to it; null where it is no stem's. */
function across(edges: readonly Edge[], number: number, [x, y]: Point, evenodd: boolean): number | null {
  const own = edges[number];
  const [nx, ny] = [-own.along[1] / own.length, own.along[0] / own.length];
  const crossings: Crossing[] = [];
  for (let edge = 0; edge < edges.length; edge++) {
    const { start, end, along } = edges[edge];
    const one = nx * (start[1] - y) - ny * (start[0] - x);
    const two = nx * (end[1] - y) - ny * (end[0] - x);
    if ((one <= 0) === (two <= 0) || edge === number) continue;
    const share = one / (one - two);
    const far = nx * (start[0] + along[0] * share - x) + ny * (start[1] + along[1] * share - y);
    crossings.push([far, one <= 0 ? 1 : -1, edge]);
  }
  const found = leaving(crossings.sort((one, two) => one[0] - two[0] || one[1] - two[1] || one[2] - two[2]), evenodd);
  return found && runAlong(own, edges[found[1]]) ? found[0] : null;
}

/** Where a line through an edge leaves the ink on that edge's one side, and by which edge; null with ink on both or none. */
function leaving(crossings: readonly Crossing[], evenodd: boolean): [far: number, edge: number] | null {
  const inked = (turns: number) => (evenodd ? turns % 2 !== 0 : turns !== 0);
  let onward = crossings.filter(([far]) => far > NEAR);
  let winding = onward.reduce((sum, [, turn]) => sum + turn, 0);
  const behind = winding - 1; // its own edge turns the winding by one
  if (inked(winding) === inked(behind)) return null;
  if (!inked(winding)) {
    winding = behind;
    onward = crossings.filter(([far]) => far < -NEAR).map(([far, turn, edge]): Crossing => [-far, -turn, edge]).reverse();
  }
  for (const [far, turn, edge] of onward) {
    winding -= turn;
    if (!inked(winding)) return [far, edge];
  }
  return null;
}

function runAlong(one: Edge, other: Edge): boolean {
  return Math.abs(one.along[0] * other.along[0] + one.along[1] * other.along[1]) >= ALONG * one.length * other.length;
}
