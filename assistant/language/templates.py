"""Sentence templates in hassil's format: parsing with clear messages, and every sentence that one stands for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from assistant.did_you_mean import did_you_mean_or_all
from assistant.language.marked_yaml import Marked

Slots = tuple[tuple[str, str], ...]
"""Slot names with their values, in the order in which they occur."""

PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


@dataclass(frozen=True)
class Lists:
    """What templates may refer to: rules by <name>, and lists by {name}, with the meaning of each value."""

    rules: Mapping[str, Expression]
    values: Mapping[str, tuple[tuple[Expression, str], ...]]


def parse(text: Marked, what: str) -> Expression:
    """The expression of a template. Raises SolemateError with file, line and mistake."""
    template = text.text(what)
    _check_brackets(text, template)
    try:
        return parse_sentence(template).expression
    except (ParseError, AssertionError) as error:
        text.fail(f"template {template!r} cannot be understood: {error}")


def _check_brackets(place: Marked, template: str) -> None:
    open_ones: list[str] = []
    for character in template:
        if character in PAIRS:
            open_ones.append(character)
        elif character in PAIRS.values() and (not open_ones or PAIRS[open_ones.pop()] != character):
            place.fail(f"template {template!r} has a {character!r} that closes nothing")
    if open_ones:
        wanted = PAIRS[open_ones[-1]]
        place.fail(f"template {template!r} opens {open_ones[-1]!r} and lacks the {wanted!r} that closes it")


def references(expression: Expression) -> Iterator[RuleReference | ListReference]:
    """The rules and lists that an expression names, without those inside the rules."""
    if isinstance(expression, RuleReference | ListReference):
        yield expression
    elif isinstance(expression, Group):
        for item in expression.items:
            yield from references(item)


def check_references(place: Marked, expression: Expression, rules: set[str], lists: set[str]) -> None:
    """Raise SolemateError if an expression names a rule or a list that does not exist."""
    for reference in references(expression):
        if isinstance(reference, RuleReference) and reference.rule_name not in rules:
            place.fail(f"no expansion rule <{reference.rule_name}>", did_you_mean_or_all(reference.rule_name, rules))
        if isinstance(reference, ListReference) and reference.list_name not in lists:
            place.fail(f"no list {{{reference.list_name}}}", did_you_mean_or_all(reference.list_name, lists))


def expand(expression: Expression, lists: Lists) -> Iterator[tuple[str, Slots]]:
    """Every text that an expression stands for, with the slots it fills; its spaces are not normalised."""
    if isinstance(expression, TextChunk):
        yield expression.original_text, ()
    elif isinstance(expression, ListReference):
        for inner, value in lists.values[expression.list_name]:
            for text, slots in expand(inner, lists):
                yield text, (*slots, (expression.slot_name, value))
    elif isinstance(expression, RuleReference):
        yield from expand(lists.rules[expression.rule_name], lists)
    elif isinstance(expression, Alternative):
        for item in expression.items:
            yield from expand(item, lists)
    elif isinstance(expression, Permutation):
        for order in itertools.permutations(expression.items):
            yield from _one_after_another(order, lists)
    elif isinstance(expression, Group):
        yield from _one_after_another(tuple(expression.items), lists)


def _one_after_another(items: tuple[Expression, ...], lists: Lists) -> Iterator[tuple[str, Slots]]:
    for parts in itertools.product(*(list(expand(item, lists)) for item in items)):
        yield "".join(text for text, _ in parts), tuple(slot for _, slots in parts for slot in slots)
