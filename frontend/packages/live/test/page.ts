/** What the test page of tests/frontend/test_live.py runs: a store's templates drawn from a real server. */

import { Live } from "../src/index.ts";
import type { Answers, Findings, Options, View } from "../src/index.ts";

let live: Live;
const views = new Map<number, View>();

async function open(options: Options): Promise<string> {
  live = await Live.open({ ...options, locate: (file) => file });
  return live.kit.versionId;
}

function viewOf(usage: 1 | 2): View {
  let view = views.get(usage);
  if (!view) {
    const canvas = document.createElement("canvas");
    document.body.append(canvas);
    views.set(usage, view = live.view(live.template({ usage }), canvas));
  }
  return view;
}

/** The pixels once settled, as base64. */
async function settled(usage: 1 | 2, answers: Answers): Promise<string> {
  const view = viewOf(usage);
  await view.show(answers);
  const pixels = view.settle();
  let text = "";
  for (let at = 0; at < pixels.length; at += 32768) text += String.fromCharCode(...pixels.subarray(at, at + 32768));
  return btoa(text);
}

/** Answers that follow each other too quickly to be drawn each: which were shown. */
async function typed(usage: 1 | 2, all: readonly Answers[]): Promise<boolean[]> {
  const view = viewOf(usage);
  const shown = await Promise.all(all.map((answers) => view.show(answers, { moving: true })));
  return shown.map((report) => report !== null);
}

/** Questions that follow each other: which were answered. */
async function asked(all: readonly Answers[], lang: string): Promise<(Findings | null)[]> {
  return Promise.all(all.map((answers) => live.findings(answers, lang)));
}

/** What preflight finds, here and on the server. */
async function both(answers: Answers) {
  return [await live.examine(answers), (await live.findings(answers, "en"))!.findings];
}

async function failure(usage: 1 | 2, answers: Answers): Promise<string> {
  try {
    await live.draw(live.template({ usage }), answers);
    return "";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

Object.assign(globalThis, { opened: open, settled, typed, asked, both, failure });
