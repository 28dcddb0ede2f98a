/** A scene on a <canvas>: WebGL while something moves, float pixels equal to the print once it rests. */

import type { Scene, SceneNode } from "@monogram/design";
import type { CanvasKit, SkPicture, Surface } from "canvaskit-wasm";

import { color } from "./inks.ts";
import { paintNode, strips } from "./paint.ts";
import { Pictures } from "./pictures.ts";
import type { Resources } from "./resources.ts";

type Target = HTMLCanvasElement | OffscreenCanvas;

/**
 * Draws scenes of the canvas's own size. While `live`, layers are played back from recordings, which are made anew only
 * for top-level nodes that changed; pictures and fonts stay decoded between scenes.
 */
export class Stage {
  readonly #kit: CanvasKit;
  readonly #pictures: Pictures;
  readonly #target: Target;
  readonly #live: Target;
  readonly #recorded = new Map<string, SkPicture>();
  #surface: Surface | null = null;
  #scene: Scene | undefined;

  /** live: where WebGL draws: a canvas has one kind of context for good. Without one a hidden canvas is used. */
  constructor(kit: CanvasKit, target: Target, resources: Resources, live: Target = new OffscreenCanvas(1, 1)) {
    this.#kit = kit;
    this.#pictures = new Pictures(kit, resources);
    this.#target = target;
    this.#live = live;
  }

  /** Recordings of layers that are kept. */
  get recorded(): number {
    return this.#recorded.size;
  }

  /** Shows a scene: at once by WebGL while `live`, else settled. Says which it was. */
  draw(scene: Scene, { live = false } = {}): "live" | "settled" {
    this.#scene = scene;
    const surface = live ? this.#webgl(scene) : null;
    if (!surface) {
      this.settle();
      return "settled";
    }
    const canvas = surface.getCanvas();
    canvas.clear(color(scene.background));
    for (const picture of this.#record(scene)) canvas.drawPicture(picture);
    surface.flush();
    this.#show(scene, (context) => {
      context.clearRect(0, 0, scene.width, scene.height);
      context.drawImage(this.#live, 0, 0);
    });
    return "live";
  }

  /** Paints the scene drawn last as the print is, and gives its pixels: RGBA, not premultiplied. */
  settle(): Uint8ClampedArray {
    const scene = this.#scene;
    if (!scene) throw new Error("No scene has been drawn.");
    const pixels = new Uint8ClampedArray(scene.width * scene.height * 4);
    for (const { top, data } of strips(scene, this.#pictures)) pixels.set(data, top * scene.width * 4);
    this.#show(scene, (context) => context.putImageData(new ImageData(pixels, scene.width, scene.height), 0, 0));
    return pixels;
  }

  delete(): void {
    for (const picture of this.#recorded.values()) picture.delete();
    this.#recorded.clear();
    this.#surface?.delete();
    this.#surface = null;
    this.#pictures.delete();
  }

  #show(scene: Scene, put: (context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D) => void): void {
    fit(this.#target, scene);
    const context = this.#target.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
    if (!context) throw new Error("The canvas has another kind of context.");
    put(context);
  }

  /** The WebGL surface of the scene's size; null where there is no WebGL. */
  #webgl(scene: Scene): Surface | null {
    const { width, height } = scene;
    if (this.#surface && this.#surface.width() === width && this.#surface.height() === height) return this.#surface;
    this.#surface?.delete();
    fit(this.#live, scene);
    this.#surface = this.#kit.MakeWebGLCanvasSurface(this.#live, this.#kit.ColorSpace.SRGB, { preserveDrawingBuffer: 1 });
    if (this.#surface && !this.#surface.reportBackendTypeIsGPU()) { // a software stand-in is slower than settling
      this.#surface.delete();
      this.#surface = null;
    }
    return this.#surface;
  }

  /** A recording of each top-level node; of nodes that the scene has no longer they are let go. */
  #record(scene: Scene): SkPicture[] {
    this.#pictures.expect(scene.nodes);
    const keys = scene.nodes.map((node) => JSON.stringify(node));
    const kept = new Set(keys);
    for (const [key, picture] of this.#recorded) {
      if (kept.has(key)) continue;
      picture.delete();
      this.#recorded.delete(key);
    }
    return scene.nodes.map((node, i) => {
      let picture = this.#recorded.get(keys[i]);
      if (!picture) this.#recorded.set(keys[i], picture = this.#recording(node, scene));
      return picture;
    });
  }

  #recording(node: SceneNode, { width, height }: Scene): SkPicture {
    const recorder = new this.#kit.PictureRecorder();
    paintNode(recorder.beginRecording([0, 0, width, height]), node, this.#pictures);
    const picture = recorder.finishRecordingAsPicture();
    recorder.delete();
    return picture;
  }
}

function fit(target: Target, { width, height }: Scene): void {
  if (target.width !== width) target.width = width;
  if (target.height !== height) target.height = height;
}
