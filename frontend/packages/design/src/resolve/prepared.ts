/** Layers that the browser takes from the server as finished nodes. */

import { RenderError } from "@monogram/text";

import type { Layer } from "../documents.ts";
import type { SceneNode } from "../scene.ts";
import type { Given } from "./layers.ts";

/** Kinds of layers, and why the browser does not resolve them. */
export const PREPARED = {
  svg: "its file is read by the server's allow-list only, and changes only when the merchant publishes",
} as const satisfies Partial<Record<Layer["type"], string>>;

type Prepared = Extract<Layer, { type: keyof typeof PREPARED }>;

/** The layer's nodes, mask and opacity included. Throws RenderError `layer_unprepared` where the server sent none. */
export function prepared(given: Given, layer: Prepared): SceneNode[] {
  const found = given.prepared(layer.id);
  if (found) return [...found];
  throw new RenderError("layer_unprepared", `The nodes of the ${layer.type} layer '${layer.id}' are missing. Only the server `
    + `makes them: ${PREPARED[layer.type]}.`, { layer: layer.id });
}
