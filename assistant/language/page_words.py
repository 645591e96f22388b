"""The words of the page, in a language: every text, and every field in it, is known in advance."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.language.drawings import DrawingWords, load_drawings
from assistant.language.marked_yaml import load

PAGE = "page.yaml"
"""The file in a language's folder that holds the words of the page."""

FIELDS: Mapping[str, frozenset[str]] = {
    key: frozenset(fields.split())
    for key, fields in {
        # Around every page
        "title": "", "nav": "", "nav_now": "", "nav_choose": "", "nav_history": "", "nav_settings": "",
        "nav_link": "",
        # The moment
        **dict.fromkeys((
            "doing_idle", "doing_told", "doing_ready", "doing_wait", "doing_lead_in", "doing_hold", "doing_count",
            "doing_open", "doing_rest", "doing_change", "doing_paused", "doing_asking", "doing_finished",
        ), ""),
        "number": "number total", "side": "side", "round": "round rounds", "needs": "things",
        "next": "", "next_round": "round rounds", "next_side": "side", "next_stretch": "name",
        "next_needing": "name things", "next_end": "", "then": "first later", "then_end": "first",
        "left": "time", "seconds_left": "", "second_left": "", "times": "times", "seconds_so_far": "",
        "captions": "", "picture": "", "steps": "", "can_say": "", "quoted": "text", "buttons": "",
        "more": "",
        "ring": "", "keys": "", "keys_text": "",
        "heard_command": "text", "heard_touch": "text", "heard_doubtful": "text", "heard_rejected": "text why",
        "a_sound": "",
        **dict.fromkeys((
            "why_own_words", "why_no_name", "why_name_alone", "why_no_command", "why_to_another", "why_not_clear",
            "why_standing_by", "why_nothing_asked", "why_not_sure",
        ), ""),
        "lost": "", "over": "", "refused": "", "passed": "",
        **dict.fromkeys(("least_pain", "most_pain", "least_effort", "most_effort"), "number"),
        # Buttons, by what they mean
        **dict.fromkeys((
            "press_start_routine", "press_resume", "press_ready", "press_wait", "press_got_it", "press_done",
            "press_pause", "press_next", "press_previous", "press_say_again", "press_hurts", "press_stop",
            "press_end_program", "press_yes", "press_no", "press_easier", "press_better", "press_skip_it",
            "press_no_number", "press_later", "press_not_today", "press_progress", "press_how_to", "press_why",
            "press_restart", "press_skip_next", "press_undo", "press_louder", "press_quieter", "press_slower",
            "press_faster", "press_go_on", "press_start_over", "press_how_long", "press_help", "press_call",
            "press_as_usual", "press_still_holding", "press_let_go", "press_finish",
        ), ""),
        # Before
        "choose_title": "", "choose_routine": "", "choose_stretch": "", "chosen": "", "about_minutes": "minutes",
        "count_stretches": "count", "start": "", "only": "", "leave_out": "", "leave_out_today": "", "put_back": "",
        "left_out": "", "start_named": "name", "only_named": "name", "leave_out_named": "name",
        "leave_out_today_named": "name", "put_back_named": "name",
        # All rooms
        "nav_rooms": "", "rooms_title": "", "rooms_none": "", "rooms_again": "", "room_gone": "",
        # Settings
        "settings_title": "", "settings_now": "", "settings_next": "", "set": "", "saved_next": "name", "on": "",
        "off": "", "as_asked": "", "flag_wins": "", "busy": "", "now_is": "value", "by_default": "value",
        "in_seconds": "value", "no_pace": "", "no_name": "", "voice_auto": "", "voice_system": "",
        "voice_of_system": "name", "auto_start_usual": "", "language_itself": "",
        **{f"set_{key}{part}": "" for key in (
            "words", "beat", "auto_start", "ask_after", "voice", "pace", "reminders", "name", "ready_seconds",
            "routine", "language",
        ) for part in ("", "_about")},
        **dict.fromkeys(("words_full", "words_short", "words_sounds", "ask_pain", "ask_effort", "ask_both"), ""),
        # After
        "history_title": "", "history_none": "", "history_failed": "why", "streak": "days",
        "streak_missed": "days missed", "longest": "days", "calendar": "", "calendar_about": "", "weekdays": "",
        "twice": "", "once": "", "some": "", "not_at_all": "", "bests": "", "best": "name seconds", "effort": "",
        "pain": "", "plot": "name values", "minutes_worked": "", "plot_day": "",
        "plot_table": "", "plot_minutes": "value", "plot_of_ten": "value",
        "export": "", "export_csv": "", "export_ical": "",
        # The link
        "link_title": "", "link_about": "", "link_only_here": "",
    }.items()
}  # fmt: skip
"""The keys, each with the fields that its text may have."""


@dataclass(frozen=True)
class PageWords:
    """The words of the page, and of the drawings on it."""

    texts: Mapping[str, str]
    drawings: DrawingWords

    def text(self, key: str, /, **fields: object) -> str:
        """The text of a key, with its fields filled in."""
        return self.texts[key].format(**fields)


def load_page_words(folder: Path) -> PageWords:
    """The words of the page in the language of a folder. Raises SolemateError with file, line and mistake."""
    marked = load(folder / PAGE)
    there = marked.mapping("the file")
    marked.keys_among("the file", tuple(FIELDS))
    missing = missing_words(folder)
    if missing:
        marked.fail(f"no words for {', '.join(missing)}")
    texts = {}
    for key, value in there.items():
        text = value.text(f"'{key}'").strip()
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            value.fail(f"'{key}' has a stray brace: {error}")
        if used - FIELDS[key]:
            allowed = ", ".join(sorted(FIELDS[key])) or "none"
            value.fail(f"'{key}' uses {{{sorted(used - FIELDS[key])[0]}}}; it may use: {allowed}")
        texts[key] = text
    return PageWords(texts, load_drawings(folder))


def missing_words(folder: Path) -> list[str]:
    """The keys that the language's file lacks; all of them where there is no file."""
    path = folder / PAGE
    there = load(path).mapping("the file") if path.is_file() else {}
    return [key for key in FIELDS if key not in there]
