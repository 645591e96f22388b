"""Solemate: a hands-free guide through foot stretches, by voice and wholly offline."""

__version__ = "0.1.0"
