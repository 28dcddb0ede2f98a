/** What is painted: absolute, nothing optional, no document left in it; the JSON of monogram/render/scene_json.py. */

import type { Step } from "@monogram/adjust";

import type { Box, Matrix } from "./matrices.ts";

/** 0 to 1, sRGB, not premultiplied. */
export type Rgba = readonly [number, number, number, number];

/** M, L, Q, C, Z as in SVG, absolute; K is a conic: control point, end point, weight. */
export type Verb = readonly [string, ...number[]];

export interface Path {
  rule: "nonzero" | "evenodd";
  verbs: readonly Verb[];
}

/** An image file, upright. */
export interface Source {
  name: string;
  sha256: string;
  size: readonly [number, number];
}

/** width x height pixels of the output laid over a box of source pixels. */
export interface Grid {
  width: number;
  height: number;
  box: Box;
}

/** A picture made from a source; see the server's `scene.Altered`. */
export interface Altered {
  source: Source;
  adjust: readonly Step[];
  window: readonly [number, number, number, number] | null;
  grid: Grid | null;
  drawn: readonly Step[];
  textures: Readonly<Record<string, Source>>;
}

export type Picture = Source | Altered;

/** The same for pictures of the same pixels. */
export function keyOf(picture: Picture): string {
  return "sha256" in picture ? picture.sha256 : JSON.stringify(picture);
}

/** Colours along a line between two points of own coordinates, mixed premultiplied; `places` are 0 to 1, ascending. */
export interface Linear {
  kind: "linear";
  start: readonly [number, number];
  end: readonly [number, number];
  colors: readonly Rgba[];
  places: readonly number[];
}

export interface Radial {
  kind: "radial";
  center: readonly [number, number];
  radius: number;
  colors: readonly Rgba[];
  places: readonly number[];
  /** The circle that the colours start from; without one, the centre. */
  focus?: readonly [x: number, y: number, radius: number];
}

/** A picture as paint. matrix: its pixels to own coordinates. Beyond the picture it repeats, or its edge pixels do. */
export interface Texture {
  kind: "texture";
  picture: Picture;
  matrix: Matrix;
  repeats: boolean;
}

export type Fill = Rgba | Linear | Radial | Texture;

export function isColor(fill: Fill): fill is Rgba {
  return Array.isArray(fill);
}

/** Whether it paints anything. Gradients of nothing but clear colours are resolved to a clear colour. */
export function shows(fill: Fill): boolean {
  return !isColor(fill) || fill[3] > 0;
}

/** How a path is stroked; lengths in the path's own coordinates. `dash` is empty or of even length. */
export interface Line {
  color: Rgba;
  width: number;
  join: "round" | "miter" | "bevel";
  cap: "butt" | "round" | "square";
  dash: readonly number[];
  behind: boolean;
}

/** A shadow: colour, offset and the Gaussian's sigma, in the node's own coordinates. */
export interface Blur {
  color: Rgba;
  dx: number;
  dy: number;
  sigma: number;
  inner: boolean;
}

/** matrix: own coordinates to canvas pixels; bounds: all that it may touch, in canvas pixels; layer: for messages. */
interface Placed {
  layer: string;
  matrix: Matrix;
  bounds: Box;
}

/**
 * Painted: shadows, strokes behind, fill, inner shadows, strokes in front; of each kind the last first. Where there are
 * pieces, they are the fill, and `path` is all of them together.
 */
export interface PathNode extends Placed {
  kind: "path";
  path: Path;
  fill: Fill;
  strokes: readonly Line[];
  shadows: readonly Blur[];
  oriented: boolean;
  pieces: readonly { path: Path; fill: Fill }[];
}

/** The region (its pixels, fractional) of a picture. The matrix maps the picture's pixels. */
export interface ImageNode extends Placed {
  kind: "image";
  picture: Picture;
  region: Box;
}

/** A picture stretched by parts over a box of own coordinates; columns, rows: [own coordinate, pixel] of each cut. */
export interface PatchNode extends Placed {
  kind: "patch";
  picture: Picture;
  columns: readonly (readonly [number, number])[];
  rows: readonly (readonly [number, number])[];
}

/** Colour glyphs, which have no outline: ids and baseline points in own coordinates. `face` is a SHA-256. */
export interface GlyphsNode extends Placed {
  kind: "glyphs";
  face: string;
  size: number;
  glyphs: readonly number[];
  points: readonly (readonly [number, number])[];
  shadows: readonly Blur[];
}

/** An image mask: the picture stretched over `box` of own coordinates lets through by its alpha or luminance. */
export interface Stencil {
  picture: Source;
  channel: "alpha" | "luminance";
  box: readonly [number, number];
  matrix: Matrix;
}

/** Children (their matrices absolute), cut by the clips, let through by the stencil; see the server's `GroupNode`. */
export interface GroupNode extends Placed {
  kind: "group";
  children: readonly SceneNode[];
  clips: readonly Path[];
  stencil: Stencil | null;
  opacity: number;
  blend: string;
  isolated: boolean;
}

/** A grid that bends a picture: places of columns and rows in its pixels; points: where they lie, in own coordinates. */
export interface Mesh {
  across: readonly number[];
  down: readonly number[];
  points: readonly (readonly (readonly [number, number])[])[];
}

/** A map over a box of own coordinates that moves a mesh's points. */
export interface Displacement {
  picture: Source;
  strength: number;
  box: readonly [number, number];
}

/** Children painted as a picture of width x height pixels and then bent; see the server's `SurfaceNode`. */
export interface SurfaceNode extends Placed {
  kind: "surface";
  children: readonly SceneNode[];
  width: number;
  height: number;
  perspective: readonly number[] | null;
  mesh: Mesh | null;
  displacement: Displacement | null;
  cubic: boolean;
}

export type SceneNode = PathNode | ImageNode | PatchNode | GlyphsNode | GroupNode | SurfaceNode;

/** A canvas of width x height pixels, transparent where `background` is, and its nodes, bottom first. */
export interface Scene {
  width: number;
  height: number;
  dpi: number;
  background: Rgba;
  nodes: readonly SceneNode[];
}

/** Every node, in the order it is painted, groups before their children. */
export function* walk(nodes: readonly SceneNode[]): Generator<SceneNode> {
  for (const node of nodes) {
    yield node;
    if (node.kind === "group" || node.kind === "surface") yield* walk(node.children);
  }
}
