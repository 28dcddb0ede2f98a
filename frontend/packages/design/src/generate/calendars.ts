/** Calendars: a month as a grid, in the words and the week of a language. */

import { RenderError } from "@monogram/text";

import data from "../../../../../monogram/render/generate/calendar.json" with { type: "json" };
import type { CalendarLayer } from "../document.ts";
import { fromKit } from "../kit.ts";
import type { Box, Matrix } from "../matrices.ts";
import { quoted } from "../numbers.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { Path, SceneNode } from "../scene.ts";
import { painted, reportedOnce, words } from "./drawing.ts";

const WEEKS = 6; // as many as a month can touch: months side by side stay alike
const TITLE = 1.5; // rows of days the title takes
// Sizes of letters in parts of a row's height and a column's width, and of a ring in parts of the smaller of them.
const [OF_ROW, OF_COLUMN, RING, RING_LINE] = [0.52, 0.42, 0.44, 0.05];
const FIRST = { sunday: 0, monday: 1, saturday: 6 } as const;

/** What the table has of a language: `first` is the day its week begins with, 0 Sunday. */
export interface Language {
  rtl: boolean;
  first: number;
  months: readonly string[];
  days: readonly string[];
}

/** Title, names of the days, days, and rings below them. Throws `calendar_language`, and what setting a text may. */
export function nodes(resolving: Resolving, layer: CalendarLayer, matrix: Matrix): SceneNode[] {
  const tongue = language(layer.lang);
  const first = resolving.texts.length;
  const start = layer.firstDay === null ? tongue.first : FIRST[layer.firstDay];
  const [year, month] = layer.month.split("-").map(Number);
  const top = layer.title ? TITLE : 0;
  const [column, row] = [layer.width / 7, layer.height / (WEEKS + 1 + top)];
  const size = Math.max(1, Math.min(row * OF_ROW, column * OF_COLUMN));
  const across = (place: number) => (tongue.rtl ? 6 - place : place);
  const set = (text: string, box: Box, size: number) => words(resolving, layer, matrix, text, box, layer.font, size, layer.fill,
    { lang: layer.lang, align: "center", verticalAlign: "middle", wrap: false, fit: "shrink" });
  const dates = days(year, month, start);
  const ringed = dates.filter(([day]) => layer.marked.includes(day));
  const rings = circles(resolving, ringed.map(([, week, place]) => (
    [(across(place) + 0.5) * column, (top + 1.5 + week) * row] as const)), Math.min(column, row) * RING);
  const drawn = painted(resolving, layer, matrix, rings, null,
    { color: layer.mark, width: Math.max(Math.min(column, row) * RING_LINE, 0.1) });
  if (layer.title) {
    const title = tongue.months[month - 1].replaceAll("{y}", String(year));
    drawn.push(...set(title, [0, 0, layer.width, top * row], size * 1.4));
  }
  for (let place = 0; place < 7; place++) {
    const box: Box = [across(place) * column, top * row, column, row];
    drawn.push(...set(tongue.days[(start + place) % 7], box, Math.max(1, size * 0.8)));
  }
  for (const [day, week, place] of dates) {
    drawn.push(...set(String(day), [across(place) * column, (top + 1 + week) * row, column, row], size));
  }
  reportedOnce(resolving, layer, first);
  return drawn;
}

/** [day, week, place in the week] of a month, both from 0, for weeks that begin with `start` (0: Sunday). */
export function days(year: number, month: number, start: number): [day: number, week: number, place: number][] {
  const weekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (weekday - start + 7) % 7;
  return Array.from({ length }, (_, day) => [day + 1, Math.floor((before + day) / 7), (before + day) % 7]);
}

function circles({ kit }: Resolving, centers: readonly (readonly [number, number])[], radius: number): Path {
  const builder = new kit.PathBuilder();
  for (const [x, y] of centers) builder.addCircle(x, y, radius);
  return fromKit(kit, builder.detachAndDelete());
}

/**
 * Names and week of a BCP 47 tag: of this very tag, else of its language, with the week of its region.
 *
 * Chinese goes by script or region. Throws RenderError `calendar_language`.
 */
export function language(tag: string): Language {
  const known = new Map(Object.entries<Language>(data.languages).map(([name, found]) => [name.toLowerCase(), found]));
  const parts = tag.replaceAll("_", "-").split("-");
  const exact = known.get(parts.join("-").toLowerCase());
  if (exact) return exact;
  const primary = parts[0].toLowerCase();
  let found: Language | undefined;
  if (primary === "zh") {
    found = known.get(parts.some((one) => ["hant", "tw", "hk", "mo"].includes(one.toLowerCase())) ? "zh-tw" : "zh-cn");
  } else {
    found = [...known].find(([name]) => name.split("-")[0] === primary)?.[1];
  }
  if (!found) {
    throw new RenderError("calendar_language", `There are no names of months and days in the language ${quoted(tag)}.`,
      { part: "lang" });
  }
  const region = parts.slice(1).find((one) => one.length === 2)?.toUpperCase();
  if (region === undefined) return found;
  const first: Partial<Record<string, number>> = data.first;
  return { ...found, first: first[region] ?? 1 };
}
