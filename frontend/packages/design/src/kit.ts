/** CanvasKit's paths from a scene's and back, and the matrices it takes. */

import type { CanvasKit, Path as KitPath, PathBuilder, Typeface } from "canvaskit-wasm";

import type { Box, Matrix } from "./matrices.ts";
import type { Path, Verb } from "./scene.ts";

const COMMANDS = ["M", "L", "Q", "K", "C", "Z"] as const;
const NUMBERS = { M: 2, L: 2, Q: 4, K: 5, C: 6, Z: 0 } as const;

/** The path in CanvasKit, to be deleted by the caller. */
export function toKit(kit: CanvasKit, path: Path): KitPath {
  const builder = new kit.PathBuilder();
  for (const [name, ...n] of path.verbs) draw(builder, name, n);
  builder.setFillType(path.rule === "evenodd" ? kit.FillType.EvenOdd : kit.FillType.Winding);
  return builder.detachAndDelete();
}

function draw(builder: PathBuilder, name: string, n: readonly number[]): void {
  if (name === "M") builder.moveTo(n[0], n[1]);
  else if (name === "L") builder.lineTo(n[0], n[1]);
  else if (name === "Q") builder.quadTo(n[0], n[1], n[2], n[3]);
  else if (name === "K") builder.conicTo(n[0], n[1], n[2], n[3], n[4]);
  else if (name === "C") builder.cubicTo(n[0], n[1], n[2], n[3], n[4], n[5]);
  else builder.close();
}

/** A scene's path from CanvasKit's; which is deleted. */
export function fromKit(kit: CanvasKit, path: KitPath): Path {
  const commands = path.toCmds();
  const rule = path.getFillType().value === kit.FillType.EvenOdd.value ? "evenodd" : "nonzero";
  path.delete();
  const verbs: Verb[] = [];
  for (let at = 0; at < commands.length;) {
    const name = COMMANDS[commands[at]];
    const end = at + 1 + NUMBERS[name];
    verbs.push([name, ...commands.subarray(at + 1, end)]);
    at = end;
  }
  return { rule, verbs };
}

/** The box around what the path covers, curves and all. */
export function tightBounds(kit: CanvasKit, path: Path): Box {
  const made = toKit(kit, path);
  const [left, top, right, bottom] = made.computeTightBounds();
  made.delete();
  return [left, top, right, bottom];
}

const faces = new WeakMap<CanvasKit, Map<string, { bytes: Uint8Array; face: Typeface }>>();

/**
 * The face of a font file, kept as long as the engine: Skia's cache of glyphs holds on to a deleted face and all its bytes.
 * Made anew when other bytes come, as those of a larger subset; null if they are no font.
 */
export function typefaceOf(kit: CanvasKit, sha256: string, bytes: Uint8Array): Typeface | null {
  let kept = faces.get(kit);
  if (!kept) faces.set(kit, kept = new Map());
  const known = kept.get(sha256);
  if (known?.bytes === bytes) return known.face;
  const face = kit.Typeface.MakeTypefaceFromData(bytes.slice().buffer);
  if (!face) return null;
  known?.face.delete();
  kept.set(sha256, { bytes, face });
  return face;
}

export function rows([a, b, c, d, e, f]: Matrix): number[] {
  return [a, c, e, b, d, f, 0, 0, 1];
}
