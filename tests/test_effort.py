"""Low and full power: chosen by measuring, kept, reported; and Vosk first, with hama only where it is unsure."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from assistant.checkup.probes import real_probes
from assistant.cli.main import main
from assistant.hearing import effort
from assistant.hearing.effort import FULL, LOW, SLOW, effort_for, seconds_for_a_second
from assistant.hearing.ensemble import SURE, WordsFirstRecogniser
from assistant.hearing.hama import HamaRecogniser, hama_missing
from assistant.settings.table import Settings
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.matcher import Matcher
from assistant.understanding.phrases import Filler, Phrase, PhraseBook
from tests.speech import spoken, write_wav

needs_hama = pytest.mark.skipif(hama_missing() is not None, reason=f"hama can't be used here: {hama_missing()}")

SOUND: Samples = np.zeros(1600, np.float32)


# Which power


@pytest.mark.parametrize(("seconds", "chosen"), [(SLOW * 0.9, FULL), (SLOW * 1.1, LOW)])
def test_auto_goes_by_what_the_machine_takes_and_measures_once(tmp_path, seconds, chosen):
    measured: list[float] = []

    def measure() -> float:
        measured.append(seconds)
        return measured[-1]

    for _ in range(2):
        found, line = effort_for("auto", tmp_path / "cache", measure)
        assert found is chosen
        assert (line is None) == (chosen is FULL)
        assert line is None or ("Low power" in line and "set power full" in line)
    assert measured == [seconds]


def never(*_: object) -> float:
    raise AssertionError("measured without need")


@pytest.mark.parametrize(("wanted", "chosen"), [("full", FULL), ("low", LOW)])
def test_what_is_wanted_is_taken_without_measuring(tmp_path, wanted, chosen):
    assert effort_for(wanted, tmp_path, never) == (chosen, None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "kept", ["", "[]", "{}", '{"machine": "another one", "seconds": 9}', '{"machine": 1, "seconds": null}']
)
def test_what_was_kept_for_another_machine_or_is_broken_is_measured_anew(tmp_path, kept):
    (tmp_path / effort.MEASURED).write_text(kept)
    assert effort_for("auto", tmp_path, lambda: 0.01)[0] is FULL
    assert json.loads((tmp_path / effort.MEASURED).read_text())["seconds"] == 0.01


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path):
    (tmp_path / "file").write_text("")
    assert effort_for("auto", tmp_path / "file", lambda: 9.0)[0] is LOW


@needs_hama
def test_this_machine_can_be_measured():
    assert 0.0 < seconds_for_a_second() < 60.0


@pytest.mark.parametrize("flags", [{"recogniser": "vosk"}, {"language": "ko"}])
def test_nothing_is_measured_where_vosk_listens_alone(flags, monkeypatch):
    monkeypatch.setattr(effort, "measure_again", never)
    settings = Settings.of(flags)
    assert real_probes(lambda: settings).power(settings) is None


def test_low_power_is_less_of_everything():
    assert len(LOW.speeds) < len(FULL.speeds)
    low, full = LOW.endpoint, FULL.endpoint
    assert low.glance > full.glance
    assert (low.glance_until, low.look_until, low.longest) < (full.glance_until, full.look_until, full.longest)
    assert (low.early, low.hangover) == (full.early, full.hangover)


def test_it_is_a_setting():
    assert Settings.of().text("power") == "auto"
    assert Settings.of({"power": "low"}).text("power") == "low"


@needs_hama
def test_a_slow_machine_is_told_in_one_line_and_listens_all_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(effort, "seconds_for_a_second", lambda: 0.5)
    said = tmp_path / "said.wav"
    write_wav(said, np.pad(spoken("start heel stretches"), 8000))
    assert main(["listen", str(said), "--recogniser", "hama"]) == 0
    assert "start_stretch heel_stretches" in capsys.readouterr().out
    from assistant.wiring import language_folder, make_ears, read_routine

    folder = language_folder("en")
    ears = make_ears(folder, read_routine(folder), "hama", power="auto")
    assert sum("Low power" in line for line in ears.introduction.splitlines()) == 1


@needs_hama
def test_fewer_hearings_and_a_glance_is_one():
    low = HamaRecogniser(LOW.speeds)
    sound = spoken("what comes next")
    low.begin()
    low.feed(sound)
    assert low.so_far(quick=True).rehearings == ()
    assert len(low.end().rehearings) == len(LOW.speeds) < len(HamaRecogniser().hear(sound).rehearings)


# Words first


class Told:
    """A recogniser that says what it was told to, and counts how often it was asked."""

    def __init__(self, hypothesis: Hypothesis, missing: tuple[str, ...] = ()) -> None:
        self.name, self.missing_words, self.asked, self.fed = hypothesis.recogniser, missing, 0, 0
        self._hypothesis = hypothesis

    def begin(self) -> None:
        self.fed = 0

    def feed(self, samples: Samples) -> None:
        self.fed += len(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        self.asked += 1
        return self._hypothesis

    def end(self) -> Hypothesis:
        self.begin()
        return self.so_far()


def spelled(text: str) -> tuple[str, ...]:
    return tuple(text.replace(" ", ""))


BOOK = PhraseBook(
    "xx",
    tuple(Phrase(text, text.split()[0], (), spelled(text)) for text in ("what comes next", "go back", "pause")),
    (Filler("please", spelled("please")),),
    vocabulary={word: (spelled(word),) for word in ("what", "comes", "next", "go", "back", "pause", "please")},
)
SOUNDS = Hypothesis(spelled("pause"), recogniser="sounds")


def ask(text: str, confidence: float | None, missing: tuple[str, ...] = ()) -> tuple[Hypothesis, Told]:
    """What both ears say where the words are these, and the second ear."""
    words, sounds = Told(Hypothesis(spelled(text), text, "words", confidence=confidence), missing), Told(SOUNDS)
    both = WordsFirstRecogniser(words, sounds, BOOK)
    both.begin()
    both.feed(SOUND)
    assert both.so_far() == both.so_far()
    heard = both.end()
    assert (words.fed, sounds.fed) == (0, 0), "what comes next starts afresh"
    return heard, sounds


@pytest.mark.parametrize(
    ("text", "confidence", "asked"),
    [
        ("what comes next", 1.0, False),
        ("what comes next", SURE - 0.01, True),
        ("what comes next", None, True),
        ("go back", 1.0, True),
        ("pause", 1.0, True),
        ("what comes", 1.0, True),
        ("", None, False),
        ("pause next back go what", 1.0, False),
    ],
)
def test_the_second_ear_hears_only_what_the_first_is_unsure_of(text, confidence, asked):
    heard, sounds = ask(text, confidence)
    assert bool(sounds.asked) is asked
    assert (heard.second_opinion is not None) is asked


def test_what_the_words_are_sure_of_counts_by_itself():
    match = Matcher(BOOK).match(ask("what comes next", 1.0)[0])
    assert (match.intent, match.accepted, match.sure) == ("what", True, True)
    assert not Matcher(BOOK).match(ask("", None)[0]).accepted
    assert not Matcher(BOOK).match(ask("pause next back go what", 1.0)[0]).accepted


def test_where_words_are_missing_nothing_may_still_be_something():
    heard, sounds = ask("", None, missing=("pause",))
    assert sounds.asked
    assert heard == replace(SOUNDS, second_opinion=())


def test_a_glance_never_asks_the_second_ear():
    words, sounds = Told(Hypothesis((), "", "words")), Told(SOUNDS)
    both = WordsFirstRecogniser(words, sounds, BOOK)
    both.begin()
    both.feed(SOUND)
    assert both.so_far(quick=True).text == ""
    assert sounds.asked == 0
