"""Custom features: forms and their templates, in versions that never change once published."""

from .definition import Definition, dump, parse

__all__ = ["Definition", "dump", "parse"]
