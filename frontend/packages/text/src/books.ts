/** The font book as data: families, their files, and which of them a document's font is. Nothing is loaded here. */

import { RenderError } from "./errors.ts";

/** Of an axis: its least, default and greatest value. */
export type Reach = readonly [least: number, usual: number, greatest: number];

/** Values of a variable font's axes, by tag. */
export type Axes = Readonly<Record<string, number>>;

/** Of every axis a variable font has, sorted by tag: where on it an instance stands; empty for any other font. */
export type Coordinates = readonly (readonly [tag: string, value: number])[];

/** One file of a family; see the server's `FaceEntry`. */
export interface FaceEntry {
  weight: number;
  italic?: boolean;
  file: string;
  sha256: string;
  bytes: number;
  axes?: Readonly<Record<string, Reach>>;
}

export interface FamilyEntry {
  family: string;
  package: string;
  version: string;
  scripts: readonly string[];
  licence: { name: string; sha256: string; file?: string };
  faces: readonly FaceEntry[];
}

/** Families that stand in for glyphs a chosen face lacks. `han` is by writing tradition: SC, TC, JP, KR. */
export interface Fallbacks {
  scripts: readonly string[];
  symbols: readonly string[];
  han: Readonly<Record<string, string>>;
  emoji: string;
}

/** `book.json`. */
export interface Book {
  fallbacks: Fallbacks;
  families: readonly FamilyEntry[];
}

/**
 * The file that is exactly this face, and where its instance stands. A `wght` among the axes is the weight.
 *
 * Throws RenderError `font_missing`, `axis_missing`, `axis_out_of_range`.
 */
export function choose(
  book: Book, family: string, weight: number, italic: boolean, axes: Axes,
): [entry: FaceEntry, coordinates: Coordinates] {
  const faces = book.families.find((each) => each.family === family)?.faces;
  if (!faces) throw new RenderError("font_missing", `The font book has no family '${family}'.`, { part: family });
  for (const entry of faces) {
    if ((entry.italic ?? false) !== italic) continue;
    const byAxis = "wght" in axes && entry.axes !== undefined && "wght" in entry.axes;
    if (!byAxis && nearest(entry, weight) !== weight) continue;
    check(italic ? `${family} italic` : family, entry, axes);
    return [entry, coordinatesOf(entry, weight, axes)];
  }
  const wanted = `${family} ${weight}${italic ? " italic" : ""}`;
  throw new RenderError("font_missing", `The font book has no ${wanted}. Of ${family} it has `
    + `${faces.map(styleOf).join(", ")}.`, { part: wanted });
}

/** `400`, `700 italic`, `200-900`. */
export function styleOf(entry: FaceEntry): string {
  const reach = entry.axes?.wght;
  return `${reach ? `${reach[0]}-${reach[2]}` : entry.weight}${entry.italic ? " italic" : ""}`;
}

/** The weight it has that comes nearest. */
export function nearest(entry: FaceEntry, weight: number): number {
  const [least, , greatest] = entry.axes?.wght ?? [entry.weight, 0, entry.weight];
  return Math.min(Math.max(weight, least), greatest);
}

/** Where an instance stands on each axis: as asked, on `wght` else at the weight, on others at the default. */
export function coordinatesOf(entry: FaceEntry, weight: number, axes: Axes = {}): Coordinates {
  const asked: Axes = { wght: nearest(entry, weight), ...axes };
  return sorted(entry.axes ?? {}).map(([tag, reach]) => [tag, asked[tag] ?? reach[1]] as const);
}

/** Refuses an axis that the font lacks, and a value beyond one: HarfBuzz would pass over the one and cut the other. */
function check(label: string, entry: FaceEntry, axes: Axes): void {
  const reaches = entry.axes ?? {};
  for (const [tag, value] of sorted(axes)) {
    const reach = reaches[tag];
    if (!reach) {
      const has = sorted(reaches).map(([name, [least, , greatest]]) => `${name} ${told(least)} to ${told(greatest)}`);
      throw new RenderError("axis_missing", `${label} has no axis '${tag}'. It has: ${has.join(", ") || "none"}.`,
        { part: tag });
    }
    if (reach[0] <= value && value <= reach[2]) continue;
    throw new RenderError("axis_out_of_range", `The axis '${tag}' of ${label} goes from ${told(reach[0])} to `
      + `${told(reach[2])}. Choose a value within.`, { part: tag });
  }
}

function sorted<T>(byTag: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(byTag).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** A place on an axis for people, to a hundredth. */
export function told(value: number): string {
  return String(Math.floor(value * 100 + 0.5) / 100);
}
