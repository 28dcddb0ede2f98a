"""One page of a document of several."""

from __future__ import annotations

import msgspec

from ..errors import RenderError
from .documents import Document
from .layers import walk


def page_ids(document: Document) -> list[str]:
    """The ids of all pages, the first page's first."""
    return [document.page_id, *(page.id for page in document.pages)]


def page(document: Document, page_id: str | None = None) -> Document:
    """That page as a document of its own: its canvas and layers, and the bindings that reach it; the first without an id.

    Raises RenderError `page_missing`.
    """
    if page_id is None or page_id == document.page_id:
        canvas, layers = document.canvas, document.layers
    else:
        found = next((page for page in document.pages if page.id == page_id), None)
        if found is None:
            known = ", ".join(page_ids(document))
            raise RenderError("page_missing", f"The document has no page {page_id!r}; it has {known}.", part=page_id)
        canvas, layers = found.canvas, found.layers
    if not document.pages:
        return document
    own = {layer.id for layer in walk(layers)}
    bindings = [binding for binding in document.bindings if binding.layer in own]
    return msgspec.structs.replace(document, canvas=canvas, layers=layers, bindings=bindings, pages=(),
                                   page_id=page_id or document.page_id)
