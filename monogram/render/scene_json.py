"""A Scene as plain JSON: what the browser paints, and what both resolvers are compared by.

Numbers are the very doubles (paths: floats, as Skia holds them). Sources are told by name and hash, faces by hash; whoever
paints looks both up. `frontend/packages/design/src/scene.ts` has the same types.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import skia

from .document.adjustments import Adjustment
from .scene import (
    Altered,
    AnyNode,
    Blur,
    Fill,
    GlyphsNode,
    GroupNode,
    ImageNode,
    Line,
    Linear,
    PatchNode,
    PathNode,
    Radial,
    Scene,
    Source,
    Stencil,
    SurfaceNode,
    Texture,
)

_VERBS = {skia.Path.kMove_Verb: ("M", 0), skia.Path.kLine_Verb: ("L", 1), skia.Path.kQuad_Verb: ("Q", 1),
          skia.Path.kConic_Verb: ("K", 1), skia.Path.kCubic_Verb: ("C", 1), skia.Path.kClose_Verb: ("Z", 1)}


def dump(scene: Scene) -> dict[str, Any]:
    """JSON data of a scene; the same for the same scene."""
    return {"width": scene.width, "height": scene.height, "dpi": scene.dpi, "background": list(scene.background),
            "nodes": nodes(scene.nodes)}


def nodes(found: tuple[AnyNode, ...]) -> list[dict[str, Any]]:
    return [node(each) for each in found]


def node(one: AnyNode) -> dict[str, Any]:
    """A node with the name of its kind."""
    common = {"layer": one.layer, "matrix": list(one.matrix), "bounds": list(one.bounds)}
    match one:
        case PathNode():
            return {"kind": "path", **common, "path": path(one.path), "fill": fill(one.fill),
                    "strokes": [_line(line) for line in one.strokes], "shadows": [_blur(blur) for blur in one.shadows],
                    "oriented": one.oriented,
                    "pieces": [{"path": path(piece), "fill": fill(paint)} for piece, paint in one.pieces]}
        case ImageNode():
            return {"kind": "image", **common, "picture": picture(one.source), "region": list(one.region)}
        case PatchNode():
            return {"kind": "patch", **common, "picture": picture(one.source), "columns": [list(cut) for cut in one.columns],
                    "rows": [list(cut) for cut in one.rows]}
        case GlyphsNode():
            return {"kind": "glyphs", **common, "face": one.face.sha256, "size": one.size, "glyphs": list(one.glyphs),
                    "points": [list(point) for point in one.points], "shadows": [_blur(blur) for blur in one.shadows]}
        case GroupNode():
            return {"kind": "group", **common, "children": nodes(one.children), "clips": [path(clip) for clip in one.clips],
                    "stencil": one.stencil and _stencil(one.stencil), "opacity": one.opacity, "blend": one.blend,
                    "isolated": one.isolated}
        case SurfaceNode():
            return {"kind": "surface", **common, **_surface(one)}
    raise TypeError(one)


def path(one: skia.Path) -> dict[str, Any]:
    """Verbs with their points: M, L, Q, C, Z as in SVG, and K for a conic: control point, end point, weight."""
    verbs: list[list[Any]] = []
    steps = skia.Path.RawIter(one)
    while True:
        verb, points = steps.next()
        if verb == skia.Path.kDone_Verb:
            break
        name, first = _VERBS[verb]
        numbers = [number for point in points[first:] for number in (point.x(), point.y())]
        verbs.append([name, *numbers, *([steps.conicWeight()] if name == "K" else [])])
    return {"rule": "evenodd" if one.getFillType() == skia.PathFillType.kEvenOdd else "nonzero", "verbs": verbs}


def fill(one: Fill) -> Any:
    match one:
        case Linear():
            return {"kind": "linear", "start": list(one.start), "end": list(one.end),
                    "colors": [list(color) for color in one.colors], "places": list(one.places)}
        case Radial():
            return {"kind": "radial", "center": list(one.center), "radius": one.radius,
                    "colors": [list(color) for color in one.colors], "places": list(one.places),
                    **({} if one.focus is None else {"focus": list(one.focus)})}
        case Texture():
            return {"kind": "texture", "picture": picture(one.source), "matrix": list(one.matrix), "repeats": one.repeats}
    return list(one)


def picture(one: Source | Altered) -> dict[str, Any]:
    """A file, or what is made of it."""
    if isinstance(one, Source):
        return {"name": one.name, "sha256": digest(one.data), "size": list(one.info.size)}
    return {
        "source": picture(one.source), "adjust": [_adjustment(each) for each in one.adjust],
        "window": one.window and list(one.window),
        "grid": one.grid and {"width": one.grid.width, "height": one.grid.height, "box": list(one.grid.box)},
        "drawn": [_adjustment(each) for each in one.drawn],
        "textures": {name: picture(source) for name, source in one.textures}}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _adjustment(one: Adjustment) -> dict[str, Any]:
    """With every field, those that say nothing new as well."""
    return {"do": one.__struct_config__.tag,
            **{field.encode_name: getattr(one, field.name) for field in msgspec.structs.fields(one)}}


def _surface(one: SurfaceNode) -> dict[str, Any]:
    mesh, moved = one.mesh, one.displacement
    return {"children": nodes(one.children), "width": one.width, "height": one.height,
            "perspective": one.perspective and list(one.perspective),
            "mesh": mesh and {"across": mesh.across.tolist(), "down": mesh.down.tolist(), "points": mesh.points.tolist()},
            "displacement": moved and {"picture": picture(moved.source), "strength": moved.strength, "box": list(moved.box)},
            "cubic": one.cubic}


def _line(line: Line) -> dict[str, Any]:
    return {"color": list(line.color), "width": line.width, "join": line.join, "cap": line.cap, "dash": list(line.dash),
            "behind": line.behind}


def _blur(blur: Blur) -> dict[str, Any]:
    return {"color": list(blur.color), "dx": blur.dx, "dy": blur.dy, "sigma": blur.sigma, "inner": blur.inner}


def _stencil(stencil: Stencil) -> dict[str, Any]:
    return {"picture": picture(stencil.source), "channel": stencil.channel, "box": list(stencil.box),
            "matrix": list(stencil.matrix)}
