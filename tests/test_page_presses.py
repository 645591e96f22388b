"""What a press on the page may not do: close the program by a second tap, or answer a question that was not shown."""

from __future__ import annotations

import re
import time

from assistant.dialogue.state.state import Asked
from assistant.page import server
from assistant.phases import Phase
from tests.page import Served, served
from tests.stage import WORDED, Stage


def exercising(stretch: str = "heel_stretches") -> Stage:
    stage = Stage(WORDED).say("start_stretch", stretch=stretch).wait_for(Phase.GETTING_READY).silence()
    return stage.say("ready").wait_for(Phase.EXERCISING)


def say(page: Served, body: str) -> int:
    return page.request("POST", "/say", body, accept="application/json")[0]


def asked_for_numbers() -> Stage:
    stage = Stage(WORDED, {"safety_told": True, "ask_after": "both"}).say("start_stretch", stretch="toe_pressing")
    stage.wait_for(Phase.GETTING_READY).silence().say("ready").wait_for(Phase.EXERCISING)
    while stage.state.asked is not Asked.NUMBER:
        stage.wait_for(Phase.EXERCISING).wait(2.0).say("done").silence()
    return stage


def pressed(page: Served) -> list[str | None]:
    return [each.match.intent for each in page.pressed]


def test_a_second_tap_on_stop_closes_nothing():
    stage = exercising()
    with served(stage) as page:
        # The second may come before the guide has taken the first, or after: both are passed over.
        assert [say(page, "say=stop"), say(page, "say=stop")] == [204, 204]
        assert pressed(page) == ["stop"]
        stage.say("stop").silence()
        assert stage.state.phase is Phase.FINISHED
        page.page._stop_at = time.monotonic() - 60.0
        assert say(page, "say=stop") == 204
        assert pressed(page) == ["stop"]


def test_the_button_that_closes_the_program_does():
    with served(Stage(WORDED)) as page:
        assert say(page, "say=end_program") == 204
        assert [(each.match.intent, each.match.phrase) for each in page.pressed] == [("stop", "Close Solemate")]


def test_stop_counts_again_after_a_moment(monkeypatch):
    monkeypatch.setattr(server, "TAKEN_LOOKS", 0)
    with served(exercising()) as page:
        assert [say(page, "say=stop"), say(page, "say=stop")] == [204, 204]
        assert pressed(page) == ["stop", "stop"]


def shown_question(page: Served) -> str:
    found = re.search(r'name="for" value="([^"]*)"', page.request("GET", "/")[2])
    return found[1] if found else ""


def test_a_number_counts_for_the_question_it_was_pressed_for():
    stage = asked_for_numbers()
    with served(stage) as page:
        effort = shown_question(page)
        number = f"say=number%3Fn%3D7&for={effort}"
        assert [say(page, number), say(page, number)] == [204, 409], "the guide may not have taken the first yet"
        stage.say("number", n="7").silence()
        assert stage.state.asked is Asked.NUMBER, "now for pain"
        pain = shown_question(page)
        assert pain != effort
        assert say(page, number) == 409
        assert say(page, "say=number%3Fn%3D7") == 409
        assert say(page, f"say=number%3Fn%3D2&for={pain}") == 204
        assert [each.match.slots for each in page.pressed] == [{"n": "7"}, {"n": "2"}]


def test_pain_and_stop_count_whatever_was_asked():
    with served(asked_for_numbers()) as page:
        assert [say(page, f"say={intent}&for=hurts..0.1") for intent in ("hurts", "stop")] == [204, 204]
        assert pressed(page) == ["hurts", "stop"]


def test_without_javascript_it_is_told_on_the_page_that_a_press_came_too_late():
    with served(asked_for_numbers()) as page:
        status, headers, _ = page.request("POST", "/say", "say=number%3Fn%3D7&for=number.effort.0.1")
        assert (status, headers["location"]) == (303, "/?passed=1")
        body = page.request("GET", "/?passed=1")[2]
        assert "so it was not counted.</p>" in body
        assert 'content="5; url=/"' in body


def test_the_ends_of_the_numbers_are_told_in_words():
    stage = asked_for_numbers()
    with served(stage) as page:
        assert "<span>10: as hard as can be</span>" in page.request("GET", "/")[2]
        stage.say("number", n="7").silence()
        assert "<span>10: the worst pain</span>" in page.request("GET", "/")[2]
