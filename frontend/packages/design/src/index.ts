/** The design document in the browser: its types, and what is to be painted of it. */

export type * as parts from "./document.ts";
export { filled, layersOf } from "./documents.ts";
export type { Document, Entry, ImageValue, Layer, Value, Values } from "./documents.ts";
export type { CodeWriter } from "./generate/codes.ts";
export { openWriter } from "./generate/writers.ts";
export { explain } from "./explain.ts";
export type { Explained, Explanation } from "./explain.ts";
export { fromKit, rows, tightBounds, toKit, typefaceOf } from "./kit.ts";
export * from "./matrices.ts";
export * as meshes from "./meshes.ts";
export { page, pageIds } from "./pages.ts";
export type { Seeing } from "./pictorial.ts";
export { check, examine, ofError, refusal, told, wordsOf } from "./preflight.ts";
export type { Audience, Finding, Severity, Told } from "./preflight.ts";
export type { AssetReport, CodeReport, FontReport, ImageReport, Report, TextReport } from "./reports.ts";
export { open, resolve } from "./resolve/index.ts";
export type { Asset, Drawing, Given, Opening } from "./resolve/index.ts";
export { PREPARED } from "./resolve/prepared.ts";
export * from "./scene.ts";
