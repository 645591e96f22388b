"""Errors meant for the person at the keyboard: each message names the thing and the way out."""

from __future__ import annotations


class SolemateError(Exception):
    """Something failed that the user can do something about; the program ends with status 1."""

    status = 1


class UsageError(SolemateError):
    """The program was called wrongly; it ends with status 2."""

    status = 2
