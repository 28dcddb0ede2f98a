/** What a printer would complain about, found before anything is printed: the rules of monogram/render/preflight.py. */

import { FontNotLoaded, RenderError } from "@monogram/text";

import * as areas from "./areas.ts";
import type { Least, Preflight } from "./document.ts";
import type { Document, Values } from "./documents.ts";
import { intersection, lengths } from "./matrices.ts";
import type { Box } from "./matrices.ts";
import { general, rounded } from "./numbers.ts";
import { page as onePage } from "./pages.ts";
import * as pictorial from "./pictorial.ts";
import type { Seeing } from "./pictorial.ts";
import type { Report } from "./reports.ts";
import { open } from "./resolve/index.ts";
import type { Drawing, Given, Opening } from "./resolve/index.ts";
import { ENGRAVED_MM, WORDS } from "./rules.ts";
import type { InWords } from "./rules.ts";
import { shows, walk } from "./scene.ts";
import * as stems from "./stems.ts";

export type Severity = "refuse" | "warn" | "mend";
export type Audience = "shopper" | "merchant";

/**
 * code: stable name. severity: `refuse` stops a print, `warn` should be looked at, `mend` was put right.
 * layer: its id, null for the whole picture. figures: what the words need.
 */
export interface Finding {
  code: string;
  layer: string | null;
  severity: Severity;
  figures: Readonly<Record<string, string | number>>;
}

/** A finding as it is kept and sent. */
export interface Told {
  code: string;
  layer: string | null;
  severity: Severity;
  shopper: InWords;
  merchant: InWords;
}

/** One or two sentences for the shopper or the merchant: Chinese for `zh...`, else English. */
export function wordsOf({ code, layer, figures }: Finding, audience: Audience, lang: string): string {
  const table = (WORDS[code] ?? WORDS[layer === null ? "whole" : "other"])[audience];
  const known: Finding["figures"] = { layer: layer ?? "", ...figures };
  return table[lang.toLowerCase().startsWith("zh") ? "zh" : "en"].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = known[name];
    return typeof value === "number" ? general(value) : value;
  });
}

/** The finding with all its words. */
export function told(finding: Finding): Told {
  const { code, layer, severity } = finding;
  const inWords = (audience: Audience): InWords => (
    { en: wordsOf(finding, audience, "en"), zh: wordsOf(finding, audience, "zh") });
  return { code, layer, severity, shopper: inWords("shopper"), merchant: inWords("merchant") };
}

/** Failures that say nothing of the document: what the server is still to be asked for. */
const TO_BE_ASKED = new Set(["dictionary_breaks_missing", "gamut_missing", "layer_unprepared", "salience_missing"]);

/**
 * Every finding of a page, while one edits. What cannot be drawn at all is one finding that refuses.
 * Throws FontNotLoaded for a font that is not there yet, and the RenderError of anything else that was not given yet.
 */
export function examine(
  document: Document, values: Values, given: Given, seeing: Seeing, { side = "print", page }: Omit<Opening, "scale"> = {},
): Finding[] {
  try {
    const only = onePage(document, page);
    return check(only, open(only, values, given, { side }), seeing);
  } catch (error) {
    if (!(error instanceof RenderError) || error instanceof FontNotLoaded || TO_BE_ASKED.has(error.code)) throw error;
    return [ofError(error)];
  }
}

export function ofError({ code, layer, part, message }: RenderError): Finding {
  return { code, layer, severity: "refuse", figures: { part: part ?? "", message } };
}

/** The failure that the first finding to refuse stands for. */
export function refusal(findings: readonly Finding[]): RenderError | null {
  const worst = findings.find((finding) => finding.severity === "refuse");
  return worst ? new RenderError(worst.code, wordsOf(worst, "merchant", "en"), { layer: worst.layer, part: "preflight" }) : null;
}

/**
 * The findings of one page (see `page`) and its drawing: of images and texts from the report in the order of the layers,
 * then of art beyond an area, of lines, stems and codes, then those seen in the picture.
 */
export function check(document: Document, drawing: Drawing, seeing: Seeing): Finding[] {
  const { preflight } = document;
  const { rules, gamutProfile } = preflight;
  return [
    ...ofImages(drawing.report, preflight), ...ofTexts(document, drawing, preflight), ...ofAreas(document, drawing),
    ...ofLines(drawing, preflight), ...ofStems(drawing, preflight), ...ofCodes(drawing.report),
    ...pictorial.ofContrast(drawing, rules.textContrast, seeing),
    ...(gamutProfile === "none" ? [] : pictorial.ofGamut(drawing, gamutProfile, rules.gamut, seeing)),
  ];
}

/** What the rule says of a value. */
export function below(least: Least, value: number): Severity | null {
  if (least.refuse !== null && value < least.refuse) return "refuse";
  return least.warn !== null && value < least.warn ? "warn" : null;
}

/** What a rule asks for at most, in words. */
export function wanted(least: Least): string {
  return general(Math.max(least.refuse ?? 0, least.warn ?? 0));
}

function ofImages(report: Report, { rules }: Preflight): Finding[] {
  return report.images.flatMap(({ layer, asset, dpi, tiles }): Finding[] => {
    const { refuse, warn } = rules.imageDpi;
    const most = (value: number | null) => (value === null ? null : Math.min(value, tiles ?? value)); // a pixel for each tile
    const rule = { refuse: most(refuse), warn: most(warn) };
    const severity = below(rule, dpi);
    if (!severity) return [];
    const figures = { asset, dpi: rounded(dpi), wanted: wanted(rule) };
    return [{ code: "image_low_resolution", layer, severity, figures }];
  });
}

function ofTexts(document: Document, { report }: Drawing, { rules }: Preflight): Finding[] {
  const found: Finding[] = [];
  const trim = trimOf(document, report);
  for (const { layer, size, asked, overflowed, bounds } of report.texts) {
    const add = (code: string, severity: Severity, figures = {}) => found.push({ code, layer, severity, figures });
    const points = rounded((size / document.canvas.dpi) * 72, 1);
    const small = below(rules.textPoints, points);
    if (small) add("text_small", small, { points, wanted: wanted(rules.textPoints) });
    if (overflowed && rules.textCut !== "off") add("text_overflow", rules.textCut);
    else if (size < asked && rules.textShrunk !== "off") {
      add("text_shrunk", "mend", { points, percent: rounded((size / asked) * 100) });
    }
    if (rules.printArea !== "off" && areas.leaves(bounds, trim)) add("text_outside_print", rules.printArea);
    else if (rules.safeArea !== "off" && areas.leaves(bounds, report.safe)) add("text_outside_safe", rules.safeArea);
  }
  return found;
}

/** Properties whose answers fill a layer with something of the shopper's; the others keep its form. */
const UNFILLED = new Set(["visible", "fill"]);

/** Art beyond the trim or the safe area that is not meant as bleed: see `areas.left`. Answers fill repeats as well. */
function ofAreas(document: Document, { report, scene }: Drawing): Finding[] {
  const { printArea, safeArea } = document.preflight.rules;
  const trim = trimOf(document, report);
  const canvas: Box = [0, 0, scene.width, scene.height];
  const [texts, codes] = [report.texts, report.codes].map((told) => new Set(told.map(({ layer }) => layer)));
  const bound = new Set(document.bindings.filter(({ property }) => !UNFILLED.has(property)).map(({ layer }) => layer));
  return [...areas.piecesOf(scene, texts, intersection(trim, report.safe))].flatMap(([layer, pieces]): Finding[] => {
    const how = { held: bound.has(layer) || layer.includes("#"), whole: codes.has(layer) };
    if (areas.left(pieces, trim, canvas, how)) {
      return printArea === "off" ? [] : [{ code: "art_outside_print", layer, severity: printArea, figures: {} }];
    }
    if (safeArea === "off" || !areas.left(pieces, report.safe, canvas, how)) return [];
    if (!how.held && !how.whole && areas.frames(pieces, report.safe)) return [];
    return [{ code: "art_outside_safe", layer, severity: safeArea, figures: {} }];
  });
}

function lineRule({ process, rules }: Preflight): Least {
  return rules.lineMm ?? (process === "engraving" ? ENGRAVED_MM : { refuse: null, warn: null });
}

function ofLines({ scene }: Drawing, preflight: Preflight): Finding[] {
  const thinnest = new Map<string, number>();
  for (const node of walk(scene.nodes)) {
    if (node.kind !== "path") continue;
    for (const line of node.strokes) {
      const mm = ((line.width * Math.min(...lengths(node.matrix))) / scene.dpi) * 25.4;
      thinnest.set(node.layer, Math.min(mm, thinnest.get(node.layer) ?? mm));
    }
  }
  return thin("line_thin", thinnest, lineRule(preflight));
}

/** Letters by their thinnest stem, with the strokes that widen it. Measured only where the rule says something. */
function ofStems({ report, scene }: Drawing, preflight: Preflight): Finding[] {
  const rule = lineRule(preflight);
  if (rule.refuse === null && rule.warn === null) return [];
  const thinnest = new Map<string, number>();
  const sizes = new Map(report.texts.map(({ layer, size }) => [layer, size]));
  for (const node of areas.drawn(scene.nodes)) {
    const size = sizes.get(node.layer);
    if (node.kind !== "path" || size === undefined || !shows(node.fill)) continue;
    const along = lengths(node.matrix);
    let width = stems.thinnest(node.path, node.matrix, size * Math.max(...along));
    if (width === null) continue;
    width += Math.max(0, ...node.strokes.filter(({ color }) => color[3] > 0).map((line) => line.width)) * Math.min(...along);
    const mm = (width / scene.dpi) * 25.4;
    thinnest.set(node.layer, Math.min(mm, thinnest.get(node.layer) ?? mm));
  }
  return thin("stem_thin", thinnest, rule);
}

function thin(code: string, thinnest: ReadonlyMap<string, number>, rule: Least): Finding[] {
  return [...thinnest].flatMap(([layer, mm]): Finding[] => {
    const severity = below(rule, mm);
    return severity ? [{ code, layer, severity, figures: { mm: rounded(mm, 2), wanted: wanted(rule) } }] : [];
  });
}

/** Codes whose contrast nobody can vouch for. */
function ofCodes(report: Report): Finding[] {
  return report.codes.filter((code) => !code.grounded).map(({ layer }) => (
    { code: "code_without_ground", layer, severity: "warn", figures: {} }));
}

function trimOf({ canvas }: Document, report: Report): Box {
  const scale = report.dpi / canvas.dpi;
  const { bleed, width, height } = canvas;
  return [bleed.left * scale, bleed.top * scale, (width - bleed.right) * scale, (height - bleed.bottom) * scale];
}
