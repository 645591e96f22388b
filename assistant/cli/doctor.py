"""`solemate doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_json, add_settings, flags_of, settings_of, teach
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from assistant.checkup.doctor import Check


def register(subparsers: Any) -> None:
    """Add `doctor` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "doctor",
        help="look at each part, and say what to do",
        **teach(
            "Looks at each part that is needed, and says what to do where one does not work. It listens for two "
            "seconds, and says a word three times. The status is 1 if there is a failure.",
            "solemate doctor",
            "solemate doctor --microphone USB --speaker Headphones",
        ),
    )
    add_json(parser)
    add_settings(parser, "language", "recogniser", "voice", "microphone", "speaker", "echo_cancelling", "routine")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.checkup.doctor import State, examine
    from assistant.checkup.probes import real_probes
    from assistant.settings.table import Settings
    from assistant.view.progress_bar import spinner

    checks = []
    with spinner("Looking, and listening"):
        for check in examine(real_probes(lambda: settings_of(args), lambda: Settings.of(flags_of(args)))):
            checks.append(check)
            if not args.json:
                print(_line(check), flush=True)
    if args.json:
        plain = [{"part": c.part, "state": c.state.value, "found": c.found, "todo": c.todo} for c in checks]
        print(json.dumps(plain, indent=2, ensure_ascii=False))
    return SolemateError.status if any(check.state is State.FAILURE for check in checks) else 0


def _line(check: Check) -> str:
    line = f"{check.state.value:7}  {check.part.replace('_', ' '):14}  {check.found}"
    # An error's message already contains the way out.
    return line if not check.todo or check.todo in check.found else f"{line}\n{'':25}-> {check.todo}"
