"""The design document as types: canvas, layers, bindings. JSON names are camelCase; unknown names are refused.

Lengths are canvas pixels, y grows downwards, angles are degrees clockwise. Layers are listed bottom first.
`schema/design-document.json` is generated from these types and a test holds the two together.
"""

from __future__ import annotations

from .basics import BlendMode, Color, Insets, Name, Output, Part, Side
from .checking import Least, Most, Preflight, Rules
from .documents import (
    VERSION,
    Asset,
    Binding,
    Canvas,
    Document,
    Entry,
    Page,
    PhysicalSize,
    Value,
    Values,
    check,
    components,
    dump,
    every_layer,
    parse,
    parse_values,
    upgrade,
)
from .generated import CodeLayer, Generated, TableLayer
from .images import Crop, ImageLayer, ImageValue
from .layers import GroupLayer, Layer, RepeatLayer, ShapeLayer, walk
from .pages import page, page_ids
from .paints import ImageFill, LinearGradient, Paint, PatternFill, Point, RadialGradient, Stop
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
    "Entry",
    "Font",
    "Generated",
    "GroupLayer",
    "ImageFill",
    "ImageLayer",
    "ImageMask",
    "ImageValue",
    "Insets",
    "Layer",
    "Least",
    "LineShape",
    "LinearGradient",
    "Mask",
    "Most",
    "Name",
    "Output",
    "Page",
    "Paint",
    "Part",
    "PathShape",
    "PatternFill",
    "PhysicalSize",
    "Placed",
    "Preflight",
    "Point",
    "RadialGradient",
    "RectangleShape",
    "RepeatLayer",
    "Rules",
    "Shadow",
    "Shape",
    "ShapeLayer",
    "ShapeMask",
    "Side",
    "Stop",
    "Stroke",
    "TableLayer",
    "TextLayer",
    "Value",
    "Values",
    "check",
    "components",
    "dump",
    "every_layer",
    "listed",
    "page",
    "page_ids",
    "parse",
    "parse_values",
    "upgrade",
    "walk",
]
