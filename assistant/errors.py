"""Errors meant for the person at the keyboard: each names the thing that is wrong, and the way out."""

from __future__ import annotations

from collections.abc import Sequence


class SolemateError(Exception):
    """Something failed that the user can do something about; the program ends with status 1.

    `problem` is what is wrong, naming the thing; `remedy` is the way out, empty where there is none.
    """

    status = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return one_line(self.problem, self.remedy)


class UsageError(SolemateError):
    """The program was called wrongly. It exits with status 2."""

    status = 2


class NameClashError(SolemateError):
    """What a stretch is called means something else already.

    `stretches` are those it may be. `mistake` is what is wrong as told where the stretch's name stands.
    """

    def __init__(self, problem: str, remedy: str, stretches: Sequence[str], mistake: str) -> None:
        super().__init__(problem, remedy)
        self.args = (problem, remedy, stretches, mistake)  # with which pickle makes it again
        self.stretches = stretches
        self.mistake = mistake


def one_line(*parts: str) -> str:
    """What is wrong and what to do, as a line of text; empty parts are left out."""
    return "; ".join(part for part in parts if part)
