"""`solemate understand`: what a text means."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant.cli.options import READING, add_json, add_settings, for_source, settings_of, teach

APART = 60.0
"""Seconds between two texts, more than the wake word on its own stays valid."""


def register(subparsers: Any) -> None:
    """Add `understand` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "understand",
        help="tell what a text means",
        **teach(
            "Tells what each text would mean if it were said. The score goes up to 1, for what is sure.",
            'solemate understand "skip this one"',
            'solemate understand --json "start hill stretches" "nice weather today"',
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help='what is said, such as "skip this one"')
    add_json(parser)
    add_settings(parser, *READING)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.entries import recognition_of
    from assistant.runtime.json_log import recognition_json
    from assistant.settings.toml_file import blaming
    from assistant.wiring import gate_for, guide_book, language_folder, understanding_for

    settings = for_source(settings_of(args), from_file=True)
    folder = language_folder(settings.text("language"))
    # The replies are read too, so that a person who edits the language learns of any mistake.
    with blaming(settings, "routine"):
        book = guide_book(folder, routine=settings.text("routine"))
    understanding = understanding_for(settings, folder, book.routine)
    gate = gate_for(settings)
    for number, text in enumerate(args.text):
        # Each on its own: the wake word alone in one text does not count for the next one.
        utterance = gate.judge(understanding.utterance(text, t=number * APART))
        if args.json:
            plain = {"text": text, **recognition_json(recognition_of(utterance))}
            print(json.dumps(plain, ensure_ascii=False))
            continue
        match = utterance.match
        meaning = " ".join([match.intent or "", *match.slots.values()]) if match.accepted else "nothing"
        print(f"{text}: {meaning} (score {match.score:.2f})")
    return 0
