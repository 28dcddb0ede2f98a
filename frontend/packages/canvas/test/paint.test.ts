import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { typefaceOf } from "@monogram/design";
import type { GlyphsNode, PathNode, Scene, SceneNode } from "@monogram/design";

import { load, paint } from "../src/index.ts";
import type { Resources } from "../src/index.ts";

const kit = await load();
const NONE: Resources = {
  pixels() {
    throw new Error("no picture is asked for");
  },
  font() {
    throw new Error("no font is asked for");
  },
};

function square(color: PathNode["fill"]): PathNode {
  return {
    kind: "path", layer: "square", matrix: [1, 0, 0, 1, 1, 1], bounds: [0, 0, 4, 4], fill: color, strokes: [], shadows: [],
    path: { rule: "nonzero", verbs: [["M", 0, 0], ["L", 2, 0], ["L", 2, 2], ["L", 0, 2], ["Z"]] }, oriented: true, pieces: [],
  };
}

function scene(...nodes: SceneNode[]): Scene {
  return { width: 4, height: 4, dpi: 72, background: [0, 0, 0, 0], nodes };
}

function pixel(data: Uint8Array, x: number, y: number): number[] {
  return [...data.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 4)];
}

/** Bytes that the engine has asked the system for. */
function memory(): number {
  const one = kit.Malloc(Uint8Array, 1);
  const { byteLength } = one.toTypedArray().buffer;
  kit.Free(one);
  return byteLength;
}

test("a square covers its pixels and no others", () => {
  const data = paint(kit, scene(square([1, 0, 0, 1])), NONE);
  assert.deepEqual(pixel(data, 1, 1), [255, 0, 0, 255]);
  assert.deepEqual(pixel(data, 2, 2), [255, 0, 0, 255]);
  assert.deepEqual(pixel(data, 3, 2), [0, 0, 0, 0]);
});

test("a picture is sampled premultiplied: clear pixels lend no colour", () => {
  const data = Uint8Array.of(0, 255, 0, 0, 255, 0, 0, 255);
  const pixels = () => ({ width: 2, height: 1, data });
  const picture = { name: "two.png", sha256: "0".repeat(64), size: [2, 1] as const };
  const image: SceneNode = {
    kind: "image", layer: "image", matrix: [2, 0, 0, 4, 0, 0], bounds: [0, 0, 4, 4], picture, region: [0, 0, 2, 1],
  };
  const [red, green, , alpha] = pixel(paint(kit, scene(image), { ...NONE, pixels }), 1, 2);
  assert.ok(alpha > 0 && alpha < 255);
  assert.equal(red, 255);
  assert.equal(green, 0);
});

test("memory is given back: a thousand paintings do not grow it", () => {
  const one = scene(square({
    kind: "linear", start: [0, 0], end: [2, 0], colors: [[0, 0, 0, 1], [1, 1, 1, 1]], places: [0, 1],
  }));
  paint(kit, one, NONE);
  const before = memory();
  for (let turn = 0; turn < 1000; turn++) paint(kit, one, NONE);
  assert.equal(memory(), before);
});

test("a colour font is held once, however often it is painted with", () => {
  const bytes = readFileSync(new URL("../../../../monogram/fonts/files/NotoColorEmoji_400Regular.ttf", import.meta.url));
  const node: GlyphsNode = {
    kind: "glyphs", layer: "smile", matrix: [1, 0, 0, 1, 0, 0], bounds: [0, 0, 4, 4], face: "emoji", size: 4, glyphs: [20],
    points: [[0, 4]], shadows: [],
  };
  const resources: Resources = { ...NONE, font: () => bytes };
  paint(kit, scene(node), resources);
  const before = memory();
  for (let i = 0; i < 20; i++) paint(kit, scene(node), resources);
  assert.ok(memory() - before < 2 * bytes.length, "Skia holds on to the faces");
  const larger = new Uint8Array(bytes);
  const face = typefaceOf(kit, "emoji", bytes);
  assert.equal(typefaceOf(kit, "emoji", bytes), face);
  assert.notEqual(typefaceOf(kit, "emoji", larger), face, "other bytes, as a larger subset's, make a face anew");
  assert.equal(typefaceOf(kit, "0", Uint8Array.of(1, 2, 3)), null);
});
