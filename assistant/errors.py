"""Errors meant for the person at the keyboard: each message names the thing and the way out."""

from __future__ import annotations

from collections.abc import Sequence


class SolemateError(Exception):
    """Something failed that the user can do something about; the program ends with status 1."""

    status = 1


class UsageError(SolemateError):
    """The program was called wrongly; it ends with status 2."""

    status = 2


class NameClashError(SolemateError):
    """What a stretch is called means something else already; `stretches` are those it may be, `mistake` is what."""

    def __init__(self, message: str, stretches: Sequence[str], mistake: str) -> None:
        super().__init__(message)
        self.stretches = stretches
        self.mistake = mistake
