/** Every golden vector, refusals, and pictures made of a scene's sources. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { apply, check, expanded, made, METHODS, resample, salience, split } from "../src/index.ts";
import type { Adjustment, Pixels } from "../src/index.ts";
import { fromBase64, golden, source } from "./golden.ts";

test("every adjustment gives its golden pixels", () => {
  const done = new Set<string>();
  for (const { source: name, adjust, rgba, sha256 } of golden.adjustments) {
    const pixels = source(name);
    apply(pixels, adjust, source);
    assert.deepEqual(pixels.data, fromBase64(rgba), `${name} ${JSON.stringify(adjust)}`);
    assert.equal(createHash("sha256").update(pixels.data).digest("hex"), sha256);
    for (const each of adjust) done.add(each.do);
  }
  assert.equal(done.size, 13);
});

test("every grid gives its golden pixels", () => {
  for (const { source: name, box, width, height, rgba } of golden.grids) {
    const out = resample(source(name), box, width, height);
    assert.deepEqual([out.width, out.height, out.data], [width, height, fromBase64(rgba)], `${name} ${box}`);
  }
});

test("averages stay exact where a double cannot hold their sums", () => {
  const [width, height] = [4000, 1400];
  const data = new Uint8Array(4 * width * height).fill(200);
  for (let at = 0; at < data.length; at += 4) {
    data[at + ((at / 4) % width < width / 2 ? 0 : 1)] = 201;
    data[at + 3] = 253;
  }
  const out = resample({ width, height, data }, [0.3, 0.3, width - 0.3, height - 0.3], 1, 1);
  assert.deepEqual([...out.data], [201, 201, 200, 253]); // halves are rounded up
});

test("a box that reaches beyond the picture repeats its edge", () => {
  const narrow: Pixels = { width: 2, height: 1, data: Uint8Array.of(10, 0, 0, 255, 20, 0, 0, 255) };
  const out = resample(narrow, [-1, 0, 3, 1], 4, 1);
  assert.deepEqual([0, 1, 2, 3].map((x) => out.data[4 * x]), [10, 10, 20, 20]);
});

test("what matters is counted as on the server", () => {
  const { source: name, columns, rows, counts } = golden.salience;
  const found = salience(source(name));
  assert.deepEqual([found.length, found[0].length], [rows, columns]);
  assert.equal(found.flat().join(" "), counts);
});

test("what is drawn pixel by pixel waits for the grid, and looks are written out", () => {
  const asked: Adjustment[] = [{ do: "look", name: "noir" }, { do: "remove-background" }, { do: "threshold" }, { do: "invert" }];
  const [first, then] = split(asked);
  assert.deepEqual(first.map((each) => each.do), ["grey", "contrast", "brightness", "duotone", "remove-background"]);
  assert.deepEqual(then, [{ do: "threshold" }, { do: "invert" }]);
  assert.deepEqual(split([{ do: "invert" }]), [[{ do: "invert" }], []]);
  assert.deepEqual([...first, ...then], expanded(asked));
});

test("a scene's altered picture is made of copies", () => {
  const given = source("translucent");
  const picture = {
    source: "translucent", adjust: [{ do: "invert" }], window: [3, 2, 19, 14], grid: { width: 8, height: 6, box: [0, 0, 16, 12] },
    drawn: [{ do: "mosaic", across: 4, texture: "stud" }], textures: { stud: "opaque" },
  } as const;
  const out = made(picture, (name) => (name === "translucent" ? given : source(name)));
  assert.deepEqual(given, source("translucent"));

  const whole = source("translucent");
  apply(whole, [{ do: "invert" }]);
  const want = resample(whole, [3, 2, 19, 14], 8, 6);
  apply(want, [{ do: "mosaic", across: 4, texture: "stud" }], () => source("opaque"));
  assert.deepEqual(out, want);
  const cut = made({ ...picture, grid: null }, source);
  assert.deepEqual([cut.width, cut.height, ...cut.data.subarray(0, 4)], [16, 12, ...whole.data.subarray(4 * 51, 4 * 52)]);
});

test("refusals are the server's", () => {
  assert.throws(() => check([{ do: "remove-background", method: "magic" }]), {
    name: "RenderError", code: "method_unknown", part: "magic", message: "Backgrounds are removed by border; there is no method 'magic'.",
  });
  assert.throws(() => apply(source("opaque"), [{ do: "remove-background", method: "toString" }]), { code: "method_unknown" });
  const plain = { width: 20, height: 20, data: new Uint8Array(1600).fill(255) };
  assert.throws(() => apply(plain, [{ do: "remove-background" }]), { code: "background_unclear", part: "adjust" });
  assert.throws(() => apply(plain, [{ do: "sharpen" } as unknown as Adjustment]), TypeError);
  assert.deepEqual(Object.keys(METHODS), ["border"]);
});
