"""Bends a painted picture onto the canvas: in perspective as one image, or on a grid of triangles cut by a smooth edge."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import skia

from . import meshes
from .errors import RenderError
from .inks import CUBIC, LINEAR
from .pictures import SRGB, Pictures
from .scene import SurfaceNode


def blank(node: SurfaceNode) -> skia.Surface:
    """A clear surface for the node's children. It owns its memory, so that taking its picture copies nothing."""
    info = skia.ImageInfo.Make(node.width, node.height, skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType, SRGB)
    surface = skia.Surface.MakeRaster(info)
    if surface is None:
        raise RenderError("canvas_too_large", f"There is not enough memory to paint {node.width} x {node.height} pixels.",
                          layer=node.layer, part="surface")
    return surface


def lay(canvas: skia.Canvas, node: SurfaceNode, image: skia.Image, pictures: Pictures) -> None:
    """image: the node's children, width x height pixels. The canvas is in canvas pixels."""
    canvas.save()
    if node.perspective is not None:
        canvas.concat(skia.Matrix.MakeAll(*node.perspective))
        whole = skia.Rect.MakeIWH(node.width, node.height)
        paint = skia.Paint(AntiAlias=True)
        canvas.drawImageRect(image, whole, whole, _sampling(node), paint, skia.Canvas.kFast_SrcRectConstraint)
    else:
        _lay_on_mesh(canvas, node, image, pictures)
    canvas.restore()


def _lay_on_mesh(canvas: skia.Canvas, node: SurfaceNode, image: skia.Image, pictures: Pictures) -> None:
    """Triangles have hard edges, so they reach over the art's rim, and a clip along the rim cuts them anti-aliased."""
    points = node.mesh.points
    if node.displacement is not None:
        move = node.displacement
        points = meshes.displaced(points, move.box, pictures.straight(move.source, node.layer), move.strength)
    points = meshes.transformed(node.matrix, points)
    edge = skia.Path()
    edge.addPoly(_points(meshes.rim(points)), True)
    canvas.clipPath(edge, skia.ClipOp.kIntersect, True)
    wider = meshes.with_margin(points)
    places = np.stack(np.meshgrid(np.pad(node.mesh.across, 1, "edge"), np.pad(node.mesh.down, 1, "edge")), axis=-1)
    vertices = skia.Vertices.MakeCopy(
        skia.Vertices.kTriangles_VertexMode, _points(wider), _points(places), None, _triangles(*wider.shape[:2]))
    shader = image.makeShader(skia.TileMode.kClamp, skia.TileMode.kClamp, _sampling(node))
    canvas.drawVertices(vertices, skia.Paint(Shader=shader), skia.BlendMode.kModulate)


def _sampling(node: SurfaceNode) -> skia.SamplingOptions:
    return CUBIC if node.cubic else LINEAR


def _points(values: np.ndarray) -> list[skia.Point]:
    return [skia.Point(x, y) for x, y in values.reshape(-1, 2).tolist()]


@lru_cache(maxsize=8)
def _triangles(rows: int, columns: int) -> list[int]:
    """Two for each cell, row by row: top left, top right, bottom left; bottom left, top right, bottom right."""
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    corners = [first, first + 1, first + columns, first + columns, first + 1, first + columns + 1]
    return np.stack(corners, axis=1).ravel().tolist()
