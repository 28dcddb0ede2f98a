"""Pictures stretched by parts over a box, painted as one mesh so that no seam shows between the parts."""

from __future__ import annotations

import skia

from .inks import sampling
from .matrices import lengths
from .paths import matrix as skia_matrix
from .pictures import Pictures
from .scene import PatchNode


def paint_patch(canvas: skia.Canvas, node: PatchNode, pictures: Pictures, opacity: float, mode: skia.BlendMode) -> None:
    """Triangles have hard edges: they reach a pixel beyond the box, whose edge is then cut softly."""
    picture = pictures.image(node.source, node.layer)
    along_x, along_y = lengths(node.matrix)
    columns, rows = _outset(node.columns, 1 / along_x), _outset(node.rows, 1 / along_y)
    places = [skia.Point(x, y) for y, _ in rows for x, _ in columns]
    pixels = [skia.Point(u, v) for _, v in rows for _, u in columns]
    wide = len(columns)
    corners = [(i, i + 1, i + wide, i + 1, i + wide + 1, i + wide)
               for y in range(len(rows) - 1) for i in range(y * wide, y * wide + wide - 1)]
    vertices = skia.Vertices.MakeCopy(skia.Vertices.VertexMode.kTriangles_VertexMode, places, pixels, None,
                                      [i for each in corners for i in each])
    shader = picture.image.makeShader(skia.TileMode.kClamp, skia.TileMode.kClamp, sampling(node.scales))
    saved = canvas.save()
    canvas.concat(skia_matrix(node.matrix))
    canvas.clipRect(skia.Rect.MakeLTRB(node.columns[0][0], node.rows[0][0], node.columns[-1][0], node.rows[-1][0]),
                    skia.ClipOp.kIntersect, True)
    canvas.drawVertices(vertices, skia.Paint(Shader=shader, Alphaf=opacity, BlendMode=mode), skia.BlendMode.kModulate)
    canvas.restoreToCount(saved)


def _outset(cuts: tuple[tuple[float, float], ...], by: float) -> list[tuple[float, float]]:
    """A further cut `by` beyond either end, of the same pixel."""
    return [(cuts[0][0] - by, cuts[0][1]), *cuts, (cuts[-1][0] + by, cuts[-1][1])]
