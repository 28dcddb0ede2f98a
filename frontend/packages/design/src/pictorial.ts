/** Findings that only the picture shows: words that do not stand out, colours that a press cannot reach. */

import { RenderError } from "@monogram/text";

import type { Least, Most } from "./document.ts";
import { intersection } from "./matrices.ts";
import type { Box } from "./matrices.ts";
import { rounded } from "./numbers.ts";
import { below, wanted } from "./preflight.ts";
import type { Finding, Severity } from "./preflight.ts";
import type { TextReport } from "./reports.ts";
import type { Drawing } from "./resolve/index.ts";
import * as rules from "./rules.ts";
import { walk } from "./scene.ts";
import type { Rgba, Scene, SceneNode } from "./scene.ts";

type Size = readonly [number, number];

/** What preflight sees by: the painter of @monogram/canvas (`Samples`), and the server's `gamuts.packed`. */
export interface Seeing {
  /** Nodes of a scene within a box of canvas pixels, brought to a size: RGBA rows from the top, not premultiplied. */
  sample(scene: Scene, nodes: readonly SceneNode[], box: Box, size: Size, background: Rgba): Uint8Array;
  /** How far colours move in an output profile; asked for only where the document names one. */
  gamut?(profile: string): Uint16Array | undefined;
}

/**
 * Words against what lies under them. A text counts as read by its worse quarter of pixels; one with a stroke or shadow by
 * its better quarter, since a rim alone makes letters readable.
 */
export function ofContrast(drawing: Drawing, rule: Least, seeing: Seeing): Finding[] {
  return drawing.report.texts.flatMap((text): Finding[] => {
    const contrast = contrastOf(drawing.scene, text, seeing);
    const severity = contrast === null ? null : below(rule, contrast);
    if (contrast === null || !severity) return [];
    const figures = { contrast: rounded(contrast, 2), wanted: wanted(rule) };
    return [{ code: "contrast_low", layer: text.layer, severity, figures }];
  });
}

function contrastOf(scene: Scene, text: TextReport, seeing: Seeing): number | null {
  const box = intersection(text.bounds, [0, 0, scene.width, scene.height]);
  if (box[2] - box[0] < 1 || box[3] - box[1] < 1) return null;
  const [before, own] = until(scene.nodes, text.layer, false);
  const [after] = until(scene.nodes, text.layer, true);
  if (!own.length) return null;
  const size = sizeOf(box, text.size);
  const ink = seeing.sample(scene, own, box, size, [0, 0, 0, 0]);
  const ground = seeing.sample(scene, near(before, box), box, size, scene.background);
  const whole = seeing.sample(scene, near(after, box), box, size, scene.background);
  const letters = inked(ink);
  const judged = letters.filter((at) => ground[at + 3] > 127);
  if (judged.length < rules.GROUNDED * Math.max(1, letters.length)) return null;
  const contrasts = judged.map((at) => {
    const [one, two] = [luminance(whole, at) + 0.05, luminance(ground, at) + 0.05];
    return Math.max(one, two) / Math.min(one, two);
  });
  const rimmed = [...walk(own)].some((node) => node.kind === "path" && (node.strokes.length || node.shadows.length));
  return shareOf(contrasts, rimmed ? rules.BETTER : rules.WORSE);
}

/** Where the pixels of letters start in an array of RGBA. */
function inked(ink: Uint8Array): number[] {
  let most = 1;
  for (let at = 3; at < ink.length; at += 4) most = Math.max(most, ink[at]);
  const found: number[] = [];
  for (let at = 0; at < ink.length; at += 4) if (ink[at + 3] > rules.INKED * most) found.push(at);
  return found;
}

function sizeOf(box: Box, em: number): Size {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const longer = Math.max(width, height);
  const scale = Math.min(1, rules.SIDE / longer, Math.max(rules.EM / em, rules.LEAST_SIDE / longer));
  return [Math.max(1, rounded(width * scale)), Math.max(1, rounded(height * scale))];
}

/**
 * What is painted before a layer (or up to it), groups and surfaces opened halfway; and the layer's own nodes, bent as their
 * surface bends them.
 */
function until(nodes: readonly SceneNode[], layer: string, including: boolean): [below: SceneNode[], own: SceneNode[]] {
  const under: SceneNode[] = [];
  for (const [at, node] of nodes.entries()) {
    if (node.layer === layer) {
      const own = nodes.slice(at).filter((other) => other.layer === layer);
      return [including ? [...under, ...own] : under, own];
    }
    if (node.kind === "group" || node.kind === "surface") {
      const [inside, own] = until(node.children, layer, including);
      const shown = node.kind === "surface" ? [{ ...node, children: own }] : own;
      if (own.length) return [inside.length ? [...under, { ...node, children: inside }] : under, shown];
    }
    under.push(node);
  }
  return [under, []];
}

function near(nodes: readonly SceneNode[], box: Box): SceneNode[] {
  return nodes.filter(({ bounds }) => bounds[0] < box[2] && bounds[2] > box[0] && bounds[1] < box[3] && bounds[3] > box[1]);
}

/** The value that a share of all values do not exceed. */
function shareOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[rounded(share * (sorted.length - 1))];
}

/** Relative luminance of WCAG 2 of the pixel at a place of RGBA. */
function luminance(pixels: Uint8Array, at: number): number {
  return 0.2126 * LIGHT[pixels[at]] + 0.7152 * LIGHT[pixels[at + 1]] + 0.0722 * LIGHT[pixels[at + 2]];
}

const LIGHT = Float64Array.from({ length: 256 }, (_, value) => (
  value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));

/** How far the picture's colours move in an output profile and back. */
export function ofGamut({ scene }: Drawing, profile: string, rule: Most, seeing: Seeing): Finding[] {
  const scale = Math.min(1, rules.GAMUT_SIDE / Math.max(scene.width, scene.height));
  const size: Size = [Math.max(1, rounded(scene.width * scale)), Math.max(1, rounded(scene.height * scale))];
  const whole = seeing.sample(scene, scene.nodes, [0, 0, scene.width, scene.height], size, scene.background);
  const found: number[] = [];
  const table = seeing.gamut?.(profile);
  if (!table) throw new RenderError("gamut_missing", `What ${profile} does to colours was not given. Ask the server for it.`);
  for (let at = 0; at < whole.length; at += 4) if (whole[at + 3] > 127) found.push(changeOf(whole, at, table));
  if (!found.length) return [];
  const change = shareOf(found, rules.GAMUT_SHARE);
  let severity: Severity | null = rule.warn !== null && change > rule.warn ? "warn" : null;
  if (rule.refuse !== null && change > rule.refuse) severity = "refuse";
  if (!severity) return [];
  return [{ code: "color_out_of_gamut", layer: null, severity, figures: { profile, change: rounded(change, 1) } }];
}

/** CIE DE2000 of the pixel's colour, mixed from the table's eight nearest in whole numbers. */
function changeOf(pixels: Uint8Array, at: number, table: Uint16Array): number {
  const steps = rules.GAMUT_STEPS;
  let total = 0;
  const [red, green, blue] = [0, 1, 2].map((band) => {
    const place = pixels[at + band] * (steps - 1);
    const first = Math.min(Math.floor(place / 255), steps - 2);
    return [first, place - first * 255];
  });
  for (let corner = 0; corner < 8; corner++) {
    const far = [corner >> 2 & 1, corner >> 1 & 1, corner & 1];
    const shares = [red, green, blue].map(([, beyond], axis) => (far[axis] ? beyond : 255 - beyond));
    const cell = ((red[0] + far[0]) * steps + green[0] + far[1]) * steps + blue[0] + far[2];
    total += shares[0] * shares[1] * shares[2] * table[cell];
  }
  return total / (255 ** 3 * 100);
}
