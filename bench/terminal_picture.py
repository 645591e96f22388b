"""`script/picture`: the picture of the live view in the README.

It is taken in a run in which a synthetic person talks with the guide, from sound to sound.
"""

from __future__ import annotations

import argparse
import html
import io
import re
import sys
from functools import partial
from pathlib import Path

from assistant.audio.cues import cue_samples
from assistant.audio.levels import level_db
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.suggestions import wordings
from assistant.entries import Entry, Heard
from assistant.errors import SolemateError
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.runtime.demo import Line, Person
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import VirtualClock
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.understanding.hypothesis import Samples
from assistant.view.layout import Row
from assistant.view.live_view import LiveView
from assistant.view.screen import as_svg
from assistant.wiring import guide_book, language_folder, make_ears

PICTURE = Path("docs/terminal.svg")

COLUMNS, ROWS = 80, 21

PERSON, PERSON_PACE = "en-gb+f2", 150
"""The synthetic person's voice and words a minute."""

HEEL_STRETCHES = 3
"""The index of that stretch in the routine."""

NOTHING = ""
"""The intent of what means nothing."""

LINES = (
    Line("start heel stretches", "start_stretch", Phase.IDLE, 1.0),
    Line("I'm ready", "ready", Phase.GETTING_READY, 1.0, HEEL_STRETCHES),
    Line("the potatoes are burning", NOTHING, Phase.EXERCISING, 3.0, HEEL_STRETCHES),
    Line("what's next?", "whats_next", Phase.EXERCISING, 2.0, HEEL_STRETCHES),
)
"""What the person says."""

LOOK_BLOCKS = 4
"""Blocks of sound (0.12 s) between two looks at the level meter, as in a terminal."""

LONGEST = 300.0
"""Seconds of virtual time within which the last line must have been heard."""


def rows_of_a_run() -> tuple[Row, ...]:
    """The view after the last line was heard, during a hold. Raises SolemateError if it was not understood."""
    folder = language_folder("en")
    book = guide_book(folder)
    ears = make_ears(folder, book.routine, "built-in")
    person = Person(LINES, Pyttsx3Engine(PERSON_PACE, PERSON))
    view = LiveView(book, wordings(ears.understanding.book), out=_NoTerminal())

    heard: list[str] = []

    def watch(entry: Entry) -> None:
        if isinstance(entry, Heard):
            heard.append(entry.recognition.intent or NOTHING)
            person.heard(heard[-1])

    session = Session(Guide(book), Player(), Pyttsx3Engine(), cue_samples, NoDatabase(), watchers=[view, watch])
    clock = VirtualClock(session, ears.new_ear(), None)
    while heard[-1:] != [LINES[-1].intent]:
        if clock.t > LONGEST:
            raise SolemateError(f"{person.understood} of {len(LINES)} things said were understood: no picture")
        said: Samples = person.block(clock.t, session)
        view.level = partial(level_db, said)
        if clock.blocks % LOOK_BLOCKS == 0:
            view.shown(session.state)
        clock.block(said)
    return view.rows(session.state, COLUMNS - 1, ROWS)


class _NoTerminal(io.StringIO):
    """An output for a view that is not shown."""

    encoding = "utf-8"


def text_of(svg: str) -> list[str]:
    """The lines of text in a picture.

    What differs each time (the level meter, the clock, sounds that were heard) is only marked as present.
    """
    lines: dict[str, str] = {}
    for place, text in re.findall(r'<text class="solemate-r\d+"[^>]* y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        lines[place] = lines.get(place, "") + text.replace("&#160;", " ")
    masked = [re.sub(r"^✗ .*", "✗", re.sub(r"^[█ ]+$", "█", html.unescape(line))) for line in lines.values()]
    return [re.sub(r"[━─]+$", "", line).rstrip() for line in masked]


def main() -> int:
    """Take the picture and write it."""
    parser = argparse.ArgumentParser(prog="script/picture", description="Takes the picture of the view in the README.")
    parser.add_argument("file", nargs="?", type=Path, default=PICTURE, help=f"where it goes (default: {PICTURE})")
    args = parser.parse_args()
    try:
        picture = as_svg(rows_of_a_run(), COLUMNS - 1)
        args.file.write_text(picture, encoding="utf-8")
    except SolemateError as error:
        print(f"solemate: {error}", file=sys.stderr)
        return error.status
    except OSError as error:
        print(f"solemate: cannot write {args.file}: {error.strerror}", file=sys.stderr)
        return SolemateError.status
    print(f"{args.file} is the picture")
    return 0


if __name__ == "__main__":
    sys.exit(main())
