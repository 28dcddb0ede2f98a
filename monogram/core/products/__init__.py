"""Products: what a store sells. A product has options, variants with stock, images and metafields."""

from . import prints
from .images import of as image_of
from .reading import Search, count, find, get, load, locate, of_event, of_variant, variant_ids
from .rows import (
    Image,
    ImageFields,
    Key,
    MetafieldFields,
    Option,
    OptionFields,
    Policy,
    Product,
    ProductFields,
    Variant,
    VariantFields,
)
from .writing import (
    add_image,
    create,
    delete,
    delete_image,
    delete_variant,
    update,
    update_image,
    update_variant,
)

__all__ = [
    "Image", "ImageFields", "Key", "MetafieldFields", "Option", "OptionFields", "Policy", "Product", "ProductFields",
    "Search", "Variant", "VariantFields", "add_image", "count", "create", "delete", "delete_image", "delete_variant", "find",
    "get", "image_of", "load", "locate", "of_event", "of_variant", "prints", "update", "update_image", "update_variant",
    "variant_ids",
]  # fmt: skip
