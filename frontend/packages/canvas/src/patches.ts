/** Pictures stretched by parts over a box, painted as one mesh so that no seam shows between the parts. */

import { lengths, rows } from "@monogram/design";
import type { PatchNode } from "@monogram/design";
import type { BlendMode, Canvas } from "canvaskit-wasm";

import { pictureShader, sampling } from "./inks.ts";
import type { Pictures } from "./pictures.ts";
import { scoped } from "./scopes.ts";

type Cuts = PatchNode["columns"];

/** How long the picture's pixels become along both axes where they are drawn smallest, in canvas pixels. */
export function scales(node: PatchNode): [number, number] {
  const [alongX, alongY] = lengths(node.matrix);
  return [alongX * smallest(node.columns), alongY * smallest(node.rows)];
}

function smallest(cuts: Cuts): number {
  let least = Infinity;
  for (let i = 1; i < cuts.length; i++) {
    const [here, at] = cuts[i - 1];
    const [there, to] = cuts[i];
    if (to > at) least = Math.min(least, (there - here) / (to - at));
  }
  return least;
}

/** Triangles have hard edges: they reach a pixel beyond the box, whose edge is then cut softly. */
export function paintPatch(canvas: Canvas, node: PatchNode, pictures: Pictures, opacity: number, mode: BlendMode): void {
  const { kit } = pictures;
  const [alongX, alongY] = lengths(node.matrix);
  const columns = outset(node.columns, 1 / alongX);
  const lines = outset(node.rows, 1 / alongY);
  const places = lines.flatMap(([y]) => columns.flatMap(([x]) => [x, y]));
  const pixels = lines.flatMap(([, v]) => columns.flatMap(([, u]) => [u, v]));
  const corners = triangles(lines.length, columns.length);
  const [left, right] = [node.columns[0][0], node.columns[node.columns.length - 1][0]];
  const [top, bottom] = [node.rows[0][0], node.rows[node.rows.length - 1][0]];
  const saved = canvas.save();
  canvas.concat(rows(node.matrix));
  canvas.clipRect([left, top, right, bottom], kit.ClipOp.Intersect, true);
  scoped((scope) => {
    const vertices = scope.keep(kit.MakeVertices(kit.VertexMode.Triangles, places, pixels, null, corners));
    const image = pictures.image(node.picture);
    const paint = scope.keep(new kit.Paint());
    paint.setShader(scope.keep(pictureShader(image, kit.TileMode.Clamp, sampling(kit, scales(node)))));
    paint.setAlphaf(opacity);
    paint.setBlendMode(mode);
    canvas.drawVertices(vertices, kit.BlendMode.Modulate, paint);
  });
  canvas.restoreToCount(saved);
}

function triangles(lines: number, wide: number): number[] {
  const out: number[] = [];
  for (let y = 0; y < lines - 1; y++) {
    for (let i = y * wide; i < y * wide + wide - 1; i++) out.push(i, i + 1, i + wide, i + 1, i + wide + 1, i + wide);
  }
  return out;
}

/** A further cut `by` beyond either end, of the same pixel. */
function outset(cuts: Cuts, by: number): Cuts {
  const first = cuts[0];
  const last = cuts[cuts.length - 1];
  return [[first[0] - by, first[1]], ...cuts, [last[0] + by, last[1]]];
}
