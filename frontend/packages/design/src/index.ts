/** The design document in the browser: its types, and what is to be painted of it. */

export * from "./matrices.ts";
export * from "./scene.ts";
export { fromKit, rows, tightBounds, toKit } from "./kit.ts";
