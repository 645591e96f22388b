"""Templates to phrases with sounds, and their cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assistant.errors import SolemateError
from assistant.language.compile import CACHES_KEPT, compile_language
from assistant.language.spelling import LetterPhonemizer, Speller, normalise
from assistant.language.wordings import load_routine
from assistant.understanding.phrases import PhraseBook

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "intents" / "en"
KOREAN = ROOT / "tests" / "languages" / "ko"
STRETCHES = {"toe_walking": ["toe walking"], "heel_stretches": ["heel stretches", "heel stretch"]}


def english_stretches() -> dict[str, list[str]]:
    routine = load_routine(ENGLISH, ENGLISH / "routines" / "ten_foot_stretches.yaml")
    return {stretch.id: [stretch.name, *stretch.also_called] for stretch in routine.stretches}


class Counting:
    """Says letters, and counts how often it is asked."""

    def __init__(self, name: str = "letters-1") -> None:
        self.name = name
        self.asked: list[str] = []

    def word(self, word: str) -> tuple[str, ...]:
        self.asked.append(word)
        return tuple(word)


def small(tmp_path: Path) -> Path:
    folder = tmp_path / "xx"
    (folder / "sentences").mkdir(parents=True)
    (folder / "sentences" / "a.yaml").write_text(
        "language: xx\nintents: {start_stretch: {data: [{sentences: ['start {stretch}']}]}, "
        "next: {data: [{sentences: ['next one']}]}}\n"
    )
    (folder / "pronunciations.yaml").write_text(
        "language: xx\nalphabet: hama\npronunciations: {next: [n e, n a], one: [w u, o n]}\n"
    )
    return folder


def test_phrases_have_the_sounds_of_their_words(tmp_path: Path) -> None:
    book = compile_language(small(tmp_path), STRETCHES, Counting("hama 1.0"), None)
    assert {phrase.text: "".join(phrase.phonemes) for phrase in book.phrases}["next one"] == "newu"
    sounds = {phrase.text: ["".join(way) for way in book.ways_of(phrase)] for phrase in book.phrases}
    assert sounds["next one"] == ["newu", "nawu", "neon"]
    assert sounds["start heel stretch"] == ["startheelstretch"]
    assert book.vocabulary["next"] == (("n", "e"), ("n", "a"))


def test_a_rare_wording_costs_what_its_weight_says(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "sentences" / "b.yaml").write_text(
        "language: xx\nintents: {pause: {data: [{sentences: [wait]}, {weight: 0.1, sentences: [hold it, wait]}]}}\n"
    )
    book = compile_language(folder, STRETCHES, Counting(), None)
    costs = {phrase.text: phrase.cost for phrase in book.phrases if phrase.intent == "pause"}
    assert costs == {"wait": 0.0, "hold it": pytest.approx(2.303)}
    assert PhraseBook.from_plain(book.to_plain()) == book


def test_pronunciations_for_other_symbols_are_left_alone(tmp_path: Path) -> None:
    book = compile_language(small(tmp_path), STRETCHES, LetterPhonemizer(), None)
    assert book.vocabulary["next"] == (("n", "e", "x", "t"),)


def test_the_phonemizer_is_asked_once_a_word_and_never_with_a_cache(tmp_path: Path) -> None:
    folder, cache = small(tmp_path), tmp_path / "cache" / "deeper"
    first, again = Counting(), Counting()
    book = compile_language(folder, STRETCHES, first, cache)
    assert sorted(first.asked) == sorted(book.vocabulary)
    assert compile_language(folder, STRETCHES, again, cache) == book
    assert again.asked == []


def change_sentences(folder: Path) -> None:
    path = folder / "sentences" / "a.yaml"
    path.write_text(path.read_text().replace("next one", "next two"))


def change_pronunciations(folder: Path) -> None:
    (folder / "pronunciations.yaml").unlink()


@pytest.mark.parametrize("change", [change_sentences, change_pronunciations])
def test_a_changed_file_makes_a_new_book(tmp_path: Path, change: object) -> None:
    folder = small(tmp_path)
    compile_language(folder, STRETCHES, Counting("hama 1.0"), tmp_path / "cache")
    assert callable(change)
    change(folder)
    phonemizer = Counting("hama 1.0")
    compile_language(folder, STRETCHES, phonemizer, tmp_path / "cache")
    assert phonemizer.asked


def test_other_names_or_another_phonemizer_make_a_new_book(tmp_path: Path) -> None:
    folder, cache = small(tmp_path), tmp_path / "cache"
    compile_language(folder, STRETCHES, Counting(), cache)
    other = compile_language(folder, {**STRETCHES, "heel_stretches": ["calves"]}, Counting(), cache)
    assert "start calves" in other.texts()
    newer = Counting("letters-2")
    compile_language(folder, STRETCHES, newer, cache)
    assert newer.asked
    assert len(list(cache.iterdir())) == 3


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    folder, cache = small(tmp_path), tmp_path / "cache"
    book = compile_language(folder, STRETCHES, Counting(), cache)
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    plain = json.loads(whole)
    broken = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        whole[: len(whole) // 2],
        json.dumps({**plain, "key": "x"}).encode(),
    ]
    broken += [json.dumps({**plain, name: value}).encode() for name in plain for value in (None, 7, ["a"], [[1, 2, 3]])]
    broken += [json.dumps({k: v for k, v in plain.items() if k != name}).encode() for name in plain]
    for content in broken:
        path.write_bytes(content)
        assert compile_language(folder, STRETCHES, Counting(), cache).texts() == book.texts()
        assert json.loads(path.read_bytes())["key"] == plain["key"]


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file where the folder should be")
    book = compile_language(small(tmp_path), STRETCHES, Counting(), in_the_way)
    assert "next one" in book.texts()
    assert in_the_way.read_text() == "a file where the folder should be"


def test_old_caches_go_and_nothing_half_written_stays(tmp_path: Path) -> None:
    folder, cache = small(tmp_path), tmp_path / "cache"
    for number in range(CACHES_KEPT + 3):
        compile_language(folder, {"toe_walking": [f"walk {number}"]}, Counting(), cache)
    kept = sorted(path.name for path in cache.iterdir())
    assert len(kept) == CACHES_KEPT
    assert all(name.endswith(".json") for name in kept)


def test_a_word_that_nobody_can_say_is_named(tmp_path: Path) -> None:
    class Mute:
        name = "mute"

        def word(self, word: str) -> tuple[str, ...]:
            return ()

    with pytest.raises(SolemateError, match=r"no way to say 'start' \(in 'start toe walking'\)"):
        compile_language(small(tmp_path), STRETCHES, Mute(), None)


def test_a_book_survives_being_plain_data() -> None:
    stretches = yaml.safe_load((KOREAN / "stretches.yaml").read_text(encoding="utf-8"))
    book = compile_language(KOREAN, stretches, LetterPhonemizer(), None)
    again = PhraseBook.from_plain(json.loads(json.dumps(book.to_plain())))
    assert again == book
    assert ("발목 돌리기 시작", "start_stretch", (("stretch", "ankle_circles"),)) in {
        (phrase.text, phrase.intent, phrase.slots) for phrase in again.phrases
    }


def test_a_cached_language_needs_no_yaml_no_hassil_and_no_hama(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from assistant.language.compile import compile_language
from assistant.language.spelling import LetterPhonemizer
book = compile_language(Path(sys.argv[1]), {"toe_walking": ["toe walking"]}, LetterPhonemizer(), Path(sys.argv[2]))
print(len(book.phrases), *sorted({"yaml", "hassil", "hama"} & set(sys.modules)))
"""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, str(ENGLISH), str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ).stdout.split()
        for _ in range(2)
    ]
    assert outputs[0][1:] == ["hassil", "yaml"]
    assert outputs[1] == outputs[0][:1]


def test_english_needs_no_spelling_out_by_the_model() -> None:
    phonemizer = Counting("hama 1.7.0")
    compile_language(ENGLISH, english_stretches(), phonemizer, None)
    assert phonemizer.asked == [], "give these words in pronunciations.yaml, with what the recogniser hears"


def test_english_commands_that_mean_different_things_sound_different() -> None:
    book = compile_language(ENGLISH, english_stretches(), Counting("hama 1.7.0"), None)
    meanings: dict[tuple[str, ...], set[tuple[str, str | None]]] = {}
    for phrase in book.phrases:
        for way in book.ways_of(phrase):
            meanings.setdefault(way, set()).add((phrase.text, phrase.intent))
    alike = [same for same in meanings.values() if len({intent for _, intent in same}) > 1]
    assert alike == []


NUMBERS = {"4": "four", "4th": "fourth", "2": "two", "20": "twenty", "0": "zero"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What's next?", "what's next"),
        ("WHAT’S   NEXT", "what's next"),
        ("go to number 4!", "go to number four"),
        ("the 4th one", "the fourth one"),
        ("20 seconds", "twenty seconds"),
        ("24", "two four"),
        ("4번", "four 번"),
        ("9 lives", "lives"),
        ("pencil-pickups", "pencil pickups"),
        ("'quoted' rock 'n' roll", "quoted rock n roll"),
        ("snake_case", "snake case"),
        ("über… Straße", "über straße"),
        ("", ""),
        ("?!…", ""),
        ("\x00\ud800", ""),
    ],
)
def test_written_words_are_made_alike(text: str, words: str) -> None:
    assert " ".join(normalise(text, NUMBERS)) == words


def test_free_text_is_spelled_by_the_book_and_else_by_the_phonemizer_once(tmp_path: Path) -> None:
    book = compile_language(small(tmp_path), STRETCHES, Counting("hama 1.0"), None)
    phonemizer = Counting("hama 1.0")
    speller = Speller(book, phonemizer)
    for _ in range(3):
        assert speller.phonemes("Next hill!") == ("n", "e", "h", "i", "l", "l")
    assert phonemizer.asked == ["hill"]
    assert speller.phonemes("") == ()


def test_letters_stand_in_for_phonemes() -> None:
    assert LetterPhonemizer().word("what's") == ("w", "h", "a", "t", "s")
    assert LetterPhonemizer().word("é") == ("e",)
    assert len(LetterPhonemizer().word("발목")) == 6
