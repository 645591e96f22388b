"""The page of the moment: its regions as markup, each replaced as a whole when it changes."""

from __future__ import annotations

import math

from assistant.dialogue.content.routine import Routine
from assistant.dialogue.snapshot import minutes
from assistant.dialogue.state.turn import sentence
from assistant.language.page_words import PageWords
from assistant.page.buttons import END_PROGRAM, Button
from assistant.page.markup import Html, h, joined, press, tag, void
from assistant.page.moment import Figure, PageMoment, Ring
from assistant.page.picture import picture, small_picture
from assistant.page.watch import Caption, News

PLACES = ("answer", "main", "step", "safety")
"""The rows of buttons."""

ACCESS_KEYS = {"hurts": "h", "stop": "s"}
"""Keys that are pressed together with others, as the browser wants them."""


def regions(news: News, words: PageWords, routine: Routine) -> dict[str, Html]:
    """The regions that are replaced as they change, by the id of their element."""
    moment = news.moment
    number = words.text("number", number=moment.number, total=moment.total) if moment.number else ""
    return {
        "number": h(number),
        "title": h(moment.title),
        "doing": h(words.text(moment.doing)),
        "place": joined(tag("li", each) for each in moment.place),
        "needs": h(words.text("needs", things=moment.needs) if moment.needs else ""),
        "next": joined([tag("b", words.text("next")), " ", moment.next]) if moment.next else Html(""),
        "left": h(words.text("left", time=moment.left) if moment.figure else moment.left),
        "figure": _figure(moment.figure, words) if moment.figure else _overview(routine, words),
        "how": joined((tag("li", each) for each in moment.figure.steps), " ") if moment.figure else Html(""),
        "captions": _captions(news.captions),
        "heard": tag("span", news.heard, class_="counted" if news.counted else "not-counted")
        if news.heard
        else tag("span", _can_say(news, words)),
        "notice": h(news.notice),
        "alert": h(_alert(news, words)),
        "buttons": _rows(moment, words),
        "more": joined(_button(each, words) for each in moment.buttons if each.place == "more"),
        "says": h(_can_say(news, words)),
    }


def _can_say(news: News, words: PageWords) -> str:
    says = [words.text("quoted", text=each) for each in news.moment.says]
    return f"{words.text('can_say')} {' '.join(says)}" if says else ""


def _alert(news: News, words: PageWords) -> str:
    """What a screen reader is to say at once: that it is paused, what is asked, that it is over."""
    moment = news.moment
    if moment.question:
        return moment.question
    return words.text(moment.doing) if moment.phase in ("paused", "finished") else ""


def _captions(captions: tuple[Caption, ...]) -> Html:
    last = len(captions) - 1
    return joined(
        tag("p", each.text, class_="now" if at == last and each.sounding else "last" if at == last else "earlier")
        for at, each in enumerate(captions)
    )


def _figure(figure: Figure, words: PageWords) -> Html:
    if figure.drawn is None:
        return Html("")
    told = words.drawings.told(figure.drawn, figure.side or None)
    return picture(figure.drawn, figure.side, f"{told.title}. {told.shows}", moving=figure.moving, held=figure.held)


def _overview(routine: Routine, words: PageWords) -> Html:
    """All stretches, to begin with one of them."""
    tiles = [
        tag(
            "li",
            press(
                joined(
                    [
                        small_picture(each),
                        tag("span", f"{number}. {sentence(each.name)}"),
                    ]
                ),
                "start_stretch",
                [("stretch", each.id)],
            ),
        )
        for number, each in enumerate(routine.stretches, start=1)
    ]
    return tag("form", tag("ul", *tiles, class_="tiles", aria_label=words.text("choose_stretch")), **SAY)


FOR = "for"
"""The field of a press that tells for which question its buttons were shown."""

SAY = {"method": "post", "action": "/say"}
"""The attributes of a form whose buttons say something."""


def _rows(moment: PageMoment, words: PageWords) -> Html:
    rows = [void("input", type="hidden", name=FOR, value=moment.asks)] if moment.asks else []
    for place in PLACES:
        here = [_button(each, words) for each in moment.buttons if each.place == place]
        scale = moment.scale if place == "answer" else ()
        ends = tag("p", *(tag("span", each) for each in scale), class_="scale") if scale else None
        if here:
            rows.append(tag("div", ends, *here, class_=f"row {place}", data_count=len(here)))
    return joined(rows)


def _button(button: Button, words: PageWords) -> Html:
    label = button.label or words.text(f"press_{button.word or button.intent}")
    key = ACCESS_KEYS.get(button.intent) if button.place == "safety" else None
    if button.word == END_PROGRAM:
        return press(label, END_PROGRAM, class_="quiet")
    return press(label, button.intent, button.slots, class_=f"press-{button.intent}", accesskey=key)


def seconds_left(seconds: int, words: PageWords) -> str:
    """What stands below a number of seconds."""
    return words.text("second_left" if seconds == 1 else "seconds_left")


def ring_text(ring: Ring, words: PageWords, passed: float = 0.0) -> tuple[str, str, float]:
    """What stands in the ring after so many seconds, what it is, and the share of the ring that is left."""
    elapsed = ring.elapsed + (passed if ring.runs else 0.0)
    left = max(0.0, ring.length - elapsed)
    share = left / ring.length if ring.length else 1.0
    if ring.kind == "left":
        seconds = math.ceil(left)
        return (str(seconds) if seconds < 60 else minutes(seconds)), seconds_left(seconds, words), share
    if ring.kind == "count":
        number = 0 if elapsed < ring.first else min(ring.times, int((elapsed - ring.first) // ring.pace) + 1)
        return str(number), words.text("times", times=ring.times), share
    if ring.kind == "up":
        return minutes(int(elapsed)), words.text("seconds_so_far"), 1.0
    return "", "", 0.0


def now_page(news: News, words: PageWords, routine: Routine, now: float, trouble: str = "") -> Html:
    """The content of the page, at the time `now` of this machine's monotonic clock, and what went wrong before."""
    part = regions(news, words, routine)
    count, unit, share = ring_text(news.moment.ring, words, now - news.at)

    def region(name: str, element: str = "div", **attributes: object) -> Html:
        return tag(element, part[name], id=name, **attributes)

    ring = tag(
        "div",
        Html(
            '<svg viewBox="0 0 120 120" aria-hidden="true"><circle class="track" cx="60" cy="60" r="53"/>'
            f'<circle id="arc" cx="60" cy="60" r="53" pathLength="1" stroke-dasharray="{share:.4f} 2"/></svg>'
        ),
        tag("div", tag("b", count, id="count"), tag("span", unit, id="unit"), class_="inside"),
        id="ring", role="timer", aria_live="off", aria_label=words.text("ring"), data_kind=news.moment.ring.kind,
    )  # fmt: skip
    return joined(
        [
            tag(
                "main",
                tag("div", region("number", "p"), region("title", "h1"), id="head"),
                region("figure", "section", aria_label=words.text("picture")),
                region("how", "ol", aria_label=words.text("steps"), tabindex="0"),  # on a small screen it scrolls
                tag(
                    "section",
                    ring,
                    tag("div", region("doing", "p"), region("place", "ul"), region("needs", "p"), id="what"),
                    id="clock",
                    aria_label=words.text("ring"),
                ),
                region("captions", "section", aria_live="polite", aria_label=words.text("captions")),
                tag("p", part["alert"], id="alert", role="alert", class_="hidden"),
                tag(
                    "div",
                    region("next", "p"),
                    region("left", "p"),
                    region("heard", "p", role="status"),
                    region("notice", "p", role="status"),
                    id="about",
                ),
                tag("form", part["buttons"], id="buttons", aria_label=words.text("buttons"), **SAY),
                tag("p", trouble, id="trouble", role="alert", hidden=not trouble),
                tag(
                    "div",
                    tag(
                        "details",
                        tag("summary", words.text("more")),
                        tag("form", part["more"], id="more", **SAY),
                        region("says", "p"),
                    ),
                    tag("details", tag("summary", words.text("keys")), tag("p", words.text("keys_text"))),
                    id="aside",
                ),
                id="now",
                data_doing=news.moment.doing.removeprefix("doing_"),
                data_phase=news.moment.phase,
            ),
        ]
    )
