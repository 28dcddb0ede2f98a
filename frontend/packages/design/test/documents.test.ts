import assert from "node:assert/strict";
import { test } from "node:test";

import { filled, layersOf } from "../src/index.ts";

const DOCUMENT = {
  canvas: { width: 100, height: 50 },
  layers: [
    { type: "group", id: "g", width: 10, height: 10, layers: [
      { type: "shape", id: "s", width: 10, height: 10, shape: { kind: "rectangle" }, stroke: [{ color: "#000000", width: 2 }] },
    ] },
    { type: "image", id: "i", width: 10, height: 10, crop: { x: 0.25 }, adjust: [{ do: "grey" }] },
  ],
};

test("absent fields take their defaults, at every depth", () => {
  const document = filled(DOCUMENT);
  assert.equal(document.canvas.dpi, 300);
  const [, shape, image] = layersOf(document.layers);
  assert.ok(shape.type === "shape" && shape.shape.kind === "rectangle" && Array.isArray(shape.stroke));
  assert.equal(shape.shape.radius, 0);
  assert.equal(shape.stroke[0].join, "round");
  assert.ok(image.type === "image");
  assert.deepEqual(image.crop, { x: 0.25, y: 0, width: 1, height: 1 });
  assert.deepEqual(image.adjust, [{ do: "grey", amount: 1 }]);
});

test("a kind of layer that is not known is refused, not left out", () => {
  const unknown = { ...DOCUMENT, layers: [{ type: "hologram", id: "h", width: 1, height: 1 }] };
  assert.throws(() => filled(unknown), { code: "document_invalid" });
});

test("what is given is left as it is", () => {
  const raw = structuredClone(DOCUMENT);
  filled(raw);
  assert.deepEqual(raw, DOCUMENT);
});
