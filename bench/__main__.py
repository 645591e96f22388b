"""`script/bench`: what is understood, how fast and with how much memory, as a table and as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.errors import SolemateError
from assistant.view.progress_bar import counting_bar
from bench import (
    coaching,
    latency,
    people,
    prompt_commands,
    real_people,
    recognition,
    room_sections,
    rooms,
    size,
    soak,
    speed,
    spoken,
    voice_kinds,
    voice_latency,
    voices,
    wyoming_server,
)
from bench.recordings import recordings
from bench.sentences import CHATTER

GOALS = {"understood": 0.97, "out_of_domain": 1, "words": 0.9, "start_s": 2.0, "memory_mb": 200.0, "text_ms": 5.0}
"""The goals of the sections."""


def main() -> int:
    """Measure, print a table, write JSON; returns 1 if something could not be measured at all."""
    args = _arguments()
    results: dict[str, Any] = {"quick": args.quick}
    rows: list[tuple[str, str, str]] = []
    try:
        wanted = {name: each for name, each in _sections(args).items() if not args.only or name in args.only}
        with counting_bar("sections") as told:
            for done, (name, measure) in enumerate(wanted.items()):
                told(done, len(wanted))
                print(f"measuring: {name} ...", file=sys.stderr, flush=True)
                results[name] = measure()
                rows += _rows(name, results[name])
    except SolemateError as error:
        print(f"solemate: {error}", file=sys.stderr)
        return error.status
    _table(rows)
    if args.wrong and isinstance(results.get("understanding"), dict):
        print("", *people.lines_of_wrong(results["understanding"]), sep="\n")
    speed.save(args.json, results)
    print(f"\nall of it, mistakes included: {args.json}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures what is understood, and how fast.")
    parser.add_argument("--quick", action="store_true", help="a small sample of everything")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), metavar="FILE", help="where the results go")
    parser.add_argument("--speech", type=Path, metavar="FOLDER", help="recordings of real people (or SOLEMATE_SPEECH)")
    parser.add_argument(
        "--said", type=Path, metavar="FILE", help="what people say in which phase (`understanding`, `spoken`)"
    )
    parser.add_argument(
        "--choosing",
        dest="voices",
        action="store_const",
        const=voices.CHOOSING,
        default=voices.HELD_BACK,
        help="have voices that limits are chosen on say it (`spoken`), not those kept back for figures",
    )
    parser.add_argument("--wrong", action="store_true", help="list what `understanding` takes wrongly")
    parser.add_argument("--only", action="append", metavar="SECTION", help="measure just this section, or several")
    args = parser.parse_args()
    args.speech = args.speech or recordings()
    unknown = set(args.only or ()) - set(_sections(args))
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are: {', '.join(_sections(args))}")
    return args


def _sections(args: argparse.Namespace) -> dict[str, Callable[[], Any]]:
    quick: bool = args.quick
    espeak = voices.espeak_missing()
    piper, natural = voices.piper_missing(), voices.kokoro_missing()
    noise = args.speech / "noise" / "kitchen.flac"
    kitchen = noise if noise.exists() else None
    return {
        "development_voices": lambda: espeak or recognition.voices(voices.DEVELOPMENT, quick),
        "held_back_voices": lambda: espeak or recognition.voices(voices.HELD_BACK, quick),
        "piper_voice": lambda: piper or recognition.voices([voices.PIPER], quick),
        "natural_voices": lambda: natural or recognition.voices(voices.HELD_BACK_NATURAL, quick),
        "chatter": lambda: espeak or recognition.chatter(voices.HELD_BACK[:4], CHATTER, quick),
        "out_of_domain": lambda: _recorded(args.speech / "out_of_domain", recognition.out_of_domain, quick),
        "words": lambda: _recorded(args.speech / "words", recognition.words, quick),
        "short_words": lambda: real_people.short_words(args.speech, quick),
        "read_sentences": lambda: real_people.read_sentences(args.speech, quick),
        "kinds_of_voice": lambda: espeak or voice_kinds.kinds_of_voice(voices.HELD_BACK, quick),
        "understanding": lambda: people.understanding(args.said),
        "spoken": lambda: espeak or spoken.spoken(args.said, args.voices[:2], quick),
        "text_to_intent": lambda: speed.text_to_intent(quick),
        "commands": lambda: prompt_commands.commands(quick),
        "start_to_listening": lambda: espeak or speed.start_to_listening(quick),
        "memory": lambda: espeak or speed.memory(),
        "decoding": lambda: espeak or speed.decoding(quick),
        "reaction": lambda: espeak or latency.reaction(voices.HELD_BACK, quick),
        "korean": lambda: espeak or latency.korean(quick),
        "endpoints": lambda: espeak or latency.endpoints(voices.HELD_BACK, quick),
        "false_alarms": lambda: espeak or latency.false_alarms(voices.HELD_BACK, args.speech / "out_of_domain", quick),
        "size": size.size,
        "voice_activity": lambda: soak.activity(kitchen, quick),
        "soak": lambda: espeak or soak.soak(kitchen, quick),
        "coaching": lambda: espeak or coaching.coaching(),
        "speaking": lambda: espeak or voice_latency.speaking(quick),
        "rooms": lambda: rooms.rooms(quick),
        "wyoming": lambda: espeak or wyoming_server.wyoming_server(quick),
        **room_sections.sections(args.speech, quick),
    }


def _recorded(folder: Path, measure: Callable[[Path, bool], Any], quick: bool) -> Any:
    if not folder.is_dir():
        return f"{folder} isn't there; `--speech FOLDER` names another place"
    return measure(folder, quick)


def _rows(name: str, result: Any) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    if isinstance(result, str):
        return [(name, "left out", result)]
    in_rooms = room_sections.rows(name, result)
    if in_rooms is not None:
        return in_rooms
    makers: dict[str, Callable[[], list[tuple[str, str, str]]]] = {
        "out_of_domain": lambda: _out_of_domain_rows(result),
        "rooms": lambda: rooms.rows(result),
        "words": lambda: _word_rows(result),
        "chatter": lambda: [(name, f"{result['commands']} commands in {result['sentences']} sentences", "")],
        "short_words": lambda: real_people.rows_of_words(name, result),
        "read_sentences": lambda: real_people.rows_of_sentences(name, result),
        "kinds_of_voice": lambda: voice_kinds.rows(name, result),
        "understanding": lambda: people.rows_of_understanding(result),
        "spoken": lambda: spoken.rows(result),
        "text_to_intent": lambda: _text_rows(result),
        "start_to_listening": lambda: [(name, f"{result['median_s']} s", f"under {GOALS['start_s']:.0f} s")],
        "commands": lambda: prompt_commands.rows_of_commands(result),
        "reaction": lambda: latency.rows_of_reaction(result),
        "korean": lambda: latency.rows_of_korean(result),
        "endpoints": lambda: latency.rows_of_endpoints(result),
        "false_alarms": lambda: latency.rows_of_alarms(result),
        "size": lambda: size.rows(name, result),
        "voice_activity": lambda: soak.rows_of_activity(result),
        "soak": lambda: soak.rows_of_soak(result),
        "coaching": lambda: coaching.rows(result),
        "speaking": lambda: voice_latency.rows(result),
        "wyoming": lambda: wyoming_server.rows(result),
        "memory": lambda: [("memory, listening", f"{result['built_in_mb']} MB", f"under {GOALS['memory_mb']:.0f} MB")],
        "decoding": lambda: [(f"decoding, {key}", _times_real(value), "") for key, value in result.items()],
    }
    return makers[name]() if name in makers else _voice_rows(name, result)


def _times_real(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.3f} of real time"


def _voice_rows(name: str, result: dict[str, Any]) -> list[tuple[str, str, str]]:
    worst = min(result["by_voice"].items(), key=lambda item: item[1])
    return [
        (name, f"{result['understood']:.1%} of {result['commands']} understood", f"{GOALS['understood']:.0%}"),
        ("", f"{result['taken_for_another']:.1%} taken for another command", ""),
        ("", f"{worst[1]:.1%} with the worst voice, {worst[0]}", ""),
    ]


def _out_of_domain_rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    half = f"{result['commands_not_fitted_on']} in the {result['recordings_not_fitted_on']} not fitted on"
    goal = f"at most {GOALS['out_of_domain']}"
    return [
        ("out of domain", f"{result['commands']} commands in {result['recordings']} recordings", goal),
        ("", half, ""),
    ]


def _word_rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    prompt_commands, half = result["commands"], result["commands_not_fitted_on"]
    others, nothing = result["others"], result["others_that_mean_nothing"]
    unseen = result["others_not_fitted_on"]
    return [
        ("stop, yes, no", f"{prompt_commands['right']} of {prompt_commands['of']} right", f"{GOALS['words']:.0%}"),
        ("", f"{half['right']} of {half['of']} not fitted on", ""),
        ("other words", f"{others['passed']} of {others['of']} pass as a command", ""),
        ("", f"{unseen['passed']} of {unseen['of']} not fitted on", ""),
        ("", f"{nothing['passed']} of {nothing['of']} that never mean anything", ""),
    ]


def _text_rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    more = result["ten_times"]
    return [
        (f"text to intent, {result['phrases']} phrases", _milliseconds(result), f"p99 under {GOALS['text_ms']:.0f} ms"),
        (f"text to intent, {more['phrases']} phrases", _milliseconds(more), ""),
    ]


def _milliseconds(result: dict[str, float]) -> str:
    return f"p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms"


def _table(rows: list[tuple[str, str, str]]) -> None:
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    for what, measured, goal in rows:
        print(f"{what:<{widths[0]}}  {measured:<{widths[1]}}  {goal and 'goal: ' * (measured != 'left out') + goal}")


if __name__ == "__main__":
    sys.exit(main())
