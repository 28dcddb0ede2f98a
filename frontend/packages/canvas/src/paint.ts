/** Paints a scene with CanvasKit on RGBA_F16 raster surfaces in sRGB, as monogram/render/paint.py does with Skia. */

import { lengths, rows, shows, toKit } from "@monogram/design";
import type { Box, GroupNode, ImageNode, PathNode, Scene, SceneNode, Stencil, SurfaceNode } from "@monogram/design";
import type { BlendMode, Canvas, CanvasKit, MallocObj, Surface } from "canvaskit-wasm";

import { paintGlyphs } from "./glyphs.ts";
import { color, drawImage, sampling } from "./inks.ts";
import { paintPath } from "./outlines.ts";
import { paintPatch } from "./patches.ts";
import { Pictures } from "./pictures.ts";
import type { Resources } from "./resources.ts";
import { scoped } from "./scopes.ts";
import { lay } from "./surfaces.ts";

/** Up to here a canvas is painted whole; a larger one in strips of STRIP_ROWS rows: the server's rule (limits.py). */
export const SURFACE_PIXELS = 64_000_000;
export const STRIP_ROWS = 1024;

/** The painted canvas: RGBA rows from the top, sRGB, 8 bits, not premultiplied; width x height x 4 bytes. */
export function paint(kit: CanvasKit, scene: Scene, resources: Resources): Uint8Array {
  const pictures = new Pictures(kit, resources);
  try {
    const out = new Uint8Array(scene.width * scene.height * 4);
    for (const { top, data } of strips(scene, pictures)) out.set(data, top * scene.width * 4);
    return out;
  } finally {
    pictures.delete();
  }
}

/** The canvas from top to bottom; the next strips are painted each with the nodes that reach into it. */
export function* strips(scene: Scene, pictures: Pictures): Generator<{ top: number; data: Uint8Array }> {
  const { width, height } = scene;
  const count = width * height <= SURFACE_PIXELS ? height : STRIP_ROWS;
  pictures.expect(scene.nodes);
  for (let top = 0; top < height; top += count) {
    const surface = new Raster(pictures.kit, width, Math.min(count, height - top));
    try {
      const { canvas } = surface;
      canvas.clear(color(scene.background));
      canvas.translate(0, -top);
      for (const node of scene.nodes) {
        if (count === height || (node.bounds[1] < top + count && node.bounds[3] > top)) paintNode(canvas, node, pictures);
      }
      yield { top, data: surface.read() };
    } finally {
      surface.delete();
    }
  }
}

/** A float surface in memory. */
export class Raster {
  readonly #kit: CanvasKit;
  readonly #memory: MallocObj;
  readonly surface: Surface;
  readonly canvas: Canvas;
  readonly width: number;
  readonly height: number;

  constructor(kit: CanvasKit, width: number, height: number) {
    this.#kit = kit;
    this.width = width;
    this.height = height;
    this.#memory = kit.Malloc(Uint8Array, width * height * 8);
    const info = {
      width, height, colorType: kit.ColorType.RGBA_F16, alphaType: kit.AlphaType.Premul, colorSpace: kit.ColorSpace.SRGB,
    };
    const made = kit.MakeRasterDirectSurface(info, this.#memory, width * 8);
    if (!made) {
      kit.Free(this.#memory);
      throw new Error(`There is not enough memory to paint ${width} x ${height} pixels.`);
    }
    this.surface = made;
    this.canvas = made.getCanvas();
    this.canvas.clear(kit.TRANSPARENT);
  }

  /** The pixels as RGBA, 8 bits, sRGB, not premultiplied. */
  read(): Uint8Array {
    const kit = this.#kit;
    const { width, height } = this;
    const info = {
      width, height, colorType: kit.ColorType.RGBA_8888, alphaType: kit.AlphaType.Unpremul, colorSpace: kit.ColorSpace.SRGB,
    };
    const pixels = this.canvas.readPixels(0, 0, info);
    if (!pixels) throw new Error("The painted canvas could not be read back.");
    return pixels as Uint8Array;
  }

  delete(): void {
    this.surface.delete();
    this.#kit.Free(this.#memory);
  }
}

/** One node, in canvas pixels. opacity and blend are for nodes that one call paints. */
export function paintNode(canvas: Canvas, node: SceneNode, pictures: Pictures, opacity = 1, blend = "normal"): void {
  const mode = blendMode(pictures.kit, blend);
  switch (node.kind) {
    case "path": return paintOutline(canvas, node, pictures, opacity, mode);
    case "image": return paintImage(canvas, node, pictures, opacity, mode);
    case "patch": return paintPatch(canvas, node, pictures, opacity, mode);
    case "glyphs": return paintGlyphs(canvas, node, pictures);
    case "group": return paintGroup(canvas, node, pictures);
    case "surface": return paintSurface(canvas, node, pictures);
  }
}

/** Clip, layer, children, stencil; closing the layer applies opacity and blend mode. */
function paintGroup(canvas: Canvas, group: GroupNode, pictures: Pictures): void {
  const { kit } = pictures;
  const saved = canvas.save();
  scoped((scope) => {
    for (const clip of group.clips) {
      const builder = new kit.PathBuilder(scope.keep(toKit(kit, clip)));
      builder.transform(rows(group.matrix));
      canvas.clipPath(scope.keep(builder.detachAndDelete()), kit.ClipOp.Intersect, true);
    }
    if (!group.isolated) {
      for (const child of group.children) paintNode(canvas, child, pictures);
    } else if (!group.stencil && group.children.length === 1 && once(group.children[0])) {
      // touches each pixel once: opacity and blend mode act on it as they would on its own layer
      paintNode(canvas, group.children[0], pictures, group.opacity, group.blend);
    } else {
      const layer = scope.keep(new kit.Paint());
      layer.setAlphaf(group.opacity);
      layer.setBlendMode(blendMode(kit, group.blend));
      canvas.saveLayer(layer, outward(group.bounds));
      for (const child of group.children) paintNode(canvas, child, pictures);
      if (group.stencil) applyStencil(canvas, group.stencil, pictures);
    }
  });
  canvas.restoreToCount(saved);
}

function paintSurface(canvas: Canvas, node: SurfaceNode, pictures: Pictures): void {
  const raster = new Raster(pictures.kit, node.width, node.height);
  try {
    for (const child of node.children) paintNode(raster.canvas, child, pictures);
    scoped((scope) => lay(canvas, node, scope.keep(raster.surface.makeImageSnapshot()), pictures));
  } finally {
    raster.delete();
  }
}

function applyStencil(canvas: Canvas, stencil: Stencil, pictures: Pictures): void {
  const { kit } = pictures;
  const image = pictures.stencil(stencil);
  const [width, height] = [image.width(), image.height()];
  canvas.save();
  canvas.concat(rows(stencil.matrix));
  const [alongX, alongY] = lengths(stencil.matrix);
  const scales = [(alongX * stencil.box[0]) / width, (alongY * stencil.box[1]) / height];
  scoped((scope) => {
    const paint = scope.keep(new kit.Paint());
    paint.setAntiAlias(true);
    paint.setBlendMode(kit.BlendMode.DstIn);
    drawImage(canvas, image, [0, 0, width, height], [0, 0, ...stencil.box], sampling(kit, scales), paint);
  });
  canvas.restore();
}

/** Whether one call paints the node and no call of it lies over another. */
function once(node: SceneNode): boolean {
  if (node.kind !== "path") return node.kind === "image" || node.kind === "patch";
  const lines = node.strokes.filter((line) => line.color[3] > 0).length;
  return !node.shadows.length && !node.pieces.length && Number(shows(node.fill)) + lines === 1;
}

function paintOutline(canvas: Canvas, node: PathNode, pictures: Pictures, opacity: number, mode: BlendMode): void {
  const saved = canvas.save();
  canvas.concat(rows(node.matrix));
  paintPath(canvas, node, pictures, opacity, mode);
  canvas.restoreToCount(saved);
}

function paintImage(canvas: Canvas, node: ImageNode, pictures: Pictures, opacity: number, mode: BlendMode): void {
  const { kit } = pictures;
  const saved = canvas.save();
  canvas.concat(rows(node.matrix));
  scoped((scope) => {
    const paint = scope.keep(new kit.Paint());
    paint.setAntiAlias(true);
    paint.setAlphaf(opacity);
    paint.setBlendMode(mode);
    const image = pictures.image(node.picture);
    drawImage(canvas, image, node.region, node.region, sampling(kit, lengths(node.matrix)), paint);
  });
  canvas.restoreToCount(saved);
}

function outward(box: Box): number[] {
  return [Math.floor(box[0]), Math.floor(box[1]), Math.ceil(box[2]), Math.ceil(box[3])];
}

function blendMode(kit: CanvasKit, name: string): BlendMode {
  const { BlendMode: modes } = kit;
  const found: Record<string, BlendMode> = {
    normal: modes.SrcOver, multiply: modes.Multiply, screen: modes.Screen, overlay: modes.Overlay, darken: modes.Darken,
    lighten: modes.Lighten, "color-dodge": modes.ColorDodge, "color-burn": modes.ColorBurn, "hard-light": modes.HardLight,
    "soft-light": modes.SoftLight, difference: modes.Difference, exclusion: modes.Exclusion, hue: modes.Hue,
    saturation: modes.Saturation, color: modes.Color, luminosity: modes.Luminosity,
  };
  if (!(name in found)) throw new Error(`There is no blend mode ${name}.`);
  return found[name];
}
