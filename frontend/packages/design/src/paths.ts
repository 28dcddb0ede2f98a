/** Outlines: a document's shapes and SVG path strings as scene paths in the coordinates of the layer's box. */

import { RenderError, trace } from "@monogram/text";
import type { CanvasKit, PathBuilder } from "canvaskit-wasm";

import type { Shape } from "./documents.ts";
import { fromKit, rows } from "./kit.ts";
import type { Path } from "./scene.ts";

/** The shape stretched over a box of width x height pixels, from (0, 0). */
export function outline(kit: CanvasKit, shape: Shape, width: number, height: number): Path {
  const builder = new kit.PathBuilder();
  const box = kit.LTRBRect(0, 0, width, height);
  if (shape.kind === "rectangle") {
    const radius = Math.min(shape.radius, width / 2, height / 2);
    if (radius) builder.addRRect(kit.RRectXY(box, radius, radius));
    else builder.addRect(box);
  } else if (shape.kind === "ellipse") {
    builder.addOval(box);
  } else if (shape.kind === "line") {
    builder.moveTo(0, 0);
    builder.lineTo(width, height);
  } else {
    const [x, y, w, h] = shape.viewBox;
    parse(builder, shape.d);
    builder.transform(rows([width / w, 0, 0, height / h, (-x * width) / w, (-y * height) / h]));
    builder.setFillType(shape.rule === "evenodd" ? kit.FillType.EvenOdd : kit.FillType.Winding);
  }
  return fromKit(kit, builder.detachAndDelete());
}

/** The box itself as a path. */
export function rectangle(width: number, height: number): Path {
  const [right, bottom] = [Math.fround(width), Math.fround(height)];
  return { rule: "nonzero", verbs: [["M", 0, 0], ["L", right, 0], ["L", right, bottom], ["L", 0, bottom], ["Z"]] };
}

/** Whether the path is one upright rectangle. */
export function isRectangle({ verbs }: Path): boolean {
  if (verbs[0]?.[0] !== "M") return false;
  const points = verbs.filter(([name]) => name !== "Z").map(([, x, y]) => [x, y]);
  if (!verbs.slice(1).every(([name], i) => name === "L" || (name === "Z" && i === verbs.length - 2))) return false;
  const [first, last] = [points[0], points[points.length - 1]];
  if (points.length === 5 && first[0] === last[0] && first[1] === last[1]) points.pop();
  if (points.length !== 4) return false;
  const level = points.map(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % 4];
    return y === nextY && x !== nextX ? "x" : x === nextX && y !== nextY ? "y" : "";
  }).join("");
  return level === "xyxy" || level === "yxyx";
}

/** Draws an SVG path string (SVG 1.1, 8.3). Throws RenderError `path_invalid`. */
export function parse(builder: PathBuilder, d: string): void {
  trace(d, builder);
  if (!builder.getBounds().every(Number.isFinite)) {
    throw new RenderError("path_invalid", "The path has coordinates too large to draw.", { part: "d" });
  }
}
