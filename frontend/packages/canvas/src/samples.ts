/** Parts of a scene painted small, for judging a picture: what preflight sees by, as `sample` of monogram/render/paint.py. */

import type { Box, Rgba, Scene, SceneNode } from "@monogram/design";
import type { CanvasKit } from "canvaskit-wasm";

import { color } from "./inks.ts";
import { paintNode, Raster } from "./paint.ts";
import { Pictures } from "./pictures.ts";
import type { Resources } from "./resources.ts";

/** Keeps the pictures it has painted until `delete`; one may serve many scenes. */
export class Samples {
  readonly #pictures: Pictures;

  constructor(kit: CanvasKit, resources: Resources) {
    this.#pictures = new Pictures(kit, resources);
  }

  /** Nodes of a scene within a box of canvas pixels, brought to a size: RGBA rows from the top, not premultiplied. */
  sample(scene: Scene, nodes: readonly SceneNode[], box: Box, [width, height]: readonly [number, number],
    background: Rgba): Uint8Array {
    this.#pictures.expect(scene.nodes);
    const raster = new Raster(this.#pictures.kit, width, height);
    try {
      const { canvas } = raster;
      canvas.clear(color(background));
      canvas.scale(width / (box[2] - box[0]), height / (box[3] - box[1]));
      canvas.translate(-box[0], -box[1]);
      for (const node of nodes) paintNode(canvas, node, this.#pictures);
      return raster.read();
    } finally {
      raster.delete();
    }
  }

  delete(): void {
    this.#pictures.delete();
  }
}
