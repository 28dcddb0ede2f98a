"""Custom features: the form a shopper fills in and the templates it is printed by, in versions."""

from .definition import Definition, dump, parse
from .drawing import UsedFace, faces, prepared
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
    template_images,
    version,
)

__all__ = [
    "PREVIEW", "PRODUCTION", "Definition", "Feature", "FeatureVersion", "Template", "TemplateVersion", "UsedFace", "create",
    "draft", "dump", "faces", "get", "get_published", "option_images", "parse", "prepared", "publish", "template_images",
    "version",
]  # fmt: skip
