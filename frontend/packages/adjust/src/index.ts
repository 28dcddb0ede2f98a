/** What an image layer's `adjust` does to pixels, the same bytes as on the server; and where a picture matters most. */

export * from "./adjustments.ts";
export { METHODS } from "./backgrounds.ts";
export { resample, spans } from "./grids.ts";
export type { Box } from "./grids.ts";
export { expanded, LOOKS } from "./looks.ts";
export { made } from "./pictures.ts";
export type { Altered } from "./pictures.ts";
export { salience } from "./salience.ts";
export { apply, check, split } from "./steps.ts";
