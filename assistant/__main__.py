"""`python -m assistant` is `solemate`: what starts first, with next to nothing to import."""

import sys

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it (128 and the signal's number)."""


def main() -> int:
    """Run the program; gives the exit status. Ctrl-C ends it in one line even while the program is being loaded."""
    try:
        from assistant.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        print("\nsolemate: stopped", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
