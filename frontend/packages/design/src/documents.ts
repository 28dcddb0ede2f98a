/** Documents as JSON, checked by the server, with every field filled in. */

import { RenderError } from "@monogram/text";

import { PARTS } from "./document.ts";
import type * as parts from "./document.ts";

export type Document = parts.Document;
export type Layer = Document["layers"][number];
export type Paint = parts.ShapeLayer["fill"];
export type Shape = parts.ShapeLayer["shape"];
export type ImageValue = { asset: string; crop?: Partial<parts.Crop> | null; rotation?: number; flipX?: boolean; flipY?: boolean };
export type Entry = Readonly<Record<string, string | number | boolean | ImageValue | null>>;
/** What a component may answer: text, number, yes or no, a photo, a list, or nothing. */
export type Value = string | number | boolean | ImageValue | readonly (string | Entry)[] | null;
export type Values = Readonly<Record<string, Value>>;

type Raw = Record<string, unknown>;

/** The document, its absent fields taken for their defaults. Throws RenderError `document_invalid` for unknown kinds. */
export function filled(document: object): Document {
  return part("Document", document as Raw) as unknown as Document;
}

/** A part of a document by its type's name, likewise. */
export function part(name: string, raw: Raw): Raw {
  const about = PARTS[name];
  const whole: Raw = { ...about.defaults, ...raw };
  for (const [field, kinds] of Object.entries(about.parts)) whole[field] = held(whole[field], kinds);
  return whole;
}

function held(value: unknown, kinds: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => held(each, kinds));
  if (typeof value !== "object" || value === null) return value;
  const raw = value as Raw;
  const kind = kinds.find((name) => {
    const tag = PARTS[name].tag;
    return !tag || raw[tag[0]] === tag[1];
  });
  if (kind) return part(kind, raw);
  throw new RenderError("document_invalid", `The design document has a part that this engine does not know: `
    + `${JSON.stringify(raw).slice(0, 80)}.`);
}

/** Every layer, parents before children. */
export function* layersOf(layers: readonly Layer[]): Generator<Layer> {
  for (const layer of layers) {
    yield layer;
    if ("layers" in layer) yield* layersOf(layer.layers);
  }
}

/** A layer's `stroke` or `shadow`, which may be one, several or none, as a list. */
export function listed<T>(one: T | readonly T[] | null): readonly T[] {
  if (one === null) return [];
  return Array.isArray(one) ? one as readonly T[] : [one as T];
}
