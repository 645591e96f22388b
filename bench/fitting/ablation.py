"""`python -m bench.fitting.ablation`: what each part of hearing is worth, at equal false accepts.

Each row leaves something out. Its thresholds are then shifted until no more than so many commands an hour are heard in
talk that is meant for others: what hears more hears more of that as well. On what limits are chosen on; it reports
nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.dialogue.content.routine_names import routine_names, stretch_names
from assistant.language.build import build_book
from assistant.language.corpus import read_corpus
from assistant.language.folder import read_folder
from assistant.language.routine_files import other_routines
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.scoring import AS_FITTED, Weighing
from assistant.understanding.thresholds import Thresholds
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from bench.fitting.heard import Listening
from bench.fitting.judging import Case, Figures, Judge, RememberingMatcher, cases_of, moments, of_phrases, total
from bench.fitting.options import add_options
from bench.fitting.search import at_equal_accepts
from bench.fitting.sounds import everything


@dataclass(frozen=True)
class Row:
    """Hearing with something left out. `by_hand`: with the language's own pronunciations."""

    name: str
    weighing: Weighing = AS_FITTED
    by_hand: bool = True


ROWS = (
    Row("as installed"),
    Row("as sure as the network says", replace(AS_FITTED, power=1.0)),
    Row("no likeness of sounds", replace(AS_FITTED, alike=0.0)),
    Row("no pronunciations by hand", by_hand=False),
)


def main() -> int:
    """Measure each row, print the table, write JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.fitting.ablation", description="What each part is worth.")
    add_options(parser)
    parser.add_argument("--json", type=Path, default=Path("ablation.json"), metavar="FILE")
    parser.add_argument("--only", action="append", metavar="ROW", help="just this row, or several")
    args = parser.parse_args()
    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    where = moments()
    listening = Listening(args.cache, new_interpreter(new_matcher(book)))
    sounds = everything(args.speech, book.phrases, read_corpus(folder))[:: args.every]
    cases = of_phrases(cases_of(listening.hear(sounds), where))
    found: dict[str, dict[str, object]] = {}
    for row in ROWS:
        if args.only and row.name not in args.only:
            continue
        begun = time.process_time()
        used = book if row.by_hand else spelled_out(folder, args.cache)
        judge = Judge(RememberingMatcher(used, row.weighing))
        shift, figures = at_equal_accepts(judge, cases, Thresholds(), args.goal)
        kinds = _by_kind(cases, judge.figures(cases, Thresholds().stricter(shift)))
        found[row.name] = {"shift": round(shift, 3), "worth": round(figures.worth(args.goal), 4), "kinds": kinds}
        print(f"{row.name:<34} {_told(shift, figures)} {time.process_time() - begun:5.0f} s", flush=True)
        print("   ", ", ".join(f"{kind} {share:.1%}" for kind, share in kinds.items()), flush=True)
    args.json.write_text(json.dumps({"goal": args.goal, "weights": listening.key, "rows": found}, indent=1))
    return 0


def _told(shift: float, figures: Figures) -> str:
    return (
        f"{shift:+.3f}: {figures.right / max(1, figures.commands):.1%} right, {figures.another} another "
        f"({figures.opposite} opposite), distress {figures.noticed}+{figures.asked_rightly} of {figures.distress}, "
        f"{figures.words_passed} of {figures.words} words, {figures.an_hour:.1f} an hour, worth {figures.worth():.4f}"
    )


def _by_kind(cases: Sequence[Case], figures: Sequence[Figures]) -> dict[str, float]:
    """The share of commands that are right, by kind."""
    kinds = dict.fromkeys(case.heard.sound.kind for case in cases)
    sums = {
        kind: total(each for case, each in zip(cases, figures, strict=True) if case.heard.sound.kind == kind)
        for kind in kinds
    }
    return {kind: round(each.right / each.commands, 4) for kind, each in sums.items() if each.commands}


def spelled_out(folder: Path, cache: Path) -> PhraseBook:
    """The phrases with every word spelled by grapheme-to-phoneme; that takes a minute, and is kept."""
    letters, kept = phonemizer("en"), cache / "spelled.json"
    there = read_folder(folder)
    if kept.exists():
        spelled = json.loads(kept.read_text(encoding="utf-8"))
    else:
        spelled = {word: letters.word(word) for word in there.pronunciations}
        kept.write_text(json.dumps(spelled, ensure_ascii=False), encoding="utf-8")
    ways = {word: (tuple(sound),) if sound else there.pronunciations[word] for word, sound in spelled.items()}
    routine = read_routine(folder)
    routines = (routine, *other_routines(folder, routine))
    return build_book(replace(there, pronunciations=ways), stretch_names(routines), letters, routine_names(routines))


if __name__ == "__main__":
    raise SystemExit(main())
