"""Monogram: the open, self-hosted system for selling personalized goods."""

__version__ = "0.1.0"
