/** What of a picture lies beyond an area, cut or meant as bleed: the rules of monogram/render/areas.py. */

import * as contours from "./contours.ts";
import type { Point } from "./contours.ts";
import { bounds, intersection, lengths, outset, union } from "./matrices.ts";
import type { Box, Matrix } from "./matrices.ts";
import { isRectangle } from "./paths.ts";
import { TOLERANCE } from "./rules.ts";
import { shows } from "./scene.ts";
import type { PathNode, Scene, SceneNode } from "./scene.ts";

/**
 * Art of a layer. box: what it covers at most, in canvas pixels. plain: it is that box, upright and uncut but by others.
 * corners: of the parallelogram that it fills, within `box`; none for any other form.
 */
export interface Piece {
  layer: string;
  box: Box;
  plain: boolean;
  corners: readonly Point[];
}

/** Whether a box with anything in it reaches beyond an area. */
export function leaves(box: Box, area: Box): boolean {
  return box[2] > box[0] && box[3] > box[1] && Math.max(...beyondOf(box, area)) > TOLERANCE;
}

function beyondOf(box: Box, area: Box): [number, number, number, number] {
  return [area[0] - box[0], area[1] - box[1], box[2] - area[2], box[3] - area[3]];
}

/** Whether a layer's art reaches beyond an area on opposite sides, as frames and bands do that are meant to lie there. */
export function frames(pieces: readonly Piece[], area: Box): boolean {
  const beyond = beyondOf(union(pieces.map((piece) => piece.box)), area).map((far) => far > TOLERANCE);
  return (beyond[0] && beyond[2]) || (beyond[1] && beyond[3]);
}

/** Whether a layer's art reaches beyond an area other than as bleed. held: an answer fills it; whole: it must not be cut. */
export function left(
  pieces: readonly Piece[], area: Box, canvas: Box, { held, whole }: { held: boolean; whole: boolean },
): boolean {
  const box = union(pieces.map((piece) => piece.box));
  if (box[2] <= box[0] || box[3] <= box[1]) return false;
  const short = beyondOf(box, canvas);
  return beyondOf(box, area).some((beyond, side) => beyond > TOLERANCE && (
    whole || short[side] < -TOLERANCE || (held && !pieces.some((piece) => bleeds(piece, side, canvas)))));
}

function bleeds(piece: Piece, side: number, canvas: Box): boolean {
  if (piece.plain) return beyondOf(piece.box, canvas)[side] >= -TOLERANCE;
  const [x, y] = [canvas[side === 2 ? 2 : 0], canvas[side === 3 ? 3 : 1]];
  const ends: Point[] = side === 0 || side === 2 ? [[x, canvas[1]], [x, canvas[3]]] : [[canvas[0], y], [canvas[2], y]];
  return piece.corners.length > 0 && ends.every((end) => holds(piece, end));
}

/** Whether the piece covers a point, give or take the tolerance. */
function holds({ box, corners }: Piece, point: Point): boolean {
  if (Math.max(...beyondOf([...point, ...point], box)) > TOLERANCE) return false;
  const far = corners.map(([x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length];
    const length = Math.sqrt((u - x) * (u - x) + (v - y) * (v - y));
    return length ? ((u - x) * (point[1] - y) - (v - y) * (point[0] - x)) / length : NaN;
  });
  return Math.min(...far) >= -TOLERANCE || Math.max(...far) <= TOLERANCE;
}

/** The art of each layer, in the order it is painted, but for layers to skip and art that stays within the area. */
export function piecesOf(scene: Scene, skip: ReadonlySet<string>, area: Box): Map<string, Piece[]> {
  const beyond = new Set([...drawn(scene.nodes)].filter((node) => leaves(node.bounds, area)).map((node) => node.layer));
  const found = new Map<string, Piece[]>();
  for (const piece of pieces(scene.nodes, null, true)) {
    if (!beyond.has(piece.layer) || skip.has(piece.layer)) continue;
    const own = found.get(piece.layer);
    if (own) own.push(piece);
    else found.set(piece.layer, [piece]);
  }
  return found;
}

/** Nodes that draw, without the art of surfaces, which lies on pictures of its own. */
export function* drawn(nodes: readonly SceneNode[]): Generator<Exclude<SceneNode, { kind: "group" }>> {
  for (const node of nodes) {
    if (node.kind === "group") yield* drawn(node.children);
    else yield node;
  }
}

/** clip: what groups above leave of the canvas; sharp: whether they cut along upright lines only. */
function* pieces(nodes: readonly SceneNode[], clip: Box | null, sharp: boolean): Generator<Piece> {
  for (const node of nodes) {
    if (node.kind === "group") {
      const upright = node.clips.every((one) => isRectangle(one) && isUpright(node.matrix));
      let inner = clip;
      for (const one of node.clips) {
        const box = bounds(node.matrix, contours.box(one));
        inner = inner ? intersection(inner, box) : box;
      }
      yield* pieces(node.children, inner, sharp && !node.stencil && upright);
      continue;
    }
    const reach = reachOf(node);
    if (!reach) continue;
    const [box, corners] = reach;
    const plain = sharp && corners.length > 0 && isUpright(node.matrix);
    yield { layer: node.layer, box: clip ? intersection(box, clip) : box, plain, corners: sharp ? corners : [] };
  }
}

/** What a node covers without its shadows, and the corners of it where it is a rectangle of its own coordinates. */
function reachOf(node: Exclude<SceneNode, { kind: "group" }>): [Box, readonly Point[]] | null {
  switch (node.kind) {
    case "image": return [bounds(node.matrix, node.region), cornersOf(node.matrix, node.region)];
    case "patch": {
      const { columns, rows } = node;
      const own: Box = [columns[0][0], rows[0][0], columns[columns.length - 1][0], rows[rows.length - 1][0]];
      return [bounds(node.matrix, own), cornersOf(node.matrix, own)];
    }
    case "path": return reachOfPath(node);
    case "surface": return [outset(node.bounds, -1), []];
    default: return [node.bounds, []];
  }
}

function reachOfPath({ path, matrix, fill, strokes }: PathNode): [Box, readonly Point[]] | null {
  const widths = strokes.filter((line) => line.color[3] > 0).map((line) => line.width);
  if (!shows(fill) && !widths.length) return null;
  if (isRectangle(path)) {
    const own = outset(contours.box(path), Math.max(0, ...widths) / 2);
    return [bounds(matrix, own), shows(fill) ? cornersOf(matrix, own) : []];
  }
  const found: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const corners of contours.polygons(path, matrix)) {
    for (const [x, y] of corners) {
      found[0] = Math.min(found[0], x);
      found[1] = Math.min(found[1], y);
      found[2] = Math.max(found[2], x);
      found[3] = Math.max(found[3], y);
    }
  }
  if (found[0] > found[2]) return null;
  return [outset(found, (Math.max(0, ...widths) / 2) * Math.max(...lengths(matrix))), []];
}

function cornersOf([a, b, c, d, e, f]: Matrix, box: Box): Point[] {
  const corners: Point[] = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]];
  return corners.map(([x, y]): Point => [a * x + c * y + e, b * x + d * y + f]);
}

function isUpright([a, b, c, d]: Matrix): boolean {
  return (b === 0 && c === 0) || (a === 0 && d === 0);
}
