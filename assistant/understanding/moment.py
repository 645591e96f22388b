"""The moment: what the guide is doing, as far as it matters for what a person may mean. The guide provides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Moment:
    """What fits just now, by the names of intents.

    expected: fits what the guide is doing; the matcher favours it a little.
    overheard: of those, what people say to themselves; it wins against no command.
    awaited: what the guide is waiting for, complete as soon as it is said; the ear does not wait for more words.
    answers: answers the guide's question, or does what it asks for; needs no wake word.
    ignored: means nothing now. ignored_if_doubtful: isn't worth a question now.
    meanings: what each intent means now, "" for nothing; one that isn't listed means itself.
    must_answer: whether the guide has just asked for something that hardly anything else is said to, or about pain or
    worse; what it does not understand then, it asks about, whoever it was meant for.
    asks_about_pain: whether the question is about pain or worse: what refuses anything then never goes on.
    standby: whether the guide waits for a run to begin, all day, among people who talk about other things.
    """

    expected: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    ignored_if_doubtful: frozenset[str] = frozenset()
    meanings: Mapping[str, str] = field(default_factory=dict)
    standby: bool = False
    overheard: frozenset[str] = frozenset()
    must_answer: bool = False
    asks_about_pain: bool = False

    def meaning_of(self, intent: str) -> str:
        """What an intent means now; "" for nothing."""
        return self.meanings.get(intent, intent)


NO_MOMENT = Moment()
"""Nothing in particular fits, as when a file is heard and nobody is guided."""
