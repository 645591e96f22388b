"""The page of the settings: what changes at once, by the same intents as by voice, and what from the next start on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.dialogue.run.numbers import ASK_AFTER
from assistant.dialogue.state.preferences import AUTO_START, BEAT
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import DEFAULT_WORDS, WORDS, sentence
from assistant.language.page_words import PageWords
from assistant.page.markup import Html, press, tag, void
from assistant.page.now import SAY

SHOWN = ("voice", "pace", "reminders", "name", "ready_seconds", "routine", "language")
"""The settings that can be changed in the file, in this order."""

IN_SECONDS = frozenset({"pace", "ready_seconds"})
"""Those of them whose value is a number of seconds."""


@dataclass(frozen=True)
class Chosen:
    """A setting: its value as it is typed ("" for none in particular), where that is from, and what there is to choose.

    options: values with what they are called; empty where anything may be typed. default: the value that holds where
    none is set, "" for none in particular.
    """

    key: str
    value: str
    origin: str
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""


def settings_page(
    chosen: Sequence[Chosen], state: State, words: PageWords, changed: str, mistake: str, wrong: str = ""
) -> Html:
    """`changed` is the key of what was just set, `mistake` what was wrong, `wrong` the key of that; empty for none.

    A mistake stands at its field, which has the focus: at the top of a long page nobody would see it.
    """
    told: Html | None = None
    at_field = bool(mistake) and any(each.key == wrong for each in chosen)
    if mistake and not at_field:
        told = tag("p", mistake, role="alert", class_="mistake")
    elif changed in SHOWN:
        told = tag("p", words.text("saved_next", name=words.text(f"set_{changed}")), role="status", class_="saved")
    fields = [_next(each, words, mistake if each.key == wrong else "") for each in chosen]
    return tag(
        "main",
        tag("h1", words.text("settings_title")),
        told,
        tag("section", tag("h2", words.text("settings_now")), *_now(state, words)),
        tag("section", tag("h2", words.text("settings_next")), *fields),
        class_="text",
    )


Option = tuple[str, str, list[tuple[str, str]], bool]
"""A choice: its words, the intent and slots that it is, and whether it holds now."""


def _now(state: State, words: PageWords) -> list[Html]:
    memory = state.memory
    amount, beat, by_itself = memory.get(WORDS, DEFAULT_WORDS), bool(memory.get(BEAT)), memory.get(AUTO_START)
    after = memory.get(ASK_AFTER) or "off"
    on, off = words.text("on"), words.text("off")
    return [
        _switch("words", words, [
            (words.text("words_full"), "talk", [], amount == "full"),
            (words.text("words_short"), "quiet", [("words", "short")], amount == "short"),
            (words.text("words_sounds"), "quiet", [("words", "sounds")], amount == "sounds"),
        ]),
        _switch("auto_start", words, [
            (on, "auto_start", [("on", "yes")], by_itself is True),
            (off, "auto_start", [("on", "no")], by_itself is False),
        ], words.text("auto_start_usual") if by_itself is None else ""),
        _switch("beat", words, [
            (on, "beat", [("on", "yes")], beat),
            (off, "beat", [("on", "no")], not beat),
        ]),
        _switch("ask_after", words, [
            (words.text("ask_pain"), "ask_after", [("what", "pain")], after == "pain"),
            (words.text("ask_effort"), "ask_after", [("what", "effort")], after == "effort"),
            (words.text("ask_both"), "ask_after", [("what", "both")], after == "both"),
            (off, "ask_after", [("what", "off")], after == "off"),
        ]),
    ]  # fmt: skip


def _switch(key: str, words: PageWords, options: Sequence[Option], usual: str = "") -> Html:
    """Choices of which one holds; `usual` tells what holds where none was ever made."""
    pressable = [
        press(label, intent, slots, aria_pressed="true" if holds else "false")
        for label, intent, slots, holds in options
    ]
    return tag(
        "form",
        tag(
            "fieldset",
            tag("legend", words.text(f"set_{key}")),
            tag("p", words.text(f"set_{key}_about")),
            tag("p", words.text("now_is", value=usual), class_="mark") if usual else None,
            tag("div", *pressable, class_="row choice"),
        ),
        **SAY,
    )


def _next(chosen: Chosen, words: PageWords, mistake: str) -> Html:
    key, at = chosen.key, f"set-{chosen.key}"
    told, invalid = None, {}
    if mistake:
        # The file's name of a setting is not what it is called here.
        what = mistake.removeprefix(key).lstrip(": ")
        text = f"{words.text(f'set_{key}')}: {what}"
        told = tag("p", text, id=f"{at}-mistake", role="alert", class_="mistake")
        invalid = {"aria_invalid": "true", "autofocus": True}
    described = f"{at}-mistake {at}-about" if mistake else f"{at}-about"
    if chosen.options:
        field = tag(
            "select",
            *(
                tag("option", _called(chosen, value, label, words), value=value, selected=value == chosen.value)
                for value, label in chosen.options
            ),
            id=at, name="value", aria_describedby=described, **invalid,
        )  # fmt: skip
    else:
        field = void(
            "input", id=at, name="value", value=chosen.value, aria_describedby=f"{described} {at}-now",
            autocomplete="off", inputmode="decimal" if key in IN_SECONDS else None, **invalid,
        )  # fmt: skip
    holds = None if chosen.options else tag("p", _holds(chosen, words), id=f"{at}-now", class_="mark")
    wins = tag("p", words.text("flag_wins"), class_="mark") if chosen.origin == "flag" else None
    return tag(
        "form",
        void("input", type="hidden", name="key", value=key),
        tag("label", words.text(f"set_{key}"), for_=at),
        tag("p", words.text(f"set_{key}_about"), id=f"{at}-about"),
        holds,
        wins,
        told,
        tag("div", field, tag("button", words.text("set"), type="submit"), class_="row"),
        method="post",
        action="/settings",
    )


def _called(chosen: Chosen, value: str, label: str, words: PageWords) -> str:
    """What a choice is called, in words."""
    if chosen.key == "voice":
        kind, _, name = value.rpartition("/")
        own = words.texts.get(f"voice_{value}")
        label = own or (words.text("voice_of_system", name=name) if kind else sentence(label))
    elif chosen.key == "routine":
        label = sentence(label)
    return words.text("by_default", value=label) if value == chosen.default else label


def _holds(chosen: Chosen, words: PageWords) -> str:
    """What holds now, in words."""
    if not chosen.value:
        told = words.text("as_asked") if chosen.key == "reminders" else words.text(f"no_{chosen.key}")
    elif chosen.value == "off":
        told = words.text("off")
    else:
        told = words.text("in_seconds", value=chosen.value) if chosen.key in IN_SECONDS else chosen.value
    return words.text("now_is", value=words.text("by_default", value=told) if chosen.origin == "default" else told)
