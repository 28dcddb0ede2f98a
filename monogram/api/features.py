"""What the customizer needs to show a SKU's form and draw its product."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monogram.core import features, ids, languages, skus
from monogram.core.errors import Invalid
from monogram.edge import Tx, state_of

from . import views
from .envelope import ok


async def show(request: Request, db: Tx, store_id: str, sku: str, lang: str = languages.DEFAULT) -> Response:
    language = languages.find(lang)
    if language is None:
        raise Invalid({"lang": "is not one of the 27 language codes, such as en"})
    found = await skus.get(db, ids.parse(store_id), sku)
    version = await features.get_published(db, found.store_id, found.feature_id)
    pictures = views.Pictures(state_of(request), await features.option_images(db, version))
    return ok(views.feature(found, version, language, pictures))
