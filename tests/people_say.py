"""What people say in their own words, in its phase: `python -m tests.people_say` tells what comes of each sentence.

The sentences are in people_say.tsv, with what may happen; how they are written is told in bench/people.py.
"""

from __future__ import annotations

from pathlib import Path

from assistant.dialogue.rehearsal import Outcome
from bench.people import Row, Typist, read_rows

ROWS = read_rows(Path(__file__).parent / "people_say.tsv")


def what_happened(outcome: Outcome) -> str:
    """What came of something, in a line."""
    meant = ", ".join(f"{each.intent}{dict(each.slots) or ''}{'?' if each.doubtful else ''}" for each in outcome.meant)
    return f"{meant or 'nothing'}; {outcome.phase.value}{outcome.reply and ': '}{outcome.reply}"


def what_may_happen(row: Row) -> str:
    """What may come of a row, as it is written."""
    allowed = [f"{each.intent}{dict(each.slots) or ''}{'?' if each.asked else ''}" for each in row.allowed]
    return " or ".join([*allowed, *(["nothing"] if row.or_nothing else [])])


def main() -> None:
    """Tell which rows are right, what the others did, and how many are right."""
    typist, right = Typist(), 0
    for row in ROWS:
        outcome = typist.outcome(row)
        if row.is_right(outcome):
            right += 1
            print(f"right  {row.when}: {row.said} -> {what_happened(outcome)}")
        else:
            print(f"WRONG  {row.when}: {row.said} -> {what_happened(outcome)}")
            print(f"       may be: {what_may_happen(row)}")
    print(f"{right} of {len(ROWS)} right: {right / len(ROWS):.1%}")


if __name__ == "__main__":
    main()
