/** What the test page of tests/frontend/test_browser.py runs: the painter and the stage, over what the server hands out. */

import { keyOf } from "@monogram/design";
import type { Picture, Scene } from "@monogram/design";

import { load, paint, Stage } from "../src/index.ts";
import type { Resources } from "../src/index.ts";

interface Given {
  scenes: Record<string, Scene>;
  pictures: readonly { picture: Picture; width: number; height: number }[];
  fonts: Record<string, string>;
}

async function bytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function resourcesOf(given: Given): Promise<Resources> {
  const pictures = new Map<string, { width: number; height: number; data: Uint8Array }>();
  for (const [number, { picture, width, height }] of given.pictures.entries()) {
    pictures.set(keyOf(picture), { width, height, data: await bytes(`pictures/${number}`) });
  }
  const fonts = new Map<string, Uint8Array>();
  for (const hash of Object.keys(given.fonts)) fonts.set(hash, await bytes(`fonts/${hash}`));
  return { pixels: (picture) => pictures.get(keyOf(picture))!, font: (hash) => fonts.get(hash)! };
}

/** A hash of each scene's pixels. */
async function hashes(): Promise<Record<string, string>> {
  const kit = await load((file) => file);
  const given = await (await fetch("given.json")).json() as Given;
  const resources = await resourcesOf(given);
  const found: Record<string, string> = {};
  for (const [name, scene] of Object.entries(given.scenes)) {
    found[name] = await sha256(new Uint8Array(paint(kit, scene, resources)));
  }
  return found;
}

/** The scene with everything moved to the right. */
function moved(scene: Scene, by: number): Scene {
  const nodes = scene.nodes.map((node, i) => {
    if (i) return node;
    const [a, b, c, d, e, f] = node.matrix;
    return { ...node, matrix: [a, b, c, d, e + by, f] as const };
  });
  return { ...scene, nodes };
}

/** Drags a scene's lowest node over a canvas, settles it, and tells what came of it. */
async function drag(name: string) {
  const kit = await load((file) => file);
  const given = await (await fetch("given.json")).json() as Given;
  const scene = given.scenes[name];
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  const stage = new Stage(kit, canvas, await resourcesOf(given));
  const ways: string[] = [];
  const recorded: number[] = [];
  for (let step = 5; step >= 0; step--) {
    ways.push(stage.draw(moved(scene, step), { live: true }));
    recorded.push(stage.recorded);
  }
  const live = canvas.getContext("2d")!.getImageData(0, 0, scene.width, scene.height).data;
  const settled = stage.settle();
  const shown = canvas.getContext("2d")!.getImageData(0, 0, scene.width, scene.height).data;
  stage.delete();
  const touched = [...live].filter((value) => value > 0).length;
  return { ways, recorded, touched, nodes: scene.nodes.length, settled: [...settled], shown: [...shown] };
}

Object.assign(globalThis, { hashes, drag });
