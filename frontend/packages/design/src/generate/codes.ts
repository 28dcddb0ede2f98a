/** QR codes, Data Matrix and barcodes: encoded by zxing-cpp, drawn as one path on whole pixels, checked for scanners. */

import { RenderError } from "@monogram/text";

import type { CodeLayer, Font } from "../document.ts";
import { part } from "../documents.ts";
import { multiply, scale } from "../matrices.ts";
import type { Matrix } from "../matrices.ts";
import { percent, quoted, rounded } from "../numbers.ts";
import { rectangle } from "../paths.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { Path, SceneNode, Verb } from "../scene.ts";
import { painted, reportedOnce, words } from "./drawing.ts";

/** A scanner's or printer's dots must tell modules apart: one pixel a module leaves no room for a blurred edge. */
const LEAST_PIXELS = 2;
// Three dots of a 300-dpi printer; EAN and UPC may shrink to 80 % of their nominal 0.330 mm (GS1 General Specifications, 5.2).
const LEAST_MM = 0.25;
const LEAST_RETAIL_MM = 0.264;
/** Reflectance of light less that of dark: grade C of ISO/IEC 15416, which shops and carriers ask for at least. */
const LEAST_CONTRAST = 0.4;

type Symbology = CodeLayer["symbology"];

// Quiet zones in modules, left and right: ISO/IEC 18004 (4 all round), 16022 (1 all round), 15417, 16388, 15420.
const QUIET: Readonly<Record<Symbology, readonly [number, number]>> = {
  qr: [4, 4], datamatrix: [1, 1], code128: [10, 10], code39: [10, 10], ean13: [11, 7], ean8: [7, 7], upca: [9, 9],
};
const FORMATS: Readonly<Record<Symbology, string>> = {
  qr: "QRCode", datamatrix: "DataMatrix", code128: "Code128", code39: "Code39", ean13: "EAN13", ean8: "EAN8", upca: "UPCA",
};
const RETAIL: Partial<Record<Symbology, number>> = { ean13: 13, ean8: 8, upca: 12 };

// Digits under the bars, in modules: the strip they stand in, how far guard bars reach into it, and their size.
const [STRIP, GUARD, DIGIT_SIZE, DIGIT_WIDTH] = [10, 5, 9, 7];

/** The writer of zxing-wasm, opened by `writers.ts`. */
export interface CodeWriter {
  writeBarcodeFromText(text: string, options: WriterOptions): {
    error: string;
    symbol: { data: ArrayLike<number>; width: number; height: number };
  };
}

export interface WriterOptions {
  format: string;
  options: string;
  scale: number;
  rotate: number;
  invert: boolean;
  addHRT: boolean;
  addQuietZones: boolean;
}

/** Rows of modules, dark ones true. */
export type Modules = readonly (readonly boolean[])[];

/** Where the symbol lies: its top left and module in the layer's pixels. */
interface Place {
  x: number;
  y: number;
  module: number;
  /** Pixels of one row of modules of a barcode, or of the whole matrix. */
  tall: number;
}

function isMatrix({ symbology }: CodeLayer): boolean {
  return symbology === "qr" || symbology === "datamatrix";
}

/** The light ground, the dark modules, the digits. Throws `code_content`, `code_too_small`, `code_contrast`. */
export function nodes(resolving: Resolving, layer: CodeLayer, matrix: Matrix): SceneNode[] {
  if (!layer.text) return [];
  const modules = encoded(layer, resolving.given.codes);
  checkContrast(layer);
  const place = placed(resolving, layer, modules, matrix);
  tell(resolving, layer, place.module);
  const drawn = painted(resolving, layer, matrix, rectangle(layer.width, layer.height), layer.light);
  drawn.push(...painted(resolving, layer, matrix, bars(layer, modules, place), layer.dark));
  if (layer.digits && !isMatrix(layer)) drawn.push(...digits(resolving, layer, matrix, modules[0].length, place));
  return drawn;
}

/** The modules without quiet zone; a barcode has one row. Throws RenderError `code_content`, `code_writer_missing`. */
export function encoded(layer: CodeLayer, writer: CodeWriter | undefined): Modules {
  checkContent(layer);
  if (!writer) {
    throw new RenderError("code_writer_missing", `The code '${layer.id}' needs the writer of codes, which is not loaded.`);
  }
  const options: Partial<Record<Symbology, string>> = { qr: `ecLevel=${layer.level}`, datamatrix: "forceSquare" };
  const { error, symbol } = writer.writeBarcodeFromText(layer.text, {
    format: FORMATS[layer.symbology], options: options[layer.symbology] ?? "", scale: 1, rotate: 0, invert: false,
    addHRT: false, addQuietZones: false,
  });
  if (error) throw refused(layer, error.split("(retval")[0].trim().replace(/\.+$/, ""));
  const rows = isMatrix(layer) ? symbol.height : 1;
  return Array.from({ length: rows }, (_, row) => (
    Array.from({ length: symbol.width }, (_, column) => symbol.data[row * symbol.width + column] < 128)));
}

function checkContent(layer: CodeLayer): void {
  const { symbology, text } = layer;
  const length = RETAIL[symbology];
  if (length !== undefined) {
    if (text.length !== length || !/^[0-9]*$/.test(text)) {
      throw refused(layer, `it needs ${length} digits, the last one the check digit`);
    }
    const check = checkDigit(text.slice(0, -1));
    if (check === text.slice(-1)) return;
    throw refused(layer, `the check digit of ${text.slice(0, -1)} is ${check}, not ${text.slice(-1)}`);
  } else if (symbology === "code39" && !/^[0-9A-Z .$/+%-]*$/.test(text)) {
    throw refused(layer, "it holds capital letters, digits, spaces and - . $ / + %");
  } else if (symbology === "code128" && !/^[ -~]*$/.test(text)) {
    throw refused(layer, "it holds ASCII letters, digits and signs");
  }
}

/** GS1's check digit: weights 3, 1, 3, ... from the right, up to the next ten. */
export function checkDigit(digits: string): string {
  const total = [...digits].reverse().reduce((sum, digit, i) => sum + Number(digit) * (i % 2 ? 1 : 3), 0);
  return String((10 - (total % 10)) % 10);
}

function refused({ text, symbology }: CodeLayer, why: string): RenderError {
  const shown = [...text].slice(0, 40).join("");
  return new RenderError("code_content", `The text ${quoted(shown)} cannot be a code of the kind ${symbology}: ${why}.`,
    { part: "text" });
}

/**
 * Reflectance of light less that of dark, 0 to 1: by luminance, and for lasers, which are red, by red as well.
 *
 * What is translucent counts as it would do harm: dark over the light, the light over black.
 */
export function contrast(dark: string, light: string, laser: boolean): number {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const over = (color: string, below: readonly number[]) => {
    const alpha = parseInt(color.slice(7, 9) || "ff", 16) / 255;
    return below.map((each, i) => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255 * alpha + each * (1 - alpha));
  };
  const ground = over(light, [0, 0, 0]);
  const ink = over(dark, ground).map(linear);
  const lit = ground.map(linear);
  const luminance = [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => sum + share * (lit[i] - ink[i]), 0);
  return laser ? Math.min(luminance, lit[0] - ink[0]) : luminance;
}

/** Throws RenderError `code_contrast`. Without a light colour of its own the code cannot be judged. */
function checkContrast(layer: CodeLayer): void {
  if (layer.light === null) return;
  const laser = !isMatrix(layer);
  const found = contrast(layer.dark, layer.light, laser);
  if (found >= LEAST_CONTRAST) return;
  throw new RenderError("code_contrast", `The code's colours ${layer.dark} on ${layer.light} differ by `
    + `${percent(Math.max(found, 0))} in reflectance${laser ? ", seen by a red laser" : ""}; scanners need `
    + `${percent(LEAST_CONTRAST)}, dark on light.`, { part: "dark" });
}

function placed(resolving: Resolving, layer: CodeLayer, modules: Modules, matrix: Matrix): Place {
  const [rows, columns] = [modules.length, modules[0].length];
  const [left, right] = layer.quiet === null ? QUIET[layer.symbology] : [layer.quiet, layer.quiet];
  const [wide, twoSided] = [left + columns + right, isMatrix(layer)];
  const high = twoSided ? left + rows + right : (layer.digits ? STRIP : 0) + 1;
  const module = Math.trunc(Math.min(layer.width / wide, layer.height / high));
  checkSize(resolving, layer, module, wide);
  const tall = twoSided ? rows * module : Math.trunc(layer.height) - (layer.digits ? STRIP * module : 0);
  const x = (layer.width - wide * module) / 2 + left * module;
  const y = twoSided ? (layer.height - high * module) / 2 + left * module : (layer.height - Math.trunc(layer.height)) / 2;
  const [ownX, ownY] = onPixels(resolving.scale, matrix, x, y);
  return { x: ownX, y: ownY, module, tall };
}

/** Judged at the size of the print: a preview may be small. */
function checkSize(resolving: Resolving, layer: CodeLayer, module: number, wide: number): void {
  const least = RETAIL[layer.symbology] === undefined ? LEAST_MM : LEAST_RETAIL_MM;
  const millimetres = module / resolving.document.canvas.dpi * 25.4;
  if (module >= LEAST_PIXELS && millimetres >= least) return;
  throw new RenderError("code_too_small", `The code has ${wide} modules across, quiet zone included, which leaves each `
    + `${module} pixels or ${rounded(millimetres, 2).toFixed(2)} mm; ${LEAST_PIXELS} pixels and ${least} mm are needed. `
    + "Enlarge the box or shorten the text.", { part: "width" });
}

/**
 * The point, moved by less than a pixel so that it lies on a pixel's corner of the full-size canvas.
 *
 * Only where the layer stands upright or is turned by quarters; elsewhere edges are soft anyway.
 */
function onPixels(shrunk: number, matrix: Matrix, x: number, y: number): [number, number] {
  const [a, b, c, d, e, f] = multiply(scale(1 / shrunk, 1 / shrunk), matrix);
  const none = (one: number, two: number) => Math.abs(one) < 1e-9 && Math.abs(two) < 1e-9;
  if (!none(b, c) && !none(a, d)) return [x, y];
  const [across, down] = [rounded(a * x + c * y + e) - e, rounded(b * x + d * y + f) - f];
  const area = a * d - b * c;
  return [(d * across - c * down) / area, (a * down - b * across) / area];
}

/** Dark modules side by side in a row are one rectangle, so that no seam can show between them. */
function bars(layer: CodeLayer, modules: Modules, { x, y, module, tall }: Place): Path {
  const step = isMatrix(layer) ? module : tall;
  const verbs: Verb[] = [];
  modules.forEach((row, number) => {
    const top = y + number * step;
    for (const [left, right] of runs(row)) {
      const guard = isGuard(layer, left, row.length) ? GUARD * module : 0;
      const [west, east] = [x + left * module, x + right * module].map(Math.fround);
      const [north, south] = [top, top + step + guard].map(Math.fround);
      verbs.push(["M", west, north], ["L", east, north], ["L", east, south], ["L", west, south], ["Z"]);
    }
  });
  return { rule: "nonzero", verbs };
}

/** Where dark modules begin and end. */
function runs(row: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  row.forEach((dark, at) => {
    if (dark && row[at - 1]) found[found.length - 1][1] = at + 1;
    else if (dark) found.push([at, at + 1]);
  });
  return found;
}

/** Whether a bar reaches down between the digits: the guards, and UPC-A's outer digits. */
function isGuard(layer: CodeLayer, left: number, columns: number): boolean {
  if (!layer.digits || RETAIL[layer.symbology] === undefined) return false;
  const outer = layer.symbology === "upca" ? 10 : 3;
  return left < outer || left >= columns - outer || Math.abs(left - Math.floor(columns / 2)) <= 2;
}

function digits(resolving: Resolving, layer: CodeLayer, matrix: Matrix, columns: number, place: Place): SceneNode[] {
  const { x, y, module, tall } = place;
  const first = resolving.texts.length;
  const font = part("Font", { family: "Noto Sans" }) as unknown as Font;
  const drawn = groups(layer, columns).flatMap(([text, left, wide]) => words(
    resolving, layer, matrix, text, [x + left * module, y + tall, wide * module, STRIP * module], font, DIGIT_SIZE * module,
    layer.dark, { align: "center", verticalAlign: "bottom", lineHeight: 1, fit: "shrink", overflow: "show", wrap: false,
      direction: "ltr" }));
  reportedOnce(resolving, layer, first);
  return drawn;
}

/** The words under the bars, in modules from the first bar. */
function groups({ symbology, text }: CodeLayer, columns: number): [text: string, left: number, width: number][] {
  const spread = (part: string, half: number, start: number): [string, number, number][] => (
    [...part].map((digit, i) => [digit, (i < half ? start : start + 5) + i * DIGIT_WIDTH, DIGIT_WIDTH]));
  if (symbology === "ean8") return spread(text, 4, 3);
  if (symbology === "ean13") return [[text[0], -9, DIGIT_WIDTH], ...spread(text.slice(1), 6, 3)];
  if (symbology === "upca") {
    return [[text[0], -9, DIGIT_WIDTH], ...spread(text.slice(1, -1), 5, 10), [text.slice(-1), columns + 2, DIGIT_WIDTH]];
  }
  return [[text, 0, columns]];
}

function tell(resolving: Resolving, layer: CodeLayer, module: number): void {
  resolving.codes.push({
    layer: layer.id, symbology: layer.symbology, module,
    millimetres: rounded(module / resolving.document.canvas.dpi * 25.4, 3), grounded: layer.light !== null,
  });
}
