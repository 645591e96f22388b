"""`solemate wyoming`: serves Home Assistant, with a session for each of its satellites."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_settings, settings_of, teach
from assistant.collecting import kept_for_good, nothing_to_collect
from assistant.errors import SolemateError, UsageError
from assistant.settings.kinds import Address
from assistant.settings.table import SETTINGS, Settings, shown

if TYPE_CHECKING:
    from assistant.dialogue.state.turn import Book
    from assistant.hearing.choose import Ears
    from assistant.hearing.ear import Ear
    from assistant.understanding.hypothesis import Utterance
    from assistant.wyoming.address import Bound
    from assistant.wyoming.announcing import Announcer
    from assistant.wyoming.listening import Kind, Listening
    from assistant.wyoming.satellites import Satellites
    from assistant.wyoming.server import Behind

LIBRARY = "wyoming.event"
"""What the server needs, and Solemate else does not."""

OF_A_SATELLITE = (
    "language", "recogniser", "routine", "ready_seconds", "auto_start", "words", "pace", "ask_after", "voice",
    "voice_cache_mb", "name", "strictness", "home_assistant", "home_assistant_token",
)  # fmt: skip
"""The settings that count; the others are about a microphone, a loudspeaker or a screen of this machine's."""

MANY, FEW = 96, 2
"""Ears at a time: as many as there are connections where the network is shared, else one for each of two cores."""


def register(subparsers: Any) -> None:
    """Add `wyoming` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "wyoming",
        help="serve Home Assistant: lead through a routine on its satellites",
        **teach(
            "Serves Home Assistant's Wyoming integration, until it is stopped: it hears, leads, speaks and wakes to "
            "its name, and each satellite has a place of its own in the routine. Only this machine can reach it, "
            "unless you name another address; there is no password. docs/rooms.md tells how to set it up.",
            "solemate wyoming",
            "solemate wyoming --uri tcp://0.0.0.0:10600    # for Home Assistant on another machine",
            "solemate wyoming --name coach",
        ),
    )
    uri = SETTINGS["wyoming_uri"]
    parser.add_argument(
        "--uri", dest=uri.key, type=_address, default=argparse.SUPPRESS, metavar=uri.kind.metavar,
        help=f"where it listens (default: {shown(uri.default)})",
    )  # fmt: skip
    add_settings(parser, *OF_A_SATELLITE)
    parser.set_defaults(run=_run)


def _address(text: str) -> str:
    try:
        return str(Address().parse(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _run(args: argparse.Namespace) -> int:
    try:
        importlib.import_module(LIBRARY)
    except ImportError:
        raise SolemateError(
            "Home Assistant is served with wyoming, which is not here",
            "pip install 'solemate[wyoming]'; in a checkout: .venv/bin/pip install -e '.[wyoming]'",
        ) from None
    from assistant.wyoming.address import bind

    settings = settings_of(args).without_calibration()  # which is for this machine's microphone
    with ExitStack() as closing:
        bound = bind(settings.text("wyoming_uri"))  # before all that takes long
        closing.callback(bound.close)
        announcer = announcer_for(settings)
        if announcer is not None:
            closing.callback(announcer.close)
        asyncio.run(_serve(settings, bound, announcer, closing))
    return 0


async def _serve(settings: Settings, bound: Bound, announcer: Announcer | None, closing: ExitStack) -> None:
    from assistant.wyoming.server import Server

    with nothing_to_collect():
        server = Server(bound, behind_for(settings, announcer, closing, tell), tell)
    with kept_for_good():
        await server.run(lambda: print(_introduction(bound, announcer), flush=True))


def tell(line: str) -> None:
    """Tell of a trouble, in a line."""
    print(f"solemate: {line}", file=sys.stderr, flush=True)


def _introduction(bound: Bound, announcer: Announcer | None) -> str:
    who = "this machine alone can reach it" if bound.home else "whoever can reach this machine can use it"
    unasked = "" if announcer is None else ", and speaks unasked through Home Assistant"
    return f"Home Assistant is served at {bound.uri} ({who}){unasked}; Ctrl-C ends it"


def announcer_for(settings: Settings) -> Announcer | None:
    """What speaks unasked through Home Assistant; None if that is off.

    Raises UsageError where there is no token for it, SolemateError where that can't be read.
    """
    address, path = settings.optional("home_assistant"), settings.optional("home_assistant_token")
    if address is None:
        return None
    from assistant.wyoming.announcing import Announcer, token_in

    if path is None:
        raise UsageError(
            "home_assistant needs a token as well",
            "put one into a file, then: solemate settings set home_assistant_token FILE",
        )
    token, warning = token_in(Path(path).expanduser())
    if warning is not None:
        tell(warning)
    return Announcer(address, token, tell)


def behind_for(
    settings: Settings, announcer: Announcer | None, closing: ExitStack, tell: Callable[[str], None]
) -> Behind:
    """What the server passes things on to. Raises SolemateError and UsageError as the guide itself does."""
    from assistant.hearing.built_in import NAME, deaf_to
    from assistant.settings.toml_file import blaming
    from assistant.speaking.choose import voice_for
    from assistant.view.progress_bar import spinner
    from assistant.wiring import ears_for, guide_book, language_folder
    from assistant.wyoming.about import about
    from assistant.wyoming.server import Behind

    folder = language_folder(settings.text("language"))
    with blaming(settings, "routine"):
        book = guide_book(folder, settings.number("ready_seconds"), settings.text("routine"))
    with spinner("Loading the recogniser"):
        ears = ears_for(settings, folder, book.routine)
        _warm(ears)
    language, wakes = settings.text("language"), deaf_to(settings.text("language")) is None
    own = [filler.text for filler in ears.understanding.book.own_names[:1]]
    names = [each for each in (settings.optional("name"), *own) if each is not None] if wakes else []
    listening = listening_for(ears, language, wakes=wakes, tell=tell)
    closing.callback(listening.close)
    voice = partial(voice_for, settings)
    recogniser = NAME if ears.several else "vosk"
    return Behind(
        about(language, recogniser, settings.text("voice"), names),
        language,
        listening,
        ears.understanding,
        partial(_satellites, settings, book, announcer, tell),
        voice,
        names,
        partial(_named, ears, names),
    )


def _warm(ears: Ears) -> None:
    """Have what is made at its first use made now, instead of while somebody waits for it."""
    import numpy as np

    from assistant.ports import LISTENING_RATE

    hiss = np.random.default_rng(0).normal(0.0, 0.01, LISTENING_RATE).astype(np.float32)
    ears.new_ear().understand(hiss)
    ears.understanding.interpreter.going_on.prepare()
    ears.understanding.utterance("hello")


def listening_for(ears: Ears, language: str, *, wakes: bool, tell: Callable[[str], None]) -> Listening:
    """Ears for many connections. What wakes is heard by the built-in one alone, which costs next to nothing."""
    from assistant.wyoming.listening import Listening

    def new_ear(kind: Kind) -> Ear:
        from assistant.hearing.built_in import BuiltInRecogniser
        from assistant.hearing.ear import Ear

        if kind == "wake":
            return Ear(BuiltInRecogniser(language), ears.understanding.interpreter)
        return made.pop() if made else ears.another_ear()

    made = [ears.new_ear()]
    listening = Listening(new_ear, {"asr": MANY if ears.several else FEW, "wake": MANY if wakes else 0}, tell)
    listening.prepare("asr", 1 if ears.several else FEW)
    return listening


def _named(ears: Ears, names: list[str], utterance: Utterance) -> str | None:
    """The name with which an utterance begins; the guide's own names are all spellings of one."""
    from assistant.understanding.wake_word import NameMatcher

    matcher, book = ears.understanding.interpreter.matcher, ears.understanding.book
    found = matcher.name_in(utterance.hypothesis) if isinstance(matcher, NameMatcher) else None
    if found is None or found.text in {filler.text for filler in book.other_assistants}:
        return None
    return found.text if found.text in names else names[-1] if names else None


def _satellites(settings: Settings, book: Book, announcer: Announcer | None, tell: Callable[[str], None]) -> Satellites:
    """The sessions, in the thread in which they stay. Raises InUseError if another Solemate is running."""
    from assistant.paths import user_folder
    from assistant.runtime.keeper import InUseError
    from assistant.wyoming.places import Kept
    from assistant.wyoming.satellites import Satellites

    kept = Kept(user_folder())
    try:
        kept.open()
    except InUseError:
        raise
    except SolemateError as error:
        tell(f"nothing can be kept: {error}")
    return Satellites(book, kept.of, partial(_wishes, settings), announcer, tell, kept.close)


def _wishes(settings: Settings, memory: Mapping[str, Any]) -> dict[str, Any]:
    """What the settings say; a satellite plays no cues, so words lead where only those were wished for."""
    from assistant.cli.guide import wishes_of
    from assistant.dialogue.state.turn import SOUNDS, WORDS

    wishes = wishes_of(settings, memory)
    return wishes | {WORDS: "short"} if wishes.get(WORDS, memory.get(WORDS)) == SOUNDS else wishes
