/** Where a picture lies in its box: turned, cropped, flipped, fitted. */

import { RenderError } from "@monogram/text";

import type { Crop, ImageLayer, Point } from "./document.ts";
import type { ImageValue } from "./documents.ts";
import { bounds, multiply, scale, translate } from "./matrices.ts";
import type { Box, Matrix } from "./matrices.ts";
import { best } from "./salience.ts";
import type { Counts } from "./salience.ts";

export type Size = readonly [number, number];
export type Window = readonly [number, number, number, number];
export type Cuts = readonly (readonly [number, number])[];

/** What of an image layer decides where its picture lies. */
export type Fitted = Pick<ImageLayer, "width" | "height" | "fit" | "alignX" | "alignY" | "crop" | "flipX" | "flipY" | "focus">;

/** A picture cut in nine; see the server's `Sliced`. */
export interface Sliced {
  matrix: Matrix;
  width: number;
  height: number;
  window: Window;
  columns: Cuts;
  rows: Cuts;
}

/** The region of the source that shows (source pixels) and the matrix from source pixels to the layer's box. */
export function place(layer: Fitted, size: Size, value: ImageValue | undefined, salience?: Counts): [Box, Matrix] {
  const turn = value?.rotation ?? 0;
  const turned = turnOf(turn, size);
  const [, , width, height] = bounds(turned, [0, 0, ...size]);
  const crop = cropOf(layer, value);
  const [flipX, flipY] = flips(layer, value);
  const [left, usedWidth] = span(crop.x, crop.width, width);
  const [top, usedHeight] = span(crop.y, crop.height, height);
  let [scaleX, scaleY] = [layer.width / usedWidth, layer.height / usedHeight];
  if (layer.fit !== "stretch") scaleX = scaleY = (layer.fit === "fit" ? Math.min : Math.max)(scaleX, scaleY);
  let { alignX, alignY } = layer;
  if (layer.focus !== null) {
    const kept: Size = [Math.min(1, layer.width / scaleX / usedWidth), Math.min(1, layer.height / scaleY / usedHeight)];
    [alignX, alignY] = focused(layer.focus, size, turn, [left, top, left + usedWidth, top + usedHeight], kept, salience);
    [alignX, alignY] = [flipX ? 1 - alignX : alignX, flipY ? 1 - alignY : alignY];
  }
  const [x, usedLeft, wide] = axis(left, usedWidth, layer.width, scaleX, alignX, flipX);
  const [y, usedTop, high] = axis(top, usedHeight, layer.height, scaleY, alignY, flipY);
  const inBox = multiply([
    flipX ? -scaleX : scaleX, 0, 0, flipY ? -scaleY : scaleY, x + (flipX ? wide * scaleX : 0), y + (flipY ? high * scaleY : 0),
  ], translate(-usedLeft, -usedTop));
  const region = bounds(invertTurn(turn, size), [usedLeft, usedTop, usedLeft + wide, usedTop + high]);
  return [region, multiply(inBox, turned)];
}

/** The whole source pixels of one tile, and the matrix from source pixels to the layer's box for the tile at its top left. */
export function tile(layer: ImageLayer, size: Size, value: ImageValue | undefined): [Window, Matrix] {
  const window = windowOf(layer, size, value);
  const turned = turnOf(value?.rotation ?? 0, size);
  const [left, top, right, bottom] = bounds(turned, window);
  const [flipX, flipY] = flips(layer, value);
  const toCorner: Matrix = [flipX ? -1 : 1, 0, 0, flipY ? -1 : 1, flipX ? right : -left, flipY ? bottom : -top];
  return [window, multiply(scale(layer.tileScale, layer.tileScale), multiply(toCorner, turned))];
}

/** A picture cut in nine and laid over the box. Throws RenderError `slice_too_large`. */
export function cut(layer: ImageLayer, size: Size, value: ImageValue | undefined): Sliced {
  const window = windowOf(layer, size, value);
  const [left, top, right, bottom] = window;
  const turn = value?.rotation ?? 0;
  const [width, height] = turn === 90 || turn === 270 ? [layer.height, layer.width] : [layer.width, layer.height];
  const [flipX, flipY] = flips(layer, value);
  const mirror: Matrix = [flipX ? -1 : 1, 0, 0, flipY ? -1 : 1, flipX ? layer.width : 0, flipY ? layer.height : 0];
  const inset = layer.slice!;
  return {
    matrix: multiply(mirror, turnOf(turn, [width, height])), width, height, window,
    columns: cuts(inset.left, inset.right, right - left, width, inset.scale),
    rows: cuts(inset.top, inset.bottom, bottom - top, height, inset.scale),
  };
}

/** Where one axis is cut: [place in the box, pixel]. Corners that do not fit the box side by side shrink alike. */
function cuts(first: number, last: number, size: number, length: number, by: number): Cuts {
  if (first + last >= size) {
    throw new RenderError("slice_too_large", `The corners of a slice take ${first + last} pixels of an image of ${size}: `
      + "nothing is left to stretch.", { part: "slice" });
  }
  if (first + last) by = Math.min(by, length / (first + last));
  return [[0, 0], [first * by, first], [length - last * by, size - last], [length, size]];
}

/** The crop in whole pixels of the upright source, at least one each way. */
function windowOf(layer: ImageLayer, size: Size, value: ImageValue | undefined): Window {
  const turn = value?.rotation ?? 0;
  const [, , wide, high] = bounds(turnOf(turn, size), [0, 0, ...size]);
  const crop = cropOf(layer, value);
  const [x, width] = span(crop.x, crop.width, wide);
  const [y, height] = span(crop.y, crop.height, high);
  const box = bounds(invertTurn(turn, size), [x, y, x + width, y + height]).map((edge) => Math.trunc(edge + 0.5));
  const left = Math.min(box[0], size[0] - 1);
  const top = Math.min(box[1], size[1] - 1);
  return [left, top, Math.max(left + 1, box[2]), Math.max(top + 1, box[3])];
}

/** The alignments (before flips) that keep the focus in view. used: of the turned picture; kept: how much of it shows. */
function focused(
  focus: Point | "auto", size: Size, turn: number, used: Box, kept: Size, salience: Counts | undefined,
): [number, number] {
  const turned = turnOf(turn, size);
  if (focus !== "auto") {
    const at: Size = [focus.x * size[0], focus.y * size[1]];
    const [x, y] = bounds(turned, [...at, ...at]);
    const axisOf = (place: number, start: number, end: number, part: number) => {
      const spare = 1 - part;
      return spare > 0 ? Math.min(1, Math.max(0, ((place - start) / (end - start) - part / 2) / spare)) : 0.5;
    };
    return [axisOf(x, used[0], used[2], kept[0]), axisOf(y, used[1], used[3], kept[1])];
  }
  if (!salience) throw new RenderError("salience_missing", "What counts in the image was not given. Ask the server for it.");
  let counts = salience;
  for (let quarter = 0; quarter < turn / 90; quarter++) counts = turnedRight(counts);
  const [, , width, height] = bounds(turned, [0, 0, ...size]);
  const [left, right] = cells(used[0] / width, used[2] / width, counts[0].length);
  const [top, bottom] = cells(used[1] / height, used[3] / height, counts.length);
  const seen = counts.slice(top, bottom).map((row) => row.slice(left, right));
  const columns = seen[0].map((_, i) => seen.reduce((sum, row) => sum + row[i], 0));
  return [best(columns, kept[0]), best(seen.map((row) => row.reduce((sum, count) => sum + count, 0)), kept[1])];
}

/** A quarter turn clockwise. */
function turnedRight(counts: Counts): Counts {
  return counts[0].map((_, column) => counts.map((row) => row[column]).reverse());
}

function cells(start: number, end: number, count: number): [number, number] {
  const first = Math.min(count - 1, Math.trunc(start * count + 0.5));
  return [first, Math.max(first + 1, Math.trunc(end * count + 0.5))];
}

function cropOf(layer: Pick<ImageLayer, "crop">, value: ImageValue | undefined): Crop {
  return value?.crop ? { x: 0, y: 0, width: 1, height: 1, ...value.crop } : layer.crop;
}

function flips(layer: Pick<ImageLayer, "flipX" | "flipY">, value: ImageValue | undefined): [boolean, boolean] {
  return [layer.flipX !== (value?.flipX ?? false), layer.flipY !== (value?.flipY ?? false)];
}

/** A crop's fractions in pixels. What reaches past the far edge ends there; at least one pixel is used. */
function span(start: number, length: number, size: number): [number, number] {
  const first = Math.min(start * size, size - 1);
  return [first, Math.max(1, Math.min(length * size, size - first))];
}

/** Along one axis: where the picture starts in the box, and which part of it is used once cut to the box. */
function axis(start: number, used: number, box: number, by: number, align: number, flip: boolean): [number, number, number] {
  const shown = used * by;
  if (shown <= box) return [align * (box - shown), start, used];
  const kept = box / by;
  return [0, start + (flip ? 1 - align : align) * (used - kept), kept];
}

/** Source pixels to pixels of the picture turned clockwise. */
function turnOf(degrees: number, [width, height]: Size): Matrix {
  if (degrees === 90) return [0, 1, -1, 0, height, 0];
  if (degrees === 180) return [-1, 0, 0, -1, width, height];
  if (degrees === 270) return [0, -1, 1, 0, 0, width];
  return [1, 0, 0, 1, 0, 0];
}

function invertTurn(degrees: number, [width, height]: Size): Matrix {
  if (degrees === 90) return [0, -1, 1, 0, 0, height];
  if (degrees === 180) return [-1, 0, 0, -1, width, height];
  if (degrees === 270) return [0, 1, -1, 0, width, 0];
  return [1, 0, 0, 1, 0, 0];
}
