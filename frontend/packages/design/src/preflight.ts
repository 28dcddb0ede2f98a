/** What a printer would complain about, found before anything is printed: the rules of monogram/render/preflight.py. */

import { FontNotLoaded, RenderError } from "@monogram/text";

import type { Least, Preflight } from "./document.ts";
import type { Document, Values } from "./documents.ts";
import { lengths } from "./matrices.ts";
import type { Box } from "./matrices.ts";
import { general, rounded } from "./numbers.ts";
import { page as onePage } from "./pages.ts";
import * as pictorial from "./pictorial.ts";
import type { Seeing } from "./pictorial.ts";
import type { Report } from "./reports.ts";
import { open } from "./resolve/index.ts";
import type { Drawing, Given, Opening } from "./resolve/index.ts";
import { ENGRAVED_MM, TOLERANCE, WORDS } from "./rules.ts";
import type { InWords } from "./rules.ts";
import { walk } from "./scene.ts";

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
 * The findings of one page (see `page`) and its drawing: from the report in the order of the layers, then those of lines,
 * then those seen in the picture.
 */
export function check(document: Document, drawing: Drawing, seeing: Seeing): Finding[] {
  const { preflight } = document;
  const { rules, gamutProfile } = preflight;
  return [
    ...ofImages(drawing.report, preflight), ...ofTexts(document, drawing, preflight), ...ofLines(drawing, preflight),
    ...ofCodes(drawing.report), ...pictorial.ofContrast(drawing, rules.textContrast, seeing),
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
  return report.images.flatMap(({ layer, asset, dpi }): Finding[] => {
    const severity = below(rules.imageDpi, dpi);
    if (!severity) return [];
    const figures = { asset, dpi: rounded(dpi), wanted: wanted(rules.imageDpi) };
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
    if (rules.printArea !== "off" && leaves(bounds, trim)) add("text_outside_print", rules.printArea);
    else if (rules.safeArea !== "off" && leaves(bounds, report.safe)) add("text_outside_safe", rules.safeArea);
  }
  return found;
}

function ofLines({ scene }: Drawing, { process, rules }: Preflight): Finding[] {
  const rule = rules.lineMm ?? (process === "engraving" ? ENGRAVED_MM : { refuse: null, warn: null });
  const thinnest = new Map<string, number>();
  for (const node of walk(scene.nodes)) {
    if (node.kind !== "path") continue;
    for (const line of node.strokes) {
      const mm = ((line.width * Math.min(...lengths(node.matrix))) / scene.dpi) * 25.4;
      thinnest.set(node.layer, Math.min(mm, thinnest.get(node.layer) ?? mm));
    }
  }
  return [...thinnest].flatMap(([layer, mm]): Finding[] => {
    const severity = below(rule, mm);
    return severity ? [{ code: "line_thin", layer, severity, figures: { mm: rounded(mm, 2), wanted: wanted(rule) } }] : [];
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

function leaves([left, top, right, bottom]: Box, area: Box): boolean {
  if (right <= left || bottom <= top) return false;
  return Math.max(area[0] - left, area[1] - top, right - area[2], bottom - area[3]) > TOLERANCE;
}
