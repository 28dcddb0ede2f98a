/** Pictures as the server decodes them: by CanvasKit's own decoders where those give the very pixels, else from the server. */

import type { Pixels } from "@monogram/canvas";
import { walk } from "@monogram/design";
import type { Asset, Fill, Picture, Scene, Source } from "@monogram/design";
import type { CanvasKit } from "canvaskit-wasm";

import { Fetched } from "./wanted.ts";
import { askBytes, askJson } from "./wire.ts";
import type { PictureFacts } from "./wire.ts";

type Counts = NonNullable<Asset["salience"]>;

const MOST_DECODED = 12; // or twice those of the newest scene

/** By SHA-256, once a kit's assets or an uploaded file's token have told of it. */
export class Pictures {
  readonly #kit: CanvasKit;
  readonly #facts = new Map<string, PictureFacts>();
  readonly #photos: Fetched<PictureFacts>;
  readonly #counts: Fetched<Counts>;
  readonly #decoded: Fetched<Pixels>;

  constructor(kit: CanvasKit, address: string) {
    this.#kit = kit;
    this.#photos = new Fetched(async (token) => {
      const facts = await askJson<PictureFacts>(`${address}/${encodeURIComponent(token)}`);
      this.know(facts);
      return facts;
    });
    this.#counts = new Fetched(async (sha256) => {
      return (await askJson<{ counts: Counts }>(`${this.facts(sha256)!.picture}/salience`)).counts;
    });
    this.#decoded = new Fetched((sha256) => this.#decode(this.facts(sha256)!), MOST_DECODED);
  }

  know(facts: PictureFacts): void {
    this.#facts.set(facts.sha256, facts);
  }

  facts(sha256: string): PictureFacts | undefined {
    return this.#facts.get(sha256);
  }

  /** Of an uploaded file. Throws Wanted. */
  photo(token: string): PictureFacts {
    return this.#photos.get(token);
  }

  /** What counts in it; see `@monogram/design`'s salience. Throws Wanted. */
  counts(sha256: string): Counts {
    return this.#counts.get(sha256);
  }

  /** Throws Wanted. */
  pixels({ sha256 }: Source): Pixels {
    return this.#decoded.get(sha256);
  }

  /** Decodes what a scene shows. */
  async load(scene: Scene): Promise<void> {
    const wanted = new Set([...sourcesOf(scene)].map(({ sha256 }) => sha256));
    this.#decoded.most = Math.max(MOST_DECODED, 2 * wanted.size);
    await Promise.all([...wanted].map((sha256) => this.#decoded.load(sha256)));
    for (const sha256 of wanted) this.#decoded.get(sha256);
  }

  async #decode({ url, exact, picture }: PictureFacts): Promise<Pixels> {
    const image = this.#kit.MakeImageFromEncoded(await askBytes(exact ? url : `${picture}/pixels`));
    if (!image) throw new Error(`The picture ${url} cannot be decoded.`);
    try {
      const [width, height] = [image.width(), image.height()];
      const { ColorType, AlphaType } = this.#kit;
      // into its own colour space: the server takes the numbers as they are
      const data = image.readPixels(0, 0, {
        width, height, colorType: ColorType.RGBA_8888, alphaType: AlphaType.Unpremul, colorSpace: image.getColorSpace(),
      });
      if (!(data instanceof Uint8Array)) throw new Error(`There is not enough memory for the picture ${url}.`);
      return { width, height, data };
    } finally {
      image.delete();
    }
  }
}

/** Every file that a scene shows. */
export function* sourcesOf(scene: Scene): Generator<Source> {
  for (const node of walk(scene.nodes)) {
    if (node.kind === "image" || node.kind === "patch") yield* ofPicture(node.picture);
    else if (node.kind === "path") for (const fill of [node.fill, ...node.pieces.map((piece) => piece.fill)]) yield* ofFill(fill);
    else if (node.kind === "group" && node.stencil) yield node.stencil.picture;
    else if (node.kind === "surface" && node.displacement) yield node.displacement.picture;
  }
}

function* ofFill(fill: Fill): Generator<Source> {
  if ("kind" in fill && fill.kind === "texture") yield* ofPicture(fill.picture);
}

function* ofPicture(picture: Picture): Generator<Source> {
  if ("sha256" in picture) yield picture;
  else yield* [picture.source, ...Object.values(picture.textures)];
}
