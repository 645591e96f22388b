"""What a satellite says unasked goes through Home Assistant, and a Home Assistant that fails holds nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import pytest

from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.state.preferences import AUTO_START
from assistant.errors import SolemateError, UsageError
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.wiring import guide_book
from assistant.wyoming import announcing
from assistant.wyoming.announcing import Announcer, token_in
from assistant.wyoming.satellites import FORSAKEN_SECONDS, STALE_SECONDS, Answer, Satellites
from tests.keyed import keyed_book
from tests.satellites import PATIENCE, home_assistant
from tests.stage import ENGLISH

KITCHEN = "assist_satellite.kitchen"
TOKEN = "a.secret-token"


class Past(NoDatabase):
    def load(self) -> Mapping[str, Any]:
        return {"safety_told": True}


class Clock:
    """A clock that the test sets."""

    t = 0.0
    slept = False


class Sent:
    """A sentence on its way."""

    def __init__(self, text: str, spoken: bool = True) -> None:
        self.text, self.spoken = text, spoken

    def done(self) -> bool:
        return self.spoken


class Room:
    """Satellites on a clock that the test sets, with all that was sent."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, spoken: bool = True, say: bool = True, keyed: bool = True
    ) -> None:
        self.clock, self.spoken = Clock(), spoken
        self.sent: list[Sent] = []
        monkeypatch.setattr("assistant.wyoming.satellites.Clock", lambda: self.clock)
        monkeypatch.setattr("assistant.wyoming.satellites.keep_time", lambda *_: None)
        self.told: list[str] = []
        book = keyed_book(guide_book(ENGLISH)) if keyed else guide_book(ENGLISH)
        self.satellites = Satellites(book, lambda _: Past(), lambda _: {}, self.say if say else None, self.told.append)

    def say(self, satellite: str, text: str) -> Sent:
        self.sent.append(Sent(text, self.spoken))
        return self.sent[-1]

    def press(self, intent: str, satellite: str = KITCHEN, **slots: str) -> Answer:
        from assistant.understanding.hypothesis import Hypothesis, Match, Utterance

        match = Match(intent, slots, score=1.0, margin=1.0, accepted=True, sure=True, phrase=intent, tier="phrase")
        return self.satellites.hear(satellite, Utterance(0.0, 0.0, Hypothesis((), intent, "text"), match))

    def wait(self, seconds: float, step: float = 0.1) -> None:
        for _ in range(round(seconds / step)):
            self.clock.t += step
            self.satellites.advance()

    def wait_for(self, phase: Phase) -> None:
        while self.satellites.state(KITCHEN).phase is not phase:
            self.wait(0.1)

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.sent]


def test_what_follows_an_answer_without_a_pause_is_said_with_it_and_not_again(monkeypatch):
    room = Room(monkeypatch)
    answer = room.press("start_stretch", stretch="heel_stretches")
    assert answer.understood
    assert answer.text.count("[") > 2
    before = room.satellites.state(KITCHEN)
    room.wait(20.0)
    assert room.satellites.state(KITCHEN).now > before.now
    assert not set(room.texts) & set(answer.text.replace("] [", "]|[").split("|"))


def test_what_comes_by_itself_is_announced_and_no_count_is(monkeypatch):
    room = Room(monkeypatch)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    room.wait(150.0)
    assert any("[change side=right]" in text for text in room.texts)
    assert not any("[down " in text or "[count " in text for text in room.texts)
    assert len(room.texts) < 16  # in two and a half minutes


def test_a_word_begins_what_a_tone_begins_elsewhere(monkeypatch):
    room = Room(monkeypatch)
    room.press("start_stretch", stretch="toe_walking")
    room.press("ready")
    room.wait(120.0)
    assert room.texts.count("[starting]") >= 3
    relaxed = room.texts.index("[relax]")
    assert "[starting]" in room.texts[relaxed:], "after a rest as well"


def test_the_word_that_begins_a_hold_comes_once_and_when_it_begins(monkeypatch):
    room = Room(monkeypatch)
    answer = room.press("start_stretch", stretch="toe_walking")
    assert answer.text.endswith("[toe_walking.how.1] [start_shortly] [say_wait]")
    while not room.texts:
        room.wait(0.1)
    assert room.texts == ["[starting]"]
    state = room.satellites.state(KITCHEN)
    assert state.phase is Phase.EXERCISING
    assert state.run.span is not None
    assert state.run.span.elapsed < 0.3
    room.wait_for(Phase.RESTING)
    assert room.texts.count("[starting]") == 1


def test_ready_is_answered_before_the_hold_begins(monkeypatch):
    room = Room(monkeypatch)
    room.satellites._wishes = lambda _: {AUTO_START: False}
    room.press("start_stretch", stretch="toe_walking")
    room.wait(30.0)
    assert room.press("ready").text == "[start_shortly]"
    room.wait_for(Phase.EXERCISING)
    room.wait(0.3)
    assert room.texts[-1] == "[starting]"
    assert room.texts.count("[starting]") == 1


def test_who_is_told_nothing_unasked_hears_that_word_in_the_answer(monkeypatch):
    room = Room(monkeypatch, say=False)
    assert room.press("start_stretch", stretch="toe_walking").text.endswith("[starting]")


@pytest.mark.parametrize(("left", "begun"), [(2.0, 0), (12.0, 1)])
def test_a_hold_that_is_as_good_as_over_is_not_begun_in_words_again(monkeypatch, left, begun):
    room = Room(monkeypatch)
    room.press("start_stretch", stretch="toe_walking")
    room.wait_for(Phase.EXERCISING)
    room.wait(20.0 - left)
    room.press("pause")
    room.wait(3.0)
    said = len(room.texts)
    assert room.press("resume").text == "[resuming]"
    room.wait_for(Phase.EXERCISING)
    room.wait(left + 0.5)
    assert room.texts[said:].count("[starting]") == begun
    assert room.texts[-1].startswith("[relax]")


def test_after_a_question_only_what_was_not_heard_comes_again(monkeypatch):
    room = Room(monkeypatch, keyed=False)
    told = room.press("start_stretch", stretch="toe_walking").text
    heard, interrupted, unheard = "Wobbly?", "Touch the wall.", "Walk on your toes"
    assert f"{heard} {interrupted} {unheard}" in told
    room.wait(1.0 + likely_seconds(told[: told.index(interrupted)]) + 1.0)
    for _ in range(2):  # a question into the answer finds it as it was
        again = room.press("how_long").text
        assert heard not in again
        assert again.index(interrupted) < again.index(unheard)
        room.wait(1.0)
    room.wait(likely_seconds(again[: again.index(unheard)]) + 1.0)
    later = room.press("whats_next").text
    assert interrupted not in later
    assert unheard in later
    assert room.texts == []


def test_who_asks_for_it_hears_all_of_it_again(monkeypatch):
    room = Room(monkeypatch, keyed=False)
    told = room.press("start_stretch", stretch="toe_walking").text
    room.wait(1.0 + likely_seconds(told[: told.index("Touch the wall.")]) + 1.0)
    assert room.press("say_again").text.startswith("Wobbly? Touch the wall.")


def test_what_comes_in_one_go_is_announced_in_one_piece(monkeypatch):
    room = Room(monkeypatch)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    room.wait(150.0)
    changing = next(text for text in room.texts if "[change side=right]" in text)
    assert changing.count("[") >= 3


def test_a_satellite_that_is_none_of_home_assistants_is_only_answered(monkeypatch):
    room = Room(monkeypatch)
    for name in ("home", "switch.lamp", "assist_satellite.a/../b", "assist_satellite.Kitchen room"):
        room.press("start_stretch", name, stretch="heel_stretches")
        room.press("ready", name)
    room.wait(60.0)
    assert room.sent == []


def test_without_home_assistant_the_guide_goes_on_all_the_same(monkeypatch):
    room = Room(monkeypatch, say=False)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    room.wait(20.0)
    assert room.satellites.state(KITCHEN).clock_runs


def test_a_sentence_is_waited_for_but_not_for_ever(monkeypatch):
    room = Room(monkeypatch, spoken=False)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    room.wait(300.0)
    assert len(room.sent) == 1, "nothing else is sent while one is on its way"
    room.sent[0].spoken = True
    sent = len(room.sent)
    room.press("resume")
    room.wait(200.0)
    assert room.satellites.state(KITCHEN).now > 450.0
    assert len(room.sent) >= sent


def test_who_speaks_into_a_sentence_is_not_kept_waiting_for_its_end(monkeypatch):
    room = Room(monkeypatch, spoken=False)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    while not room.sent:
        room.wait(1.0)
    room.press("pause")
    room.press("resume")
    begun = room.satellites._sessions[KITCHEN]._read_until
    room.wait(1.0)
    assert room.satellites._sessions[KITCHEN]._read_until >= begun + 0.9


def test_what_is_stale_is_dropped(monkeypatch):
    room = Room(monkeypatch, spoken=False)
    room.press("start_stretch", stretch="heel_stretches")
    room.press("ready")
    room.wait(100.0)
    there = room.satellites._sessions[KITCHEN]
    there._waiting.append((room.clock.t - STALE_SECONDS - 0.1, "stale"))
    there._waiting.append((room.clock.t, "fresh"))
    room.sent[-1].spoken = True
    room.satellites.advance()
    assert room.texts[-1] == "fresh"
    assert "stale" not in room.texts


def test_nobody_is_sent_away_who_is_being_led(monkeypatch):
    room = Room(monkeypatch)
    monkeypatch.setattr("assistant.wyoming.satellites.MOST_SATELLITES", 3)
    room.press("start_stretch", stretch="heel_stretches")
    for number in range(5):
        assert room.press("where_am_i", f"assist_satellite.idle{number}").understood
    assert list(room.satellites._sessions) == [KITCHEN, "assist_satellite.idle3", "assist_satellite.idle4"]
    for number in range(2):
        room.press("start_stretch", f"assist_satellite.led{number}", stretch="heel_stretches")
    led = list(room.satellites._sessions)
    assert room.press("start_routine", "assist_satellite.more") == Answer("", False)
    assert room.told == ["assist_satellite.more: somebody is being led at all of 3 satellites"]
    assert list(room.satellites._sessions) == led
    room.satellites._sessions[KITCHEN].last -= FORSAKEN_SECONDS
    assert room.press("start_routine", "assist_satellite.more").understood
    assert list(room.satellites._sessions) == [*led[1:], "assist_satellite.more"]


def wait(sent: Future[None]) -> None:
    sent.result(PATIENCE)


def test_a_sentence_reaches_home_assistant(tmp_path):
    told: list[str] = []
    with home_assistant() as home:
        announcer = Announcer(home.address, TOKEN, told.append)
        wait(announcer(KITCHEN, "Now the other foot."))
        announcer.close()
    assert home.announced == [
        {
            "path": "/api/services/assist_satellite/announce", "entity_id": KITCHEN, "message": "Now the other foot.",
            "preannounce": False,
        }
    ]  # fmt: skip
    assert home.tokens == [f"Bearer {TOKEN}"]
    assert told == []


def test_a_home_assistant_that_refuses_is_told_of_once_until_it_takes_something(tmp_path):
    told: list[str] = []
    with home_assistant() as home:
        announcer = Announcer(home.address, TOKEN, told.append)
        home.status = 401
        wait(announcer(KITCHEN, "one"))
        wait(announcer(KITCHEN, "two"))
        home.status = 200
        wait(announcer(KITCHEN, "three"))
        home.status = 500
        wait(announcer(KITCHEN, "four"))
        announcer.close()
    assert len(home.announced) == 4, "each is tried"
    assert [line.partition(home.address)[2] for line in told] == [
        " does not take the token; make a new one in its profile page, and put it into the file",
        " takes what is said again",
        " fails (HTTP 500); see its log",
    ]
    assert not any(TOKEN in line for line in told)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://nobody.invalid"])
def test_a_home_assistant_that_is_not_there_is_told_of_in_a_line(address):
    told: list[str] = []
    announcer = Announcer(address, TOKEN, told.append)
    wait(announcer(KITCHEN, "one"))
    announcer.close()
    (line,) = told
    assert line.startswith(f"Home Assistant at {address} can't be reached")
    assert TOKEN not in line


def test_a_redirection_does_not_get_the_token():
    told: list[str] = []
    with home_assistant() as home:
        home.status = 302
        announcer = Announcer(home.address, TOKEN, told.append)
        wait(announcer(KITCHEN, "one"))
        announcer.close()
    assert len(home.announced) == 1
    assert "HTTP 302" in told[0]


def test_a_slow_home_assistant_keeps_nobody(monkeypatch):
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    monkeypatch.setattr(announcing, "STALE_SECONDS", 0.05)
    told: list[str] = []
    go_on = threading.Event()
    with home_assistant() as home:
        home.wait = lambda: go_on.wait(PATIENCE)
        announcer = Announcer(home.address, TOKEN, told.append)
        began = time.monotonic()
        first, second = announcer(KITCHEN, "one"), announcer(KITCHEN, "two")
        assert time.monotonic() - began < 1.0
        home.until(1)
        time.sleep(0.06)
        go_on.set()
        wait(first)
        wait(second)
        announcer.close()
    assert [each["message"] for each in home.announced] == ["one"], "the second was stale"


def test_a_home_assistant_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(announcing, "ANSWER_SECONDS", 0.2)
    told: list[str] = []
    go_on = threading.Event()
    with home_assistant() as home:
        home.wait = lambda: go_on.wait(PATIENCE)
        announcer = Announcer(home.address, TOKEN, told.append)
        wait(announcer(KITCHEN, "one"))
        go_on.set()
        announcer.close()
    assert "can't be reached (timed out)" in told[0]


def test_the_token_is_read_from_a_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    assert token_in(path) == (TOKEN, None)
    path.chmod(0o644)
    token, warning = token_in(path)
    assert token == TOKEN
    assert warning is not None
    assert f"chmod 600 {path}" in warning
    assert TOKEN not in warning


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe", b"a" * 5000, b"a\nb: c"])
def test_what_is_no_token_is_refused_and_not_shown(tmp_path, content):
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="holds no token") as refused:
        token_in(path)
    assert "words" not in str(refused.value)


def test_a_token_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SolemateError, match="cannot read the token"):
        token_in(tmp_path / "none")
