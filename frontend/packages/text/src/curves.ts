/**
 * Text on a line: an arc, an ellipse, a free path. Clusters are turned rigidly about the middle of their advance.
 *
 * The curve becomes a chain of chords, each with the curve's own direction at its ends; lengths are sums of chords, and the
 * direction between two ends is mixed linearly. No other measure is used, so that the server finds the same places.
 */

import { arcCosine, cosine, sine } from "./angles.ts";
import { RenderError } from "./errors.ts";
import { bisectRight } from "./paragraphs.ts";
import { trace } from "./paths.ts";
import type { PathSink } from "./paths.ts";

export const FLATNESS = 1 / 32; // pixels between a chord and its curve
const MOST_CHORDS = 2_000; // of one segment
const SMALLEST = 1e-9; // arcs smaller than this are lines
const LARGEST = 1e9; // a free line has no larger numbers

export type Point = readonly [number, number];
type Along = (t: number) => Point;

/** A chain of chords. closed: its end is its start, and places beyond go round; else they go straight on. */
export class Curve {
  readonly closed: boolean;
  #length = 0;
  readonly #starts: number[] = []; // length before each chord
  readonly #chords: (readonly [start: Point, end: Point, leaving: Point, arriving: Point])[] = [];

  constructor(closed = false) {
    this.closed = closed;
  }

  get length(): number {
    return this.#length;
  }

  /** A chord; directions of no length are taken along it. */
  add(start: Point, end: Point, leaving: Point, arriving: Point): void {
    const length = long(end[0] - start[0], end[1] - start[1]);
    if (length === 0) return;
    const along: Point = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
    this.#starts.push(this.#length);
    this.#chords.push([start, end, unit(leaving) ?? along, unit(arriving) ?? along]);
    this.#length += length;
  }

  /** Chords between points of a curve at equal steps from 0 to 1. */
  sweep(steps: number, point: Along, direction: Along): void {
    let before = point(0);
    let leaving = direction(0);
    for (let k = 1; k <= steps; k++) {
      const after = point(k / steps);
      const arriving = direction(k / steps);
      this.add(before, after, leaving, arriving);
      before = after;
      leaving = arriving;
    }
  }

  /** The point at a length along the curve, and the unit direction there. */
  at(place: number): [Point, Point] {
    if (this.closed) place = modulo(place, this.#length);
    const starts = this.#starts;
    const number = Math.max(0, bisectRight(starts, place) - 1);
    const [start, end, leaving, arriving] = this.#chords[number];
    const endPlace = number + 1 < starts.length ? starts[number + 1] : this.#length;
    if (place < 0) return [[start[0] + leaving[0] * place, start[1] + leaving[1] * place], leaving];
    if (place > endPlace) {
      const over = place - endPlace;
      return [[end[0] + arriving[0] * over, end[1] + arriving[1] * over], arriving];
    }
    const part = (place - starts[number]) / (endPlace - starts[number]);
    return [mixed(start, end, part), unit(mixed(leaving, arriving, part)) ?? leaving];
  }
}

function mixed(one: Point, other: Point, part: number): Point {
  return [one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part];
}

function unit([x, y]: Point): Point | undefined {
  const length = long(x, y);
  return length > 1e-9 ? [x / length, y / length] : undefined;
}

/** The rest of a division, with the divisor's sign. */
function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}

function long(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

const square = (value: number): number => value * value;
const radians = (degrees: number): number => degrees * (Math.PI / 180);

/** Chords of an arc; a chord of angle a lies radius x a^2 / 8 away. */
function stepsOf(angle: number, radius: number): number {
  return chords(Math.abs(angle) * Math.sqrt(radius / (8 * FLATNESS)));
}

function chords(count: number): number {
  if (count <= 1) return 1;
  return count < MOST_CHORDS ? Math.ceil(count) : MOST_CHORDS;
}

/**
 * From (0, y) to (width, y), bent by `bend` quarter turns on each side: 1 half a circle upwards, -1 downwards. Its highest
 * point is at `top`.
 */
export function arc(width: number, bend: number, top: number): Curve {
  const curve = new Curve();
  const angle = (Math.abs(bend) * Math.PI) / 2;
  if (angle < 1e-6) {
    curve.add([0, top], [width, top], [1, 0], [1, 0]);
    return curve;
  }
  const radius = width / 2 / sine(angle);
  const sign = bend > 0 ? 1 : -1;
  const center = bend > 0 ? top + radius : top - radius * cosine(angle);
  const point = (t: number): Point => {
    const turn = (2 * t - 1) * angle;
    return [width / 2 + radius * sine(turn), center - sign * radius * cosine(turn)];
  };
  curve.sweep(stepsOf(2 * angle, radius), point,
    (t) => [cosine((2 * t - 1) * angle), sign * sine((2 * t - 1) * angle)]);
  return curve;
}

/** How much higher an arc's middle lies than its ends, or lower. */
export function rise(width: number, bend: number): number {
  const angle = (Math.abs(bend) * Math.PI) / 2;
  return angle < 1e-6 ? 0 : (width / 2 / sine(angle)) * (1 - cosine(angle));
}

/** The ellipse of a box, clockwise from `start` degrees after the top, or counter-clockwise for letters inside. */
export function ellipse(width: number, height: number, start: number, inside: boolean): Curve {
  const curve = new Curve(true);
  const first = radians(start);
  const turn = inside ? -2 * Math.PI : 2 * Math.PI;
  const sign = inside ? -1 : 1;
  curve.sweep(stepsOf(2 * Math.PI, Math.max(width, height) / 2),
    (t) => [(width / 2) * (1 + sine(first + turn * t)), (height / 2) * (1 - cosine(first + turn * t))],
    (t) => [sign * width * cosine(first + turn * t), sign * height * sine(first + turn * t)]);
  return curve;
}

export type ViewBox = readonly [x: number, y: number, width: number, height: number];

/**
 * An SVG path in the coordinates of `viewBox`, stretched over the box. Its parts follow each other without a gap in
 * length. Throws RenderError `path_invalid`, also for a path of no length.
 */
export function free(d: string, viewBox: ViewBox, width: number, height: number): Curve {
  const [x, y, w, h] = viewBox;
  const drawn = new Drawn(width / w, height / h, x, y);
  trace(d, drawn);
  if (!(drawn.curve.length > 0 && drawn.curve.length < LARGEST)) throw unusable();
  return drawn.curve;
}

function unusable(): RenderError {
  return new RenderError("path_invalid", "The line that the text is to follow has no length, or too much.", { part: "d" });
}

function check(...numbers: number[]): void {
  if (numbers.some((number) => Math.abs(number) > LARGEST)) throw unusable();
}

/** Takes a path's segments and makes chords of them. */
class Drawn implements PathSink {
  readonly curve = new Curve();
  readonly #scale: Point;
  readonly #origin: Point;
  #raw: Point = [0, 0]; // the pen, before stretching
  #start: Point = [0, 0];

  constructor(scaleX: number, scaleY: number, x: number, y: number) {
    this.#scale = [scaleX, scaleY];
    this.#origin = [x, y];
  }

  #placed(point: Point): Point {
    return [(point[0] - this.#origin[0]) * this.#scale[0], (point[1] - this.#origin[1]) * this.#scale[1]];
  }

  moveTo(x: number, y: number): void {
    check(x, y);
    this.#raw = this.#start = [x, y];
  }

  lineTo(x: number, y: number): void {
    check(x, y);
    this.curve.add(this.#placed(this.#raw), this.#placed([x, y]), [0, 0], [0, 0]);
    this.#raw = [x, y];
  }

  close(): void {
    this.lineTo(...this.#start);
  }

  quadTo(x1: number, y1: number, x: number, y: number): void {
    this.#bezier([this.#raw, [x1, y1], [x, y]]);
  }

  cubicTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#bezier([this.#raw, [x1, y1], [x2, y2], [x, y]]);
  }

  /** Chords by Wang's formula: enough for the largest second difference of the control points. */
  #bezier(raw: readonly Point[]): void {
    check(...raw.flat());
    const points = raw.map((point) => this.#placed(point));
    const degree = raw.length - 1;
    let second = 0;
    for (let k = 0; k + 2 < points.length; k++) {
      const [a, b, c] = points.slice(k, k + 3);
      second = Math.max(second, long(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1]));
    }
    const steps = chords(Math.sqrt((degree * (degree - 1) * second) / (8 * FLATNESS)));
    const slopes = points.slice(1).map((b, k): Point => [b[0] - points[k][0], b[1] - points[k][1]]);
    this.curve.sweep(steps, (t) => casteljau(points, t), (t) => casteljau(slopes, t));
    this.#raw = raw[degree];
  }

  /** An elliptical arc by its end points (SVG 1.1, F.6). */
  arcToRotated(
    rx: number, ry: number, turn: number, small: boolean, counterClockwise: boolean, x: number, y: number,
  ): void {
    check(rx, ry, x, y);
    const start = this.#raw;
    this.#raw = [x, y];
    if (Math.min(rx, ry) < SMALLEST || Math.max(Math.abs(start[0] - x), Math.abs(start[1] - y)) < SMALLEST) {
      this.curve.add(this.#placed(start), this.#placed([x, y]), [0, 0], [0, 0]);
      return;
    }
    const [co, si] = [cosine(radians(turn)), sine(radians(turn))];
    const [dx, dy] = [(start[0] - x) / 2, (start[1] - y) / 2];
    const [px, py] = [co * dx + si * dy, co * dy - si * dx];
    const grow = long(px / rx, py / ry);
    if (grow > 1) [rx, ry] = [rx * grow, ry * grow];
    const part = square(rx * py) + square(ry * px);
    const rest = Math.max(0, square(rx * ry) - part) / part;
    const side = Math.sqrt(rest) * (small === counterClockwise ? -1 : 1);
    const [mx, my] = [(side * rx * py) / ry, (-side * ry * px) / rx];
    const [cx, cy] = [co * mx - si * my + (start[0] + x) / 2, si * mx + co * my + (start[1] + y) / 2];
    const first = angleOf((px - mx) / rx, (py - my) / ry);
    const clockwise = modulo(angleOf((-px - mx) / rx, (-py - my) / ry) - first, 2 * Math.PI);
    const angle = counterClockwise ? clockwise - 2 * Math.PI : clockwise;
    const [scaleX, scaleY] = this.#scale;
    this.curve.sweep(stepsOf(angle, Math.max(rx, ry) * Math.max(scaleX, scaleY)), (t) => {
      const [u, v] = [rx * cosine(first + angle * t), ry * sine(first + angle * t)];
      return this.#placed([cx + co * u - si * v, cy + si * u + co * v]);
    }, (t) => {
      const [u, v] = [-rx * sine(first + angle * t) * angle, ry * cosine(first + angle * t) * angle];
      return [(co * u - si * v) * scaleX, (si * u + co * v) * scaleY];
    });
  }
}

function angleOf(x: number, y: number): number {
  const angle = arcCosine(Math.max(-1, Math.min(1, x / long(x, y))));
  return y >= 0 ? angle : -angle;
}

function casteljau(points: readonly Point[], t: number): Point {
  while (points.length > 1) {
    const before = points;
    points = before.slice(1).map((b, k) => mixed(before[k], b, t));
  }
  return points[0];
}
