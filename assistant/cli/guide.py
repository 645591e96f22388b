"""`solemate` without a command: listens and guides, with real devices, sound files or the keyboard."""

from __future__ import annotations

import argparse
import datetime
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_settings, check_files, for_source, is_file, settings_of
from assistant.cli.page import bind, page_for
from assistant.cli.room import Wanted, begin_room, both, rooms_seen, wanted_room
from assistant.collecting import kept_for_good, nothing_to_collect
from assistant.errors import SolemateError, UsageError
from assistant.settings.kinds import OFF
from assistant.settings.table import LAN, SETTINGS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.dialogue.state.turn import Book
    from assistant.entries import Watcher
    from assistant.hearing.ear import Ear
    from assistant.language.understand_text import TextUnderstanding
    from assistant.page.link import Bound
    from assistant.runtime.keeper import Keeper, Storage
    from assistant.runtime.paced import Pace
    from assistant.runtime.real_time import Begin
    from assistant.runtime.session import Session
    from assistant.understanding.phrases import Phonemes
    from assistant.view.live_view import LiveView

    MakeSession = Callable[[Storage | Keeper], Session]


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
    parser.add_argument(
        "--new-link",
        action="store_true",
        help="with --page: a fresh link, so that the one of the last time opens nothing",
    )
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
        "--new-link": args.new_link,
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
    wants_page, wants_room = getattr(args, "page", OFF) != OFF, getattr(args, "mqtt", None) is not None
    virtual = is_file(microphone) or (args.typed and not sys.stdin.isatty() and not wants_page and not wants_room)
    if args.typed and microphone:
        raise UsageError("--typed takes no --microphone: what you type is what is heard")
    if args.until_finished and not virtual:
        raise UsageError("--until-finished needs --microphone FILE, or --typed with text from a pipe")
    if is_file(speaker) and not virtual:
        raise UsageError("--speaker FILE needs --microphone FILE, or --typed with text from a pipe")
    if virtual and speaker and not is_file(speaker):
        raise UsageError(f"--speaker {speaker}: beside a file or a pipe the loudspeaker is a WAV file")
    if virtual and wants_room:
        raise UsageError("--mqtt takes no --microphone FILE: a recording is heard in no room")
    check_files({"microphone": microphone, "speaker": speaker, "log": args.log})
    with ExitStack() as closing:
        watchers = _watchers(args, closing)
        from assistant.settings.toml_file import blaming
        from assistant.wiring import guide_book, language_folder

        settings = for_source(settings_of(args), from_file=virtual)
        folder = language_folder(settings.text("language"))
        # A sound file is only heard in real time if somebody wants to look.
        bound = bind(settings, closing) if wants_page or not virtual else None
        room = None if virtual else wanted_room(settings)
        if virtual and settings.optional("mqtt"):
            print("solemate: a recording, or text from a pipe, is no room: the broker is told nothing", file=sys.stderr)
        with blaming(settings, "routine"):
            book = guide_book(folder, settings.number("ready_seconds"), settings.text("routine"), stays=args.stay)
        book = replace(book, rooms=room is not None and settings.optional("person") is not None)
        if virtual:
            return _run_virtual(args, settings, folder, book, watchers, bound, closing)
        return _run_live(args, settings, folder, book, watchers, bound, room, closing)


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
    memory: Storage | Keeper,
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
        wishes=wishes_of(settings, memory.load()),
        gate=gate_for(settings, phonemes),
        look_ahead=look_ahead(guide, voice, live),
        goes_on=live is not None,
    )


def wishes_of(settings: Settings, memory: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that replace, for this session, what was last asked for by voice."""
    from assistant.dialogue.run.numbers import ASK_AFTER
    from assistant.dialogue.run.reminders import REMINDERS, wish_holds

    wishes: dict[str, Any] = {}
    words, reminders = settings.optional("words"), settings.optional("reminders")
    if words:
        wishes["words"] = words
    if settings.values["auto_start"] is not None:
        wishes["auto_start"] = settings.switch("auto_start")
    if settings.optional(ASK_AFTER):
        wishes[ASK_AFTER] = settings.text(ASK_AFTER)
    if settings.values["pace"] is not None:
        wishes["pace"] = settings.number("pace")
    if settings.values["beat"] is not None:
        wishes["beat"] = settings.switch("beat")
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
    watchers: list[Watcher],
    bound: Bound | None,
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
    make_session: MakeSession = partial(_session, settings, book, watchers, None)

    def new_clock(ear: Ear | None, pace: Pace | None = None) -> VirtualClock:
        # The file is opened last, so that an earlier run's is kept if this one can't begin.
        session = make_session(NoDatabase())
        held = taken(Path(written), "--speaker") if written else None
        if held is not None:
            closing.callback(held.close)
        speaker = FileSpeaker(written) if written else None
        if speaker is not None:
            closing.callback(speaker.close)
        return VirtualClock(session, ear, speaker, pace)

    if microphone is None:
        understanding = understanding_for(settings, folder, book.routine)
        if understanding.lacking is not None:
            print(understanding.lacking, file=sys.stderr)
        clock = new_clock(None)
        run_typed(clock, sys.stdin, understanding, until_finished=args.until_finished)
        return 0
    with spinner("Loading the recogniser"):
        ears = ears_for(settings, folder, book.routine)
    texts = _wordings(ears.understanding)
    page, where = page_for(bound, settings, folder, book, texts, watchers, closing, new_link=args.new_link)
    print("\n".join(filter(None, [ears.introduction, where])))
    if page is None:
        clock = new_clock(ears.new_ear())
        run_file(clock, (block * ears.gain for block in microphone), until_finished=args.until_finished)
        return 0
    from assistant.runtime.paced import Pace

    pace = Pace()
    clock = new_clock(ears.new_ear(), pace)
    page.begin(lambda: clock.session.state, pace.tell)
    run_file(clock, (block * ears.gain for block in microphone), until_finished=args.until_finished)
    if not args.until_finished:
        clock.until_ended()
    return 0


def _wordings(understanding: TextUnderstanding) -> dict[str, str]:
    from assistant.dialogue.requests.suggestions import wordings

    return wordings(understanding.book)


@dataclass(frozen=True)
class _Live:
    """A session in real time, and all that belongs to it however it is steered."""

    args: argparse.Namespace
    settings: Settings
    folder: Path
    book: Book
    watchers: list[Watcher]
    bound: Bound | None
    room: Wanted | None
    closing: ExitStack
    keeper: Keeper

    def type_to(self, problem: SolemateError | None) -> None:
        """Guide somebody who types; with `problem` there is no sound."""
        from assistant.runtime.real_time import run_keyboard
        from assistant.view.progress_bar import spinner
        from assistant.wiring import understanding_for

        if problem and not self.args.typed:
            print(f"solemate: {problem}; the page goes on without sound, and what you type is heard", file=sys.stderr)
        with nothing_to_collect():
            with spinner("Loading the phrases"):
                understanding = understanding_for(self.settings, self.folder, self.book.routine)
            view, begin = self._surroundings(understanding)
            session = _session(self.settings, self.book, self.watchers, self.closing, self.keeper)
        speaker = None if problem else self.settings.optional("speaker") or ""
        speaks = None if speaker is None else self._music_down()
        terminal = sys.stdin.isatty()
        with kept_for_good():
            run_keyboard(
                session, understanding, speaker, self.closing, view=view, page=begin, terminal=terminal, speaks=speaks
            )

    def speak_to(self) -> None:
        """Guide somebody by microphone and loudspeaker."""
        from assistant.runtime.listener import no_barge_in
        from assistant.runtime.real_time import run_microphone
        from assistant.view.progress_bar import spinner
        from assistant.wiring import ears_for

        cancels = self.settings.switch("echo_cancelling")
        with nothing_to_collect():
            with spinner("Loading the recogniser"):
                ears = ears_for(self.settings, self.folder, self.book.routine)
            # Beside the greeting, so that whoever speaks first doesn't wait for it.
            Thread(target=ears.understanding.interpreter.going_on.prepare, name="prepare", daemon=True).start()
            view, begin = self._surroundings(ears.understanding, ears.introduction, no_barge_in(wanted=cancels))
            session = _session(self.settings, self.book, self.watchers, self.closing, self.keeper, ears.phonemes)
        devices = (self.settings.optional("microphone"), self.settings.optional("speaker"))
        speaks = self._music_down()
        with kept_for_good():
            run_microphone(session, ears, *devices, self.closing, cancels=cancels, view=view, page=begin, speaks=speaks)

    def _surroundings(
        self, understanding: TextUnderstanding, *introduction: str | None
    ) -> tuple[LiveView | None, Begin | None]:
        """What shows the session, and what begins the page and the room; says on the terminal what there is."""
        texts, room = _wordings(understanding), self.room
        page, where = page_for(
            self.bound, self.settings, self.folder, self.book, texts, self.watchers, self.closing,
            new_link=self.args.new_link, rooms=None if room is None else partial(rooms_seen, room.broker),
        )  # fmt: skip
        told = "\n".join(filter(None, [*introduction, where, "" if room is None else room.introduction]))
        if told:
            print(told, flush=True)
        view = _view(self.args, self.settings, self.book, understanding, told, self.watchers, self.closing)
        there = None
        if room is not None:
            there = begin_room(
                room, self.settings, self.folder, self.book, texts, self.watchers, self.keeper, self.closing
            )
        return view, both([None if page is None else page.begin, there])

    def _music_down(self) -> Callable[[], None] | None:
        """What is to be called while the guide speaks, to have music turned down; None if that isn't wanted."""
        if not self.settings.switch("music_down"):
            return None
        from assistant.audio.ducking import Ducking

        ducking = Ducking()
        self.closing.callback(ducking.close)
        return ducking.speaks


def _run_live(
    args: argparse.Namespace,
    settings: Settings,
    folder: Path,
    book: Book,
    watchers: list[Watcher],
    bound: Bound | None,
    room: Wanted | None,
    closing: ExitStack,
) -> int:
    from assistant.audio.devices import find_device, sound_problem
    from assistant.paths import user_folder
    from assistant.runtime.database import keeper_of

    problem = sound_problem()
    if problem and args.stay and not args.typed:
        raise problem
    if problem and not args.typed and bound is None:
        return _show_instead(args, problem, watchers)
    if not args.typed and not problem:
        find_device(settings.optional("microphone"), "input")  # before all that takes long
        find_device(settings.optional("speaker"), "output")
    keeper = keeper_of(user_folder())
    closing.callback(_close, keeper)
    live = _Live(args, settings, folder, book, watchers, bound, room, closing, keeper)
    if args.typed or problem:
        live.type_to(problem)
    else:
        live.speak_to()
    return 0


def _close(keeper: Keeper) -> None:
    problem = keeper.close()
    if problem is not None:
        print(f"solemate: not all of what you did could be kept: {problem}", file=sys.stderr)


def _view(
    args: argparse.Namespace,
    settings: Settings,
    book: Book,
    understanding: TextUnderstanding,
    introduction: str,
    watchers: list[Watcher],
    closing: ExitStack,
) -> LiveView | None:
    """The live view, in place of lines; None if it is not wanted, or the terminal can't show it.

    Nor is there one with a page for other devices: it would cover the code that is to be scanned.
    """
    if not settings.switch("view") or settings.text("page") == LAN:
        return None
    from assistant.view.terminal import view_possible

    if not view_possible(sys.stdout, sys.stdin if args.typed else None):
        return None
    from assistant.view.live_view import LiveView

    name = settings.optional("name")
    texts = _wordings(understanding)
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
