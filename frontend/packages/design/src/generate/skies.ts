/**
 * Star maps: where the stars of the Hipparcos catalogue stand over a place at a moment, drawn as a disc.
 *
 * Julian date and mean sidereal time (IAU 1982), precession from J2000 (IAU 1976, Lieske), then altitude and azimuth; for
 * what is left out see monogram/render/generate/skies.py.
 */

import { RenderError } from "@monogram/text";
import type { CanvasKit, PathBuilder } from "canvaskit-wasm";

import data from "../../../../../monogram/render/generate/sky.json" with { type: "json" };
import type { StarMapLayer } from "../document.ts";
import { fromKit } from "../kit.ts";
import type { Matrix } from "../matrices.ts";
import { quoted, rounded } from "../numbers.ts";
import type { Resolving } from "../resolve/layers.ts";
import type { Path, SceneNode } from "../scene.ts";
import { painted } from "./drawing.ts";

type Vector = readonly [number, number, number];

const { cos, PI, sin, tan } = Math;
const EPOCH = Date.UTC(2000, 0, 1, 12) / 1000; // J2000, Julian date 2,451,545
const YEARS = [1600, 2400] as const; // where the polynomials hold

// A disc's radius in parts of the map's: that of a star of magnitude 6, and how much larger each magnitude brighter is.
const [SIXTH, GROWTH] = [0.0028, 1.28];
const [LINE, RIM, GRID_ALPHA, LINE_ALPHA] = [0.0035, 0.006, 0.25, 0.45];

/** The disc, grid, lines and stars. Throws RenderError `time_invalid`. */
export function nodes(resolving: Resolving, layer: StarMapLayer, matrix: Matrix): SceneNode[] {
  const { kit } = resolving;
  const seen = new Sky(moment(layer.time), layer.latitude, layer.longitude);
  const radius = Math.min(layer.width, layer.height) / 2;
  const chart = new Chart(layer.width / 2, layer.height / 2, radius);
  const paint = (path: Path, fill: string | null, share = 0, width = 0, cap: "butt" | "round" = "butt") => painted(
    resolving, layer, matrix, path, fill, width ? { color: faint(layer.stars, share), width: radius * width, cap } : null);
  const nodes = paint(circle(kit, chart, 1), layer.sky);
  if (layer.grid) nodes.push(...paint(grid(kit, chart), null, GRID_ALPHA, LINE));
  if (layer.lines) nodes.push(...paint(figures(chart, seen), null, LINE_ALPHA, LINE, "round"));
  nodes.push(...paint(stars(kit, chart, seen, layer.magnitude), layer.stars));
  nodes.push(...painted(resolving, layer, matrix, circle(kit, chart, 1 - RIM / 2), null,
    { color: layer.stars, width: radius * RIM }));
  return nodes;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Seconds since J2000 of an ISO 8601 time with an offset. Throws RenderError `time_invalid`. */
export function moment(time: string): number {
  const found = TIME.exec(time);
  const [year, month, day, hour, minute, second, part, east, hours, minutes] = (found ?? []).slice(1).map((each, i) => (
    i === 7 ? Number(`${each ?? "+"}1`) : Number(each ?? 0)));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const right = found && year > 0 && date.getUTCMonth() === month - 1 && hour < 24 && minute < 60 && second < 60
    && hours < 24 && minutes < 60;
  const whole = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - east * (hours * 3600 + minutes * 60);
  const there = new Date(whole * 1000).getUTCFullYear();
  if (!right || there < YEARS[0] || there >= YEARS[1]) {
    throw new RenderError("time_invalid", `The time ${quoted(time)} is not ISO 8601 with an offset, such as `
      + `2026-01-01T22:00:00+01:00, of the years ${YEARS[0]} to ${YEARS[1]}.`, { part: "time" });
  }
  return whole - EPOCH + part;
}

function radians(degrees: number): number {
  return degrees * (PI / 180);
}

/** A sky at a moment over a place in degrees. */
export class Sky {
  readonly #precession: readonly Vector[];
  readonly #meridian: readonly [number, number];
  readonly #latitude: readonly [number, number];

  constructor(seconds: number, latitude: number, longitude: number) {
    const days = seconds / 86_400;
    this.#precession = precession(days / 36_525);
    const turned = radians(sidereal(days) + longitude);
    this.#meridian = [cos(turned), sin(turned)];
    this.#latitude = [cos(radians(latitude)), sin(radians(latitude))];
  }

  /** A J2000 direction (right ascension and declination in degrees) as [north, east, up], length 1. */
  direction(rightAscension: number, declination: number): Vector {
    const [a, d] = [radians(rightAscension), radians(declination)];
    const there: Vector = [cos(d) * cos(a), cos(d) * sin(a), sin(d)];
    const [x, y, z] = this.#precession.map((row) => row[0] * there[0] + row[1] * there[1] + row[2] * there[2]);
    const [[co, si], [across, up]] = [this.#meridian, this.#latitude];
    const [south, east] = [x * co + y * si, y * co - x * si]; // towards the meridian's equator, and to the east of it
    return [z * across - south * up, east, south * across + z * up];
  }
}

/** Greenwich mean sidereal time in degrees; days of UT since J2000 (UTC is within a second of it). */
export function sidereal(days: number): number {
  const t = days / 36_525;
  const turned = (280.46061837 + 360.98564736629 * days + 0.000387933 * t * t - t * t * t / 38_710_000) % 360;
  return turned < 0 ? turned + 360 : turned;
}

const ANGLES = [
  [2306.2181, 0.30188, 0.017998], [2306.2181, 1.09468, 0.018203], [2004.3109, -0.42665, -0.041833],
] as const;

/** The rotation from J2000 to t Julian centuries later. */
function precession(t: number): Vector[] {
  const [[cz, sz], [c, s], [ct, st]] = ANGLES.map(([first, second, third]) => {
    const angle = radians(t * (first + t * (second + t * third)) / 3600);
    return [cos(angle), sin(angle)];
  });
  return [[cz * ct * c - sz * s, -sz * ct * c - cz * s, -st * c],
    [cz * ct * s + sz * c, -sz * ct * s + cz * c, -st * s],
    [cz * st, -sz * st, ct]];
}

/**
 * Stereographic: the zenith in the middle, the horizon on the rim. Places are rounded to 1/1000 pixel, so that the last bit
 * of a machine's sine does not show.
 */
class Chart {
  readonly x: number;
  readonly y: number;
  readonly radius: number;

  constructor(x: number, y: number, radius: number) {
    this.x = x;
    this.y = y;
    this.radius = radius;
  }

  place([north, east, up]: Vector): [number, number] {
    const by = this.radius / (1 + up);
    return [rounded(this.x - east * by, 3), rounded(this.y - north * by, 3)];
  }
}

function stars(kit: CanvasKit, chart: Chart, seen: Sky, faintest: number): Path {
  const builder = new kit.PathBuilder();
  const numbers = data.stars;
  for (let at = 0; at < numbers.length; at += 4) {
    const [, rightAscension, declination, magnitude] = numbers.slice(at, at + 4);
    if (magnitude > faintest * 100) break; // brightest first
    const direction = seen.direction(rightAscension / 1000, declination / 1000);
    if (direction[2] <= 0) continue;
    const size = SIXTH * GROWTH ** (6 - magnitude / 100);
    builder.addCircle(...chart.place(direction), rounded(chart.radius * size, 3));
  }
  return fromKit(kit, builder.detachAndDelete());
}

/** Constellation lines, cut at the horizon. */
function figures(chart: Chart, seen: Sky): Path {
  const verbs: [string, number, number][] = [];
  const point = (kind: string, direction: Vector) => {
    const [x, y] = chart.place(direction);
    verbs.push([kind, Math.fround(x), Math.fround(y)]);
  };
  for (const line of Object.values<number[][]>(data.lines).flat()) {
    const points: Vector[] = [];
    for (let i = 0; i < line.length; i += 2) points.push(seen.direction(line[i] / 1000, line[i + 1] / 1000));
    points.slice(1).forEach((two, i) => {
      const one = points[i];
      if (one[2] <= 0 && two[2] <= 0) return;
      point("M", one[2] > 0 ? one : horizon(two, one));
      point("L", two[2] > 0 ? two : horizon(one, two));
    });
  }
  return { rule: "nonzero", verbs };
}

/** Where the great circle from one to the other sets. */
function horizon(above: Vector, below: Vector): Vector {
  const part = above[2] / (above[2] - below[2]);
  const [north, east] = [0, 1].map((i) => above[i] + part * (below[i] - above[i]));
  const length = Math.sqrt(north * north + east * east);
  return [north / length, east / length, 0];
}

function grid(kit: CanvasKit, chart: Chart): Path {
  const builder = new kit.PathBuilder();
  for (const altitude of [30, 60]) addCircle(builder, chart, tan(radians(90 - altitude) / 2));
  for (let azimuth = 0; azimuth < 360; azimuth += 45) {
    builder.moveTo(chart.x, chart.y);
    builder.lineTo(...chart.place([cos(radians(azimuth)), sin(radians(azimuth)), 0]));
  }
  return fromKit(kit, builder.detachAndDelete());
}

function circle(kit: CanvasKit, chart: Chart, part: number): Path {
  const builder = new kit.PathBuilder();
  addCircle(builder, chart, part);
  return fromKit(kit, builder.detachAndDelete());
}

function addCircle(builder: PathBuilder, chart: Chart, part: number): void {
  builder.addCircle(chart.x, chart.y, rounded(chart.radius * part, 3));
}

function faint(color: string, share: number): string {
  const alpha = rounded(parseInt(color.slice(7, 9) || "ff", 16) * share);
  return `${color.slice(0, 7)}${alpha.toString(16).padStart(2, "0")}`;
}
