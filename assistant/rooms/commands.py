"""What is asked of a room by a message: an intent, or a sentence that is understood as if it had been typed. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.dialogue.state.turn import Book
from assistant.did_you_mean import did_you_mean
from assistant.errors import one_line
from assistant.intents import INTENTS
from assistant.page.buttons import mistake_in

LARGEST = 4096
"""Bytes of a message that is read: a sentence has a few dozen, and a megabyte is a mistake."""

LONGEST_SHOWN = 40
"""Letters of a message that are repeated where it is told what is wrong with it."""


class MistakenMessageError(ValueError):
    """What is wrong with a message, in a line."""


@dataclass(frozen=True)
class Command:
    """An intent with its slots, or else (intent "") a sentence."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""


def command_in(payload: bytes, book: Book) -> Command:
    """The command of a message. Raises MistakenMessageError."""
    text = text_in(payload)
    if not text.startswith(("{", "[", '"')):
        return Command(text) if text in INTENTS and not _mistake(text, {}, book) else Command("", sentence=text)
    given = object_in(text)
    sentence = given.get("say")
    if isinstance(sentence, str) and sentence.strip() and given.keys() == {"say"}:
        return Command("", sentence=" ".join(sentence.split()))
    intent, slots = given.get("intent"), given.get("slots", {})
    named = isinstance(slots, Mapping) and all(isinstance(each, str | int) for each in slots.values())
    if not isinstance(intent, str) or not named or given.keys() - {"intent", "slots"}:
        raise MistakenMessageError('it must be like {"intent": "pause", "slots": {}} or {"say": "pause"}')
    plain = {key: str(value) for key, value in slots.items()}
    mistake = _mistake(intent, plain, book)
    if mistake is not None:
        raise MistakenMessageError(mistake)
    return Command(intent, plain)


def changes_in(payload: bytes) -> Mapping[str, str]:
    """The settings that a message is to change, with their values as they are typed. Raises MistakenMessageError."""
    given = object_in(text_in(payload))
    for key, value in given.items():
        if isinstance(value, list | dict):
            raise MistakenMessageError(f"{shortened(key)} must be a text or a number")
    if not given:
        raise MistakenMessageError('it must be like {"pace": 4}')
    return {key: _typed(value) for key, value in given.items()}


def _typed(value: str | bool | float | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else value


def _mistake(intent: str, slots: Mapping[str, str], book: Book) -> str | None:
    if intent not in INTENTS:
        return one_line(f"there is no intent {shortened(intent)!r}", did_you_mean(intent, INTENTS))
    return mistake_in(intent, slots, book, allowed=INTENTS)


def text_in(payload: bytes) -> str:
    """The text of a message, with single blanks. Raises MistakenMessageError if it is none, or too long."""
    if len(payload) > LARGEST:
        raise MistakenMessageError(f"it has {len(payload)} bytes, and {LARGEST} are read at most")
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise MistakenMessageError("it is no text") from None
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise MistakenMessageError("it is no text" if text else "it is empty")
    return text


def object_in(text: str) -> dict[str, Any]:
    """The object that a JSON text is. Raises MistakenMessageError."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise MistakenMessageError(f"it is no JSON: {shortened(text)}") from None
    if not isinstance(given, dict):
        raise MistakenMessageError(f"it is no JSON object: {shortened(text)}")
    return given


def shortened(text: str) -> str:
    """The beginning of a text, to be shown."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
