/** Image layers: where their picture lies, and what is made of it first. */

import { split } from "@monogram/adjust";
import { RenderError } from "@monogram/text";

import type { ImageLayer } from "../document.ts";
import { bounds, lengths, multiply, outset, translate } from "../matrices.ts";
import type { Box, Matrix } from "../matrices.ts";
import { rectangle } from "../paths.ts";
import * as placement from "../placement.ts";
import type { Altered, Grid, PatchNode, PathNode, Picture, SceneNode, Source } from "../scene.ts";
import type { Resolving } from "./layers.ts";

const ADJUSTED_PIXELS = 64_000_000;

export function nodes(resolving: Resolving, layer: ImageLayer, matrix: Matrix): SceneNode[] {
  if (layer.asset === null) {
    throw new RenderError("image_missing", `The image layer '${layer.id}' has no image, and no value brings one.`);
  }
  const source = resolving.source(layer.asset);
  if (layer.slice) return [sliced(resolving, layer, source, matrix)];
  if (layer.fit === "tile") return [tiled(resolving, layer, source, matrix)];
  const counts = layer.focus === "auto" ? resolving.given.asset(layer.asset)?.salience : undefined;
  let [region, placed] = placement.place(layer, source.size, resolving.placements.get(layer.id), counts);
  let whole = multiply(matrix, placed);
  resolving.tellImage(layer.id, layer.asset, source, whole, tilesOf(resolving, layer, whole, region[2] - region[0]));
  let picture = altered(resolving, layer, source);
  if ("drawn" in picture && picture.drawn.length) {
    const [grid, laid] = gridded(region, whole);
    picture = { ...picture, grid };
    region = [0, 0, grid.width, grid.height];
    whole = laid;
  }
  return [{ kind: "image", layer: layer.id, matrix: whole, bounds: outset(bounds(whole, region), 1), picture, region }];
}

/** The source, or what `adjust` makes of it; without a grid yet. Lengths are scaled to the picture that is painted. */
function altered(resolving: Resolving, layer: ImageLayer, source: Source): Picture {
  if (!layer.adjust.length) return source;
  const [adjust, steps] = split(layer.adjust);
  const drawn = steps.map((one) => (one.do === "line-art" ? { ...one, width: (one.width ?? 2) * resolving.scale } : one));
  const names = drawn.flatMap((one) => (one.do === "mosaic" && one.texture ? [one.texture] : []));
  const textures = Object.fromEntries([...new Set(names)].sort().map((name) => [name, resolving.source(name)]));
  return { source, adjust, window: null, grid: null, drawn, textures };
}

/** A mosaic's tiles per printed inch. wide: pixels of the source, from left to right, that it is made of. */
function tilesOf(resolving: Resolving, layer: ImageLayer, whole: Matrix, wide: number): number | null {
  const counts = layer.adjust.flatMap((one) => (one.do === "mosaic" ? [one.across] : []));
  if (!counts.length) return null;
  const tile = (wide * lengths(whole)[0]) / Math.min(...counts);
  return resolving.dpi([tile, 0, 0, tile, 0, 0]);
}

/** A picture as one that may be cut or brought to a grid. */
function cuttable(picture: Picture): Altered {
  if ("source" in picture) return picture;
  return { source: picture, adjust: [], window: null, grid: null, drawn: [], textures: {} };
}

/** The grid of output pixels over a region of source pixels, and the matrix from the grid to the canvas. */
function gridded(region: Box, matrix: Matrix): [Grid, Matrix] {
  const [a, b, c, d] = matrix;
  if (!((b === 0 && c === 0) || (a === 0 && d === 0))) {
    const [alongX, alongY] = lengths(matrix);
    const [wide, high] = [region[2] - region[0], region[3] - region[1]];
    const width = Math.max(1, Math.ceil(wide * alongX - 1e-6));
    const height = Math.max(1, Math.ceil(high * alongY - 1e-6));
    return [gridOf(width, height, region),
      multiply(matrix, [wide / width, 0, 0, high / height, region[0], region[1]])];
  }
  let [left, top, right, bottom] = bounds(matrix, region).map((edge) => Math.ceil(edge - 0.5));
  right = Math.max(right, left + 1);
  bottom = Math.max(bottom, top + 1);
  const [across, down] = b === 0 ? [right - left, bottom - top] : [bottom - top, right - left];
  const grid = gridOf(across, down, undone(matrix, [left, top, right, bottom]));
  const unit = [a, b, c, d].map(Math.sign) as [number, number, number, number];
  const turned = bounds([...unit, 0, 0], [0, 0, across, down]);
  return [grid, multiply(translate(left - turned[0], top - turned[1]), [...unit, 0, 0])];
}

/** The box of source pixels that an upright or quarter-turned matrix lays on a box. */
function undone([a, b, c, d, e, f]: Matrix, box: Box): Box {
  const upright = b === 0 && c === 0;
  return bounds(upright ? [1 / a, 0, 0, 1 / d, -e / a, -f / d] : [0, 1 / c, 1 / b, 0, -f / b, -e / c], box);
}

function gridOf(width: number, height: number, box: Box): Grid {
  if (width * height > ADJUSTED_PIXELS) {
    throw new RenderError("adjust_too_large", `The image is adjusted at its placed size of ${width} x ${height} pixels; at most `
      + `${ADJUSTED_PIXELS / 1_000_000} megapixels are.`, { part: "adjust" });
  }
  return { width, height, box };
}

function isWhole(window: placement.Window, size: placement.Size): boolean {
  return window[0] === 0 && window[1] === 0 && window[2] === size[0] && window[3] === size[1];
}

/** The box filled with the picture as a repeating texture. What is drawn on a grid gets tiles of whole canvas pixels. */
function tiled(resolving: Resolving, layer: ImageLayer, source: Source, matrix: Matrix): PathNode {
  let [window, placed] = placement.tile(layer, source.size, resolving.placements.get(layer.id));
  const laid = multiply(matrix, placed);
  resolving.tellImage(layer.id, source.name, source, laid, tilesOf(resolving, layer, laid, window[2] - window[0]));
  let picture = altered(resolving, layer, source);
  if ("drawn" in picture && picture.drawn.length) {
    const by = Math.max(...lengths(matrix));
    const along = by * layer.tileScale;
    const [width, height] = [0, 1].map((i) => Math.max(1, Math.trunc((window[i + 2] - window[i]) * along + 0.5)));
    picture = { ...picture, grid: gridOf(width, height, window) };
    const [a, b, c, d] = placed;
    const unit = [a, b, c, d].map((number) => Math.sign(number) / by) as [number, number, number, number];
    const corner = bounds([...unit, 0, 0], [0, 0, width, height]);
    placed = [...unit, -corner[0], -corner[1]];
  } else if (!isWhole(window, source.size)) {
    picture = { ...cuttable(picture), window };
    placed = multiply(placed, translate(window[0], window[1]));
  }
  return {
    kind: "path", layer: layer.id, matrix, bounds: outset(bounds(matrix, [0, 0, layer.width, layer.height]), 1),
    path: rectangle(layer.width, layer.height), fill: { kind: "texture", picture, matrix: placed, repeats: true }, strokes: [],
    shadows: [], oriented: true, pieces: [],
  };
}

function sliced(resolving: Resolving, layer: ImageLayer, source: Source, matrix: Matrix): PatchNode {
  const cut = placement.cut(layer, source.size, resolving.placements.get(layer.id));
  const whole = multiply(matrix, cut.matrix);
  const by = layer.slice!.scale;
  resolving.tellImage(layer.id, source.name, source, multiply(whole, [by, 0, 0, by, 0, 0]));
  let picture = altered(resolving, layer, source);
  if (!isWhole(cut.window, source.size)) picture = { ...cuttable(picture), window: cut.window };
  return {
    kind: "patch", layer: layer.id, matrix: whole, bounds: outset(bounds(whole, [0, 0, cut.width, cut.height]), 1), picture,
    columns: cut.columns, rows: cut.rows,
  };
}
