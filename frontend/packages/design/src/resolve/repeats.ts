/** Repeats: a group once for each entry of a list, its layers under the names `name#1`, `name#2`, ... */

import * as bindings from "../bindings.ts";
import type { GroupLayer, RepeatLayer } from "../document.ts";
import { layersOf } from "../documents.ts";
import type { Entry, Layer } from "../documents.ts";
import type { Matrix } from "../matrices.ts";
import type { SceneNode } from "../scene.ts";
import type { Resolving } from "./layers.ts";

/** Each entry's group, in order. Throws RenderError `repeat_too_many`, `value_invalid`. */
export function nodes(resolving: Resolving, layer: RepeatLayer, parent: Matrix, depth: number): SceneNode[] {
  const asked = layer.component in resolving.values;
  const found: readonly (Entry | null)[] = asked
    ? bindings.entries(layer.component, resolving.values[layer.component], layer.most) : [null]; // not asked: the sample, once
  const columns = layer.columns ?? (found.length || 1);
  return found.flatMap((entry, index) => {
    const { width, height, rotation, opacity, blend, mask, clip } = layer;
    const group: GroupLayer = {
      type: "group", id: `${layer.id}#${index + 1}`, name: "", x: layer.x + (index % columns) * (width + layer.gapX),
      y: layer.y + Math.floor(index / columns) * (height + layer.gapY), width, height, rotation, opacity, blend, mask, clip,
      visible: true, locked: false, output: "all", layers: numbered(layer.layers, index + 1),
    };
    bind(resolving, layer, entry, index + 1);
    return resolving.nodes([group], parent, depth);
  });
}

function numbered(layers: readonly Layer[], number: number): Layer[] {
  return layers.map((layer) => ({
    ...layer, id: `${layer.id}#${number}`,
    ...(layer.type === "group" || layer.type === "surface" ? { layers: numbered(layer.layers, number) } : {}),
  }));
}

/** What the document's values change, and over it what the entry does. */
function bind(resolving: Resolving, layer: RepeatLayer, entry: Entry | null, number: number): void {
  const own = entry && bindings.ofEntry(resolving.document, layer.component, entry);
  for (const { id } of layersOf(layer.layers)) {
    const name = `${id}#${number}`;
    resolving.changes.set(name, { ...resolving.changes.get(id), ...own?.changes.get(id) });
    const placement = own?.placements.get(id) ?? resolving.placements.get(id);
    if (placement) resolving.placements.set(name, placement);
  }
}
