"""A drawing for each stretch: a body in two poses or more, with its things, as SVG that moves."""

from __future__ import annotations

from assistant.page.drawings.draw import drawing

__all__ = ["drawing"]
