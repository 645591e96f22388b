"""Real people who mean somebody else, or say one word: speakers and recordings that nothing was taught or chosen on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.understanding.hypothesis import Match
from bench.false_accepts import PAUSE
from bench.recognition import COMMAND_WORDS, Heard, Job, is_command, listen_to, moment_of, reported_half
from bench.recordings import of_people

PHASE = "hold"
"""Where what nobody meant is heard as well: most of a session is like it."""

ASKED = "asked_continue"
"""Where "yes" and "no" answer a question."""

SENTENCES_QUICK = 40
"""Sentences, and words, of a small sample."""

Row = tuple[str, str, str]


def read_sentences(speech: Path, quick: bool) -> dict[str, Any] | str:
    """Commands in sentences that real people read, by the hour: at no moment in particular, and in a hold.

    Those that happen to be commands by their text are taken out. A text says why nothing was measured.
    """
    there = [each for each in of_people(speech, "reported") if " " in each.text]
    if not there:
        return f"{speech} has no recorded sentences; `--speech FOLDER` names another place"
    spoken = [each for each in there if not is_command(each.text)]
    spoken = spoken[:: max(1, len(there) // SENTENCES_QUICK) if quick else 1]
    hours = sum(each.length + PAUSE for each in spoken) / 3600
    found: dict[str, Any] = {"sentences": len(spoken), "hours": round(hours, 3)}
    for name, when in (("no_moment", ""), ("in_a_hold", PHASE)):
        heard = listen_to([Job(recorded=each, when=when) for each in spoken])
        false = {
            f"{each.speaker}: {each.text}": [f"{match.intent} ({match.phrase})" for match in commands]
            for each, one in zip(spoken, heard, strict=True)
            if (commands := acted_on(one, when))
        }
        count = sum(map(len, false.values()))
        found[name] = {"commands": count, "per_hour": round(count / hours, 2), "false": false}
    return found


def acted_on(heard: Heard, when: str) -> list[Match]:
    """The commands in it that do something in a phase: a number said in a hold, as if counting along, does nothing."""
    idle = moment_of(when).overheard if when else frozenset()
    return [match for match in heard.accepted() if match.intent not in idle]


def short_words(speech: Path, quick: bool) -> dict[str, Any] | str:
    """Single words of real people: how many pass for a command, and "stop", "yes" and "no" where they count."""
    words = [
        (path.name.split("_")[0], Job(path=path))
        for path in sorted((speech / "words").glob("*.flac"))
        if reported_half(path)
    ]
    more = [(each.text, Job(recorded=each)) for each in of_people(speech, "reported") if " " not in each.text]
    if not words:
        return f"{speech} has no recorded words; `--speech FOLDER` names another place"
    more = more[:: max(1, len(more) // SENTENCES_QUICK) if quick else 1]
    others = [each for each in (*words, *more) if each[0] not in COMMAND_WORDS]
    commands = [each for each in words if each[0] in COMMAND_WORDS]
    return {
        "no_moment": _passed(others, ""),
        "in_a_hold": _passed(others, PHASE),
        "commands": _obeyed([(word, job, PHASE if word == "stop" else ASKED) for word, job in commands]),
    }


def _passed(words: Sequence[tuple[str, Job]], when: str) -> dict[str, Any]:
    heard = listen_to([_at(job, when) for _, job in words])
    passed = [(word, each.accepted()) for (word, _), each in zip(words, heard, strict=True)]
    return {
        "of": len(words),
        "passed": sum(bool(matches) for _, matches in passed),
        "by_word": {
            word: _of(bool(matches) for each, matches in passed if each == word)
            for word in sorted({word for word, _ in words})
        },
        "taken_for": sorted(f"{word}: {match.intent} ({match.phrase})" for word, each in passed for match in each),
    }


def _obeyed(words: Sequence[tuple[str, Job, str]]) -> dict[str, Any]:
    heard = listen_to([_at(job, when) for _, job, when in words])
    right = [_means(each, COMMAND_WORDS[word]) for (word, _, _), each in zip(words, heard, strict=True)]
    return {
        "of": len(words),
        "right": sum(right),
        "missed": [word for (word, _, _), fine in zip(words, right, strict=True) if not fine],
    }


def _means(heard: Heard, intent: str) -> bool:
    return [match.intent for match in heard.accepted()] == [intent]


def _at(job: Job, when: str) -> Job:
    return Job(path=job.path, recorded=job.recorded, when=when)


def _of(passed: Iterable[bool]) -> str:
    each = list(passed)
    return f"{sum(each)} of {len(each)}"


def rows_of_sentences(name: str, result: dict[str, Any]) -> list[Row]:
    """Rows of the table: what, how much, and the goal."""
    hours = f"{result['hours']:.2f} h"
    rest, hold = result["no_moment"], result["in_a_hold"]
    return [
        (name, f"{rest['commands']} commands in {hours}, {rest['per_hour']} an hour", "2 an hour"),
        ("", f"in a hold {hold['commands']}, {hold['per_hour']} an hour", ""),
    ]


def rows_of_words(name: str, result: dict[str, Any]) -> list[Row]:
    """Rows of the table: what, how much, and the goal."""
    commands, rest, hold = result["commands"], result["no_moment"], result["in_a_hold"]
    return [
        (name, f"stop in a hold, yes and no when asked: {commands['right']} of {commands['of']} right", "97%"),
        ("", f"{rest['passed']} of {rest['of']} other words pass as a command; in a hold {hold['passed']}", ""),
    ]
