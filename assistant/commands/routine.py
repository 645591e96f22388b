"""`solemate routine`: the stretches and how much of each is done."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from assistant.commands.options import add_json, add_settings, settings_of

if TYPE_CHECKING:
    from assistant.core.routine import Dose, Stretch


def register(subparsers: Any) -> None:
    """Add `routine` to what `ArgumentParser.add_subparsers` gave."""
    parser = subparsers.add_parser("routine", help="show the stretches", description="Shows the stretches.")
    add_json(parser)
    add_settings(parser, "language")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.assemble import language_folder, read_routine

    routine = read_routine(language_folder(settings_of(args).text("language")))
    if args.json:
        print(json.dumps([_plain(stretch) for stretch in routine.stretches], indent=2, ensure_ascii=False))
        return 0
    for number, stretch in enumerate(routine.stretches, start=1):
        things = ", ".join(f"({thing.name})" if thing.optional else thing.name for thing in stretch.needs)
        print(f"{number:2}. {stretch.name}: {_dose_text(stretch.dose)}; needs {things or 'nothing'}")
    return 0


def _plain(stretch: Stretch) -> dict[str, Any]:
    dose = stretch.dose
    return {
        "id": stretch.id,
        "name": stretch.name,
        "needs": [thing.name for thing in stretch.needs if not thing.optional],
        "may_need": [thing.name for thing in stretch.needs if thing.optional],
        "position": list(stretch.position),
        "how": list(stretch.how),
        "good_for": stretch.good_for,
        "dose": {
            "ends_by": dose.ends_by.value,
            "hold_seconds": dose.hold or None,
            "repetitions": dose.repetitions or None,
            "pace_seconds": dose.pace or None,
            "rounds": dose.rounds,
            "rest_seconds": dose.rest,
            "sides": list(dose.sides),
        },
    }


def _dose_text(dose: Dose) -> str:
    if dose.repetitions:
        work = f"{dose.repetitions} times, counted"
    elif dose.hold:
        work = f"{dose.hold:g} s"
    else:
        work = "as long as you can"
    rounds = f", {dose.rounds} times" if dose.rounds > 1 else ""
    return f"{work}{rounds}{', each foot' if dose.sides else ''}"
