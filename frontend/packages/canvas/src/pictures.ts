/** CanvasKit images of a scene's pictures, premultiplied so that sampling does not bleed the colour of clear pixels. */

import { made } from "@monogram/adjust";
import { isColor, keyOf, lengths, multiply, typefaceOf, walk } from "@monogram/design";
import type { Fill, Matrix, PathNode, Picture, SceneNode, Source, Stencil } from "@monogram/design";
import type { CanvasKit, Image, Typeface } from "canvaskit-wasm";

import { scales } from "./patches.ts";
import type { Pixels, Resources } from "./resources.ts";

/** Made at first use and kept until `delete`; one may serve many scenes. */
export class Pictures {
  readonly kit: CanvasKit;
  readonly #resources: Resources;
  readonly #images = new Map<string, Image>();
  readonly #small = new Set<string>();

  constructor(kit: CanvasKit, resources: Resources) {
    this.kit = kit;
    this.#resources = resources;
  }

  /** Says what is about to be painted: pictures drawn smaller than they are get averaged levels. */
  expect(nodes: readonly SceneNode[]): void {
    for (const node of walk(nodes)) {
      if (node.kind === "image" && Math.min(...lengths(node.matrix)) < 1) this.#shrinks(keyOf(node.picture));
      else if (node.kind === "patch" && Math.min(...scales(node)) < 1) this.#shrinks(keyOf(node.picture));
      else if (node.kind === "path") for (const fill of fills(node)) this.#expectFill(fill, node.matrix);
    }
  }

  #expectFill(fill: Fill, matrix: Matrix): void {
    if (isColor(fill) || fill.kind !== "texture") return;
    if (Math.min(...lengths(multiply(matrix, fill.matrix))) < 1) this.#shrinks(keyOf(fill.picture));
  }

  #shrinks(key: string): void {
    if (this.#small.has(key)) return;
    this.#small.add(key);
    const image = this.#images.get(key);
    if (image) this.#images.set(key, levelled(image));
  }

  image(picture: Picture): Image {
    const key = keyOf(picture);
    return this.#use(key, this.#small.has(key), () => this.#premultiplied(this.#pixels(picture)));
  }

  /** White, as opaque as the mask lets through. */
  stencil({ picture, channel }: Stencil): Image {
    return this.#use(`${channel} ${keyOf(picture)}`, true, () => this.#lettingThrough(this.#resources.pixels(picture), channel));
  }

  /** Those of a source, or of what is made of it. */
  #pixels(picture: Picture): Pixels {
    const decoded = (source: Source): Pixels => this.#resources.pixels(source);
    return "sha256" in picture ? decoded(picture) : made(picture, decoded);
  }

  /** The source's pixels as they are, not premultiplied. */
  straight(source: Source): Pixels {
    return this.#resources.pixels(source);
  }

  typeface(sha256: string): Typeface {
    const face = typefaceOf(this.kit, sha256, this.#resources.font(sha256));
    if (!face) throw new Error(`The font ${sha256} cannot be read.`);
    return face;
  }

  delete(): void {
    for (const made of this.#images.values()) made.delete();
    this.#images.clear();
  }

  #use(key: string, shrinks: boolean, make: () => Image): Image {
    let image = this.#images.get(key);
    if (!image) {
      image = make();
      if (shrinks) image = levelled(image);
      this.#images.set(key, image);
    }
    return image;
  }

  #premultiplied({ width, height, data }: Pixels): Image {
    const out = new Uint8Array(data);
    let opaque = true;
    for (let i = 0; i < out.length; i += 4) {
      const alpha = out[i + 3];
      if (alpha === 255) continue;
      opaque = false;
      for (let band = i; band < i + 3; band++) out[band] = Math.floor((out[band] * alpha + 127) / 255);
    }
    return this.#made(width, height, out, opaque);
  }

  /** Luminance of Rec. 709, on the encoded values, times alpha; in integers, the same on every machine. */
  #lettingThrough({ width, height, data }: Pixels, channel: Stencil["channel"]): Image {
    const out = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 4) {
      let through = data[i + 3];
      if (channel === "luminance") {
        const luminance = Math.floor((2126 * data[i] + 7152 * data[i + 1] + 722 * data[i + 2] + 5000) / 10000);
        through = Math.floor((luminance * through + 127) / 255);
      }
      out.fill(through, i, i + 4); // premultiplied white
    }
    return this.#made(width, height, out, false);
  }

  #made(width: number, height: number, data: Uint8Array, opaque: boolean): Image {
    const { kit } = this;
    const alphaType = opaque ? kit.AlphaType.Opaque : kit.AlphaType.Premul;
    const info = { width, height, alphaType, colorType: kit.ColorType.RGBA_8888, colorSpace: kit.ColorSpace.SRGB };
    const image = kit.MakeImage(info, data, width * 4);
    if (!image) throw new Error(`There is not enough memory for a picture of ${width} x ${height} pixels.`);
    return image;
  }
}

function fills(node: PathNode): Fill[] {
  return node.pieces.length ? node.pieces.map((piece) => piece.fill) : [node.fill];
}

/** With averaged levels, for shrinking; the plain one is deleted. */
function levelled(image: Image): Image {
  const made = image.makeCopyWithDefaultMipmaps();
  image.delete();
  return made;
}
