/** Generated layers become plain nodes, so that painters know nothing of codes, monograms, tables, calendars and skies. */

import type { CalendarLayer, CodeLayer, MonogramLayer, StarMapLayer, TableLayer } from "../document.ts";
import type { Matrix } from "../matrices.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { SceneNode } from "../scene.ts";
import * as calendars from "./calendars.ts";
import * as codes from "./codes.ts";
import * as monograms from "./monograms.ts";
import * as skies from "./skies.ts";
import * as tables from "./tables.ts";

export type Generated = CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer;

/** What the layer is made of, bottom first; `matrix` maps its box to canvas pixels. Throws RenderError. */
export function nodes(resolving: Resolving, layer: Generated, matrix: Matrix): SceneNode[] {
  switch (layer.type) {
    case "code": return codes.nodes(resolving, layer, matrix);
    case "monogram": return monograms.nodes(resolving, layer, matrix);
    case "table": return tables.nodes(resolving, layer, matrix);
    case "calendar": return calendars.nodes(resolving, layer, matrix);
    case "star-map": return skies.nodes(resolving, layer, matrix);
  }
}
