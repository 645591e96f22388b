"""`solemate` without a command: listens and guides, with real devices, sound files or the keyboard."""

from __future__ import annotations

import argparse
import datetime
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_settings, check_files, for_source, is_file, settings_of
from assistant.errors import SolemateError, UsageError
from assistant.settings.kinds import OFF
from assistant.settings.table import SETTINGS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.dialogue.state.turn import Book
    from assistant.entries import Watcher
    from assistant.hearing.ear import Ear
    from assistant.language.understand_text import TextUnderstanding
    from assistant.runtime.session import Session, Storage
    from assistant.understanding.phrases import Phonemes
    from assistant.view.live_view import LiveView

    MakeSession = Callable[[Storage], Session]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the guide itself."""
    parser.set_defaults(run=run)
    parser.add_argument(
        "--typed", action="store_true", help="take what you type for what you say; works without a microphone"
    )
    parser.add_argument("--log", type=Path, metavar="LOG.jsonl", help="write what happens, a JSON object a line")
    parser.add_argument(
        "--until-finished", action="store_true", help="with a file or piped text: go on until the routine is over"
    )
    parser.add_argument(
        "--stay", action="store_true", help="wait without a word, also after a run, and remind: what the service does"
    )
    parser.add_argument(
        "--plain", dest="view", action="store_const", const=False, default=argparse.SUPPRESS,
        help="lines of text in place of the live view (for a screen reader, or to scroll)",
    )  # fmt: skip
    parser.add_argument("--devices", action="store_true", help="list the sound devices and end")
    kept = parser.add_argument_group("settings", "for one run; `solemate settings set KEY VALUE` keeps one")
    add_settings(kept, *SETTINGS, files=True)


def refuse_beside(args: argparse.Namespace) -> None:
    """Raise UsageError for an option of the guide before a command, where it would have no effect."""
    from assistant.cli import demo

    given = {
        "--typed": args.typed,
        "--until-finished": args.until_finished,
        "--stay": args.stay,
        "--devices": args.devices,
        "--log": args.log is not None and args.run is not demo.run,
    }
    for option, there in given.items():
        if there:
            raise UsageError(f"{option} is the guide's own: it does nothing with a command", "leave one of them out")


def run(args: argparse.Namespace) -> int:
    """Guide in the way that was asked for."""
    if args.devices:
        return _list_devices()
    microphone, speaker = _flags(args)
    virtual = is_file(microphone) or (args.typed and not sys.stdin.isatty())
    if args.typed and microphone:
        raise UsageError("--typed takes no --microphone: what you type is what is heard")
    if args.until_finished and not virtual:
        raise UsageError("--until-finished needs --microphone FILE, or --typed with text from a pipe")
    if is_file(speaker) and not virtual:
        raise UsageError("--speaker FILE needs --microphone FILE, or --typed with text from a pipe")
    if virtual and speaker and not is_file(speaker):
        raise UsageError(f"--speaker {speaker}: beside a file or a pipe the loudspeaker is a WAV file")
    check_files({"microphone": microphone, "speaker": speaker, "log": args.log})
    with ExitStack() as closing:
        watchers = _watchers(args, closing)
        from assistant.settings.toml_file import blaming
        from assistant.wiring import guide_book, language_folder

        settings = for_source(settings_of(args), from_file=virtual)
        folder = language_folder(settings.text("language"))
        with blaming(settings, "routine"):
            book = guide_book(folder, settings.number("ready_seconds"), settings.text("routine"), stays=args.stay)
        if virtual:
            make_session = partial(_session, settings, book, watchers, None)
            return _run_virtual(args, settings, folder, book, make_session, closing)
        return _run_live(args, settings, folder, book, watchers, closing)


def _flags(args: argparse.Namespace) -> tuple[str | None, str | None]:
    """--microphone and --speaker.

    A device in the settings file is no reason to refuse a sound file, or the keyboard.
    """
    return getattr(args, "microphone", None), getattr(args, "speaker", None)


def _list_devices() -> int:
    from assistant.audio.devices import list_devices

    devices = list_devices()
    if not devices:
        raise SolemateError("there is no sound device", "plug in a microphone and a loudspeaker, or use --typed")
    for device in devices:
        print(f"{device.name}: {device.inputs} in, {device.outputs} out, {device.rate:g} Hz")
    return 0


def _watchers(args: argparse.Namespace, closing: ExitStack) -> list[Watcher]:
    """The watchers of the session.

    The log is begun before anything that takes time, so that an old one can't pass for that of a run interrupted while
    starting.
    """
    from assistant.view.conversation import Conversation

    watchers: list[Watcher] = [Conversation(tells_talk=not args.stay or sys.stdout.isatty())]
    if args.log is not None:
        from assistant.runtime.json_log import JsonLog

        log = JsonLog(args.log)
        closing.callback(log.close)
        watchers.append(log)
    return watchers


def _session(
    settings: Settings,
    book: Book,
    watchers: list[Watcher],
    live: ExitStack | None,
    memory: Storage,
    phonemes: Callable[[str], Phonemes] | None = None,
) -> Session:
    """A session; `live` closes what a real clock needs: there, sentences are prefetched.

    `phonemes` spells what the guide says, if its own voice may be heard.
    """
    from assistant.audio.cues import cue_samples
    from assistant.audio.mixer import Player
    from assistant.dialogue.guide import Guide
    from assistant.runtime.session import Session
    from assistant.speaking.choose import look_ahead, voice_for
    from assistant.wiring import gate_for

    guide, voice = Guide(book), voice_for(settings, exactly=live is None)
    return Session(
        guide,
        Player(),
        voice,
        cue_samples,
        memory,
        watchers=watchers,
        wall=datetime.datetime.now().isoformat(timespec="seconds"),
        wishes=_wishes(settings, memory.load()),
        gate=gate_for(settings, phonemes),
        look_ahead=look_ahead(guide, voice, live),
    )


def _wishes(settings: Settings, memory: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that replace, for this session, what was last asked for by voice."""
    from assistant.dialogue.run.reminders import REMINDERS, wish_holds

    wishes: dict[str, Any] = {}
    words, reminders = settings.optional("words"), settings.optional("reminders")
    if words:
        wishes["words"] = words
    if settings.values["pace"] is not None:
        wishes["pace"] = settings.number("pace")
    if reminders:
        times = [] if reminders == OFF else reminders.split(",")
        if settings.origins["reminders"] == "flag" or wish_holds(memory, times):
            wishes[REMINDERS] = times
    return wishes


def _run_virtual(
    args: argparse.Namespace,
    settings: Settings,
    folder: Path,
    book: Book,
    make_session: MakeSession,
    closing: ExitStack,
) -> int:
    from assistant.audio.sound_files import FileMicrophone, FileSpeaker
    from assistant.file_lock import taken
    from assistant.runtime.database import NoDatabase
    from assistant.runtime.typed_input import run_typed
    from assistant.runtime.virtual_clock import VirtualClock, run_file
    from assistant.view.progress_bar import spinner
    from assistant.wiring import ears_for, understanding_for

    heard, written = _flags(args)
    microphone = None if heard is None else FileMicrophone(heard)

    def new_clock(ear: Ear | None) -> VirtualClock:
        # The file is opened last, so that an earlier run's is kept if this one can't begin.
        session = make_session(NoDatabase())
        held = taken(Path(written), "--speaker") if written else None
        if held is not None:
            closing.callback(held.close)
        speaker = FileSpeaker(written) if written else None
        if speaker is not None:
            closing.callback(speaker.close)
        return VirtualClock(session, ear, speaker)

    if microphone is None:
        understanding = understanding_for(settings, folder, book.routine)
        if understanding.lacking is not None:
            print(understanding.lacking, file=sys.stderr)
        clock = new_clock(None)
        run_typed(clock, sys.stdin, understanding, until_finished=args.until_finished)
        return 0
    with spinner("Loading the recogniser"):
        ears = ears_for(settings, folder, book.routine)
    print(ears.introduction)
    clock = new_clock(ears.new_ear())
    run_file(clock, (block * ears.gain for block in microphone), until_finished=args.until_finished)
    return 0


def _run_live(
    args: argparse.Namespace,
    settings: Settings,
    folder: Path,
    book: Book,
    watchers: list[Watcher],
    closing: ExitStack,
) -> int:
    from assistant.audio.devices import sound_problem
    from assistant.paths import user_folder
    from assistant.runtime.database import Database
    from assistant.runtime.real_time import run_keyboard, run_microphone
    from assistant.view.progress_bar import spinner
    from assistant.wiring import ears_for, understanding_for

    problem = sound_problem()
    if problem and args.stay and not args.typed:
        raise problem
    if problem and not args.typed:
        return _show_instead(args, problem, watchers)
    database = Database(user_folder())
    closing.callback(database.close)
    if args.typed:
        with spinner("Loading the phrases"):
            understanding = understanding_for(settings, folder, book.routine)
        view = _view(args, settings, book, understanding, "", watchers, closing)
        session = _session(settings, book, watchers, closing, database)
        speaker = None if problem else settings.optional("speaker") or ""
        run_keyboard(session, understanding, speaker, closing, view=view)
        return 0
    from assistant.runtime.listener import no_barge_in

    cancels = settings.switch("echo_cancelling")
    with spinner("Loading the recogniser"):
        ears = ears_for(settings, folder, book.routine)
    limits = no_barge_in(wanted=cancels)
    introduction = "\n".join([ears.introduction, *([limits] if limits else [])])
    print(introduction)
    view = _view(args, settings, book, ears.understanding, introduction, watchers, closing)
    session = _session(settings, book, watchers, closing, database, ears.phonemes)
    wanted = (settings.optional("microphone"), settings.optional("speaker"))
    run_microphone(session, ears, *wanted, closing, cancels=cancels, view=view)
    return 0


def _view(
    args: argparse.Namespace,
    settings: Settings,
    book: Book,
    understanding: TextUnderstanding,
    introduction: str,
    watchers: list[Watcher],
    closing: ExitStack,
) -> LiveView | None:
    """The live view, in place of lines; None if it is not wanted, or the terminal can't show it."""
    if not settings.switch("view"):
        return None
    from assistant.view.terminal import view_possible

    if not view_possible(sys.stdout, sys.stdin if args.typed else None):
        return None
    from assistant.dialogue.requests.suggestions import wordings
    from assistant.view.live_view import LiveView

    name = settings.optional("name")
    texts = wordings(understanding.book)
    view = LiveView(book, texts, name=name, introduction=introduction, typed=args.typed)
    closing.callback(view.close)
    watchers[0] = view
    return view


def _show_instead(args: argparse.Namespace, problem: SolemateError, watchers: Sequence[Watcher]) -> int:
    """No sound here: say so and what to do, and demonstrate the guide on real audio all the same."""
    from assistant.cli import demo

    print(f"solemate: {problem}", file=sys.stderr)
    print(
        "solemate: plug in a microphone and a loudspeaker and start again, or type instead: solemate --typed",
        file=sys.stderr,
    )
    if any(_flags(args)):
        return 1
    print("Here is a demonstration in the meantime.\n")
    args.output = demo.OUTPUT
    check_files({"log": args.log, "output": args.output})
    return demo.show(args, watchers)
