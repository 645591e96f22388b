"""A routine as a text to be sent: SOLEMATE1-, a checksum, the packed routine, -END.

All of it are characters that neither a shell nor a messenger changes, and that a QR code takes in its denser alphabet.
docs/routines.md tells the format.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.errors import SolemateError

VERSION = 1
"""The version of the format; it is in the text, so that an older program knows that it can't read a newer one."""

START, END = "SOLEMATE", "-END"

CHECK_BYTES = 5
"""Bytes of the SHA-256 of what is packed: a text with a typing error passes once in a million million times."""

LARGEST = 64_000
"""Bytes that a routine may have as JSON, five times as many as the whole ten; a packed one may claim to be anything."""

# What routines have in common is not sent: it is here, and what is likeliest stands last. Nothing of this may ever
# change, or no text of VERSION 1 could be read any more.
COMMON = (
    b'"rules":[{"hurts":true,"then":["gentler",{"shorter":0.67}]},{"pain_over":4,{"effort_over":8,{"effort_under":3,'
    b'{"longer":1.2"moving":{"standing":{"floor":"clock_from":"held""up""lead_in":"again":"Again."unit":["hold",'
    b'"holds"],"hard":true"beat":"steady":"Hold on to the wall."patient":true,"optional":true,'
    b'"instead":"A sofa will do."change":"Change feet."change_takes":"after":"gently":{'
    b'"both_feet":true"needs":[{"thing":"chair","say":"a chair"}],"posture":"floor",'
    b'"posture":"sitting","body":["toes"],"position":["Sit down on the chair."],'
    b'"posture":"standing","body":["heel","ankle","position":["Stand "],'
    b'"how":["breathing":"Breathe out as you "breathe":"gentler":"good_for":"dose":{"ends_by":"count",'
    b'"repetitions":10,"pace":3,"dose":{"ends_by":"person","dose":{"ends_by":"clock","hold":15,"rounds":3,"rest":5,'
    b'"sides":["left","right"]}},{"use":"toe_stretching"},{"use":"foot_massage"},'
    b'{"use":"resistance_band_stretches"},{"use":"upward_stretches"},{"use":"toe_pencil_pickups"},'
    b'{"use":"toe_walking"},{"use":"heel_raises"},{"use":"ankle_circles"},{"use":"heel_stretches"},'
    b'{"use":"toe_pressing"},{"id":"also_called":["safety":"","name":"","language":"en","stretches":[{"use":"'
)
"""What the packing begins with: keys, and values that many routines have."""

_BEGINS = re.compile(rf"{START}([0-9]{{1,6}})-", re.IGNORECASE)
_WHOLE = re.compile(rf"{START}[0-9]{{1,6}}-.*?{END}", re.IGNORECASE | re.DOTALL)
_INSIDE = re.compile(r"([A-Z2-7]{8})-([A-Z2-7]+)")

_AROUND = re.compile("[\\s>\u00ad\u200b\u2060\ufeff]+")
"""What mail programs put into a long line: breaks, marks of a quotation, and what can't be seen."""

_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that have text after them run the other way."""


def is_shared(text: str) -> bool:
    """Whether the text, or a part of it, was made by `pack`, of whatever version."""
    return _BEGINS.search(text) is not None


def pack(data: Mapping[str, Any]) -> str:
    """A routine's data as a text. Raises SolemateError if it is too large, or has characters that nobody sees."""
    refuse_strange(data)
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > LARGEST:
        raise SolemateError(f"the routine is larger than {LARGEST // 1000} kB", "send its file instead")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON)
    packed = packer.compress(plain) + packer.flush()
    return f"{START}{VERSION}-{_letters(_check(packed))}-{_letters(packed)}{END}"


def unpack(text: str) -> dict[str, Any]:
    """The routine's data in a text, whatever is around it. Raises SolemateError with what is wrong with it."""
    found = _BEGINS.search(text)
    if found is None:
        raise SolemateError(f"there is no routine in this text: one begins with {START}{VERSION}-")
    version = int(found[1])
    if version > VERSION:
        raise SolemateError(
            f"the text is of version {version}, and this Solemate knows {VERSION}", "bring Solemate up to date"
        )
    whole = {_AROUND.sub("", each).upper() for each in _WHOLE.findall(text)}
    if not whole:
        raise SolemateError(f"the text is cut short: its last characters are {END}", "copy all of it")
    if len(whole) > 1:
        raise SolemateError("there is more than one routine in this text", "give one at a time")
    inside = _INSIDE.fullmatch(whole.pop().partition("-")[2].removesuffix(END))
    if version != VERSION or inside is None:
        raise SolemateError("the text has something in it that does not belong there", "copy it again, all of it")
    packed = _bytes(inside[2])
    if packed is None or _check(packed) != _bytes(inside[1]):
        raise SolemateError("the text has been changed on its way: its checksum is wrong", "copy it again, all of it")
    return _data(packed)


def _data(packed: bytes) -> dict[str, Any]:
    unpacker = zlib.decompressobj(-15, zdict=COMMON)
    try:
        plain = unpacker.decompress(packed, LARGEST + 1)
    except zlib.error:
        raise SolemateError("what is packed in the text can't be unpacked") from None
    if len(plain) > LARGEST:
        raise SolemateError(f"the routine in the text is larger than {LARGEST // 1000} kB")
    if not unpacker.eof or unpacker.unused_data:
        raise SolemateError("what is packed in the text can't be unpacked")
    try:
        data = json.loads(plain, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        raise SolemateError("what is packed in the text is no routine: it is not JSON") from None
    if not isinstance(data, dict):
        raise SolemateError("what is packed in the text is no routine")
    refuse_strange(data)
    return data


def refuse_strange(data: Any) -> None:
    """Raise SolemateError for characters that would do something to a terminal in place of being seen."""
    for text in _texts(data):
        for character in text:
            category = unicodedata.category(character)
            if (category in ("Cc", "Cs") and character not in "\n\t") or character in _TURNING:
                name = f"U+{ord(character):04X}"
                raise SolemateError(f"the routine has a character in it that can't be seen ({name})")


def _texts(data: Any) -> Iterator[str]:
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each


def _refused(name: str) -> None:
    raise ValueError(name)


def _finite(digits: str) -> float:
    found = float(digits)
    if math.isinf(found):
        raise ValueError(digits)
    return found


def _check(packed: bytes) -> bytes:
    return hashlib.sha256(packed).digest()[:CHECK_BYTES]


def _letters(some: bytes) -> str:
    return base64.b32encode(some).decode("ascii").rstrip("=")


def _bytes(letters: str) -> bytes | None:
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        return None
