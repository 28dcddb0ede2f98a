/** Bends a painted picture onto the canvas: in perspective as one image, or on a grid of triangles cut by a smooth edge. */

import type { Mesh, SurfaceNode } from "@monogram/design";
import type { Canvas, CanvasKit, Image } from "canvaskit-wasm";

import { drawImage, pictureShader } from "./inks.ts";
import type { Sampling } from "./inks.ts";
import * as meshes from "./meshes.ts";
import type { Pictures } from "./pictures.ts";
import { scoped } from "./scopes.ts";

/** image: the node's children, width x height pixels. The canvas is in canvas pixels. */
export function lay(canvas: Canvas, node: SurfaceNode, image: Image, pictures: Pictures): void {
  const { kit } = pictures;
  canvas.save();
  if (node.perspective) {
    canvas.concat([...node.perspective]);
    scoped((scope) => {
      const paint = scope.keep(new kit.Paint());
      paint.setAntiAlias(true);
      const whole = [0, 0, node.width, node.height];
      drawImage(canvas, image, whole, whole, samplingOf(kit, node), paint);
    });
  } else if (node.mesh) {
    layOnMesh(canvas, node, node.mesh, image, pictures);
  }
  canvas.restore();
}

/** Triangles have hard edges, so they reach over the art's rim, and a clip along the rim cuts them anti-aliased. */
function layOnMesh(canvas: Canvas, node: SurfaceNode, mesh: Mesh, image: Image, pictures: Pictures): void {
  const { kit } = pictures;
  let points: meshes.Grid = mesh.points;
  if (node.displacement) {
    const { box, picture, strength } = node.displacement;
    points = meshes.displaced(points, box, pictures.straight(picture), strength);
  }
  points = meshes.transformed(node.matrix, points);
  const wider = meshes.withMargin(points);
  const places = padded(mesh.down).flatMap((y) => padded(mesh.across).flatMap((x) => [x, y]));
  scoped((scope) => {
    const builder = new kit.PathBuilder();
    builder.addPolygon(meshes.rim(points).flat(), true);
    canvas.clipPath(scope.keep(builder.detachAndDelete()), kit.ClipOp.Intersect, true);
    const corners = triangles(wider.length, wider[0].length);
    const vertices = scope.keep(kit.MakeVertices(kit.VertexMode.Triangles, wider.flat(2), places, null, corners));
    const paint = scope.keep(new kit.Paint());
    paint.setShader(scope.keep(pictureShader(image, kit.TileMode.Clamp, samplingOf(kit, node))));
    canvas.drawVertices(vertices, kit.BlendMode.Modulate, paint);
  });
}

function samplingOf(kit: CanvasKit, node: SurfaceNode): Sampling {
  return node.cubic ? "cubic" : { filter: kit.FilterMode.Linear, mipmap: kit.MipmapMode.None };
}

function padded(values: readonly number[]): number[] {
  return [values[0], ...values, values[values.length - 1]];
}

/** Two for each cell, row by row: top left, top right, bottom left; bottom left, top right, bottom right. */
function triangles(rows: number, columns: number): number[] {
  const out: number[] = [];
  for (let row = 0; row < rows - 1; row++) {
    for (let i = row * columns; i < row * columns + columns - 1; i++) {
      out.push(i, i + 1, i + columns, i + columns, i + 1, i + columns + 1);
    }
  }
  return out;
}
