"""QR codes: drawn for a terminal or a file, and read from a picture."""

from __future__ import annotations

import importlib.util
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from assistant.errors import SolemateError

if TYPE_CHECKING:
    from segno import QRCode

WRITER = ("segno",)
READER = ("PIL", "zxingcpp")
"""The libraries that draw a code, and that read one from a picture; each belongs to an extra."""

MARGIN = 2
"""Empty modules around a code in a terminal; on paper there are four, as the standard has it."""

DOTS = 8
"""Dots of a PNG for each module: a code of a hundred modules is 7 cm wide at 300 dots per inch."""

LARGEST_FILE = 30_000_000
"""Bytes of a picture; those of telephones have a third of that."""

LARGEST_PICTURE = 60_000_000
"""Dots of a picture; those of telephones have 12 to 50 million."""

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How files begin that may be read: PNG and JPEG."""


def need(libraries: tuple[str, ...], what: str, extra: str, otherwise: str) -> None:
    """Raise SolemateError if one of some libraries is not installed: what needs it, and what can be done otherwise."""
    missing = [name for name in libraries if importlib.util.find_spec(name) is None]
    if missing:
        remedy = f"pip install 'solemate[{extra}]', or {otherwise}"
        raise SolemateError(f"{what} needs {' and '.join(missing)}, not installed here", remedy)


def code_of(text: str, *, small: bool = False) -> QRCode:
    """The text as a QR code, as safe from stains as fits, or as `small` as can be.

    Raises SolemateError if it is too long for one.
    """
    import segno

    for error in ("l",) if small else ("m", "l"):
        try:
            return segno.make_qr(text, error=error)
        except segno.DataOverflowError:
            continue
    raise SolemateError("it is too long for one QR code")


def columns(code: QRCode) -> int:
    """The columns that it takes in a terminal."""
    return int(code.symbol_size(border=MARGIN)[0])


def show(code: QRCode, out: TextIO) -> None:
    """Show it in a terminal."""
    code.terminal(out, compact=True, border=MARGIN)


def svg(code: QRCode, about: str = "") -> str:
    """It as SVG, dark on white, whatever is around it; `about` is a description that is not seen."""
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, light="#fff", border=4, omitsize=True, desc=about or None)
    return out.getvalue().decode()


def png(code: QRCode) -> bytes:
    """It as PNG."""
    out = io.BytesIO()
    code.save(out, kind="png", scale=DOTS, border=4)
    return out.getvalue()


def is_picture(start: bytes) -> bool:
    """Whether a file that begins like this is a picture that may be read."""
    return start.startswith(PICTURES)


def read(path: Path) -> list[str]:
    """The texts of the QR codes in a picture. Raises SolemateError if it can't be read, or is too large."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    if path.stat().st_size > LARGEST_FILE:
        raise SolemateError(f"{path}: is larger than {LARGEST_FILE / 1e6:g} MB", "make the picture smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's, about sizes; ours is looked at before anything is unpacked
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > LARGEST_PICTURE:
                    raise Image.DecompressionBombError
                grey = np.asarray(picture.convert("L"))
    except Image.DecompressionBombError:
        mistake = f"{path}: has more than {LARGEST_PICTURE / 1e6:g} million dots"
        raise SolemateError(mistake, "make the picture smaller") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise SolemateError(f"{path}: this picture can't be read: {' '.join(str(error).split())}") from error
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [found.text for found in zxingcpp.read_barcodes(grey, formats=wanted)]
