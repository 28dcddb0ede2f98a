"""Which dialects speak of events, and with which views: put into the core's table by every process when it starts."""

from __future__ import annotations

from monogram.core.events import FORMS
from monogram.dialects.shoplazza import webhooks as shoplazza
from monogram.settings import Settings


def register(settings: Settings) -> None:
    """Makes this process able to write and sign deliveries. May be called again."""
    FORMS["shoplazza"] = shoplazza.form(shoplazza.VIEWS, settings.public_url)
