"""The page on small screens, in a real browser: what is to be read has room, and nothing covers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from assistant.entries import Said, SpeechStarted
from assistant.page.settings import Chosen
from assistant.phases import Phase
from tests import page as pages
from tests.page import NOTHING_BEHIND, Served, served
from tests.stage import WORDED, Stage
from tests.test_page_presses import asked_for_numbers

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: script/setup dev")

CHROMIUM = pages.browser()
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: sudo apt install chromium"),
    pytest.mark.timeout(240),
]

SMALL = [(390, 664), (320, 568), (844, 390), (390, 844)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


def getting_ready() -> Stage:
    stage = Stage(WORDED).say("start_stretch", stretch="foot_massage").wait_for(Phase.GETTING_READY).silence()
    return stage.wait_until(lambda state: state.run.span is not None).wait(1.0)


def holding() -> Stage:
    return getting_ready().say("ready").wait_for(Phase.EXERCISING).wait(3.0)


def asking() -> Stage:
    return holding().say("hurts").silence()


def opened(chromium: Any, page: Served, width: int, height: int) -> Any:
    there = chromium.new_context(viewport={"width": width, "height": height}).new_page()
    there.goto(page.bound.link(page.token))
    there.wait_for_selector("#figure img", state="attached")
    return there


@pytest.mark.parametrize("stage", [getting_ready, holding, asking, asked_for_numbers])
def test_nothing_covers_what_comes_next_and_what_was_pressed(chromium, stage):
    with served(stage()) as page:
        page.watch(Said(0.0, 900, "Sit on the floor, legs straight out in front of you, and hold on to a chair."))
        page.watch(SpeechStarted(0.0, 900))
        page.watch._heard = "Pressed: Repeat"
        for width, height in SMALL:
            there = opened(chromium, page, width, height)
            buttons = there.locator("#buttons").bounding_box()
            for each in ("#next", "#heard"):
                box = there.locator(each).bounding_box()
                assert box["y"] + box["height"] <= buttons["y"], (each, width, height)
            if stage is getting_ready:
                box = there.locator("#how").bounding_box()
                assert box["height"] >= 30, (width, height)
                assert box["y"] + box["height"] <= buttons["y"]
            there.context.close()


def test_settings_with_long_choices_fit_in_a_narrow_page(chromium):
    long = ("x", "A natural voice with a name that is far longer than a narrow page is wide, and then some")
    chosen = (Chosen("voice", "x", "file", (long,), "x"),)
    with served(Stage(WORDED), replace(NOTHING_BEHIND, chosen=lambda: chosen)) as page:
        there = opened(chromium, page, 320, 568)
        there.goto(f"http://{page.host}/settings")
        assert there.evaluate("document.documentElement.scrollWidth") <= 320
        there.context.close()


def test_that_it_has_ended_covers_neither_pain_nor_stop(chromium):
    with served(holding()) as page:
        page.watch.end()
        for width, height in SMALL:
            there = opened(chromium, page, width, height)
            there.wait_for_selector("#lost:visible")
            assert "has ended" in there.inner_text("#lost")
            banner = there.locator("#lost").bounding_box()
            assert banner["height"] > 20
            for each in ("hurts", "stop"):
                box = there.locator(f"#buttons button[value={each}]").bounding_box()
                assert banner["y"] + banner["height"] <= box["y"], (each, width, height)
            dim = there.evaluate("getComputedStyle(document.querySelector('.press-pause')).opacity")
            assert float(dim) < 0.6
            there.context.close()
