/** Layers, one after the other, into nodes: what kind each is, and what its mask, opacity and blend mode do to it. */

import { FontNotLoaded, RenderError } from "@monogram/text";
import type { Face, FontBook } from "@monogram/text";
import type { CanvasKit, Typeface } from "canvaskit-wasm";

import * as bindings from "../bindings.ts";
import type { Document, Layer, Values } from "../documents.ts";
import * as generate from "../generate/index.ts";
import type { CodeWriter } from "../generate/codes.ts";
import { tightBounds, typefaceOf } from "../kit.ts";
import { bounds, intersection, lengths, multiply, outset, rotate, translate, union } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import { rounded } from "../numbers.ts";
import { isRectangle, outline, rectangle } from "../paths.ts";
import { sortedAssets, sortedFonts } from "../reports.ts";
import type { CodeReport, FontReport, ImageReport, Report, TextReport } from "../reports.ts";
import type { Counts } from "../salience.ts";
import { shows } from "../scene.ts";
import type { GroupNode, Path, SceneNode, Source, Stencil } from "../scene.ts";
import * as images from "./images.ts";
import { prepared } from "./prepared.ts";
import * as repeats from "./repeats.ts";
import * as shapes from "./shapes.ts";
import * as surfaces from "./surfaces.ts";
import * as texts from "./texts.ts";

const LAYERS = 1000;
const GROUP_DEPTH = 32;

/** What the server says of an image: the hash of its file, its upright size, and what counts in it where that is asked. */
export interface Asset {
  sha256: string;
  size: readonly [number, number];
  salience?: Counts | undefined;
}

/** What a resolve is given besides document and values. Fonts that a text needs are loaded: `FontBook.whenLoaded`. */
export interface Given {
  kit: CanvasKit;
  book: FontBook;
  /** An image by the name that document or values have for it. */
  asset(name: string): Asset | undefined;
  /** The font file whose SHA-256 this is, or a subset that keeps its glyph ids; the same array until a larger one comes. */
  font(sha256: string): Uint8Array;
  /** Where the server's dictionary lets lines of a normalised text break. */
  dictionaryBreaks?(text: string): readonly number[] | undefined;
  /** What encodes codes (`openWriter`); a document without codes needs none. */
  codes?: CodeWriter | undefined;
  /** The nodes of a layer of a kind that only the server resolves: see `PREPARED`. */
  prepared(layer: string): readonly SceneNode[] | undefined;
}

/** A surface layer's own picture. scale: of the canvas, in its pixels; seen: where a box of it is seen on the canvas. */
interface Picture {
  scale: number;
  seen: (box: Box) => Box;
}

/** A resolve under way: what it was given, what it has looked up, and what it will report. */
export class Resolving {
  readonly document: Document;
  readonly values: Values;
  readonly given: Given;
  readonly side: "print" | "preview";
  scale: number;
  surface: Picture | null = null;
  readonly changes: bindings.Applied["changes"];
  readonly placements: bindings.Applied["placements"];
  /** What layers tell of themselves, in the order they are painted. */
  readonly texts: TextReport[] = [];
  readonly images: ImageReport[] = [];
  readonly codes: CodeReport[] = [];
  /** Faces drawn with, and the SHA-256 of files used, by hash and by name. */
  readonly fonts = new Map<string, FontReport>();
  readonly hashes = new Map<string, string>();
  readonly #sources = new Map<string, Source>();
  #count = 0;

  constructor(document: Document, values: Values, given: Given, side: "print" | "preview", scale: number) {
    this.document = document;
    this.values = values;
    this.given = given;
    this.side = side;
    this.scale = scale;
    const applied = bindings.apply(document, values);
    this.changes = applied.changes;
    this.placements = applied.placements;
  }

  get kit(): CanvasKit {
    return this.given.kit;
  }

  report(): Report {
    const { bleed, safe, width, height, dpi } = this.document.canvas;
    const s = this.scale;
    return {
      dpi: dpi * s, safe: [
        (bleed.left + safe.left) * s, (bleed.top + safe.top) * s,
        (width - bleed.right - safe.right) * s, (height - bleed.bottom - safe.bottom) * s,
      ],
      texts: this.texts, images: this.images, codes: this.codes, fonts: sortedFonts(this.fonts.values()),
      assets: sortedAssets(this.hashes), notes: [],
    };
  }

  nodes(layers: readonly Layer[], parent: Matrix, depth: number): SceneNode[] {
    return layers.flatMap((one) => {
      if (++this.#count > LAYERS) {
        throw new RenderError("too_many_layers", `There are more than ${LAYERS} layers.`, { layer: one.id });
      }
      if (depth > GROUP_DEPTH) {
        throw new RenderError("groups_too_deep", `Groups lie over ${GROUP_DEPTH} deep.`, { layer: one.id });
      }
      const layer = changed(one, this.changes.get(one.id) ?? {});
      if (!layer.visible || (layer.output !== "all" && layer.output !== this.side)) return [];
      try {
        return this.layer(layer, parent, depth);
      } catch (error) {
        throw error instanceof RenderError && !(error instanceof FontNotLoaded) ? error.at(layer.id) : error;
      }
    });
  }

  layer(layer: Layer, parent: Matrix, depth: number): SceneNode[] {
    const turned = rotate(layer.rotation, layer.width / 2, layer.height / 2);
    const matrix = multiply(parent, multiply(translate(layer.x, layer.y), turned));
    const clips: Path[] = [];
    switch (layer.type) {
      case "image": return this.#together(layer, images.nodes(this, layer, matrix), matrix, clips);
      case "shape": return this.#together(layer, shapes.nodes(this, layer, matrix), matrix, clips);
      case "repeat": return repeats.nodes(this, layer, parent, depth);
      case "surface": return this.#together(layer, surfaces.nodes(this, layer, matrix, depth), matrix, clips);
      case "group": {
        const nodes = this.nodes(layer.layers, matrix, depth + 1);
        if (layer.clip) clips.push(rectangle(layer.width, layer.height));
        return this.#together(layer, nodes, matrix, clips);
      }
      case "text": return this.#together(layer, texts.nodes(this, layer, matrix, clips), matrix, clips);
      case "svg": return prepared(this.given, layer);
      default: return this.#together(layer, generate.nodes(this, layer, matrix), matrix, clips);
    }
  }

  /** The layer's nodes under its mask, opacity and blend mode; as they are where none of these says anything. */
  #together(layer: Layer, nodes: readonly SceneNode[], matrix: Matrix, clips: Path[]): SceneNode[] {
    const stencil = this.#masked(layer, matrix, clips);
    const mixed = layer.opacity < 1 || layer.blend !== "normal" || stencil !== null;
    if (!nodes.length || layer.opacity === 0) return [];
    if (!mixed && !clips.length && !nodes.some(reachesBelow)) return [...nodes];
    // a soft edge must cut the finished picture: cutting overlapping children one by one would let more shine through
    const soft = clips.some((clip) => !this.#isSharp(clip, matrix)) && (nodes.length > 1 || !isSingle(nodes[0]));
    let area = union(nodes.map((node) => node.bounds));
    for (const clip of clips) area = intersection(area, outset(bounds(matrix, tightBounds(this.kit, clip)), 1));
    if (area[0] >= area[2] || area[1] >= area[3]) return []; // all of it is cut away
    const group: GroupNode = {
      kind: "group", layer: layer.id, matrix, bounds: area, children: nodes, clips, stencil, opacity: layer.opacity,
      blend: layer.blend, isolated: mixed || soft || nodes.some(reachesBelow),
    };
    return [group];
  }

  /** The layer's mask as a clip or a stencil. */
  #masked(layer: Layer, matrix: Matrix, clips: Path[]): Stencil | null {
    const { mask, width, height } = layer;
    if (!mask) return null;
    if (mask.by === "shape") {
      clips.push(outline(this.kit, mask.shape, width, height));
      return null;
    }
    clips.push(rectangle(width, height));
    return { picture: this.source(mask.asset), channel: mask.channel, box: [width, height], matrix };
  }

  /** Whether the clip's edges lie on pixel edges. */
  #isSharp(clip: Path, matrix: Matrix): boolean {
    if (!isRectangle(clip)) return false;
    const [a, b, c, d] = matrix;
    if (!((b === 0 && c === 0) || (a === 0 && d === 0))) return false;
    const box: Box = bounds(matrix, tightBounds(this.kit, clip));
    return box.every((edge) => Math.abs(edge - Math.round(edge)) < 1e-6);
  }

  /** What is resolved for a picture of its own. stretch: canvas pixels along one of it, at most. */
  picture<T>(scale: number, stretch: number, seen: (box: Box) => Box, work: () => T): T {
    const outer = this.scale;
    [this.scale, this.surface] = [scale, { scale: outer / stretch, seen }];
    const made = work();
    [this.scale, this.surface] = [outer, null];
    return made;
  }

  /** Where a box of the picture under way is seen on the canvas. */
  seen(box: Box): Box {
    return this.surface ? this.surface.seen(box) : box;
  }

  tellFace({ family, weight, italic, sha256, coordinates, identity }: Face): void {
    this.fonts.set(identity, { family, weight, italic, sha256, axes: Object.fromEntries(coordinates) });
  }

  /** How many pixels of a source fall on an inch of the canvas, by the matrix to the picture under way. */
  dpi(matrix: Matrix): number {
    const scale = this.surface ? this.surface.scale : this.scale;
    return rounded((this.document.canvas.dpi * scale) / Math.max(...lengths(matrix)), 1);
  }

  /** Reports a picture. matrix: from its pixels to the picture under way; tiles: see `ImageReport`. */
  tellImage(layer: string, asset: string, { size: [width, height] }: Source, matrix: Matrix, tiles: number | null = null): void {
    this.images.push({ layer, asset, width, height, dpi: this.dpi(matrix), tiles });
  }

  source(name: string): Source {
    let found = this.#sources.get(name);
    if (found) return found;
    const asset = this.given.asset(name);
    if (!asset) throw new RenderError("image_missing", `The image '${name}' is missing.`, { part: name });
    const wanted = this.document.assets[name]?.sha256 ?? asset.sha256;
    if (wanted !== asset.sha256) {
      throw new RenderError("image_changed", `The image '${name}' is not the file the document lists: its SHA-256 differs.`,
        { part: name });
    }
    this.hashes.set(name, asset.sha256);
    this.#sources.set(name, found = { name, sha256: asset.sha256, size: asset.size });
    return found;
  }

  typeface(sha256: string): Typeface {
    const face = typefaceOf(this.kit, sha256, this.given.font(sha256));
    if (!face) throw new RenderError("font_changed", `The font ${sha256} cannot be read.`, { part: sha256 });
    return face;
  }
}

/** The layer with its bound values. An image for a shape or text goes into its fill, unless a colour has taken its place. */
function changed(layer: Layer, changes: bindings.Changes): Layer {
  const { asset, ...rest } = bindings.ownChanges(changes);
  const found: Record<string, unknown> = { ...layer };
  if (layer.type === "image") found["adjust"] = bindings.adjusted(layer.adjust, changes);
  if (asset !== undefined && layer.type === "image") found["asset"] = asset;
  else if (asset !== undefined && "fill" in layer) found["fill"] = { ...(layer.fill as object), asset };
  if ("text" in rest && layer.type === "text") found["runs"] = [];
  return { ...found, ...rest } as unknown as Layer;
}

function reachesBelow(node: SceneNode): boolean {
  return node.kind === "group" && node.blend !== "normal";
}

/** Whether it touches each pixel once, so that cutting it is cutting its picture. */
function isSingle(node: SceneNode): boolean {
  if (node.kind === "image" || node.kind === "patch") return true;
  if (node.kind === "path") {
    return !node.shadows.length && !node.pieces.length && node.strokes.length + Number(shows(node.fill)) < 2;
  }
  return node.kind === "group" && node.isolated;
}
