"""Errors meant for the person at the keyboard: each message names the problem and the way out."""

from __future__ import annotations

from collections.abc import Sequence


class SolemateError(Exception):
    """Something failed that the user can do something about. The program exits with status 1."""

    status = 1


class UsageError(SolemateError):
    """The program was called wrongly. It exits with status 2."""

    status = 2


class NameClashError(SolemateError):
    """A stretch's name makes a sentence that already means something else.

    `stretches` are the ids of those it may be, `mistake` says what is wrong.
    """

    def __init__(self, message: str, stretches: Sequence[str], mistake: str) -> None:
        super().__init__(message)
        self.stretches = stretches
        self.mistake = mistake
