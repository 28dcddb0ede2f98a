/** Surface layers: how large their art is drawn, and the perspective or grid that bends it. */

import type { SurfaceLayer } from "../document.ts";
import { lengths, multiply, outset, scale, translate } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import * as meshes from "../meshes.ts";
import type { SceneNode } from "../scene.ts";
import type { Resolving } from "./layers.ts";

/** Art is drawn larger than it is seen, or sampling would soften it a second time. */
const OVER = 1.25;
/** Sampling mixes the four nearest pixels: detail that shrinks more than this falls between them. */
const SHRINKS = 2;
/** Pixels of art longer than this on the canvas show the facets of linear sampling. */
const CUBIC_FROM = 2;
/** Of the picture that the art is drawn as. */
const ART_PIXELS = 16_000_000;

/**
 * The layer's art as one picture and what bends it.
 *
 * The art is drawn at `OVER` times its largest size on the canvas, less where it shrinks so much elsewhere that detail
 * would get lost, but not below its largest size, never above artWidth x artHeight nor ART_PIXELS.
 */
export function nodes(resolving: Resolving, layer: SurfaceLayer, matrix: Matrix, depth: number): SceneNode[] {
  const bent = meshes.grid(layer.surface, layer.width, layer.height, layer.displacement !== null);
  const seen = meshes.transformed(matrix, bent.points);
  const across = bent.across.map((place) => place * layer.artWidth); // pixels of the art
  const down = bent.down.map((place) => place * layer.artHeight);
  const [least, largest] = meshes.stretches(seen, across, down);
  const [wide, high] = [across[across.length - 1] - across[0], down[down.length - 1] - down[0]];
  let size = Math.min(1, Math.max(largest, Math.min(OVER * largest, SHRINKS * least)));
  size = Math.min(size, Math.sqrt(ART_PIXELS / (wide * high)));
  const [width, height] = [wide, high].map((length) => Math.max(1, Math.ceil(length * size - 1e-6)));
  const toPicture = multiply(scale(width / wide, height / high), translate(-across[0], 0));
  const columns = across.map((place) => (place - across[0]) * (width / wide));
  const rows = down.map((place) => place * (height / high));
  const children = resolving.picture(size, largest / size, (box) => meshes.seen(box, columns, rows, seen),
    () => resolving.nodes(layer.layers, toPicture, depth + 1));
  if (!children.length) return [];
  const displacement = layer.displacement === null ? null
    : { picture: resolving.source(layer.displacement), strength: layer.strength, box: [layer.width, layer.height] as const };
  const quad = layer.surface.kind === "quad" && !displacement ? layer.surface : null;
  return [{
    kind: "surface", layer: layer.id, matrix, bounds: reach(seen, layer, matrix), children, width, height,
    perspective: quad && perspective(meshes.homography(quad), layer, matrix, width, height),
    mesh: quad ? null : { across: columns, down: rows, points: bent.points }, displacement, cubic: largest / size > CUBIC_FROM,
  }];
}

function reach(seen: meshes.Grid, layer: SurfaceLayer, matrix: Matrix): Box {
  const moved = layer.displacement ? layer.strength * Math.max(...lengths(matrix)) * Math.SQRT2 : 0;
  const [xs, ys] = [seen.flat().map(([x]) => x), seen.flat().map(([, y]) => y)];
  return outset([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 1 + moved);
}

/** From the picture's pixels to the canvas, row by row. */
function perspective(
  by: meshes.Homography, { width: boxWidth, height: boxHeight }: SurfaceLayer, matrix: Matrix, width: number, height: number,
): number[] {
  const [a, b, c, d, e, f] = multiply(matrix, scale(boxWidth, boxHeight));
  const outer = [[a, c, e], [b, d, f], [0, 0, 1]];
  return outer.flatMap((row) => [1 / width, 1 / height, 1].map((shrunk, column) => (
    (row[0] * by[0][column] + row[1] * by[1][column] + row[2] * by[2][column]) * shrunk)));
}
