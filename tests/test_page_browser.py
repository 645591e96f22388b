"""The page in a real browser: whole sessions by touch, by keyboard and from a sound file, and what can go wrong."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.page.rooms import SeenRoom
from tests import page as pages
from tests.page import NOTHING_BEHIND, ROOT, Program, running, served, until
from tests.speech import conversation
from tests.stage import Stage

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: script/setup dev")
axe_runner = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe: script/setup dev")

CHROMIUM = pages.browser()
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: sudo apt install chromium"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng speaks, and is not there"),
    pytest.mark.timeout(240),
]

IN_STEP = 0.15
"""Seconds by which the page may be behind the voice, or ahead of it."""

MOST_BYTES = 300_000

WAIT = 30_000
"""Milliseconds to wait for something on the page; a busy machine takes its time."""

SHORT = """
id: short_one
name: the short one for the tests
also_called: [the tiny one]
language: en
stretches:
  - use: heel_stretches
    dose: {ends_by: clock, hold: 8, sides: [left, right]}
    change_takes: 3
  - use: heel_raises
    dose: {ends_by: count, repetitions: 3, pace: 2}
  - use: toe_pressing
    dose: {ends_by: person}
"""
"""A routine with all kinds of work that takes a minute."""

PORTS = itertools.count(9010, 20)  # never 10080, which browsers refuse

SEEN = """
window.seen = [];
const note = (what, text) => seen.push([what, text, performance.timeOrigin + performance.now()]);
new MutationObserver(() => note("count", document.getElementById("count").textContent))
  .observe(document.getElementById("count"), {childList: true, characterData: true, subtree: true});
new MutationObserver(() => note("caption", document.querySelector("#captions p:last-child")?.textContent ?? ""))
  .observe(document.getElementById("captions"), {childList: true, subtree: true});
"""
"""Notes when what is counted, and what is said, changes on the page."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def port() -> int:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return next(PORTS) + 1000 * int(worker)


@pytest.fixture
def program(home: Path, port: int) -> Iterator[Program]:
    with running(home, port, "--typed", "--routine", str(home / "short.yaml")) as there:
        yield there


@pytest.fixture
def opened(chromium: Any, program: Program) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    yield open_page(context, program)
    context.close()


def open_page(context: Any, program: Program) -> Any:
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.wrong = []  # what the page complains about
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda told: page.wrong.append(told.text) if told.type == "error" else None)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(program.link)
    assert page.url == f"{program.address}/"
    return page


def doing(page: Any, *what: str) -> None:
    page.wait_for_selector(",".join(f"#now[data-doing={each}]" for each in what))


def press(page: Any, intent: str, **slots: str) -> None:
    query = "&".join(f"{slot}={value}" for slot, value in slots.items())
    page.click(f"button[value='{intent}?{query}']" if slots else f"#buttons button[value={intent}]")


def entries(program: Program) -> list[dict[str, Any]]:
    return [json.loads(line) for line in program.log.read_text(encoding="utf-8").splitlines()]


def heard(program: Program) -> list[str]:
    return [each["intent"] for each in entries(program) if each["event"] == "heard" and each["intent"]]


def started(program: Program, over: threading.Event, found: list[float]) -> None:
    """When the session began, in milliseconds since 1970: the least that an entry is older than its line in the log."""
    known = 0
    while not over.wait(0.004):
        told = entries(program) if program.log.exists() else []
        for entry in told[known:]:
            found.append(time.time() * 1000 - entry["t"] * 1000)
        known = len(told)


# A whole session


def test_a_whole_session_by_touch_in_step_with_the_voice(program, opened):
    over, began = threading.Event(), list[float]()
    watching = threading.Thread(target=started, args=(program, over, began))
    watching.start()
    try:
        opened.evaluate(SEEN)
        assert opened.inner_text("#title") == "The short one for the tests"
        press(opened, "start_routine")
        doing(opened, "told", "ready")
        press(opened, "ready")
        doing(opened, "hold")
        assert "Left foot" in opened.inner_text("#place")
        doing(opened, "change")
        doing(opened, "hold")
        assert "Right foot" in opened.inner_text("#place")
        opened.wait_for_selector("#title:text('Heel raises')")
        press(opened, "ready")
        doing(opened, "count")
        opened.wait_for_selector("#count:text('3')")
        opened.wait_for_selector("#title:text('Toe pressing')")
        press(opened, "ready")
        doing(opened, "open")
        press(opened, "done")
        doing(opened, "finished")
    finally:
        over.set()
        watching.join()
    assert opened.wrong == []
    assert heard(program) == ["start_routine", "ready", "ready", "ready", "done"]
    seen = opened.evaluate("seen")
    lags = list(_lags(entries(program), seen, min(began)))
    assert len(lags) >= 20
    within = [lag for lag in lags if -IN_STEP < lag < IN_STEP]
    assert len(within) >= 0.9 * len(lags), sorted(lags)


def _lags(told: list[dict[str, Any]], seen: list[Any], began: float) -> Iterator[float]:
    """By how many seconds the page was behind: with each sentence, and with each number that the clock showed."""
    texts = {each["id"]: each["text"] for each in told if each["event"] == "said"}
    for entry in told:
        if entry["event"] == "speech_started":
            at = began + entry["t"] * 1000
            shown = [when for what, text, when in seen if what == "caption" and text == texts[entry["id"]]]
            near = min(shown, key=lambda when: abs(when - at), default=None)
            if near is not None:
                yield (near - at) / 1000
        elif entry["event"] == "state" and entry["phase"] == "exercising" and (entry["remaining"] or 0.0) > 7.9:
            for left in range(1, 8):
                at = began + (entry["t"] + 8.0 - left) * 1000
                shown = [when for what, text, when in seen if what == "count" and text == str(left)]
                yield (min(shown, key=lambda when: abs(when - at)) - at) / 1000


def test_a_session_from_a_sound_file_with_the_page_following(chromium, home, port):
    # From a file nothing is remembered, so that all about safety is told first, and nobody can hasten that.
    said = [(6.0, "start heel stretches"), (56.0, "I'm ready"), (68.0, "hold on"), (74.0, "carry on")]
    sound = conversation(home / "said.wav", said)
    options = ("--microphone", str(sound), "--recogniser", "built-in")
    with running(home, port, *options) as program:
        context = chromium.new_context()
        page = open_page(context, program)
        page.set_default_timeout(3 * WAIT)
        page.wait_for_selector("#title:text('Heel stretches')")
        assert "start heel stretches" in page.inner_text("#heard")
        doing(page, "hold")
        doing(page, "paused")
        assert page.inner_text("#buttons .main") == "Go on"
        doing(page, "hold", "lead_in")
        press(page, "hurts")
        page.wait_for_selector("#captions p:text('Skip it, try it gently, or finish?')")
        press(page, "stop")
        doing(page, "finished")
        assert page.wrong == []
        assert heard(program)[-2:] == ["hurts", "stop"]
        context.close()


def test_touch_goes_the_way_of_the_voice(program, opened):
    press(opened, "start_stretch", stretch="heel_stretches")
    doing(opened, "told", "ready")
    press(opened, "wait")
    doing(opened, "wait")
    press(opened, "ready")
    doing(opened, "hold")
    press(opened, "pause")
    doing(opened, "paused")
    press(opened, "say_again")
    opened.wait_for_selector("#heard:has-text('Repeat')")
    press(opened, "resume")
    doing(opened, "hold")
    press(opened, "hurts")
    doing(opened, "asking")
    press(opened, "easier")
    doing(opened, "hold", "lead_in", "told", "ready")
    press(opened, "next")
    opened.wait_for_selector("#title:text('Heel raises')")
    press(opened, "previous")
    opened.wait_for_selector("#title:text('Heel stretches')")
    opened.click("#aside summary >> nth=0")
    opened.click("#more button[value=why]")
    opened.wait_for_selector("#heard:has-text('What is it good for?')")
    press(opened, "stop")
    doing(opened, "finished", "asking")
    assert heard(program) == [
        "start_stretch", "wait", "ready", "pause", "say_again", "resume", "hurts", "easier", "next", "previous", "why",
        "stop",
    ]  # fmt: skip
    assert opened.wrong == []


def test_the_keyboard_does_it_too(program, opened):
    opened.keyboard.press("Space")
    doing(opened, "told", "ready")
    opened.keyboard.press("Space")
    doing(opened, "hold", "lead_in")
    opened.keyboard.press("Escape")
    doing(opened, "paused")
    opened.keyboard.press("ArrowRight")
    opened.wait_for_selector("#title:text('Heel raises')")
    opened.keyboard.press("ArrowLeft")
    opened.wait_for_selector("#title:text('Heel stretches')")
    opened.keyboard.press("ArrowUp")
    until(lambda: "say_again" in heard(program))
    # By Tab alone: each button can be reached, and its focus stays when the buttons change.
    opened.focus("#buttons .step button[value=next]")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#title:text('Heel raises')")
    assert opened.evaluate("document.activeElement.value") == "next"


def test_what_is_typed_and_what_is_pressed_go_together(program, opened):
    program.type("start heel stretches")
    doing(opened, "told", "ready")
    opened.wait_for_selector("#heard:has-text('start heel stretches')")
    program.type("the potatoes are burning")
    opened.wait_for_selector("#heard .not-counted")
    assert "potatoes" in opened.inner_text("#heard")
    press(opened, "stop")
    until(lambda: heard(program) == ["start_stretch", "stop"])
    assert opened.wrong == []


# More than one page, and none


def test_two_pages_show_the_same(chromium, program, opened):
    phone = chromium.new_context(viewport={"width": 390, "height": 844})
    other = open_page(phone, program)
    press(other, "start_stretch", stretch="heel_stretches")
    for page in (opened, other):
        page.wait_for_selector("#title:text('Heel stretches')")
    press(opened, "ready")
    for page in (opened, other):
        doing(page, "hold")
    counts = [page.inner_text("#count") for page in (opened, other)]
    assert abs(int(counts[0]) - int(counts[1])) <= 1
    press(other, "pause")
    for page in (opened, other):
        doing(page, "paused")
    phone.close()


def test_a_page_goes_on_when_the_program_comes_back(chromium, home, port):
    options = ("--typed", "--routine", str(home / "short.yaml"))
    context = chromium.new_context()
    with running(home, port, *options) as program:
        page = open_page(context, program)
        press(page, "start_stretch", stretch="heel_stretches")
        press(page, "ready")
        doing(page, "hold")
        program.kill(signal.SIGKILL)
        page.wait_for_selector("#lost:visible")
    with running(home, port, *options) as program:
        page.wait_for_selector("#lost", state="hidden")
        doing(page, "idle")
        page.wait_for_selector('#captions:has-text("Welcome back")')
        press(page, "resume")
        doing(page, "told", "ready", "lead_in", "hold")
        program.kill(signal.SIGINT)
        page.wait_for_selector("#lost:visible")
    context.close()


def test_without_javascript_it_works_by_reloading(chromium, program):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(program.link)
    assert page.get_attribute("noscript meta[http-equiv=refresh]", "content", timeout=1000) == "5"
    page.click("button[value='start_stretch?stretch=heel_stretches']")
    assert page.url == f"{program.address}/"
    page.wait_for_selector("#title:text('Heel stretches')")
    page.click("#buttons button[value=ready]")
    page.wait_for_selector("#now[data-doing=hold]")
    assert page.inner_text("#count").isdigit()
    page.click("#buttons button[value=pause]")
    page.wait_for_selector("#now[data-doing=paused]")
    assert heard(program) == ["start_stretch", "ready", "pause"]
    context.close()


# Before and after


def test_choosing_leaving_out_and_setting(program, opened):
    opened.click("nav a[href='/choose']")
    opened.click("button[value='leave_out?stretch=heel_raises&until=today']")
    opened.wait_for_selector("li.out h3:text('Heel raises')")
    opened.click("button[value='put_back?stretch=heel_raises']")
    opened.wait_for_selector("li.out", state="detached")
    opened.click("nav a[href='/settings']")
    opened.click("button[value='quiet?words=short']")
    opened.wait_for_selector("button[value='quiet?words=short'][aria-pressed=true]")
    opened.fill("#set-reminders", "8 o'clock")
    opened.click("form:has(#set-reminders) button")
    assert "times of day" in opened.inner_text("[role=alert]")
    opened.fill("#set-reminders", "08:00, 19:30")
    opened.click("form:has(#set-reminders) button")
    assert "next start" in opened.inner_text("[role=status]")
    assert opened.input_value("#set-reminders") == "08:00,19:30"
    written = (program.home / "config" / "solemate" / "settings.toml").read_text(encoding="utf-8")
    assert 'reminders = "08:00,19:30"' in written
    assert opened.wrong == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]


def test_the_history_fills_and_can_be_taken_along(program, opened):
    opened.goto(f"{program.address}/history")
    assert "Nothing yet" in opened.inner_text("main")
    opened.goto(program.address)
    press(opened, "start_stretch", stretch="toe_pressing")
    press(opened, "ready")
    doing(opened, "open")
    opened.wait_for_timeout(1500)
    press(opened, "done")
    doing(opened, "finished")
    opened.goto(f"{program.address}/history")
    assert opened.locator("table.calendar td[aria-current=date]").count() == 1
    assert opened.locator("svg.plot").count() >= 1
    for name, begins in (("csv", "run,at,stretch"), ("ics", "BEGIN:VCALENDAR")):
        with opened.expect_download() as waiting:
            opened.click(f"a[href='/history.{name}']")
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert text.startswith(begins)
        assert "toe_pressing" in text or "Toe pressing" in text or "toe pressing" in text


# For everybody


def _violations(page: Any) -> list[str]:
    result = axe_runner.Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes']]}" for each in result.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium, program, scheme):
    # Another stretch each time: of one that has hurt it is asked first how to do it.
    for width, height, stretch, told in (
        (360, 740, "heel_stretches", "Sit on the floor"), (1280, 800, "heel_raises", "Stand behind the chair"),
    ):  # fmt: skip
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
        )
        page = open_page(context, program)
        page.goto(f"{program.address}/settings")
        page.click("button[value='auto_start?on=no']")  # axe takes its time
        page.wait_for_selector("button[value='auto_start?on=no'][aria-pressed=true]")
        page.goto(program.address)
        assert _violations(page) == []
        if page.get_attribute("#now", "data-phase") in ("idle", "finished"):
            press(page, "start_stretch", stretch=stretch)
        page.wait_for_selector(f"#captions:has-text('{told}')")  # "I'm ready" before that is not for this stretch
        assert _violations(page) == []
        press(page, "ready")
        doing(page, "hold", "count")
        assert _violations(page) == []
        press(page, "hurts")
        doing(page, "asking")
        assert _violations(page) == []
        press(page, "stop")
        doing(page, "finished")
        assert _violations(page) == []
        for path in ("/choose", "/settings", "/history", "/link"):
            page.goto(program.address + path)
            assert _violations(page) == [], path
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_all_rooms(chromium, scheme):
    seen = [
        SeenRoom("attic", there=True, phase="exercising", title="Heel stretches", number="4", total="10", left=12),
        SeenRoom("bedroom", there=False),
    ]
    with served(Stage(), replace(NOTHING_BEHIND, rooms=lambda: seen)) as page:
        context = chromium.new_context(viewport={"width": 320, "height": 568}, color_scheme=scheme, bypass_csp=True)
        opened = context.new_page()
        opened.goto(page.bound.link(page.token))
        opened.goto(f"http://{page.host}/rooms")
        assert opened.locator("li h2").all_inner_texts() == ["attic", "bedroom"]
        assert _violations(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= 320
        context.close()


SIZES = [(320, 568), (390, 844), (844, 390), (768, 1024), (1280, 800), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_pain_has_the_same_place_in_every_phase(chromium, program, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = open_page(context, program)
    places = {}

    def look(phase: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(100)
        box = page.locator("#buttons button[value=hurts]").bounding_box()
        places[phase] = {key: round(value) for key, value in box.items()}

    look("idle")
    press(page, "start_stretch", stretch="heel_stretches")
    doing(page, "told", "ready")
    look("getting ready")
    press(page, "ready")
    doing(page, "hold")
    look("hold")
    press(page, "pause")
    doing(page, "paused")
    look("paused")
    press(page, "hurts")
    doing(page, "asking")
    look("asking")
    press(page, "stop")
    doing(page, "finished")
    look("finished")
    assert len({tuple(each.values()) for each in places.values()}) == 1, places
    assert places["hold"]["y"] + places["hold"]["height"] <= height
    assert page.inner_text("#buttons .main button >> nth=0") == "Go on"
    context.close()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(chromium, program, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = open_page(context, program)
    press(page, "start_stretch", stretch="heel_stretches")
    press(page, "ready")
    doing(page, "hold")
    for path in ("/", "/choose", "/settings", "/history"):
        page.goto(program.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(program.address)
    for button in page.query_selector_all("#buttons button"):
        box = button.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    # Pause is in reach without scrolling, whatever the size.
    pause = page.query_selector("#buttons button[value=pause]").bounding_box()
    assert pause["y"] + pause["height"] <= height
    assert page.locator("#count").is_visible()
    context.close()


def test_less_motion_is_respected(chromium, program):
    context = chromium.new_context(reduced_motion="reduce")
    page = open_page(context, program)
    press(page, "start_stretch", stretch="heel_stretches")
    doing(page, "told", "ready")
    for image in page.query_selector_all("#figure img"):
        assert "moving=0" in image.evaluate("each => each.currentSrc")
    press(page, "ready")
    doing(page, "hold")
    page.wait_for_function("document.querySelector('#figure img').complete")
    first = page.locator("#figure").screenshot()
    page.wait_for_timeout(700)
    assert page.locator("#figure").screenshot() == first
    assert page.locator("#figure canvas").count() == 0
    context.close()


def test_a_drawing_moves_and_is_told_in_words(program, opened):
    press(opened, "start_stretch", stretch="heel_stretches")
    opened.wait_for_selector("#figure canvas")
    assert "reaches forward" in opened.get_attribute("#figure canvas", "aria-label")
    seen = set()
    for _ in range(6):
        opened.wait_for_timeout(300)
        seen.add(opened.locator("#figure canvas").screenshot())
    assert len(seen) >= 3
    press(opened, "ready")
    doing(opened, "hold")
    press(opened, "pause")
    doing(opened, "paused")
    opened.wait_for_selector("#figure canvas", state="detached")
    assert "moving=0" in opened.evaluate("document.querySelector('#figure img').currentSrc")
    assert opened.wrong == []


def test_what_is_held_still_is_drawn_still(program, opened):
    press(opened, "start_stretch", stretch="toe_pressing")
    opened.wait_for_selector("#figure canvas")
    press(opened, "ready")
    doing(opened, "open")
    opened.wait_for_selector("#figure canvas", state="detached")
    assert "held=1" in opened.evaluate("document.querySelector('#figure img').currentSrc")
    assert opened.wrong == []


# What it costs


def test_it_is_there_at_once_and_small_and_asks_nobody_else(chromium, program):
    usable = []
    for _ in range(5):  # each time as somebody who was never here; other tests run beside this one
        context = chromium.new_context()
        page = context.new_page()
        page.goto(program.link)
        page.wait_for_selector("#buttons button")
        usable.append(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
        context.close()
    context = chromium.new_context()
    page = context.new_page()
    taken = list[int]()
    page.on("requestfinished", lambda request: taken.append(request.sizes()["responseBodySize"]))
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(program.link)
    press(page, "start_routine")
    doing(page, "told", "ready")
    for path in ("/choose", "/settings", "/history"):
        page.goto(program.address + path)
    page.wait_for_load_state("networkidle")
    assert min(usable) < 500
    assert sum(taken) < MOST_BYTES
    assert {url.split("/")[2] for url in asked} == {program.address.split("//")[1]}
    context.close()


def test_a_foreign_page_shows_it_in_no_frame(chromium, program, home):
    context = chromium.new_context()
    open_page(context, program).close()
    (home / "foreign.html").write_text(f"<iframe src='{program.address}/'></iframe>")
    page = context.new_page()
    page.goto((home / "foreign.html").as_uri())
    page.wait_for_timeout(500)
    assert all("stretches" not in frame.content() for frame in page.frames)
    context.close()


def test_the_manifest_and_its_icons_are_there(chromium, program, opened):
    manifest = opened.evaluate("fetch('/manifest.webmanifest').then(answer => answer.json())")
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert opened.request.get(program.address + icon["src"]).status == 200
    assert (ROOT / "assistant" / "page" / "static" / "icon.svg").is_file()
