"""From a language's folder and a routine's stretches to all sentences, and from those to phrases with their sounds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hassil.expression import Expression, ListReference, TextChunk

from assistant.did_you_mean import did_you_mean_or_all
from assistant.errors import NameClashError, SolemateError
from assistant.intents import INTENTS
from assistant.language.files import PRONUNCIATIONS
from assistant.language.folder import BARE_NUMBER, LanguageFolder, Template
from assistant.language.growth import grown
from assistant.language.spelling import normalise
from assistant.language.templates import Lists, Slots, expand, references
from assistant.ports import Phonemizer
from assistant.understanding.clauses import ClauseWords, Words
from assistant.understanding.clock_words import ClockWords
from assistant.understanding.distress import DistressWords
from assistant.understanding.phrases import Phonemes, Phrase, PhraseBook, fillers, sounds, usual_sound
from assistant.understanding.slot_filling import SlotFinder

ALIAS_COST = 1.2
"""Nats against another name of a stretch, taken to be said a third as often as its own: of two that sound alike ("heel
stretches", "toe stretches" for toe stretching) the real name is nearer."""

MOST_MISSING = 20
"""The highest number in the list {missing_number}; the routines have a dozen stretches at most."""

CHOOSING = "choose_routine"
"""The intent whose sentences contain names from the user's own files, and so give way to all others."""

MAX_SENTENCES = 10_000
"""Sentences that one template may stand for; more is a mistake, such as dozens of optional words."""


@dataclass(frozen=True)
class Sampled:
    """One sentence that a template stands for, normalised; `intent` None for a decoy."""

    text: str
    intent: str | None
    slots: Slots
    template: Template


Called = Mapping[str, Sequence[str]]
"""The names of things, by their ids."""


def sample(folder: LanguageFolder, stretches: Called, routines: Called | None = None) -> list[Sampled]:
    """Every sentence of every template, decoys last; a text occurs once for each template that gives it.

    `stretches` maps ids, in the routine's order, to spoken names; `routines` does so for routines. A sentence made from
    the name of a routine is left out if it already means something else ("start my routine").

    Raises SolemateError if one text has two meanings, if two stretches share a name, if a sentence lacks a slot that
    its intent must have, or if it names an unknown stretch.
    """
    numbers = folder.naming.spoken()
    lists = _lists(folder, stretches, routines or {})
    found: list[Sampled] = []
    by_text: dict[str, Sampled] = {}
    by_routine = [template for template in folder.templates if template.intent == CHOOSING]
    others = [template for template in folder.templates if template.intent != CHOOSING]
    for template in (*others, *folder.decoys, *by_routine):
        own: set[str] = set()
        for sampled in _sentences(template, lists, numbers):
            if sampled.text in own or (template.intent == CHOOSING and sampled.text in by_text):
                continue
            own.add(sampled.text)
            _check_slots(sampled, stretches)
            _check_one_meaning(by_text.setdefault(sampled.text, sampled), sampled)
            found.append(sampled)
    return found


def _sentences(template: Template, lists: Lists, numbers: Mapping[str, str]) -> Iterator[Sampled]:
    for count, (text, slots) in enumerate(expand(template.expression, lists)):
        if count == MAX_SENTENCES:
            template.place.fail(f"template {template.text!r} stands for more than {MAX_SENTENCES} sentences")
        words = normalise(text, numbers)
        if not words:
            template.place.fail(f"template {template.text!r} can be said with no word at all")
        yield Sampled(" ".join(words), template.intent, tuple(sorted({*template.slots, *slots})), template)


def _check_slots(sampled: Sampled, stretches: Mapping[str, Sequence[str]]) -> None:
    if sampled.intent is None:
        return
    place, intent = sampled.template.place, INTENTS[sampled.intent]
    names = [name for name, _ in sampled.slots]
    for name in names:
        if names.count(name) > 1:
            place.fail(f"{sampled.text!r} fills the slot {name!r} twice")
        if name not in intent.slots:
            place.fail(f"{sampled.text!r} fills the slot {name!r}, which {sampled.intent!r} does not have")
    for missing in sorted(intent.required - set(names)):
        place.fail(f"{sampled.text!r} lacks the slot {missing!r}, which every sentence of {sampled.intent!r} needs")
    if intent.one_of and intent.one_of.isdisjoint(names):
        wanted = ", ".join(sorted(intent.one_of))
        place.fail(f"{sampled.text!r} lacks a slot: every sentence of {sampled.intent!r} needs one of {wanted}")
    for name, other in intent.beside.items():
        if name in names and other not in names:
            place.fail(f"{sampled.text!r} lacks the slot {other!r}, which {name!r} can't be without")
    stretch = dict(sampled.slots).get("stretch")
    if stretch is not None and stretch not in stretches:
        place.fail(f"the routine has no stretch {stretch!r}", did_you_mean_or_all(stretch, stretches))


def _check_one_meaning(first: Sampled, second: Sampled) -> None:
    if (first.intent, first.slots) == (second.intent, second.slots):
        return
    message = f"{second.text!r} means {_meaning(second)} here, but {_meaning(first)} in {first.template.place.where}"
    if not any(map(_by_name, (first, second))):
        second.template.place.fail(message)
    other = first if _by_name(second) else second
    mistake = f"what this stretch is called makes {second.text!r}, which means {_meaning(other)} already"
    named = [stretch for each in (second, first) if (stretch := _by_name(each))]
    raise NameClashError(f"{second.template.place.where}: {message}", "give it another name", named, mistake)


def _by_name(sampled: Sampled) -> str | None:
    """The stretch that a sentence itself names, rather than one that all sentences of its template mean."""
    return None if "stretch" in dict(sampled.template.slots) else dict(sampled.slots).get("stretch")


def _meaning(sampled: Sampled) -> str:
    slots = ", ".join(f"{name}: {value}" for name, value in sampled.slots)
    return (sampled.intent or "nothing (a decoy)") + (f" ({slots})" if slots else "")


def _lists(folder: LanguageFolder, stretches: Called, routines: Called) -> Lists:
    numbers = folder.naming.spoken()
    owners: dict[str, str] = {}
    names: list[tuple[Expression, str]] = []
    with_article: list[tuple[Expression, str]] = []
    for stretch, spoken in stretches.items():
        for name in spoken:
            text = " ".join(normalise(name, numbers))
            if not text:
                raise SolemateError(f"the stretch {stretch!r} has a name without a word: {name!r}")
            if owners.setdefault(text, stretch) != stretch:
                message = f"the stretches {owners[text]!r} and {stretch!r} are both called {text!r}"
                raise NameClashError(message, "give one another name", (stretch, owners[text]), message)
            names.append((TextChunk(text), stretch))
            with_article.append((TextChunk(_with_article(text, folder.naming.article)), stretch))
    given = {
        "stretch": tuple(names),
        "routine": tuple(
            (TextChunk(text), routine)
            for routine, spoken in routines.items()
            for name in spoken
            if (text := " ".join(normalise(name, numbers)))
        ),
        "the_stretch": tuple(with_article),
        "stretch_number": _by_number(folder, stretches),
        BARE_NUMBER: tuple(
            (word, stretch)
            for number, stretch in enumerate(stretches, start=1)
            for word, _ in _word(folder.naming.cardinals.get(number))
        ),
        "missing_number": _missing_numbers(folder, stretches),
    }
    return Lists(folder.rules, {**folder.lists, **given})


def _with_article(name: str, article: str) -> str:
    return name if not article or name.split()[0] == article else f"{article} {name}"


def _by_number(folder: LanguageFolder, stretches: Mapping[str, Sequence[str]]) -> tuple[tuple[Expression, str], ...]:
    """The names of each stretch by its position in the routine, as far as the language has words for the numbers."""
    found: list[tuple[Expression, str]] = []
    for number, stretch in enumerate(stretches, start=1):
        last = folder.naming.last if number == len(stretches) else None
        ordinals = (*_word(folder.naming.ordinals.get(number)), *_word(last))
        lists = Lists(folder.rules, {"cardinal": _word(folder.naming.cardinals.get(number)), "ordinal": ordinals})
        for template in folder.naming.stretch_numbers:
            found.extend((TextChunk(text), stretch) for text, _ in expand(template.expression, lists))
    return tuple(found)


def _missing_numbers(
    folder: LanguageFolder, stretches: Mapping[str, Sequence[str]]
) -> tuple[tuple[Expression, str], ...]:
    """The words for numbers that no stretch has; each means itself."""
    cardinals = sorted(folder.naming.cardinals.items())
    words = (word for number, word in cardinals if number <= MOST_MISSING and not 1 <= number <= len(stretches))
    return tuple(entry for word in words for entry in _word(word))


def _word(word: str | None) -> tuple[tuple[Expression, str], ...]:
    return ((TextChunk(word), word),) if word else ()


def build_book(
    folder: LanguageFolder, stretches: Called, phonemizer: Phonemizer, routines: Called | None = None
) -> PhraseBook:
    """All phrases of a language with their sounds. Raises SolemateError as `sample` does."""
    meanings: dict[str, Sampled] = {}
    costs: dict[str, float] = {}
    numbers = folder.naming.spoken()
    called = {stretch: [" ".join(normalise(name, numbers)) for name in names] for stretch, names in stretches.items()}
    for sampled in sample(folder, stretches, routines):
        meanings.setdefault(sampled.text, sampled)
        cost = sampled.template.cost + _alias_cost(sampled, called)
        costs[sampled.text] = min(cost, costs.get(sampled.text, math.inf))
    around = (folder.fillers_before, folder.fillers_after, folder.own_names, folder.other_assistants)
    before, after, own_names, others = (_filler_texts(folder, some) for some in around)
    spotted = {
        sampled.text: sampled
        for template in folder.spotted
        for sampled in _sentences(template, Lists(folder.rules, {}), numbers)
    }
    vocabulary = _vocabulary([*meanings, *before, *after, *own_names, *others, *spotted], folder, phonemizer)
    phrases = tuple(
        Phrase(text, sampled.intent, sampled.slots, usual_sound(text, vocabulary), costs[text])
        for text, sampled in meanings.items()
    )
    slot_values = _slot_values(folder, stretches, routines or {})
    ways = {**by_hand(folder, phonemizer.name), **vocabulary}
    more = (
        grown(folder.corpus, phrases, ways, SlotFinder(slot_values), numbers)
        if by_hand(folder, phonemizer.name)
        else ()
    )
    vocabulary |= {word: ways[word] for phrase in more for word in phrase.text.split()}
    return PhraseBook(
        language=folder.language,
        phrases=phrases,
        grown=tuple(more),
        fillers_before=fillers(before, vocabulary),
        fillers_after=fillers(after, vocabulary),
        own_names=fillers(own_names, vocabulary),
        other_assistants=fillers(others, vocabulary),
        spotted=tuple(
            Phrase(text, sampled.intent, sampled.slots, sound)
            for text, sampled in spotted.items()
            for sound in sounds(text, vocabulary)
        ),
        vocabulary=vocabulary,
        numbers=numbers,
        phonemizer=phonemizer.name,
        slot_values=slot_values,
        clauses=ClauseWords(**_marks(folder, folder.clauses)),
        clock=ClockWords(**_marks(folder, folder.clock)),
        distress=DistressWords(_marks(folder, folder.distress_kinds), **_marks(folder, folder.distress)),
    )


def _slot_values(folder: LanguageFolder, stretches: Called, routines: Called) -> dict[str, dict[str, str]]:
    """What is said for each value of each slot that a list fills."""
    lists, numbers = _lists(folder, stretches, routines), folder.naming.spoken()
    filled = {
        (reference.slot_name, reference.list_name)
        for template in folder.templates
        for reference in _list_references(template.expression, folder.rules)
        if reference.list_name != BARE_NUMBER
    }
    values: dict[str, dict[str, str]] = {}
    for slot, name in sorted(filled):
        for expression, value in lists.values[name]:
            for text, _ in expand(expression, lists):
                values.setdefault(slot, {}).setdefault(" ".join(normalise(text, numbers)), value)
    return values


def _list_references(expression: Expression, rules: Mapping[str, Expression]) -> Iterator[ListReference]:
    for reference in references(expression):
        if isinstance(reference, ListReference):
            yield reference
        else:
            yield from _list_references(rules[reference.rule_name], rules)


def _marks(folder: LanguageFolder, templates: Mapping[str, Sequence[Template]]) -> dict[str, tuple[Words, ...]]:
    """All words of the templates under each key."""
    return {key: tuple(tuple(text.split()) for text in _filler_texts(folder, some)) for key, some in templates.items()}


def _alias_cost(sampled: Sampled, called: Mapping[str, Sequence[str]]) -> float:
    """ALIAS_COST for a sentence that calls a stretch by another name than its own, which is the first."""
    stretch = dict(sampled.slots).get("stretch")
    if stretch is None:
        return 0.0
    own, *aliases = called[stretch]
    words = f" {sampled.text} "
    by_alias = f" {own} " not in words and any(f" {alias} " in words for alias in aliases)
    return ALIAS_COST if by_alias else 0.0


def _filler_texts(folder: LanguageFolder, templates: Sequence[Template]) -> list[str]:
    lists = Lists(folder.rules, {})
    numbers = folder.naming.spoken()
    texts = (s.text for template in templates for s in _sentences(template, lists, numbers))
    return list(dict.fromkeys(texts))


def _vocabulary(
    texts: Sequence[str], folder: LanguageFolder, phonemizer: Phonemizer
) -> dict[str, tuple[Phonemes, ...]]:
    ours = by_hand(folder, phonemizer.name)
    vocabulary: dict[str, tuple[Phonemes, ...]] = {}
    for text in texts:
        for word in text.split():
            if word in vocabulary:
                continue
            ways = ours.get(word) or (tuple(phonemizer.word(word)),)
            if not ways[0]:
                remedy = f"give one in {PRONUNCIATIONS} of {folder.language!r}"
                raise SolemateError(f"there is no way to say {word!r} (in {text!r})", remedy)
            vocabulary[word] = ways
    return vocabulary


def by_hand(folder: LanguageFolder, phonemizer: str) -> Mapping[str, tuple[Phonemes, ...]]:
    """The language's own pronunciations, if they are in the symbols of this phonemizer."""
    return folder.pronunciations if re.split(r"[\s-]", phonemizer)[0] == folder.alphabet else {}
