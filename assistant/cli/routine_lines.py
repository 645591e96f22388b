"""The stretches of a routine as lines to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.dialogue.content.routine import Dose, Routine


def lines_of(routine: Routine) -> list[str]:
    """A line for each stretch: its name, how much of it is done, what it needs."""
    lines = []
    for number, stretch in enumerate(routine.stretches, start=1):
        things = ", ".join(f"({thing.name})" if thing.optional else thing.name for thing in stretch.needs)
        lines.append(f"{number:2}. {_row(stretch.name)}: {_dose_text(stretch.dose)}; needs {_row(things) or 'nothing'}")
    return lines


def _row(text: str) -> str:
    """The text in one line, even if it was written in several."""
    return " ".join(text.split())


def _dose_text(dose: Dose) -> str:
    if dose.repetitions:
        work = f"{dose.repetitions} times, counted"
    elif dose.hold:
        work = f"{dose.hold:g} s"
    else:
        work = "as long as you can"
    rounds = f", {dose.rounds} times" if dose.rounds > 1 else ""
    return f"{work}{rounds}{', each foot' if dose.sides else ''}"
