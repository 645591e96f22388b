"""The command `solemate`: parses the command line, and turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.cli import (
    calibrate,
    completion,
    demo,
    doctor,
    guide,
    history,
    languages,
    listen,
    models,
    rooms,
    routine,
    service,
    settings,
    understand,
    voices,
    wyoming,
)
from assistant.cli.options import teach
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

PIPE_CLOSED = 141
"""The exit status when the reader of the output is gone, by the convention of shells: 128 plus the signal's number."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status: 0, 1 for a failure, 2 for wrong use. `__main__` handles Ctrl-C."""
    _open_streams()
    try:
        args = _arguments(arguments)
        if args.run is not guide.run:
            guide.refuse_beside(args)
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except SolemateError as error:
        print(f"solemate: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        _give_up_output()
        return PIPE_CLOSED
    except OSError as error:
        # Errors with files are reported where they are opened, except for impossible names; the rest is the output.
        if error.filename is not None:
            print(f"solemate: cannot use {error.filename}: {error.strerror}", file=sys.stderr)
            return SolemateError.status
        _give_up_output()
        reason = error.strerror or error
        print(f"solemate: cannot write its output: {reason}; free some space, or send it elsewhere", file=sys.stderr)
        return SolemateError.status


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    try:
        return _parser().parse_args(arguments)
    except SystemExit:
        sys.stdout.flush()  # --help ends here, and writing it may fail
        raise


class _Parser(argparse.ArgumentParser):
    """Reports if its help can't be written; argparse itself ignores that."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if file is not None and file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)


def _open_streams() -> None:
    """Replace streams that are closed, and keep any from failing because of a single character.

    Output that the terminal can't show is escaped; input that can't be decoded becomes replacement characters.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - it lives as long as we do
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace" if mode == "w" else "replace")


def _give_up_output() -> None:
    """Discard the remaining output, which Python would otherwise try to write at exit, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


TO_SAY = (
    ("start the routine", 'begin; "start heel stretches" begins with that one'),
    ("ready", "you are in position"),
    ("pause", 'clock and talk stop at once; "resume" goes on'),
    ("next", 'the next stretch; "go back" the one before'),
    ("how long is left", "time or repetitions left"),
    ("what's next", "the next stretch, and what you need for it"),
    ("how do I do this", "the stretch, explained slowly"),
    ("that hurts", "stops at once, and asks how to go on"),
    ("stop", "ends, and keeps your place"),
    ("help", "what else you can say just now"),
)
"""What to say at first, and what it does."""

EXAMPLES = (
    "solemate                                  # listen and guide",
    "solemate --typed                          # type what you would say",
    "solemate --routine five_minutes           # a shorter routine",
    "solemate doctor                           # what works, and what to do where something does not",
    "solemate calibrate                        # get to know your room: better hearing, in two minutes",
    "solemate demo                             # hear a conversation first, without a microphone",
    "solemate history                          # what you have done",
)


def _parser() -> argparse.ArgumentParser:
    quoted = [(f'"{text}"', what) for text, what in TO_SAY]
    said = "\n".join(f"  {text:22}  {what}" for text, what in quoted)
    parser = _Parser(
        prog="solemate",
        usage="solemate [OPTION ...] [COMMAND ...]",
        **teach(
            f"Leads you by voice through ten foot stretches. Start it, and say:\n\n{said}\n\n"
            "Without a command it listens and guides; `solemate COMMAND --help` tells about each.",
            *EXAMPLES,
        ),
    )
    parser.add_argument("--version", action="version", version=f"solemate {__version__}")
    guide.add_arguments(parser)
    subparsers = parser.add_subparsers(metavar="COMMAND", title="commands", prog="solemate")
    for command in (
        demo,
        listen,
        understand,
        routine,
        languages,
        models,
        voices,
        history,
        settings,
        service,
        rooms,
        wyoming,
        calibrate,
        doctor,
    ):
        command.register(subparsers)
    completion.register(subparsers, _parser)
    return parser
