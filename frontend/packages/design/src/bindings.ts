/** Values into layers: which properties a document's bindings change, once translated and checked. */

import { RenderError } from "@monogram/text";

import type { Binding, ImageLayer } from "./document.ts";
import type { Document, Entry, ImageValue, Value, Values } from "./documents.ts";

type Adjustment = ImageLayer["adjust"][number];

const COLOR = /^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const NEWLINE = /\r\n|[\n\r\u0085\u2028\u2029]/;
const TEXT_LENGTH = 20_000;
const OF_A_KIND = new Set(["month", "time", "latitude", "longitude"]);

/** Before a property that fills adjustments, among a layer's changes. */
const ADJUST = "adjust.";

/** Which field of which adjustments a property fills. optional: null leaves these adjustments out. */
interface Bound {
  adjustment: string;
  field: string;
  told: string;
  fits: (value: string) => boolean;
  optional: boolean;
}

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
const LOOKS = new Set(["warm", "cool", "fade", "noir", "vivid", "vintage"]);
const within = (least: number, most: number, whole = false) => (value: string): boolean =>
  NUMBER.test(value) && Number(value) >= least && Number(value) <= most && (!whole || Number.isInteger(Number(value)));
const amount = (adjustment: string): Bound =>
  ({ adjustment, field: "amount", told: "a number from -1 to 1", fits: within(-1, 1), optional: true });

const BOUND: Readonly<Record<string, Bound>> = {
  look: { adjustment: "look", field: "name", told: "a look's name such as vintage, or none", fits: (value) => LOOKS.has(value),
    optional: true },
  tint: { adjustment: "tint", field: "color", told: "a colour as #rrggbb or #rrggbbaa", fits: (value) => COLOR.test(value),
    optional: true },
  brightness: amount("brightness"), contrast: amount("contrast"), saturation: amount("saturation"),
  level: { adjustment: "threshold", field: "level", told: "a number from 0 to 1", fits: within(0, 1), optional: false },
  detail: { adjustment: "line-art", field: "detail", told: "a number from 0 to 1", fits: within(0, 1), optional: false },
  tiles: { adjustment: "mosaic", field: "across", told: "a whole number from 2 to 400", fits: within(2, 400, true),
    optional: false },
  palette: { adjustment: "mosaic", field: "colors", told: "a whole number from 2 to 64", fits: within(2, 64, true),
    optional: false },
};

export type Changes = Record<string, unknown>;

export interface Applied {
  /** Changed fields by layer id. */
  changes: Map<string, Changes>;
  /** How the shopper placed the photo, by layer id. */
  placements: Map<string, ImageValue>;
}

/** A later binding wins. Throws RenderError `value_unmapped`, `value_invalid`. */
export function apply(document: Document, values: Values): Applied {
  const applied: Applied = { changes: new Map(), placements: new Map() };
  const emptied = new Set<string>();
  for (const binding of document.bindings) {
    const known = binding.property === "items" ? column(binding, values) : values;
    if (!(binding.component in known)) continue; // not asked: the layer keeps its sample
    const value = known[binding.component];
    if (value === null) empty(binding, applied, emptied);
    else bind(binding, binding.map ? translate(binding, value) : value, applied, emptied);
  }
  for (const layer of emptied) changesOf(applied, layer)["visible"] = false;
  return applied;
}

/** The same for one entry of a list. What the entry lacks is answered with nothing: a sample would be another's name. */
export function ofEntry(document: Document, component: string, entry: Entry): Applied {
  const start = `${component}.`;
  const keys = document.bindings.map((one) => one.component).filter((name) => name.startsWith(start));
  return apply(document, Object.fromEntries(keys.map((key) => [key, entry[key.slice(start.length)] ?? null])));
}

/** A repeat's list. Throws RenderError `value_invalid`, `repeat_too_many`. */
export function entries(component: string, value: Value, most: number): readonly Entry[] {
  if (value === null) return [];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "object" && entry !== null)) {
    throw new RenderError("value_invalid", `The value of '${component}' is no list of entries.`, { part: component });
  }
  if (value.length > most) {
    throw new RenderError("repeat_too_many", `The list '${component}' has ${value.length} entries; at most ${most} are drawn.`,
      { part: component });
  }
  return value as readonly Entry[];
}

function bind(binding: Binding, value: Value, applied: Applied, emptied: Set<string>): void {
  const changed = changesOf(applied, binding.layer);
  const { property } = binding;
  if (property === "text") changed["text"] = text(binding, value);
  else if (property === "fill") changed["fill"] = color(binding, value);
  else if (property === "items") changed["items"] = items(binding, value);
  else if (property === "visible") changed["visible"] = visible(binding, value);
  else if (OF_A_KIND.has(property)) changed[property] = ofAKind(binding, value);
  else if (property in BOUND) changed[ADJUST + property] = adjusting(binding, value);
  else {
    const placement = image(binding, value);
    changed["asset"] = placement.asset;
    applied.placements.set(binding.layer, placement);
    emptied.delete(binding.layer);
  }
}

function changesOf({ changes }: Applied, layer: string): Changes {
  let found = changes.get(layer);
  if (!found) changes.set(layer, found = {});
  return found;
}

/** The values, and under the binding's own name (`people.name`) that key of every entry of the list `people`. */
function column(binding: Binding, values: Values): Values {
  const dot = binding.component.lastIndexOf(".");
  const list = dot < 0 ? undefined : values[binding.component.slice(0, dot)];
  if (binding.component in values || !Array.isArray(list)) return values;
  const key = binding.component.slice(dot + 1);
  const found = list.map((entry: string | Entry) => (typeof entry === "object" ? entry[key] ?? null : entry));
  return { ...values, [binding.component]: found as unknown as Value };
}

/** Lines of a text, or the texts of a list. Blank ones are left out: they are slips of the Enter key. */
function items(binding: Binding, value: Value): string[] {
  const lines = Array.isArray(value)
    ? value.map((part: Value) => (part === null ? "" : text(binding, part))) : text(binding, value).split(NEWLINE);
  return lines.map((line) => line.trim()).filter(Boolean);
}

/** Null, "answered with nothing", never prints a sample. Colour and visibility have no nothing. */
function empty(binding: Binding, applied: Applied, emptied: Set<string>): void {
  if (binding.property === "text") changesOf(applied, binding.layer)["text"] = "";
  else if (binding.property === "items") changesOf(applied, binding.layer)["items"] = [];
  else if (binding.property === "image" || OF_A_KIND.has(binding.property)) emptied.add(binding.layer);
  else if (BOUND[binding.property]?.optional) changesOf(applied, binding.layer)[ADJUST + binding.property] = null;
}

function translate(binding: Binding, value: Value): string {
  const key = plain(binding, value);
  const found = binding.map?.[key];
  if (found === undefined) {
    throw new RenderError("value_unmapped", `The binding of '${binding.component}' to layer '${binding.layer}' has no entry `
      + `for the value '${key.slice(0, 80)}'.`, { layer: binding.layer, part: binding.component });
  }
  return found;
}

/** A value as the text it is compared by: true and false, numbers without a needless fraction. */
function plain(binding: Binding, value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
  throw invalid(binding, "a photo or a list where text, a number or yes or no is needed");
}

function text(binding: Binding, value: Value): string {
  if (typeof value === "boolean") throw invalid(binding, "yes or no where text is needed");
  const found = plain(binding, value);
  const length = [...found].length;
  if (length > TEXT_LENGTH) throw invalid(binding, `a text of ${length} characters; at most ${TEXT_LENGTH} are drawn`);
  return found;
}

function color(binding: Binding, value: Value): string {
  if (typeof value === "string" && COLOR.test(value)) return value;
  throw invalid(binding, `'${String(value).slice(0, 40)}' where a colour as #rrggbb or #rrggbbaa is needed`);
}

function visible(binding: Binding, value: Value): boolean {
  const found = plain(binding, value);
  if (binding.equals) return binding.equals.includes(found);
  if (typeof value === "number" || !["true", "false"].includes(found)) {
    throw invalid(binding, `'${found.slice(0, 40)}' where true or false is needed`);
  }
  return found === "true";
}

/** The adjustments of a layer with the bound values among its changes. */
export function adjusted(adjustments: readonly Adjustment[], changes: Changes): readonly Adjustment[] {
  for (const [name, value] of Object.entries(changes)) {
    const bound = name.startsWith(ADJUST) ? BOUND[name.slice(ADJUST.length)] : undefined;
    if (!bound) continue;
    adjustments = adjustments.filter((each) => value !== null || each.do !== bound.adjustment)
      .map((each) => (each.do === bound.adjustment ? { ...each, [bound.field]: value } : each) as Adjustment);
  }
  return adjustments;
}

/** The changes of a layer's own fields. */
export function ownChanges(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !name.startsWith(ADJUST)));
}

/** What an adjustment asks for; null leaves it out. */
function adjusting(binding: Binding, value: Value): string | number | null {
  const bound = BOUND[binding.property] as Bound;
  const found = plain(binding, value).trim();
  if (binding.property === "look" && found === "none") return null;
  if (!bound.fits(found)) throw invalid(binding, `'${found.slice(0, 40)}' where ${bound.told} is needed`);
  return binding.property === "look" || binding.property === "tint" ? found : Number(found);
}

/** What a calendar or star map asks for. A date names its month; numbers may come as text, as a CSV has them. */
function ofAKind(binding: Binding, value: Value): string | number {
  const found = plain(binding, value).trim();
  if (binding.property === "month") return DATE.test(found) ? found.slice(0, 7) : found;
  return binding.property === "time" ? found : Number(found);
}

function image(binding: Binding, value: Value): ImageValue {
  if (typeof value === "string" && value && [...value].length <= 500) return { asset: value };
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as ImageValue;
  throw invalid(binding, `'${String(value).slice(0, 40)}' where an image's name is needed`);
}

function invalid(binding: Binding, told: string): RenderError {
  return new RenderError("value_invalid", `The value of '${binding.component}' for ${binding.property} of layer `
    + `'${binding.layer}' is ${told}.`, { layer: binding.layer, part: binding.component });
}
