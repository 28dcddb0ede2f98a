/** Scenes on a canvas: float pixels equal to the server's at rest, WebGL while something moves. */

export { load } from "./kit.ts";
export { paint, Raster, strips } from "./paint.ts";
export { Pictures } from "./pictures.ts";
export type { Pixels, Resources } from "./resources.ts";
export { Samples } from "./samples.ts";
export { Stage } from "./stage.ts";
