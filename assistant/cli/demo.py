"""`solemate demo`: a synthetic person and the guide talk, from sound to sound."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_settings, check_files, settings_of, teach

if TYPE_CHECKING:
    from assistant.entries import Entry, Watcher

OUTPUT = Path("solemate-demo.wav")
"""Where the conversation is written by default: the current folder, because it is meant to be listened to."""


def register(subparsers: Any) -> None:
    """Add `demo` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "demo",
        help="hear a conversation with the guide",
        **teach(
            "A synthetic person talks with the guide through the real recogniser, faster than real time. Needs no "
            "microphone, no loudspeaker and no network.",
            "solemate demo",
            "solemate demo --output talk.wav    # to be listened to afterwards",
        ),
    )
    parser.add_argument(
        "--output", type=Path, default=OUTPUT, metavar="FILE.wav", help=f"where to keep it (default: {OUTPUT})"
    )
    add_settings(parser, "language", "recogniser", "voice")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Hold the conversation, with a log if one is wanted."""
    from assistant.runtime.json_log import JsonLog
    from assistant.view.conversation import Conversation

    path: Path | None = getattr(args, "log", None)
    check_files({"log": path, "output": args.output})
    if path is None:
        return show(args, [Conversation()])
    with closing(JsonLog(path)) as log:
        return show(args, [Conversation(), log])


def show(args: argparse.Namespace, watchers: Sequence[Watcher]) -> int:
    """Hold the conversation; returns 1 if it could not be completed."""
    from assistant.audio.cues import cue_samples
    from assistant.audio.mixer import Player
    from assistant.audio.sound_files import FileSpeaker
    from assistant.dialogue.guide import Guide
    from assistant.entries import Heard
    from assistant.runtime.database import NoDatabase
    from assistant.runtime.demo import Person, converse, read_script
    from assistant.runtime.session import Session
    from assistant.runtime.virtual_clock import VirtualClock
    from assistant.speaking.choose import voice_for
    from assistant.view.progress_bar import spinner
    from assistant.wiring import guide_book, language_folder, make_ears

    settings = settings_of(args)
    folder = language_folder(settings.text("language"))
    script = read_script(folder)
    book = guide_book(folder)
    # The synthetic person uses no wake word, and needs no calibration.
    with spinner("Loading the recogniser"):
        ears = make_ears(folder, book.routine, settings.text("recogniser"))
    print(ears.introduction)
    person = Person(script.lines, script.new_voice())

    def watch(entry: Entry) -> None:
        if isinstance(entry, Heard):
            person.heard(entry.recognition.intent)

    voice = voice_for(settings, exactly=True)
    session = Session(Guide(book), Player(), voice, cue_samples, NoDatabase(), watchers=[*watchers, watch])
    clock = VirtualClock(session, ears.new_ear(), None)
    # Opened last, so that an earlier conversation is kept if this one can't begin.
    with closing(FileSpeaker(args.output)) as speaker:
        speaker.write(converse(clock, person))
    print(f"{person.understood} of {len(person.lines)} things said were understood; {clock.t:.0f} seconds of "
          f"conversation are in {args.output}")  # fmt: skip
    return 0 if person.done and person.understood == len(person.lines) else 1
