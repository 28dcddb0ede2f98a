/** The one failure of the renderer: a code, the layer and the part it concerns, and words. */

/**
 * A document that cannot be drawn exactly as asked. Nothing is ever drawn silently wrong.
 *
 * code: stable snake_case name (`font_missing`, `glyph_missing`, `text_overflow`, ...)
 * message: one English sentence that names the part: what happened and what to do
 * layer: id of the layer, or null when the whole document is meant
 * part: the family, asset name, character, field ... at fault, or null
 */
export class RenderError extends Error {
  readonly code: string;
  readonly layer: string | null;
  readonly part: string | null;

  constructor(code: string, message: string, at: { layer?: string | null; part?: string | null } = {}) {
    super(message);
    this.name = "RenderError";
    this.code = code;
    this.layer = at.layer ?? null;
    this.part = at.part ?? null;
  }

  /** The same failure, told with the layer it happened in (an inner layer wins). */
  at(layer: string): RenderError {
    return new RenderError(this.code, this.message, { layer: this.layer ?? layer, part: this.part });
  }
}
