"""Real sound to utterances: eSpeak NG speaks, hama hears, the English book says what it means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.expectations import answers
from assistant.dialogue.state.state import Asked, Halt, State
from assistant.errors import SolemateError, UsageError
from assistant.front_end.vad import CHUNK, SileroActivity
from assistant.hearing.choose import choose_recogniser
from assistant.hearing.ear import Ear
from assistant.hearing.endpointing import EndpointConfig
from assistant.hearing.ensemble import BothRecogniser
from assistant.hearing.hama import HamaRecogniser, hama_missing
from assistant.language.adapter_file import load_adapter
from assistant.language.spelling import Speller
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.transcribe import listen_file
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Hypothesis, Samples, Utterance
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.phrases import PhraseBook
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.speech import conversation, spoken, write_wav
from tests.stage import BOOK
from tests.test_answers import waiting
from tests.test_guide import begun

pytestmark = pytest.mark.skipif(hama_missing() is not None, reason=f"hama can't be used here: {hama_missing()}")

VOICE = "en-us+f3"

GET_VOSK = "`solemate models get NAME`"


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    folder = language_folder("en")
    return phrase_book(folder, read_routine(folder), phonemizer("en"))


@pytest.fixture(scope="module")
def matcher(book: PhraseBook) -> Matcher:
    return Matcher(book)


@pytest.fixture(scope="module")
def hama() -> HamaRecogniser:
    return HamaRecogniser()


@pytest.fixture
def ear(hama: HamaRecogniser, matcher: Matcher) -> Ear:
    return Ear(hama, matcher)


def sound(said: Sequence[tuple[float, str]], seconds: float) -> Samples:
    samples = np.zeros(int(seconds * LISTENING_RATE), np.float32)
    for at, text in said:
        piece = spoken(text, VOICE)
        start = int(at * LISTENING_RATE)
        samples[start : start + len(piece)] += piece
    return samples


def heard_in(ear: Ear, samples: Samples, moment: Moment = NO_MOMENT, block: int = BLOCK) -> list[Utterance]:
    utterances = []
    for start in range(0, len(samples), block):
        utterances += ear.feed(samples[start : start + block], moment)
    return [*utterances, *ear.flush()]


TALK = ((1.0, "start heel stretches"), (4.0, "pause"), (6.0, "what comes next"))


@pytest.mark.parametrize(("text", "intent"), [("which stretch is this", "where_am_i"), ("again", "restart")])
def test_a_recording_may_begin_with_the_first_sound_of_a_word(hama, book, text, intent):
    adapted = Ear(hama, Matcher(book, adapter=load_adapter(language_folder("en"))))
    said = spoken(text, "en-gb+steph")
    begins = int(np.flatnonzero(np.abs(said) > 0.01)[0])
    (utterance,) = heard_in(adapted, said[begins:])
    assert (utterance.match.intent, utterance.match.accepted) == (intent, True)
    assert utterance.start == 0.0


def test_commands_come_out_with_their_times(ear):
    utterances = heard_in(ear, sound(TALK, 9.0))
    assert [utterance.match.intent for utterance in utterances] == ["start_stretch", "pause", "whats_next"]
    assert all(utterance.match.accepted for utterance in utterances)
    assert utterances[0].match.slots == {"stretch": "heel_stretches"}
    for (at, text), utterance in zip(TALK, utterances, strict=True):
        assert at - 0.5 < utterance.start < at + 0.2
        assert utterance.end == pytest.approx(at + len(spoken(text, VOICE)) / LISTENING_RATE, abs=0.35)


@pytest.mark.parametrize("block", [1, 160, 511, 512, 4096, 10**6])
def test_the_size_of_the_blocks_makes_no_difference(hama, matcher, block):
    samples = sound(TALK[1:2], 6.0)[3 * LISTENING_RATE :]
    if block == 1:
        samples = samples[: 2 * LISTENING_RATE]
    (expected,) = heard_in(Ear(hama, matcher), samples)
    (utterance,) = heard_in(Ear(hama, matcher), samples, block=block)
    assert (utterance.start, utterance.match) == (expected.start, expected.match)


def loud_end(text: str) -> float:
    """Seconds to the end of what is heard of a text."""
    return int(np.flatnonzero(np.abs(spoken(text, VOICE)) > 0.01)[-1]) / LISTENING_RATE


def came_after(ear: Ear, text: str) -> tuple[float, Utterance]:
    """Seconds of sound from the end of a text to the utterance, and that."""
    samples = sound([(1.0, text)], 5.0)
    for start in range(0, len(samples), BLOCK):
        found = ear.feed(samples[start : start + BLOCK])
        if found:
            return (start + BLOCK) / LISTENING_RATE - 1.0 - loud_end(text), found[0]
    raise AssertionError("nothing was heard")


def test_a_whole_command_ends_a_quarter_of_a_second_after_its_last_word(ear):
    after, utterance = came_after(ear, "how much longer")
    assert (utterance.match.intent, utterance.early) == ("how_long", False)
    assert 0.1 < after < 0.35
    assert not ear.speaking


def test_what_may_go_on_is_given_more_time(ear):
    after, utterance = came_after(ear, "start")
    assert utterance.match.intent == "start_routine"
    assert after > 0.5


def test_an_urgent_word_is_acted_on_before_its_endpoint(ear):
    after, utterance = came_after(ear, "pause")
    assert (utterance.match.intent, utterance.early) == ("pause", True)
    assert after < 0.2
    assert not ear.speaking, "whoever said it waits for it to be done"


def test_after_an_urgent_word_the_rest_does_nothing(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "please")], 4.0)
    (utterance,) = heard_in(ear, samples)
    assert (utterance.match.intent, utterance.early) == ("pause", True)


def test_pain_wins_over_what_was_acted_on(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "it hurts")], 4.0)
    heard = heard_in(ear, samples)
    assert [utterance.match.intent for utterance in heard] == ["pause", "hurts"]
    assert heard[0].early
    assert heard[1].start >= heard[0].end


def test_another_urgent_word_after_the_first_changes_nothing(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "goodbye")], 4.0)
    assert [utterance.match.intent for utterance in heard_in(ear, samples)] == ["pause"]


def test_an_urgent_word_is_acted_on_though_noise_like_speech_goes_on_after_it(hama, matcher):
    class Always:
        def __call__(self, chunk: Samples) -> float:
            return 1.0

        def reset(self) -> None:
            pass

    word = sound([(0.3, "pause")], 1.6)
    found = Ear(hama, matcher, Always()).feed(word)
    assert [(utterance.match.intent, utterance.early) for utterance in found] == [("pause", True)]


@pytest.mark.parametrize("talk", ["I could not stop laughing", "the bus stop", "please wait outside for your sister"])
def test_urgent_words_inside_talk_are_not_acted_on(ear, talk):
    heard = heard_in(ear, sound([(0.5, talk)], 4.0))
    assert heard
    assert not any(utterance.early or utterance.match.accepted for utterance in heard)


class Counting:
    """A recogniser that counts how often another one decodes."""

    name = "counting"
    missing_words: tuple[str, ...] = ()

    def __init__(self, hama: HamaRecogniser) -> None:
        self._hama = hama
        self.decoded: list[int] = []
        hear = hama.hear

        def count(samples: Samples, *speeds: Sequence[float]) -> Hypothesis:
            self.decoded.append(len(samples))
            return hear(samples, *speeds)

        self.hear = count

    def begin(self) -> None:
        self._hama.begin()

    def feed(self, samples: Samples) -> None:
        self._hama.feed(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        return self._hama.so_far(quick=quick)

    def end(self) -> Hypothesis:
        return self._hama.end()


def test_a_pause_is_decoded_once_and_the_end_not_again(hama, matcher, monkeypatch):
    counting = Counting(hama)
    monkeypatch.setattr(hama, "hear", counting.hear)
    heard_in(Ear(counting, matcher, endpoint=EndpointConfig(glance_until=0.0)), sound([(0.5, "start")], 4.0))
    assert len(counting.decoded) == 1


def test_the_time_to_be_spent_on_talk_is_bounded(hama, matcher, monkeypatch):
    counting = Counting(hama)
    monkeypatch.setattr(hama, "hear", counting.hear)
    heard_in(Ear(counting, matcher), sound([(0.5, "my sister bought a green bicycle " * 4)], 12.0))
    limit = EndpointConfig.look_until + 0.1
    assert sum(length > limit * LISTENING_RATE for length in counting.decoded) <= 2, "only the ends of what was cut"


def test_hama_goes_on_after_it_was_asked_what_there_is_so_far(hama):
    first, rest = spoken("start", VOICE), spoken("heel stretches", VOICE)
    hama.begin()
    hama.feed(first)
    so_far = hama.so_far()
    assert hama.so_far() is so_far
    hama.feed(rest)
    assert hama.end().phonemes == hama.hear(np.concatenate([first, rest])).phonemes != so_far.phonemes


def test_it_tells_that_someone_is_speaking(ear):
    samples = sound([(1.0, "start the routine")], 4.0)
    speaking = []
    for start in range(0, len(samples), BLOCK):
        ear.feed(samples[start : start + BLOCK])
        speaking.append(ear.speaking)
    first, last = speaking.index(True), len(speaking) - 1 - speaking[::-1].index(True)
    assert 1.0 <= first * BLOCK / LISTENING_RATE < 1.25
    assert not speaking[-1]
    assert all(speaking[first : last + 1])


def test_a_voice_is_looked_for_in_the_sound_that_is_given_for_it(hama, matcher):
    samples = sound([(0.5, "pause")], 3.0)
    echo = sound([(0.5, "start heel stretches")], 3.0)
    assert heard_with(Ear(hama, matcher), samples, np.zeros_like(samples)) == []
    (utterance,) = heard_with(Ear(hama, matcher), samples, samples)
    assert utterance.match.intent == "pause"
    assert [each.match.intent for each in heard_with(Ear(hama, matcher), samples, echo)] == ["pause"]


def heard_with(ear: Ear, samples: Samples, vad_samples: Samples) -> list[Utterance]:
    """What is heard where voice activity judges other samples, in blocks that are no whole chunks."""
    blocks = zip(blocks_of(samples), blocks_of(vad_samples), strict=True)
    return [*(each for block, vad in blocks for each in ear.feed(block, vad_block=vad)), *ear.flush()]


def test_a_hesitation_inside_a_command_keeps_it_whole(ear):
    samples = sound([(0.5, "start"), (0.5 + loud_end("start") + 0.5, "heel stretches")], 4.0)
    (utterance,) = heard_in(ear, samples)
    assert utterance.match.slots == {"stretch": "heel_stretches"}


def test_what_still_sounds_at_the_end_is_heard_by_flush(ear):
    samples = sound([(0.5, "pause")], 4.0)[: int((0.5 + loud_end("pause")) * LISTENING_RATE)]
    assert ear.feed(samples) == []
    (utterance,) = ear.flush()
    assert utterance.match.intent == "pause"
    assert ear.flush() == []


def test_talk_that_means_nothing_is_heard_and_not_accepted(ear):
    utterances = heard_in(ear, sound([(0.5, "my sister bought a green bicycle from the neighbours")], 5.0))
    assert utterances
    assert not any(utterance.match.accepted for utterance in utterances)


def test_silence_and_noise_are_no_utterances(ear):
    noise = np.random.default_rng(0).normal(0, 0.005, 5 * LISTENING_RATE).astype(np.float32)
    assert heard_in(ear, noise) == []
    assert heard_in(ear, np.zeros(5 * LISTENING_RATE, np.float32)) == []


def test_what_is_expected_weighs_more(ear):
    samples = sound([(0.5, "what comes next")], 4.0)
    (plain,) = heard_in(ear, samples)
    (expected,) = heard_in(ear, samples, Moment(frozenset({"whats_next"})))
    assert expected.match.score > plain.match.score


def arrived(ear: Ear, samples: Samples, moment: Moment = NO_MOMENT) -> float:
    """Seconds of sound after which the one utterance in it came out."""
    came = [number for number, block in enumerate(blocks_of(samples), start=1) for _ in ear.feed(block, moment)]
    assert len(came) == 1
    return came[0] * BLOCK / LISTENING_RATE


def test_the_answer_to_a_question_is_waited_for_no_longer_than_it_takes(ear):
    samples = sound([(0.5, "no")], 3.0)  # "no more reminders", "no towel today"
    unasked = arrived(ear, samples)
    asked = Guide(BOOK).moment(State(halt=Halt(0.0, asked=Asked.GO_ON)))
    assert unasked - arrived(ear, samples, asked) > 0.3


def test_ready_is_waited_for_and_who_was_reminded_may_still_think_what_to_start():
    guide = Guide(BOOK)
    assert guide.moment(begun("heel_stretches").state).awaited == {"ready"}
    reminded = waiting().state
    assert "start_routine" in answers(reminded) - guide.moment(reminded).awaited


class NoticesLate:
    """Silero's, but for the first seconds of sound, in which it hears nobody."""

    def __init__(self, seconds: float) -> None:
        self._model, self._left = SileroActivity(), round(seconds * LISTENING_RATE / CHUNK)

    def __call__(self, chunk: Samples) -> float:
        probability, self._left = self._model(chunk), self._left - 1
        return probability if self._left < 0 else 0.0

    def reset(self) -> None:
        self._model.reset()


def test_who_is_noticed_late_over_the_guide_is_heard_from_the_beginning(hama, matcher):
    samples = sound([(1.5, "leave out the circles")], 5.0)
    meant = []
    for over in (True, False):
        ear = Ear(hama, matcher, NoticesLate(2.2))
        heard = [*ear.feed(samples, over_guide=over, person_noticed=over), *ear.flush()]
        meant.append([each.match.intent for each in heard if each.match.accepted])
    # Without the beginning it is "the circles".
    assert meant == [["leave_out"], ["start_stretch"]]


def test_a_listened_file_gives_what_was_heard_in_order(tmp_path, hama, matcher):
    path = conversation(tmp_path / "said.wav", TALK, VOICE)
    heard = listen_file(path, lambda: Ear(hama, matcher), Gate())
    assert [each.recognition.intent for each in heard] == ["start_stretch", "pause", "whats_next"]
    times = [(each.start, each.end) for each in heard if each.start is not None and each.end is not None]
    assert [start < end for start, end in times] == [True] * 3
    assert all(each.recognition.text and each.recognition.phonemes and each.recognition.score for each in heard)
    assert {each.file for each in heard} == {str(path)}
    assert {each.recognition.recogniser for each in heard} == {"hama"}


def test_rejected_talk_shows_no_intent_but_the_nearest(tmp_path, hama, matcher):
    path = conversation(tmp_path / "talk.wav", [(0.5, "he told me about the holidays in spain")], VOICE)
    heard = [each.recognition for each in listen_file(path, lambda: Ear(hama, matcher), Gate())]
    assert heard
    assert {each.intent for each in heard} == {None}
    assert all(each.slots == {} and not each.accepted for each in heard)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 2.0])
def test_a_file_in_which_nothing_is_heard_gives_one_entry(tmp_path, hama, matcher, seconds):
    path = tmp_path / "silence.wav"
    write_wav(path, np.zeros(int(seconds * LISTENING_RATE), np.float32))
    (heard,) = listen_file(path, lambda: Ear(hama, matcher), Gate())
    assert (heard.recognition.intent, heard.recognition.accepted, heard.start) == (None, False, None)


class Recorded:
    """A recogniser of words that were written down: hears in each stretch of speech the next text."""

    name = "recorded"
    missing_words: tuple[str, ...] = ()

    def __init__(self, speller: Speller, texts: Sequence[str]) -> None:
        self._speller = speller
        self._texts = iter(texts)

    def begin(self) -> None:
        self._text = next(self._texts, "")

    def feed(self, samples: Samples) -> None:
        """Its text is given."""

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        return Hypothesis(self._speller.phonemes(self._text), self._text, self.name)

    def end(self) -> Hypothesis:
        return self.so_far()


@pytest.mark.parametrize(
    ("said", "words", "intent"),
    [
        ("start heel stretches", "start heel stretches", "start_stretch"),
        ("what comes next", "what comes next", "whats_next"),
        ("pause", "pause", "pause"),
        ("my sister bought a green bicycle", "restart", None),
        ("the weather is nice in spain", "where are we", None),
        ("what comes next", "stop", "not stop"),
        ("skip this one", "", "next"),
    ],
)
def test_two_ears_believe_what_both_heard(book, hama, matcher, said, words, intent):
    speller = Speller(book, phonemizer("en"))
    both = BothRecogniser(Recorded(speller, [words]), hama)
    (utterance,) = heard_in(Ear(both, matcher), sound([(0.5, said)], 4.0))
    taken = utterance.match.intent if utterance.match.accepted else None
    if intent == "not stop":
        assert taken != "stop"
    else:
        assert taken == intent


def test_the_program_says_who_listens_and_how_to_get_the_other(book):
    hearing = choose_recogniser("auto", book, tuple, None, get_vosk=GET_VOSK)
    assert hearing.new_recogniser().name == "hama"
    assert "hama" in hearing.line
    assert GET_VOSK in hearing.line
    assert choose_recogniser("hama", book, tuple, None, get_vosk=GET_VOSK).line.startswith("hama")


def test_without_a_model_vosk_says_what_to_do(book):
    with pytest.raises(SolemateError, match="solemate models get"):
        choose_recogniser("vosk", book, tuple, None, get_vosk=GET_VOSK)
    with pytest.raises(UsageError, match="auto, vosk and hama"):
        choose_recogniser("julius", book, tuple, None, get_vosk=GET_VOSK)


def test_with_neither_it_names_the_way_out(book, monkeypatch):
    monkeypatch.setattr("assistant.hearing.hama.hama_missing", partial(str, "hama has no library"))
    with pytest.raises(SolemateError, match="nobody can listen") as caught:
        choose_recogniser("auto", book, tuple, None, get_vosk=GET_VOSK)
    assert "solemate models get" in str(caught.value)
