"""The command `solemate`: reads the command line, and turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from assistant import __version__
from assistant.commands import demo, guide, listen, models, routine, understand
from assistant.errors import SolemateError

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it (128 and the signal's number)."""

PIPE_CLOSED = 141
"""The exit status when what reads the output goes away, likewise."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit status: 0, 1 for a failure, 2 for wrong use."""
    try:
        args = _parser().parse_args(arguments)
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except SolemateError as error:
        print(f"solemate: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("\nsolemate: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Python would write what is left at exit, and complain: there is nobody to write it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="solemate",
        description="Leads you by voice through ten foot stretches. Say: start the routine, pause, resume, next, "
        "what's next, start heel stretches, how long is left, that hurts, stop, help.",
        epilog="Without a command it listens and guides.",
    )
    parser.add_argument("--version", action="version", version=f"solemate {__version__}")
    guide.add_arguments(parser)
    subparsers = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in (demo, listen, understand, routine, models):
        command.register(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
