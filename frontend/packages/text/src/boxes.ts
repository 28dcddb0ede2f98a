/** Texts set in boxes, in lines or in columns, and the box that a text takes when its own may grow. */

import { topOf } from "./layout.ts";
import type { TextLayout, VerticalAlign } from "./layout.ts";
import type { Outcome, PlacedRun, PlacedText } from "./placed.ts";
import { compose } from "./rich.ts";
import type { ComposeOptions, Span } from "./rich.ts";
import { VerticalParagraph } from "./vertical.ts";

/** Horizontal lines, from the top. For the options see `compose`. */
export function setLines(spans: readonly Span[], options: ComposeOptions): PlacedText {
  const { width, height } = options;
  const [made] = compose(spans, options);
  const [top, bottom] = extent(made, height, options);
  const runs = made.runs.map((run): PlacedRun => ({ ...run, turns: null }));
  return { text: joined(spans), size: made.size, lines: made.lines.length, runs, box: [0, top, width, bottom],
    outcome: outcomeOf(made, top, bottom, height) };
}

const joined = (spans: readonly Span[]): string => spans.map((span) => span.text).join("");

/** Where the box begins and ends across its lines: its own edges, or those of the lines where it may grow. */
function extent(
  made: TextLayout, room: number, { overflow, verticalAlign = "top" }: { overflow?: string; verticalAlign?: VerticalAlign },
): [number, number] {
  if (overflow !== "extend" || made.height <= room) return [0, room];
  const start = topOf(verticalAlign, room, made.height);
  return [start, start + made.height];
}

function outcomeOf(made: TextLayout, first: number, last: number, room: number): Outcome {
  if (made.overflowed) return made.clip ? "clipped" : "shown";
  return first === 0 && last === room ? "fits" : "extended";
}

/**
 * Columns, from the right. What goes along a line goes down a column, and what goes down the lines goes leftwards over the
 * columns: `align` start is the top, `verticalAlign` top is the right.
 */
export function setColumns(spans: readonly Span[], options: ComposeOptions): PlacedText {
  const { width, height } = options;
  const [made, looks] = compose(spans, { ...options, width: height, height: width }, VerticalParagraph);
  const [first, last] = extent(made, width, options);
  const runs = made.runs.map((run, number): PlacedRun => {
    const turns = looks[number].upright ? null : run.glyphs.map(() => [0, 1] as const);
    return { ...run, xs: run.ys.map((y) => width - y), ys: run.xs, turns };
  });
  return { text: joined(spans), size: made.size, lines: made.lines.length, runs,
    box: [width - last, 0, width - first, height], outcome: outcomeOf(made, first, last, width) };
}
