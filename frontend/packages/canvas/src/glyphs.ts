/** Paints colour glyphs, which bring their own colours, and their shadows. */

import { rows } from "@monogram/design";
import type { Blur, GlyphsNode } from "@monogram/design";
import type { Canvas, Font, ImageFilter } from "canvaskit-wasm";

import { color } from "./inks.ts";
import { castInside } from "./outlines.ts";
import type { Pictures } from "./pictures.ts";
import { scoped } from "./scopes.ts";
import type { Scope } from "./scopes.ts";

export function paintGlyphs(canvas: Canvas, node: GlyphsNode, pictures: Pictures): void {
  const { kit } = pictures;
  const points = node.points.flat();
  const saved = canvas.save();
  canvas.concat(rows(node.matrix));
  scoped((scope) => {
    const font = fontOf(node, pictures, scope);
    const plain = scope.keep(new kit.Paint());
    plain.setAntiAlias(true);
    const draw = () => canvas.drawGlyphs([...node.glyphs], points, 0, 0, font, plain);
    const layered = (filter: ImageFilter | null, takesOut: boolean) => {
      const paint = scope.keep(new kit.Paint());
      if (filter) paint.setImageFilter(scope.keep(filter));
      if (takesOut) paint.setBlendMode(kit.BlendMode.DstOut);
      canvas.saveLayer(paint);
      draw();
      canvas.restore();
    };
    const shadows = node.shadows.toReversed();
    for (const shadow of shadows) if (!shadow.inner) layered(cast(pictures, shadow), false);
    const inner = shadows.filter((shadow) => shadow.inner);
    if (inner.length) canvas.saveLayer();
    draw();
    for (const shadow of inner) {
      const blur = shadow.sigma ? kit.ImageFilter.MakeBlur(shadow.sigma, shadow.sigma, kit.TileMode.Decal, null) : null;
      castInside(kit, canvas, shadow, scope, () => layered(blur, true));
    }
  });
  canvas.restoreToCount(saved);
}

/** A font that draws as on the server: no hinting, no grid, no bitmaps. */
function fontOf(node: GlyphsNode, pictures: Pictures, scope: Scope): Font {
  const { kit } = pictures;
  const font = scope.keep(new kit.Font(pictures.typeface(node.face), node.size));
  font.setHinting(kit.FontHinting.None);
  font.setEdging(kit.FontEdging.AntiAlias);
  font.setSubpixel(true);
  font.setLinearMetrics(true);
  font.setEmbeddedBitmaps(false);
  return font;
}

/** The shadow of colour glyphs. Their colours are in the font: only an image filter sees them as one shape. */
function cast({ kit }: Pictures, { dx, dy, sigma, color: rgba }: Blur): ImageFilter {
  return kit.ImageFilter.MakeDropShadowOnly(dx, dy, sigma, sigma, color(rgba), null);
}
