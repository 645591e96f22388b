"""`python -m assistant` is the same as `solemate`.

Imports next to nothing, so that Ctrl-C is handled from the start.
"""

import sys

INTERRUPTED = 130
"""The exit status after Ctrl-C, by the convention of shells: 128 plus the signal's number."""


def main() -> int:
    """Run the program and return its exit status.

    Ctrl-C ends it with one line, even while the program is still loading.
    """
    try:
        from assistant.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        print("\nsolemate: stopped", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
