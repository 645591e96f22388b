"""`python -m bench.fitting`: hears what limits are chosen on, finds the best limits, and writes them down.

The odds of phrases and of free words are found by regression, the other limits by a search on phrases alone; with
`--tries 0` these stay as they are. What was heard is kept in a folder for each set of weights, so that a second run is
quick. The table compares the limits before and after on voices that neither has heard.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from assistant.errors import SolemateError
from assistant.language.corpus import read_corpus
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.scoring import AS_FITTED, Weighing
from assistant.understanding.thresholds import Thresholds
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from bench.fitting.heard import Listening
from bench.fitting.judging import (
    GOAL,
    Case,
    Figures,
    Judge,
    RememberingMatcher,
    cases_of,
    free_words,
    held_out,
    moments,
    of_phrases,
    total,
)
from bench.fitting.odds import fitted_odds
from bench.fitting.options import add_options
from bench.fitting.search import at_equal_accepts, fitted
from bench.fitting.sounds import everything
from bench.fitting.word_odds import fitted_word_odds
from bench.fitting.written import values_of, write

TRIES = 300
"""Random steps of the search."""

SOME = 4
"""One in so many of the cases is enough to compare ways to weigh the evidence, for which all of it is weighed anew."""

CLEARLY = 0.005
"""How much more another way to weigh the evidence must be worth: less is chance."""

RIVALS = {"power": (-0.2, 0.2), "alike": (-0.05, 0.05, 0.1), "sharpness": (-2.0, 2.0)}
"""What is added to each number of the weighing, one after another, to see if another one is better."""


def main() -> int:
    """Hear, search, compare, write."""
    args = _arguments()
    begun = time.monotonic()
    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    listening = Listening(args.cache, new_interpreter(new_matcher(book)))
    sounds = everything(args.speech, book.phrases, read_corpus(folder))[:: args.every]
    heard = listening.hear(sounds)
    _say(begun, f"heard {len(heard)} sounds with weights {listening.key}")
    cases = cases_of(heard, moments())
    mine = [case for case in cases if not held_out(case.heard.sound.group)]
    weighing = AS_FITTED if args.limits_only else _best_weighing(book, of_phrases(mine)[::SOME])
    _say(begun, f"the evidence: {weighing}")
    judge = Judge(RememberingMatcher(book, weighing))
    before = Thresholds()
    start = replace(before, meant=fitted_odds(judge.matcher, mine, before.meant, args.goal))
    _say(begun, f"the odds: {start.meant}")
    after = fitted(judge, of_phrases(mine), start, args.tries, args.goal) if args.tries else start
    _say(begun, "searched")
    free = free_words(folder, book)
    judge = Judge(judge.matcher, free)
    after = fitted_word_odds(judge.interpreter(after), mine)
    _say(begun, f"the odds of free words: {after.words}, {after.distress_words}")
    others = [case for case in cases if held_out(case.heard.sound.group)]
    old = Judge(RememberingMatcher(book, AS_FITTED), free) if weighing != AS_FITTED else judge
    for title, some in (("held out", others), ("fitted on", mine)):
        was, now = old.figures(some, before), judge.figures(some, after)
        _table(title, some, was, now, args.goal)
    if args.tries and total(now).worth(args.goal) <= total(was).worth(args.goal):
        print("nothing better was found, so nothing is written; more --tries may help")
        return 0
    # What the others teach as well; how the odds do on voices that they don't know, the table has told.
    after = replace(after, meant=fitted_odds(judge.matcher, cases, after.meant, args.goal))
    after = fitted_word_odds(judge.interpreter(after), cases)
    values = values_of(after, weighing)
    print("\n".join(f"{name} = {value}" for name, value in values.items()))
    if not args.dry:
        print(f"wrote {write(values)}")
    _say(begun, "done")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fitting", description="Fits the limits to the ear.")
    add_options(parser)
    parser.add_argument("--tries", type=int, default=TRIES, help=f"steps of the search ({TRIES}); 0: only the odds")
    parser.add_argument("--limits-only", action="store_true", help="weigh the evidence as it is weighed now")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    return parser.parse_args()


def _best_weighing(book: PhraseBook, cases: Sequence[Case]) -> Weighing:
    """The way to weigh the evidence that understands most at the same number of false accepts, one number at a time."""

    def worth(weighing: Weighing) -> float:
        goal = GOAL * SOME  # in few sounds of talk, one in an hour can't be told from none
        return at_equal_accepts(Judge(RememberingMatcher(book, weighing)), cases, Thresholds(), goal)[1].worth(goal)

    best, most = AS_FITTED, worth(AS_FITTED)
    for name, steps in RIVALS.items():
        before = getattr(best, name)
        for step in steps:
            rival = replace(best, **{name: round(before + step, 3)})
            value = worth(rival)
            if value > most + CLEARLY:
                best, most = rival, value
    return best


def _table(title: str, cases: Sequence[Case], before: Sequence[Figures], after: Sequence[Figures], goal: float) -> None:
    """What comes of each kind of sound with the limits of before and of now."""
    print(f"\n{title}")
    kinds = dict.fromkeys(case.heard.sound.kind for case in cases)
    for kind in kinds:
        rows = [
            total(each for case, each in zip(cases, found, strict=True) if case.heard.sound.kind == kind)
            for found in (before, after)
        ]
        print(f"  {kind:<22} {_told(rows[0]):<52} -> {_told(rows[1])}")
    print(f"  {'worth':<22} {total(before).worth(goal):<52.4f} -> {total(after).worth(goal):.4f}")


def _told(figures: Figures) -> str:
    """The figures that there are, in a few words."""
    told = []
    if figures.commands:
        told.append(f"{figures.right / figures.commands:.1%} of {figures.commands} right")
        told.append(f"{figures.another} another ({figures.opposite} opposite)")
    if figures.distress:
        told.append(f"{figures.noticed} noticed, {figures.asked_rightly} asked about, of {figures.distress}")
    if figures.words:
        told.append(f"{figures.words_passed} of {figures.words} pass")
    if figures.hours:
        told.append(f"{figures.false} in {figures.hours:.2f} h, {figures.asked} asked")
    return ", ".join(told)


def _say(begun: float, what: str) -> None:
    print(f"{time.monotonic() - begun:6.0f} s: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SolemateError as error:
        sys.exit(f"solemate: {error}")
