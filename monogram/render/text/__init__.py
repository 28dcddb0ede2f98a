"""Text layout: what a text layer's words become, as positioned glyphs."""

from .layout import GlyphRun, Line, TextLayout, layout, normalise

__all__ = ["GlyphRun", "Line", "TextLayout", "layout", "normalise"]
