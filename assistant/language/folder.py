"""A language's folder, read and checked: sentence templates, fillers, decoys, pronunciations and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from hassil.expression import Expression, ListReference, RuleReference

from assistant.did_you_mean import did_you_mean_or_all
from assistant.intents import INTENTS
from assistant.language import files
from assistant.language.corpus import Said, read_corpus
from assistant.language.marked_yaml import Marked, load
from assistant.language.templates import Slots, check_references, parse, references
from assistant.understanding.clauses import ClauseWords
from assistant.understanding.clock_words import ClockWords
from assistant.understanding.phrases import Phonemes

GIVEN_LISTS = frozenset({"routine", "stretch", "the_stretch", "stretch_number", "bare_number", "missing_number"})
"""Lists that the program provides: the names of the routines; the names of a routine's stretches, plain and with an
article, and their numbers, also the bare ones ("four"); the numbers that no stretch has."""

BARE_NUMBER = "bare_number"
"""The list whose words name a stretch in a template alone: in free words a number may be one of anything."""

DISTRESS = "hurts"
"""The intent of the words that are spotted."""

NUMBER_LISTS = frozenset({"cardinal", "ordinal"})
"""Lists that only `stretch_numbers` may use."""


@dataclass(frozen=True)
class Template:
    """A sentence template: its intent (None for a decoy) and the slots that all of its sentences share.

    `cost` is that of its phrases (see Phrase), in nats.
    """

    text: str
    expression: Expression
    intent: str | None
    slots: Slots
    place: Marked
    cost: float = 0.0


@dataclass(frozen=True)
class Naming:
    """A language's words for numbers, and its ways to refer to a stretch.

    `stretch_numbers` are templates with {cardinal} or {ordinal}; `last` is another ordinal for the last stretch;
    `article` is what {the_stretch} puts before a name, empty if the language has none.
    """

    cardinals: Mapping[int, str] = field(default_factory=dict)
    ordinals: Mapping[int, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    stretch_numbers: tuple[Template, ...] = ()
    last: str = ""
    article: str = ""

    def spoken(self) -> dict[str, str]:
        """The words for what is written with digits, or short."""
        return {str(number): word for number, word in self.cardinals.items()} | dict(self.written)


@dataclass(frozen=True)
class LanguageFolder:
    """Everything in a language's folder about what people say."""

    language: str
    templates: tuple[Template, ...]
    rules: Mapping[str, Expression]
    lists: Mapping[str, tuple[tuple[Expression, str], ...]]
    decoys: tuple[Template, ...] = ()
    fillers_before: tuple[Template, ...] = ()
    fillers_after: tuple[Template, ...] = ()
    own_names: tuple[Template, ...] = ()
    other_assistants: tuple[Template, ...] = ()
    spotted: tuple[Template, ...] = ()
    alphabet: str = ""
    pronunciations: Mapping[str, tuple[Phonemes, ...]] = field(default_factory=dict)
    naming: Naming = field(default_factory=Naming)
    clauses: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    clock: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    distress: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    distress_kinds: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    corpus: tuple[Said, ...] = ()


def read_folder(folder: Path) -> LanguageFolder:
    """Read `intents/LANGUAGE`.

    Raises UsageError if there is no such folder, SolemateError with file, line, key and mistake if a file is wrong.
    """
    documents = [_document(path, folder.name) for path in files.sentence_files(folder)]
    rules = _rules(documents)
    lists = _lists(documents)
    known_lists = set(lists) | GIVEN_LISTS
    _check_rules(rules, known_lists)
    templates = tuple(t for document in documents for t in _templates(document, set(rules), known_lists))
    extra = _Extra(folder, set(rules))
    around = extra.fillers()
    alphabet, pronunciations = extra.pronunciations()
    return LanguageFolder(
        language=folder.name,
        templates=templates,
        rules={name: expression for name, (_, expression) in rules.items()},
        lists=lists,
        decoys=extra.decoys(),
        fillers_before=around["before"],
        fillers_after=around["after"],
        own_names=around["own_names"],
        other_assistants=around["other_assistants"],
        spotted=extra.spotted(),
        alphabet=alphabet,
        pronunciations=pronunciations,
        naming=extra.naming(),
        clauses=extra.marks(files.CLAUSES, CLAUSE_KEYS),
        clock=extra.marks(files.CLOCK, CLOCK_KEYS),
        distress=extra.marks(files.DISTRESS, DISTRESS_KEYS, KINDS),
        distress_kinds=extra.distress_kinds(),
        corpus=tuple(read_corpus(folder)) if files.corpus_files(folder) else (),
    )


def _document(path: Path, language: str) -> Marked:
    document = load(path)
    said = document.required("the file", "language")
    if said.text("'language'") != language:
        said.fail(f"'language' is {said.value!r}, but the file stands in the folder of {language!r}")
    return document


SENTENCE_KEYS = ("language", "intents", "expansion_rules", "lists")


def _section(document: Marked, key: str) -> dict[str, Marked]:
    entries = document.keys_among("a sentence file", SENTENCE_KEYS)
    return entries[key].mapping(f"'{key}'") if key in entries else {}


def _rules(documents: Iterable[Marked]) -> dict[str, tuple[Marked, Expression]]:
    rules: dict[str, tuple[Marked, Expression]] = {}
    for document in documents:
        for name, entry in _section(document, "expansion_rules").items():
            if name in rules:
                entry.fail(f"the expansion rule <{name}> stands in {rules[name][0].where} already")
            rules[name] = (entry, parse(entry, f"the expansion rule <{name}>"))
    return rules


def _check_rules(rules: Mapping[str, tuple[Marked, Expression]], lists: set[str]) -> None:
    """Check that every name a rule uses is known, and that no rule uses itself, not even through others."""
    uses: dict[str, set[str]] = {}
    for name, (place, expression) in rules.items():
        check_references(place, expression, set(rules), lists)
        uses[name] = {r.rule_name for r in references(expression) if isinstance(r, RuleReference)}
    for name, (place, _) in rules.items():
        reached: set[str] = set()
        to_visit = list(uses[name])
        while to_visit:
            other = to_visit.pop()
            if other == name:
                place.fail(f"the expansion rule <{name}> uses itself")
            if other not in reached:
                reached.add(other)
                to_visit.extend(uses[other])


def _lists(documents: Iterable[Marked]) -> dict[str, tuple[tuple[Expression, str], ...]]:
    lists: dict[str, tuple[tuple[Expression, str], ...]] = {}
    places: dict[str, Marked] = {}
    for document in documents:
        for name, entry in _section(document, "lists").items():
            if name in GIVEN_LISTS | NUMBER_LISTS:
                entry.fail(f"the list {{{name}}} is given by the program", "choose another name")
            if name in places:
                entry.fail(f"the list {{{name}}} stands in {places[name].where} already")
            places[name] = entry
            entry.keys_among(f"the list {{{name}}}", ("values",))
            values = entry.required(f"the list {{{name}}}", "values").items(f"'values' of the list {{{name}}}")
            lists[name] = tuple(_list_value(value) for value in values)
    return lists


def _list_value(value: Marked) -> tuple[Expression, str]:
    if isinstance(value.value, dict):
        value.keys_among("a value of a list", ("in", "out"))
        said = value.required("a value of a list", "in")
        meant = value.required("a value of a list", "out").text("'out'")
    else:
        said, meant = value, value.text("a value of a list")
    expression = parse(said, "a value of a list")
    if any(references(expression)):
        said.fail("a value of a list may not refer to rules or other lists")
    return expression, meant


def _templates(document: Marked, rules: set[str], lists: set[str]) -> list[Template]:
    found: list[Template] = []
    for name, entry in _section(document, "intents").items():
        if name not in INTENTS:
            entry.fail(f"unknown intent {name!r}", did_you_mean_or_all(name, INTENTS))
        what = f"the intent {name!r}"
        entry.keys_among(what, ("data",))
        for block in entry.required(what, "data").items(f"'data' of {what}"):
            found.extend(_block(block, name, rules, lists))
    return found


def _block(block: Marked, intent: str, rules: set[str], lists: set[str]) -> list[Template]:
    what = f"a block of {intent!r}"
    entries = block.keys_among(what, ("sentences", "slots", "weight"))
    slots = _fixed_slots(entries["slots"], intent) if "slots" in entries else ()
    cost = -math.log(_weight(entries["weight"])) if "weight" in entries else 0.0
    found = []
    for sentence in block.required(what, "sentences").items(f"'sentences' of {intent!r}"):
        template = _template(sentence, intent, slots, rules, lists)
        for reference in references(template.expression):
            if isinstance(reference, ListReference):
                _check_slot(sentence, intent, reference.slot_name)
        found.append(replace(template, cost=round(cost, 3)))
    return found


def _template(
    sentence: Marked, intent: str | None = None, slots: Slots = (), rules: Iterable[str] = (), lists: Iterable[str] = ()
) -> Template:
    expression = parse(sentence, "a sentence")
    check_references(sentence, expression, set(rules), set(lists))
    return Template(sentence.text("a sentence"), expression, intent, slots, sentence)


def _fixed_slots(entry: Marked, intent: str) -> Slots:
    slots = []
    for name, value in entry.mapping(f"'slots' of {intent!r}").items():
        _check_slot(value, intent, name)
        allowed = INTENTS[intent].slots[name]
        text = value.text(f"the slot {name!r}")
        if allowed and text not in allowed:
            value.fail(f"the slot {name!r} of {intent!r} cannot be {text!r}", did_you_mean_or_all(text, allowed))
        slots.append((name, text))
    return tuple(slots)


def _weight(entry: Marked) -> float:
    """How often the sentences of a block are said, relative to others: 0.1 for a tenth."""
    text = entry.text("'weight'")
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0.0 < weight <= 1.0:
        entry.fail(f"'weight' must be a number above 0 and up to 1, not {text!r}")
    return weight


def _check_slot(place: Marked, intent: str, slot: str) -> None:
    known = INTENTS[intent].slots
    if slot not in known:
        hint = did_you_mean_or_all(slot, known) if known else "it has none"
        place.fail(f"the intent {intent!r} has no slot {slot!r}", hint)


CLAUSE_KEYS = tuple(each.name for each in fields(ClauseWords))
CLOCK_KEYS = tuple(each.name for each in fields(ClockWords))
KINDS = "kinds"
DISTRESS_KEYS = ("spared", "denials", "elsewhere", "past", "plain", "answers", "openings", "back")
DISTRESS_INTENT = "hurts"


class _Extra:
    """The optional files beside the sentences."""

    def __init__(self, folder: Path, rules: set[str]) -> None:
        self._folder = folder
        self._rules = rules

    def _entries(self, name: str, keys: Iterable[str]) -> dict[str, Marked]:
        path = self._folder / name
        if not path.is_file():
            return {}
        return _document(path, self._folder.name).keys_among(name, ("language", *keys))

    def fillers(self) -> dict[str, tuple[Template, ...]]:
        keys = ("before", "after", "own_names", "other_assistants")
        entries = self._entries(files.FILLERS, keys)
        return {
            key: tuple(_template(text, rules=self._rules) for text in entries[key].items(f"'{key}'"))
            if key in entries
            else ()
            for key in keys
        }

    def decoys(self) -> tuple[Template, ...]:
        entries = self._entries(files.DECOYS, ("decoys",))
        if not entries:
            return ()
        if "decoys" not in entries:
            entries["language"].fail("the file lacks the key 'decoys'")
        return tuple(_template(text, rules=self._rules) for text in entries["decoys"].items("'decoys'"))

    def spotted(self) -> tuple[Template, ...]:
        """Words of distress, each with its kind, and their rivals, without an intent."""
        entries = self._entries(files.SPOTTED, ("spotted", "rivals"))
        kinds = entries["spotted"].mapping("'spotted'") if "spotted" in entries else {}
        rivals = entries["rivals"].items("'rivals'") if "rivals" in entries else []
        found = [
            _template(text, DISTRESS, (("kind", kind),), self._rules)
            for kind, texts in kinds.items()
            for text in texts.items(f"{kind!r}")
        ]
        return (*found, *(_template(text, rules=self._rules) for text in rivals))

    def pronunciations(self) -> tuple[str, dict[str, tuple[Phonemes, ...]]]:
        entries = self._entries(files.PRONUNCIATIONS, ("alphabet", "pronunciations"))
        if not entries:
            return "", {}
        for key in ("alphabet", "pronunciations"):
            if key not in entries:
                entries["language"].fail(f"the file lacks the key {key!r}")
        words = entries["pronunciations"].mapping("'pronunciations'")
        return entries["alphabet"].text("'alphabet'"), {word: _ways(word, entry) for word, entry in words.items()}

    def marks(self, name: str, keys: Sequence[str], *others: str) -> dict[str, tuple[Template, ...]]:
        """What a file has under each of the keys; it may have the `others` as well."""
        entries = self._entries(name, (*others, *keys))
        return {key: self._texts(entries[key], f"{key!r}") for key in keys if key in entries}

    def distress_kinds(self) -> dict[str, tuple[Template, ...]]:
        entries = self._entries(files.DISTRESS, (KINDS, *DISTRESS_KEYS))
        if KINDS not in entries:
            return {}
        known = INTENTS[DISTRESS_INTENT].slots["kind"]
        found = {}
        for kind, entry in entries[KINDS].mapping(f"{KINDS!r}").items():
            if kind not in known:
                entry.fail(f"there is no kind of distress {kind!r}", did_you_mean_or_all(kind, known))
            found[kind] = self._texts(entry, f"{kind!r}")
        return found

    def _texts(self, entry: Marked, what: str) -> tuple[Template, ...]:
        return tuple(_template(text, rules=self._rules) for text in entry.items(what))

    def naming(self) -> Naming:
        entries = self._entries(
            files.NAMING, ("cardinals", "ordinals", "last", "written", "stretch_numbers", "article")
        )
        cardinals, ordinals = (_number_words(entries[k], k) if k in entries else {} for k in ("cardinals", "ordinals"))
        written: dict[str, str] = {}
        if "written" in entries:
            written = {key: word.text(f"{key!r}") for key, word in entries["written"].mapping("'written'").items()}
        sentences = entries["stretch_numbers"].items("'stretch_numbers'") if "stretch_numbers" in entries else []
        ways = tuple(_template(sentence, rules=self._rules, lists=NUMBER_LISTS) for sentence in sentences)
        last, article = (entries[k].text(f"{k!r}") if k in entries else "" for k in ("last", "article"))
        return Naming(cardinals, ordinals, written, ways, last, article)


def _ways(word: str, entry: Marked) -> tuple[Phonemes, ...]:
    if isinstance(entry.value, list):
        return tuple(tuple(way.text(f"a way to say {word!r}").split()) for way in entry.items(f"{word!r}"))
    return (tuple(entry.text(f"the way to say {word!r}").split()),)


def _number_words(entry: Marked, key: str) -> dict[int, str]:
    words: dict[int, str] = {}
    for written, word in entry.mapping(f"'{key}'").items():
        if not (written.isascii() and written.isdigit()):
            word.fail(f"'{key}' wants whole numbers for keys, not {written!r}")
        words[int(written)] = word.text(f"the word for {written}")
    return words
