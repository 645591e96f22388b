"""`solemate routine share`: a routine as a text and a QR code, for somebody else."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from assistant import qr_codes
from assistant.cli.options import add_settings, settings_of, teach
from assistant.errors import SolemateError, UsageError
from assistant.files import write_new

ALONE = "send the text alone: solemate routine share without --png and --svg"
"""What can be done where no code is drawn."""


def register(commands: Any) -> None:
    """Add `share` to the commands of `routine`."""
    share = commands.add_parser(
        "share",
        help="a routine as a text to send, and as a QR code",
        **teach(
            "Makes a text of a routine, to be sent to somebody, and shows it as a QR code. They take it with "
            "`solemate routine add`.",
            "solemate routine share mine",
            "solemate routine share mine --png sheet.png   # the code as a picture, to be printed",
        ),
    )
    share.add_argument("routine_file", metavar="NAME|FILE")
    share.add_argument("--png", metavar="OUT", type=Path, help="write the QR code into a new PNG file")
    share.add_argument("--svg", metavar="OUT", type=Path, help="write the QR code into a new SVG file")
    add_settings(share, "language")
    share.set_defaults(run=_share)


def _share(args: argparse.Namespace) -> int:
    from assistant.language.marked_yaml import load
    from assistant.language.shared_routine import pack
    from assistant.language.wordings import plain, shortened
    from assistant.wiring import checked_routine, language_folder

    folder = language_folder(settings_of(args).text("language"))
    file, _ = checked_routine(folder, args.routine_file)
    text = pack(shortened(plain(load(file)), folder))
    pictures = [(each, kind) for each, kind in ((args.png, "png"), (args.svg, "svg")) if each is not None]
    for path, kind in pictures:
        _draw(text, path, kind)
    if not pictures:
        _show_code(text)
    print(text)
    return 0


def _draw(text: str, path: Path, kind: str) -> None:
    qr_codes.need(qr_codes.WRITER, "a QR code", "page", "send the text alone")
    try:
        code = qr_codes.code_of(text)
    except SolemateError as error:
        raise SolemateError(f"no {path} is written, for the text has {len(text)} characters: {error}", ALONE) from error
    try:
        write_new(path, qr_codes.png(code) if kind == "png" else qr_codes.svg(code, text))
    except FileExistsError:
        raise UsageError(f"{path} is there already", "choose another name, or move it away") from None
    except OSError as error:
        raise SolemateError(f"cannot write {path}: {error.strerror}") from error
    print(f"solemate: the QR code is in {path}", file=sys.stderr)


def _show_code(text: str) -> None:
    """Show the code where there is a terminal that has room for it, and tell why not where there is none."""
    from assistant.view.signs import shows_unicode

    if not sys.stdout.isatty():
        return
    try:
        qr_codes.need(qr_codes.WRITER, "a QR code", "page", "send the text alone")
        codes = [qr_codes.code_of(text), qr_codes.code_of(text, small=True)]
    except SolemateError as error:
        print(f"solemate: no QR code: {error}", file=sys.stderr)
        return
    room = shutil.get_terminal_size().columns
    for code in codes:
        if qr_codes.columns(code) <= room and shows_unicode(sys.stdout.encoding, os.environ):
            qr_codes.show(code, sys.stdout)
            return
    why = f"this terminal does not show one of {qr_codes.columns(codes[-1])} columns"
    print(f"solemate: no QR code: {why}; --png FILE writes it into a picture", file=sys.stderr)
