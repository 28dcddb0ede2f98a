"""Custom features: the form a shopper fills in and the templates it is printed by, in versions."""

from .definition import Definition, dump, parse
from .versions import (
    PREVIEW,
    PRODUCTION,
    Feature,
    FeatureVersion,
    Template,
    TemplateVersion,
    create,
    draft,
    get,
    get_published,
    option_images,
    publish,
    version,
)

__all__ = [
    "PREVIEW", "PRODUCTION", "Definition", "Feature", "FeatureVersion", "Template", "TemplateVersion", "create", "draft",
    "dump", "get", "get_published", "option_images", "parse", "publish", "version",
]  # fmt: skip
