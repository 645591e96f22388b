"""A language's folder: what is read, and that each mistake is reported with file, line, key and the nearest right
name."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SolemateError, UsageError
from assistant.intents import INTENTS
from assistant.language.build import sample
from assistant.language.folder import read_folder

STRETCHES = {"toe_walking": ["toe walking", "the tiptoe one"], "heel_stretches": ["heel stretches"]}

SENTENCES = """\
language: xx
intents:
  pause:
    data:
      - sentences:
          - "pause [the <thing>]"
  next:
    data:
      - slots: {what: side}
        sentences:
          - "skip this side"
  needs:
    data:
      - sentences: ["do I need a {thing}"]
  start_stretch:
    data:
      - sentences: ["start ({stretch}|{stretch_number:stretch})"]
  yes:
    data:
      - sentences:
          - yes
expansion_rules:
  thing: "(clock|music)"
lists:
  thing:
    values:
      - chair
      - {in: "(rug|mat)", out: mat}
"""

NAMING = """\
language: xx
cardinals: {1: one, 2: two}
ordinals: {1: first}
last: final
written: {1st: first}
stretch_numbers: ["number {cardinal}", "the {ordinal} one"]
"""


def make(tmp_path: Path, sentences: str = SENTENCES, **extra: str) -> Path:
    folder = tmp_path / "xx"
    (folder / "sentences").mkdir(parents=True)
    (folder / "sentences" / "all.yaml").write_text(sentences, encoding="utf-8")
    for name, text in extra.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_sentence_of_every_template_is_sampled_with_its_slots(tmp_path: Path) -> None:
    sampled = sample(
        read_folder(make(tmp_path, naming=NAMING, decoys="language: xx\ndecoys: ['paw(s|n)']\n")), STRETCHES
    )
    meanings = {s.text: (s.intent, dict(s.slots)) for s in sampled}
    assert meanings == {
        "pause": ("pause", {}),
        "pause the clock": ("pause", {}),
        "pause the music": ("pause", {}),
        "skip this side": ("next", {"what": "side"}),
        "do i need a chair": ("needs", {"thing": "chair"}),
        "do i need a rug": ("needs", {"thing": "mat"}),
        "do i need a mat": ("needs", {"thing": "mat"}),
        "start toe walking": ("start_stretch", {"stretch": "toe_walking"}),
        "start the tiptoe one": ("start_stretch", {"stretch": "toe_walking"}),
        "start heel stretches": ("start_stretch", {"stretch": "heel_stretches"}),
        "start number one": ("start_stretch", {"stretch": "toe_walking"}),
        "start the first one": ("start_stretch", {"stretch": "toe_walking"}),
        "start the final one": ("start_stretch", {"stretch": "heel_stretches"}),
        "start number two": ("start_stretch", {"stretch": "heel_stretches"}),
        "yes": ("yes", {}),
        "paws": (None, {}),
        "pawn": (None, {}),
    }


def test_the_numbers_that_no_stretch_has_can_be_listed(tmp_path: Path) -> None:
    naming = NAMING.replace("2: two", "2: two, 0: zero, 3: three, 30: thirty")
    missing = "  no_stretch:\n    data: [{sentences: ['number {missing_number:number}']}]\nexpansion_rules:"
    folder = make(tmp_path, SENTENCES.replace("expansion_rules:", missing), naming=naming)
    numbers = {s.text: dict(s.slots) for s in sample(read_folder(folder), STRETCHES) if s.intent == "no_stretch"}
    assert numbers == {"number zero": {"number": "zero"}, "number three": {"number": "three"}}


MISTAKES = [
    ("language: xx", "language: en", "all.yaml:1", ["'en'", "'xx'"]),
    ("language: xx\n", "", "all.yaml:1", ["lacks the key 'language'"]),
    ("  pause:", "  puase:", "all.yaml:3", ["unknown intent 'puase'", "did you mean 'pause'?"]),
    ("intents:", "intnets:", "all.yaml:2", ["unknown key 'intnets'", "did you mean 'intents'?"]),
    (
        '        sentences:\n          - "skip',
        '        sentence:\n          - "skip',
        "all.yaml:10",
        ["'sentence'", "'sentences'"],
    ),
    (
        "slots: {what: side}",
        "slots: {what: sied}",
        "all.yaml:9",
        ["'what'", "cannot be 'sied'", "did you mean 'side'?"],
    ),
    ("slots: {what: side}", "slots: {waht: side}", "all.yaml:9", ["'next' has no slot 'waht'", "did you mean 'what'?"]),
    ('"skip this side"', '"[skip this side"', "all.yaml:11", ["'[skip this side'", "lacks the ']'"]),
    ('"skip this side"', '"skip) this side"', "all.yaml:11", ["')' that closes nothing"]),
    ('"skip this side"', '"skip (this] side"', "all.yaml:11", ["']' that closes nothing"]),
    ('"skip this side"', '"skip () side"', "all.yaml:11", ["cannot be understood"]),
    ('"skip this side"', "[nested]", "all.yaml:11", ["a sentence must be text, not a list"]),
    ('"skip this side"', '"[skip] [this]"', "all.yaml:11", ["with no word at all"]),
    ('          - "skip this side"', "          []", "all.yaml:10", ["'sentences' of 'next'", "is empty"]),
    ('          - "skip this side"', "", "all.yaml:10", ["must be a list", "nothing"]),
    ("slots: {what: side}", "slots: {what: side}\n        weight: 0", "all.yaml:10", ["'weight'", "'0'"]),
    ("slots: {what: side}", "slots: {what: side}\n        weight: often", "all.yaml:10", ["'weight'", "'often'"]),
    ("slots: {what: side}", "slots: {what: side}\n        wieght: 0.1", "all.yaml:10", ["did you mean 'weight'?"]),
    ("<thing>", "<thign>", "all.yaml:6", ["no expansion rule <thign>", "did you mean 'thing'?"]),
    ("a {thing}", "a {thign}", "all.yaml:14", ["no list {thign}", "did you mean 'thing'?"]),
    ("a {thing}", "a {thing:kind}", "all.yaml:14", ["'needs' has no slot 'kind'"]),
    ("a {thing}", "a {thing} or {thing}", "all.yaml:14", ["fills the slot 'thing' twice"]),
    ("({stretch}|", "(it|{stretch}|", "all.yaml:17", ["'start it' lacks the slot 'stretch'"]),
    ('"(clock|music)"', '"(clock|<thing>)"', "all.yaml:23", ["<thing> uses itself"]),
    ('"(clock|music)"', '"<b>"\n  b: "<thing>"', "all.yaml:23", ["<thing> uses itself"]),
    ("  thing:\n    values:", "  stretch:\n    values:", "all.yaml:25", ["given by the program"]),
    ("    values:", "    value:", "all.yaml:26", ["unknown key 'value'", "'values'"]),
    ("in: ", "inn: ", "all.yaml:28", ["unknown key 'inn'", "did you mean 'in'?"]),
    ("(rug|mat)", "{stretch}", "all.yaml:28", ["may not refer"]),
    ("          - yes", "          - pause", "all.yaml:21", ["'pause' means yes here", "pause in", "all.yaml:6"]),
    (
        'needs:\n    data:\n      - sentences: ["do I need a {thing}"]',
        'leave_out:\n    data:\n      - sentences: ["leave it out"]',
        "all.yaml:14",
        ["'leave it out' lacks a slot", "needs one of body, position, stretch, thing"],
    ),
    (
        "  yes:\n    data:\n      - sentences:",
        "  set_hold:\n    data:\n      - slots: {change: longer, scope: always}\n        sentences:",
        "all.yaml:22",
        ["'yes' lacks the slot 'seconds', which 'scope' can't be without"],
    ),
    ("  yes:", "  pause:", "all.yaml:18", ["'pause' stands twice", "line 3"]),
    ("  yes:", " yes:", "all.yaml:18", ["not valid YAML"]),
    ("  yes:", "\tyes:", "all.yaml:18", ["not valid YAML"]),
]


@pytest.mark.parametrize(("right", "wrong", "place", "named"), MISTAKES, ids=[row[1].strip() for row in MISTAKES])
def test_a_mistake_is_named(tmp_path: Path, right: str, wrong: str, place: str, named: list[str]) -> None:
    assert right in SENTENCES
    folder = make(tmp_path, SENTENCES.replace(right, wrong, 1), naming=NAMING)
    with pytest.raises(SolemateError) as raised:
        sample(read_folder(folder), STRETCHES)
    message = str(raised.value)
    assert str(folder / "sentences" / place) in message
    assert "\n" not in message
    for part in named:
        assert part in message


EXTRA_MISTAKES = [
    ("fillers", "language: xx\nbefor: [um]", "fillers.yaml:2", ["unknown key 'befor'", "did you mean 'before'?"]),
    ("fillers", "language: xx\nbefore: ['um {stretch}']", "fillers.yaml:2", ["no list {stretch}"]),
    ("decoys", "language: xx", "decoys.yaml:1", ["lacks the key 'decoys'"]),
    (
        "decoys",
        "language: xx\ndecoys: [pause]",
        "decoys.yaml:2",
        ["'pause' means nothing (a decoy) here", "all.yaml:6"],
    ),
    ("pronunciations", "language: xx\nalphabet: a", "pronunciations.yaml:1", ["lacks the key 'pronunciations'"]),
    ("pronunciations", "language: xx\nalphabet: a\npronunciations: {a: [[b]]}", "pronunciations.yaml:3", ["'a'"]),
    ("naming", "language: xx\ncardinals: {one: one}", "naming.yaml:2", ["whole numbers", "'one'"]),
    ("naming", "language: xx\nstretch_numbers: ['no {cardnal}']", "naming.yaml:2", ["did you mean 'cardinal'?"]),
    ("naming", "", "naming.yaml", ["is empty"]),
]


@pytest.mark.parametrize(("name", "text", "place", "named"), EXTRA_MISTAKES)
def test_a_mistake_in_another_file_is_named(tmp_path: Path, name: str, text: str, place: str, named: list[str]) -> None:
    with pytest.raises(SolemateError) as raised:
        sample(read_folder(make(tmp_path, **{name: text})), STRETCHES)
    for part in [str(tmp_path / "xx" / place), *named]:
        assert part in str(raised.value)


def test_two_stretches_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SolemateError, match=r"'toe_walking' and 'heel_stretches' are both called 'the toe one'"):
        sample(read_folder(make(tmp_path)), {"toe_walking": ["the toe one"], "heel_stretches": ["The toe-one!"]})


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / "sentences" / "b.yaml").write_bytes(b"language: \xff\xfe")
    with pytest.raises(SolemateError, match=r"b\.yaml: is not UTF-8"):
        read_folder(folder)


def test_a_template_that_stands_for_too_much_is_named(tmp_path: Path) -> None:
    many = " ".join(f"[a{chr(97 + n)}]" for n in range(16))
    with pytest.raises(SolemateError, match="more than 10000 sentences"):
        sample(read_folder(make(tmp_path, SENTENCES.replace("skip this side", many))), STRETCHES)


def test_a_missing_language_names_those_there_are(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(UsageError, match=r"no language 'fr' in .*; languages there: xx"):
        read_folder(tmp_path / "fr")


def test_a_folder_without_sentences_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    with pytest.raises(SolemateError, match=r"xx/sentences holds no \.yaml files"):
        read_folder(tmp_path / "xx")


def test_english_has_sentences_for_every_intent() -> None:
    folder = read_folder(Path(__file__).parent.parent / "intents" / "en")
    assert {template.intent for template in folder.templates} == set(INTENTS)
