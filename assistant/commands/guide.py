"""`solemate` without a command: listens and guides, with real devices, sound files or the keyboard."""

from __future__ import annotations

import argparse
import datetime
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.options import add_language, add_recogniser, add_routine
from assistant.errors import SolemateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.core.turn import Book
    from assistant.log import Watcher
    from assistant.session import Memory, Session

    MakeSession = Callable[[Memory], Session]

READY_RANGE = (1.0, 3600.0)
"""Seconds; the range of --ready-seconds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the guide itself."""
    parser.set_defaults(run=run)
    parser.add_argument(
        "--typed", action="store_true", help="take what you type for what you say; works without a microphone"
    )
    parser.add_argument(
        "--microphone", metavar="NAME|IN.wav", help="a device by (part of) its name, or a sound file to listen to"
    )
    parser.add_argument(
        "--speaker", metavar="NAME|OUT.wav", help="a device by (part of) its name, or a WAV file to speak into"
    )
    parser.add_argument("--log", type=Path, metavar="LOG.jsonl", help="write what happens, a JSON object a line")
    parser.add_argument(
        "--until-finished", action="store_true", help="with a file or piped text: go on until the routine is over"
    )
    parser.add_argument(
        "--ready-seconds",
        type=_ready_seconds,
        default=60.0,
        metavar="60",
        help='how long to wait for "ready" before a stretch begins by itself',
    )
    parser.add_argument(
        "--words", choices=("full", "short", "sounds"), help="how much the guide says; full grows less day by day"
    )
    add_routine(parser)
    parser.add_argument("--devices", action="store_true", help="list the sound devices and end")
    add_recogniser(parser)
    add_language(parser)


def _ready_seconds(text: str) -> float:
    low, high = READY_RANGE
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not low <= seconds <= high:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds from {low:g} to {high:g}")
    return seconds


def is_file(name: str | None) -> bool:
    """Whether a microphone or loudspeaker is a sound file rather than a device."""
    if not name:
        return False
    return name.lower().endswith((".wav", ".flac")) or "/" in name or Path(name).is_file()


def run(args: argparse.Namespace) -> int:
    """Guide, in whichever way was asked for."""
    if args.devices:
        return _list_devices()
    from_file = is_file(args.microphone)
    virtual = from_file or (args.typed and not sys.stdin.isatty())
    if args.typed and args.microphone:
        raise UsageError("--typed takes no --microphone: what you type is what is heard")
    if args.until_finished and not virtual:
        raise UsageError("--until-finished needs --microphone FILE, or --typed with text from a pipe")
    if is_file(args.speaker) and not virtual:
        raise UsageError("--speaker FILE needs --microphone FILE, or --typed with text from a pipe")
    if virtual and args.speaker and not is_file(args.speaker):
        raise UsageError(f"--speaker {args.speaker}: beside a file or a pipe the loudspeaker is a WAV file")
    _check_files(args)
    with ExitStack() as closing:
        watchers = _watchers(args, closing)
        from assistant.assemble import guide_book, language_folder

        folder = language_folder(args.language)
        book = guide_book(folder, args.ready_seconds, args.routine)
        make_session = partial(_session, args, book, watchers)
        if virtual:
            return _run_virtual(args, folder, book, make_session, closing)
        return _run_live(args, folder, book, make_session, closing)


def _check_files(args: argparse.Namespace) -> None:
    """No file may be two things at once: it would be overwritten."""
    files: dict[Path, str] = {}
    for option in ("microphone", "speaker", "log"):
        name = getattr(args, option)
        if name is None or (option != "log" and not is_file(name)):
            continue
        other = files.setdefault(Path(name).resolve(), option)
        if other != option:
            raise UsageError(f"--{other} and --{option} are the same file, {name}: it would be overwritten")


def _list_devices() -> int:
    from assistant.audio.devices import list_devices

    devices = list_devices()
    if not devices:
        raise SolemateError("there is no sound device; plug in a microphone and a loudspeaker, or use --typed")
    for device in devices:
        print(f"{device.name}: {device.inputs} in, {device.outputs} out, {device.rate:g} Hz")
    return 0


def _watchers(args: argparse.Namespace, closing: ExitStack) -> list[Watcher]:
    """Who is told what happens. The log is begun before all that takes time: an old one must not pass for that of a run
    that was broken off while it started."""
    from assistant.console import Console

    watchers: list[Watcher] = [Console()]
    if args.log is not None:
        from assistant.log import JsonLog

        log = JsonLog(args.log)
        closing.callback(log.close)
        watchers.append(log)
    return watchers


def _session(args: argparse.Namespace, book: Book, watchers: list[Watcher], memory: Memory) -> Session:
    from assistant.audio.cues import cue_samples
    from assistant.audio.player import Player
    from assistant.audio.voice import Pyttsx3Voice
    from assistant.core.guide import Guide
    from assistant.session import Session

    voice = Pyttsx3Voice(voice=args.language)
    wall = datetime.datetime.now().isoformat(timespec="seconds")
    wishes = {"words": args.words} if args.words else {}
    return Session(Guide(book), Player(), voice, cue_samples, memory, watchers=watchers, wall=wall, wishes=wishes)


def _run_virtual(
    args: argparse.Namespace, folder: Path, book: Book, make_session: MakeSession, closing: ExitStack
) -> int:
    from assistant.assemble import Understanding, listener, phonemizer, phrase_book
    from assistant.audio.wav import FileMicrophone, FileSpeaker
    from assistant.memory import NoMemory
    from assistant.typed import run_typed
    from assistant.virtual import VirtualClock, run_file

    microphone = None if args.typed else FileMicrophone(args.microphone)
    speaker = FileSpeaker(args.speaker) if args.speaker else None
    if speaker is not None:
        closing.callback(speaker.close)
    if microphone is None:
        speller = phonemizer()
        understanding = Understanding.of(phrase_book(folder, book.routine, speller), speller)
        clock = VirtualClock(make_session(NoMemory()), None, speaker)
        run_typed(clock, sys.stdin, understanding, until_finished=args.until_finished)
        return 0
    ears = listener(folder, book.routine, args.recogniser)
    print(ears.introduction)
    clock = VirtualClock(make_session(NoMemory()), ears.new_ear(), speaker)
    run_file(clock, microphone, until_finished=args.until_finished)
    return 0


def _run_live(args: argparse.Namespace, folder: Path, book: Book, make_session: MakeSession, closing: ExitStack) -> int:
    from assistant.assemble import Understanding, listener, phonemizer, phrase_book
    from assistant.audio.devices import sound_problem
    from assistant.data import user_folder
    from assistant.live import run_keyboard, run_microphone
    from assistant.memory import Database

    problem = sound_problem()
    if problem and not args.typed:
        return _show_instead(args, problem)
    database = Database(user_folder())
    closing.callback(database.close)
    if args.typed:
        speller = phonemizer()
        understanding = Understanding.of(phrase_book(folder, book.routine, speller), speller)
        session = make_session(database)
        run_keyboard(session, understanding, None if problem else args.speaker or "", closing)
        return 0
    from assistant.listening import no_barge_in

    ears = listener(folder, book.routine, args.recogniser)
    print(ears.introduction)
    if limits := no_barge_in():
        print(limits)
    session = make_session(database)
    run_microphone(session, ears, args.microphone, args.speaker, closing)
    return 0


def _show_instead(args: argparse.Namespace, problem: str) -> int:
    """No sound here: say so, say what to do, and show the main job on real audio all the same."""
    from assistant.commands import demo

    print(f"solemate: {problem}", file=sys.stderr)
    print(
        "solemate: plug in a microphone and a loudspeaker and start again, or type instead: solemate --typed",
        file=sys.stderr,
    )
    if args.microphone or args.speaker:
        return 1
    print("Here is a demonstration in the meantime.\n")
    args.output = demo.OUTPUT
    return demo.run(args)
