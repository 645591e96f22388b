"""`solemate listen`: what is heard in sound files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import HEARING, add_json, add_settings, for_source, settings_of, teach

if TYPE_CHECKING:
    from assistant.runtime.transcribe import HeardInFile


def register(subparsers: Any) -> None:
    """Add `listen` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "listen",
        help="tell what is said in sound files",
        **teach(
            "Tells what is said in sound files, an utterance a line, and which command it would be.",
            "solemate listen say.wav",
            "solemate listen --json one.wav two.flac",
        ),
    )
    parser.add_argument("files", nargs="+", type=_file, metavar="FILE", help="a WAV or FLAC file")
    add_json(parser)
    add_settings(parser, *HEARING)
    parser.set_defaults(run=_run)


def _file(name: str) -> Path:
    if not name.strip():
        raise argparse.ArgumentTypeError("the name of a sound file is empty")
    return Path(name)


def _run(args: argparse.Namespace) -> int:
    from assistant.errors import SolemateError
    from assistant.runtime.transcribe import listen_file
    from assistant.view.progress_bar import spinner
    from assistant.wiring import ears_for, gate_for, language_folder, routine_for

    settings = for_source(settings_of(args), from_file=True)
    folder = language_folder(settings.text("language"))
    routine = routine_for(settings, folder)
    with spinner("Loading the recogniser"):
        ears = ears_for(settings, folder, routine)
    status = 0
    for path in args.files:
        try:
            with spinner(f"Listening to {path}"):
                heard = listen_file(path, ears.new_ear, gate_for(settings), gain=ears.gain)
        except SolemateError as error:
            # The other files are still worth listening to.
            print(f"solemate: {error}", file=sys.stderr)
            status = 1
            continue
        for each in heard:
            print(json.dumps(_plain(each), ensure_ascii=False) if args.json else _line(each), flush=True)
    return status


def _plain(heard: HeardInFile) -> dict[str, Any]:
    from assistant.runtime.json_log import recognition_json

    return {"file": heard.file, "start": heard.start, "end": heard.end, **recognition_json(heard.recognition)}


def _line(heard: HeardInFile) -> str:
    recognition = heard.recognition
    meaning = " ".join([recognition.intent, *recognition.slots.values()]) if recognition.intent else "nothing"
    if heard.start is None or heard.end is None:
        return f"{heard.file}: {meaning}"
    return f"{heard.file} {heard.start:.2f}-{heard.end:.2f} s: {meaning} (score {recognition.score:.2f})"
