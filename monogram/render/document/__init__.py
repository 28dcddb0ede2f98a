"""The design document as types: canvas, layers, bindings. JSON names are camelCase; unknown names are refused.

Lengths are canvas pixels, y grows downwards, angles are degrees clockwise. Layers are listed bottom first.
`schema/design-document.json` is generated from these types and a test holds the two together.
"""

from __future__ import annotations

from .basics import BlendMode, Color, Insets, Name, Output, Part, Side
from .documents import (
    VERSION,
    Asset,
    Binding,
    Canvas,
    Document,
    Page,
    PhysicalSize,
    Value,
    Values,
    check,
    dump,
    parse,
    parse_values,
    upgrade,
)
from .generated import CodeLayer
from .images import Crop, ImageLayer, ImageValue
from .layers import GroupLayer, Layer, ShapeLayer, walk
from .paints import ImageFill, LinearGradient, Paint, PatternFill, Point, RadialGradient, Stop
from .pages import page, page_ids
from .placed import Placed
from .shapes import (
    EllipseShape,
    ImageMask,
    LineShape,
    Mask,
    PathShape,
    RectangleShape,
    Shadow,
    Shape,
    ShapeMask,
    Stroke,
    listed,
)
from .texts import Font, TextLayer

__all__ = [
    "VERSION",
    "Asset",
    "Binding",
    "BlendMode",
    "Canvas",
    "CodeLayer",
    "Color",
    "Crop",
    "Document",
    "EllipseShape",
    "Font",
    "GroupLayer",
    "ImageFill",
    "ImageLayer",
    "ImageMask",
    "ImageValue",
    "Insets",
    "Layer",
    "LineShape",
    "LinearGradient",
    "Mask",
    "Name",
    "Output",
    "Page",
    "Paint",
    "Part",
    "PathShape",
    "PatternFill",
    "PhysicalSize",
    "Placed",
    "Point",
    "RadialGradient",
    "RectangleShape",
    "Shadow",
    "Shape",
    "ShapeLayer",
    "ShapeMask",
    "Side",
    "Stop",
    "Stroke",
    "TextLayer",
    "Value",
    "Values",
    "check",
    "dump",
    "page",
    "page_ids",
    "listed",
    "parse",
    "parse_values",
    "upgrade",
    "walk",
]
