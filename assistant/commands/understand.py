"""`solemate understand`: what a text means."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant.commands.options import add_json, add_language


def register(subparsers: Any) -> None:
    """Add `understand` to what `ArgumentParser.add_subparsers` gave."""
    parser = subparsers.add_parser(
        "understand", help="tell what a text means", description="Tells what each text would mean if it were said."
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help='what is said, such as "skip this one"')
    add_json(parser)
    add_language(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.assemble import Understanding, guide_book, language_folder, phonemizer, phrase_book
    from assistant.log import heard_fields

    folder = language_folder(args.language)
    # The replies too, though none is said: who edits the language tries it with this, and wants to know of any mistake.
    book = guide_book(folder)
    speller = phonemizer()
    understanding = Understanding.of(phrase_book(folder, book.routine, speller), speller)
    for text in args.text:
        utterance = understanding.utterance(text)
        if args.json:
            print(json.dumps({"text": text, **heard_fields(utterance)}, ensure_ascii=False))
            continue
        match = utterance.match
        meaning = " ".join([match.intent or "", *match.slots.values()]) if match.accepted else "nothing"
        print(f"{text}: {meaning} (score {match.score:.2f})")
    return 0
