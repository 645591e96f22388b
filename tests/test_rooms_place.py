"""A run begun in one room is offered in another: what is told of it, what is taken, and what is made of nonsense."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Heard, Remember, Say
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.resume_point import UNFINISHED, unfinished
from assistant.language.page_words import load_page_words
from assistant.phases import Phase
from assistant.ports import SPEAKING_RATE
from assistant.rooms import link
from assistant.rooms.commands import MistakenMessageError
from assistant.rooms.place import place_in
from assistant.rooms.watch import Inner
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Elsewhere, Session
from assistant.understanding.hypothesis import Samples
from tests.broker import listening, mosquitto, needs_mosquitto, room, took
from tests.stage import BOOK, ENGLISH, Stage, begun, exercising

PLACE = {
    "date": "2026-01-01", "at": "2026-01-01T08:05:00", "routine": BOOK.routine.id, "stretch": "heel_stretches",
    "step": 0, "elapsed": 5.0, "done": ["ankle_circles"], "only": False,
}  # fmt: skip

STAGES = [exercising("heel_stretches").wait(7.0), begun("ankle_circles")]


def message(place: object, home: str = "other", **more: object) -> bytes:
    return json.dumps({"home": home, "room": "x", "place": place, **more}).encode()


@pytest.mark.parametrize(
    "stage", [exercising("heel_stretches").wait(7.0), begun("ankle_circles")], ids=["hold", "told"]
)
def test_a_place_arrives_as_it_was_kept(stage):
    place = unfinished(stage.state, BOOK.routine)
    assert place is not None
    assert place_in(message(place), BOOK) == ("other", place, False)
    assert place_in(message(place, going=True), BOOK) == ("other", place, True)
    assert place_in(message(None, going=True), BOOK) == ("other", None, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"routine": "none"}, {"stretch": "none"}, {"step": 99}, {"step": -1}, {"step": 1}, {"step": True},
        {"step": "0"}, {"elapsed": 1e9}, {"elapsed": "x"}, {"elapsed": None}, {"done": ["none"]}, {"done": [[]]},
        {"done": "ankle_circles"}, {"at": "yesterday"}, {"at": 5}, {"at": "2026-01-01T08:00:00+01:00"},
        {"date": "2026-01-02"}, {"only": 1}, {"blocks": [["left", 0]]}, {"blocks": [["up", 1]]}, {"blocks": [5]},
        {"blocks": [["left", 10**9]]}, {"skip": ["none"]}, {"begun": "yes"},
    ],
    ids=str,
)  # fmt: skip
def test_a_place_that_is_none_never_reaches_the_guide(wrong):
    assert place_in(message(PLACE), BOOK)[1] == PLACE
    with pytest.raises(MistakenMessageError):
        place_in(message({**PLACE, **wrong}), BOOK)


@pytest.mark.parametrize(
    "text", [b"5", b"{}", b'{"home": "x", "place": 5}', b'{"home": 5, "place": null}', b"", message(None, going=1)]
)
def test_nor_does_what_is_no_message(text):
    with pytest.raises(MistakenMessageError):
        place_in(text, BOOK)


class SilentVoice:
    """Says everything in a tenth of a second of silence."""

    name, rate = "silent", 160

    def render(self, text: str) -> Samples:
        return np.zeros(SPEAKING_RATE // 10, np.float32)


def session() -> Session:
    return Session(
        Guide(BOOK), Player(), SilentVoice(), cue_samples, NoDatabase(), wall="2026-01-01T08:30:00", goes_on=True
    )


def test_the_guide_offers_to_go_on_with_what_was_begun_elsewhere():
    here = session()
    here.take_over(Elsewhere(PLACE))
    assert here.state.memory[UNFINISHED] == PLACE
    here._step(heard(here, "start_routine"))
    assert here.state.phase is Phase.ASKING
    here._step(heard(here, "yes"))
    assert here.state.run.stretch == BOOK.routine.index("heel_stretches")
    here.take_over(Elsewhere({**PLACE, "at": "2026-01-01T08:31:00", "stretch": "ankle_circles"}))
    assert here.state.memory[UNFINISHED]["stretch"] == "heel_stretches", "it leads through a run itself"


def heard(here: Session | Stage, intent: str) -> Heard:
    return Heard(here.state.now, intent)


@pytest.mark.parametrize(("rooms", "told"), [(True, "[other_room]"), (False, "[other_room_none]")])
def test_who_goes_on_in_another_room_is_waited_for_with_the_place_kept(rooms, told):
    stage = exercising("heel_stretches").wait(7)
    guide = Guide(replace(BOOK, rooms=rooms))
    state, effects = guide.step(stage.state, heard(stage, "other_room"))
    assert state.phase is Phase.PAUSED
    assert [each.text for each in effects if isinstance(each, Say)] == [told]
    assert any(isinstance(each, Remember) and each.key == UNFINISHED for each in effects)
    state, effects = Guide(BOOK).step(Stage().state, heard(Stage(), "other_room"))
    assert state.phase is Phase.IDLE


def test_what_is_over_elsewhere_is_offered_no_more_and_a_later_run_of_its_own_stays():
    here = session()
    here.take_over(Elsewhere(PLACE))
    here.take_over(Elsewhere(None))
    assert UNFINISHED not in here.state.memory
    here.take_over(Elsewhere(PLACE))
    here.take_over(Elsewhere({**PLACE, "at": "2026-01-01T08:01:00", "step": 4}))
    assert here.state.memory[UNFINISHED] == PLACE


def test_a_run_that_is_going_on_elsewhere_is_not_offered_until_it_is_left(monkeypatch):
    given: list[Any] = []
    inner = Inner(Guide(BOOK), load_page_words(ENGLISH), {})
    inner.begin(lambda: STAGES[0].state, given.append)
    assert not inner.take_place(message(PLACE), "ours", False)
    assert inner.take_place(message(PLACE, going=True), "ours", False)
    assert [each.place for each in given] == [PLACE, None]
    assert not inner.take_place(message(PLACE, going=True), "ours", True)  # nothing more was heard of it
    assert given[-1].place == PLACE
    assert not inner.take_place(message(PLACE, "ours", going=True), "ours", False)
    assert len(given) == 3


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_a_room_tells_over_and_over_that_its_run_is_going_on_and_who_hears_no_more_offers_it(tmp_path, monkeypatch):
    monkeypatch.setattr(link, "PLACE_SECONDS", 0.3)
    monkeypatch.setattr(link, "LEFT_SECONDS", 2.0)
    topic = "solemate/-/place/ann"
    with mosquitto(tmp_path / "broker") as broker, listening(broker) as ear:
        with room(broker.url, "kitchen", tmp_path / "a", "ann") as kitchen:
            kitchen.stage = exercising("heel_stretches")
            kitchen.watch.keep(UNFINISHED, PLACE)
            took(lambda: sum(json.loads(each)["going"] for each in ear.of(topic)) > 3, 20)
            with room(broker.url, "bedroom", tmp_path / "b", "ann") as bedroom:
                took(lambda: bedroom.places, 20)
                assert set(map(str, bedroom.places)) == {"None"}
                kitchen.stage = Stage()  # it stops
                took(lambda: bedroom.places[-1] == PLACE, 20)
        ear.say(topic, message(PLACE, going=True), retain=True)
        with room(broker.url, "bedroom", tmp_path / "b", "ann") as bedroom:
            took(lambda: bedroom.places == [None, PLACE], 20)


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_it_is_told_at_the_broker_but_not_where_something_hurt(tmp_path):
    topic = "solemate/-/place/ann"
    with mosquitto(tmp_path / "broker") as broker, listening(broker) as ear:
        with room(broker.url, "kitchen", tmp_path / "a", "ann") as kitchen:
            took(lambda: kitchen.link.online, 20)
            kitchen.watch.keep(UNFINISHED, PLACE)
            took(lambda: ear.last(topic).get("place") == PLACE, 20)
            with room(broker.url, "attic", tmp_path / "b", "bob") as bob:
                with room(broker.url, "bedroom", tmp_path / "c", "ann") as bedroom:
                    took(lambda: bedroom.places == [PLACE], 20)
                    ear.say(topic, "nonsense")
                    took(lambda: bedroom.lines, 20)
                    kitchen.watch.keep("hurt:heel_stretches", {"date": "2026-01-01"})
                    took(lambda: bedroom.places == [PLACE, None], 20)
                    assert kitchen.places == []
                    # What was taken over is not told as its own, or an older one would replace a newer one.
                    took(lambda: len(ear.of(topic)) == 3, 20)
                    kitchen.watch.keep(UNFINISHED, {**PLACE, "elapsed": 2.0})
                    took(lambda: len(bedroom.places) == 3, 20)
                    bedroom.watch.keep(UNFINISHED, bedroom.places[-1])
                    bedroom.watch.keep(UNFINISHED, {**PLACE, "elapsed": 4.0})
                    took(lambda: [each["elapsed"] for each in kitchen.places] == [4.0], 20)
                    assert bob.places == []
        assert len(set(ear.of(topic))) == 5
        assert ear.last(topic)["place"]["elapsed"] == 4.0, "who leaves tells nothing that is old"
