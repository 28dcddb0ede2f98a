/** Values and blocks of what tests/frontend/test_live.py gives on standard input, for comparing with the server's. */

import { readFileSync } from "node:fs";

import { blockOf, valuesOf } from "../src/index.ts";
import type { Answers, PictureFacts } from "../src/index.ts";

interface Given {
  points: number[];
  forms: { components: Parameters<typeof valuesOf>[0]; answers: Answers }[];
}

const given = JSON.parse(readFileSync(0, "utf8")) as Given;
const photo = (token: string) => ({ sha256: `hash of ${token}` }) as PictureFacts;
console.log(JSON.stringify({
  blocks: given.points.map(blockOf),
  values: given.forms.map(({ components, answers }) => valuesOf(components, answers, photo)),
}));
