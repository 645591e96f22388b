"""`solemate understand`: what a text means."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from assistant.cli.options import READING, add_json, add_settings, for_source, settings_of, teach

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.dialogue.rehearsal import Outcome, Scene
    from assistant.dialogue.state.turn import Book
    from assistant.entries import Recognition
    from assistant.language.understand_text import TextUnderstanding
    from assistant.settings.table import Settings
    from assistant.understanding.gate import Gate
    from assistant.understanding.hypothesis import Utterance

APART = 60.0
"""Seconds between two texts, more than the wake word on its own stays valid."""


def register(subparsers: Any) -> None:
    """Add `understand` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "understand",
        help="tell what a text means",
        **teach(
            "Tells what each text would mean if it were said. The score goes up to 1, for what is sure. With --when, "
            "it is said while the guide is in a phase: what it means there, what the guide would say, and the "
            "phase after it.",
            'solemate understand "skip this one"',
            'solemate understand --json "start hill stretches" "nice weather today"',
            'solemate understand --when hold "how much longer" "ouch"',
            'solemate understand --when waiting:ankle_circles "which leg first"',
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help='what is said, such as "skip this one"')
    parser.add_argument(
        "--when",
        metavar="PHASE[:STRETCH]",
        help="say it in this phase: idle, telling, waiting, hold, counting, open_hold, rest, change, paused, "
        "asked_pain, asked_hurt_before, asked_number, asked_all_right, asked_emergency, asked_continue, reminder or "
        "finished; in a stretch by its id, such as hold:toe_walking",
    )
    add_json(parser)
    add_settings(parser, *READING)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.settings.toml_file import blaming
    from assistant.wiring import gate_for, guide_book, language_folder

    settings = for_source(settings_of(args), from_file=True)
    folder = language_folder(settings.text("language"))
    # The replies are read too, so that a person who edits the language learns of any mistake.
    with blaming(settings, "routine"):
        book = guide_book(folder, routine=settings.text("routine"))
    if args.when is not None:
        from assistant.dialogue.rehearsal import rehearse

        scene = rehearse(book, args.when)
        understanding = _understanding(settings, folder, book)
        for text in args.text:
            told = understand_in(scene, text, understanding, gate_for(settings))
            _tell_in(scene, args.when, text, *told, as_json=args.json)
        return 0
    understanding, gate = _understanding(settings, folder, book), gate_for(settings)
    for number, text in enumerate(args.text):
        # Each on its own: the wake word alone in one text does not count for the next one.
        _tell(text, gate.judge(understanding.utterance(text, t=number * APART)), as_json=args.json)
    return 0


def _understanding(settings: Settings, folder: Path, book: Book) -> TextUnderstanding:
    from assistant.wiring import understanding_for

    understanding = understanding_for(settings, folder, book.routine)
    if understanding.lacking is not None:
        print(understanding.lacking, file=sys.stderr)
    return understanding


def understand_in(scene: Scene, text: str, understanding: TextUnderstanding, gate: Gate) -> tuple[Utterance, Outcome]:
    """A text as it is understood and judged in a scene, and what comes of it there. A session does the same."""
    from assistant.dialogue.utterances import events_of

    t = scene.state.now
    utterance = gate.judge(understanding.utterance(text, scene.moment, t), scene.moment)
    return utterance, scene.hear(events_of(t, utterance))


def _tell(text: str, utterance: Utterance, *, as_json: bool) -> None:
    from assistant.entries import recognition_of
    from assistant.runtime.json_log import recognition_json

    if as_json:
        _print_json({"text": text, **recognition_json(recognition_of(utterance))})
        return
    match = utterance.match
    meaning = " ".join([match.intent or "", *match.slots.values()]) if match.accepted else "nothing"
    print(f"{text}: {meaning} {_how_surely(recognition_of(utterance))}")


def _tell_in(scene: Scene, when: str, text: str, utterance: Utterance, outcome: Outcome, *, as_json: bool) -> None:
    from assistant.entries import recognition_of

    recognition = recognition_of(utterance)
    if as_json:
        _print_json({"text": text, "when": when, **_in_json(recognition, outcome)})
        return
    meanings = [
        " ".join([*(["perhaps"] if each.doubtful else []), each.intent, *map(str, each.slots.values())])
        for each in outcome.meant
    ]
    onward = "still" if outcome.phase is scene.state.phase else "then"
    print(f"{text}: {', '.join(meanings) or 'nothing'} {_how_surely(recognition)}; {onward} {outcome.phase.value}")
    if outcome.reply:
        print(f"  {outcome.reply}")


def _how_surely(recognition: Recognition) -> str:
    if recognition.tier in ("", "phrase"):
        return f"(score {recognition.score:.2f})"
    return f"(by {recognition.tier}, probability {recognition.probability:.2f})"


def _in_json(recognition: Recognition, outcome: Outcome) -> dict[str, Any]:
    """What was understood, as it counts in a phase: an intent in doubt too, if the guide asks about it."""
    from assistant.runtime.json_log import recognition_json

    first = outcome.meant[0] if outcome.meant else None
    return {
        **recognition_json(recognition),
        "intent": first.intent if first else None,
        "slots": dict(first.slots) if first else {},
        "accepted": first is not None and not first.doubtful,
        "doubtful": first is not None and first.doubtful,
        "tier": recognition.tier,
        "probability": recognition.probability,
        "also": [{"intent": each.intent, "slots": dict(each.slots)} for each in outcome.meant[1:]],
        "reply": outcome.reply,
        "phase_after": outcome.phase.value,
    }


def _print_json(fields: dict[str, Any]) -> None:
    print(json.dumps(fields, ensure_ascii=False))
