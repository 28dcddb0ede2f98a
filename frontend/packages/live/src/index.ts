/** A store's templates drawn live in a browser, from what monogram/api hands out. */

export { blockOf } from "./blocks.ts";
export { Live } from "./live.ts";
export type { Options } from "./live.ts";
export { valuesOf } from "./values.ts";
export { View } from "./views.ts";
export { Refused } from "./wire.ts";
export type { Answer, Answers, Finding, Findings, Kit, PhotoAnswer, PictureFacts, Template } from "./wire.ts";
