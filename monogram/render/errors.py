"""The one failure of the renderer: a code, the layer and the part it concerns, and words."""


class RenderError(Exception):
    """A document that cannot be drawn exactly as asked. Nothing is ever drawn silently wrong.

    code:    stable snake_case name (`font_missing`, `glyph_missing`, `image_missing`, `image_truncated`, ...)
    message: one English sentence that names the part: what happened and what to do
    layer:   id of the layer, or None when the whole document is meant
    part:    the family, asset name, character, field ... at fault, or None
    """

    def __init__(self, code: str, message: str, *, layer: str | None = None, part: str | None = None):
        super().__init__(message)
        self.code, self.message, self.layer, self.part = code, message, layer, part

    def __reduce__(self):  # crosses process borders
        return _rebuild, (self.code, self.message, self.layer, self.part)

    def at(self, layer: str) -> "RenderError":
        """The same failure, told with the layer it happened in (an inner layer wins)."""
        return RenderError(self.code, self.message, layer=self.layer or layer, part=self.part)


def _rebuild(code: str, message: str, layer: str | None, part: str | None) -> RenderError:
    return RenderError(code, message, layer=layer, part=part)
