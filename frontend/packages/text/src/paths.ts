/** SVG path strings (SVG 1.1, 8.3: every command, absolute and relative) as absolute segments, spelled out. */

import { RenderError } from "./errors.ts";

/** What takes a path's segments, by the names of CanvasKit's PathBuilder. */
export interface PathSink {
  moveTo(x: number, y: number): unknown;
  lineTo(x: number, y: number): unknown;
  quadTo(x1: number, y1: number, x: number, y: number): unknown;
  cubicTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): unknown;
  arcToRotated(rx: number, ry: number, turn: number, small: boolean, counterClockwise: boolean, x: number, y: number): unknown;
  close(): unknown;
}

const TOKEN = /\s*,?\s*(?:([MmZzLlHhVvCcSsQqTtAa])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))/y;
const FLAG = /\s*,?\s*([01])/y;
const COUNTS: Record<string, number> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };

/** Draws a path string's segments. Throws RenderError `path_invalid`. */
export function trace(d: string, sink: PathSink): void {
  const pen = new Pen(sink);
  for (const [command, numbers] of segments(d)) pen.draw(command, numbers);
  if (!pen.last) throw new RenderError("path_invalid", "The path string is empty.", { part: "d" });
}

/** [command, its numbers], repeated commands spelled out. Arc flags may be written without separators. */
function* segments(d: string): Generator<[string, number[]]> {
  let at = 0;
  let command = "";
  const end = d.trimEnd().length;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(d);
  };
  while (at < end) {
    let found = match(TOKEN);
    if (!found) throw invalid(d, at);
    if (found[1]) {
      command = found[1];
      at = TOKEN.lastIndex;
      if (command === "Z" || command === "z") {
        yield [command, []];
        continue;
      }
    } else if (!command || command === "Z" || command === "z") {
      throw invalid(d, at);
    }
    const numbers: number[] = [];
    for (let index = 0; index < COUNTS[command.toUpperCase()]; index++) {
      const flag = (command === "A" || command === "a") && (index === 3 || index === 4);
      found = match(flag ? FLAG : TOKEN);
      const number = flag ? found?.[1] : found?.[2];
      if (number === undefined) throw invalid(d, at);
      numbers.push(Number(number));
      at = (flag ? FLAG : TOKEN).lastIndex;
    }
    yield [command, numbers];
    command = { M: "L", m: "l" }[command] ?? command;
  }
}

function invalid(d: string, at: number): RenderError {
  return new RenderError("path_invalid", `The path string cannot be read at character ${at + 1}: '${d.slice(at, at + 20)}'.`,
    { part: "d" });
}

type Point = readonly [number, number];

/** Where the path is, and the control point a smooth command mirrors. */
class Pen {
  readonly #path: PathSink;
  #at: Point = [0, 0];
  #start: Point = [0, 0];
  #control: Point | undefined;
  last = "";

  constructor(path: PathSink) {
    this.#path = path;
  }

  draw(command: string, n: readonly number[]): void {
    const kind = command.toUpperCase();
    if (!this.last && kind !== "M") {
      throw new RenderError("path_invalid", "A path string must start with M or m.", { part: "d" });
    }
    if (this.last === "Z" && kind !== "M" && kind !== "Z") this.#path.moveTo(...this.#at);
    this.#segment(kind, this.#absolute(command, n), n);
    this.last = kind;
  }

  #absolute(command: string, n: readonly number[]): Point[] {
    const kind = command.toUpperCase();
    const [dx, dy] = command === kind ? [0, 0] : this.#at;
    if (kind === "H") return [[n[0] + dx, this.#at[1]]];
    if (kind === "V") return [[this.#at[0], n[0] + dy]];
    const pairs = kind === "A" ? n.slice(5) : n;
    const points: Point[] = [];
    for (let i = 0; i < pairs.length; i += 2) points.push([pairs[i] + dx, pairs[i + 1] + dy]);
    return points;
  }

  #segment(kind: string, points: readonly Point[], n: readonly number[]): void {
    const path = this.#path;
    const end = points[points.length - 1];
    let control: Point | undefined;
    if (kind === "M") {
      path.moveTo(...end);
      this.#start = end;
    } else if (kind === "L" || kind === "H" || kind === "V") {
      path.lineTo(...end);
    } else if (kind === "C") {
      path.cubicTo(...points[0], ...points[1], ...end);
      control = points[1];
    } else if (kind === "S") {
      path.cubicTo(...this.#mirrored("CS"), ...points[0], ...end);
      control = points[0];
    } else if (kind === "Q") {
      path.quadTo(...points[0], ...end);
      control = points[0];
    } else if (kind === "T") {
      control = this.#mirrored("QT");
      path.quadTo(...control, ...end);
    } else if (kind === "A") {
      path.arcToRotated(Math.abs(n[0]), Math.abs(n[1]), n[2], !n[3], !n[4], ...end);
    } else {
      path.close();
    }
    this.#at = kind === "Z" ? this.#start : end;
    this.#control = control;
  }

  #mirrored(kinds: string): Point {
    if (this.#control && kinds.includes(this.last)) {
      return [2 * this.#at[0] - this.#control[0], 2 * this.#at[1] - this.#control[1]];
    }
    return this.#at;
  }
}
