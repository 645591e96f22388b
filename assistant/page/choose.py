"""The page before a run: which routine, which stretch, what to leave out."""

from __future__ import annotations

from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.run.estimate import seconds_of_all
from assistant.dialogue.state.preferences import is_left_out
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, sentence
from assistant.language.page_words import PageWords
from assistant.page.markup import Html, joined, press, tag
from assistant.page.now import SAY
from assistant.page.picture import small_picture


def choose_page(state: State, book: Book, words: PageWords) -> Html:
    """Routines, and the stretches of the one that is chosen."""
    current = book.routine_of(state)
    routines = [_routine(each, state, book, words, chosen=each.id == current.id) for each in book.routines]
    stretches = [_stretch(number, each, state, book, words) for number, each in enumerate(current.stretches, start=1)]
    return tag(
        "main",
        tag("h1", words.text("choose_title")),
        tag("form", tag("h2", words.text("choose_routine")), tag("ul", *routines, class_="cards"), **SAY),
        tag("form", tag("h2", words.text("choose_stretch")), tag("ul", *stretches, class_="cards tall"), **SAY),
        class_="text",
    )


def _routine(routine: Routine, state: State, book: Book, words: PageWords, *, chosen: bool) -> Html:
    minutes = max(1, round(seconds_of_all(book, state, routine) / 60))
    about = ", ".join(
        [words.text("count_stretches", count=len(routine.stretches)), words.text("about_minutes", minutes=minutes)]
    )
    name = sentence(routine.name)
    mark = tag("p", words.text("chosen"), class_="mark") if chosen else None
    if chosen:
        button = press(words.text("start"), "start_routine", aria_label=words.text("start_named", name=name))
    else:
        slots, label = [("routine", routine.id)], words.text("start_named", name=name)
        button = press(words.text("start"), "choose_routine", slots, aria_label=label)
    return tag("li", tag("h3", name), tag("p", about), mark, button, class_="chosen" if chosen else None)


def _stretch(number: int, stretch: Stretch, state: State, book: Book, words: PageWords) -> Html:
    slots, name = [("stretch", stretch.id)], sentence(stretch.name)
    things = book.replies.listing([thing.say for thing in stretch.needs])
    if is_left_out(state, stretch):
        pressable = [
            press(words.text("put_back"), "put_back", slots, aria_label=words.text("put_back_named", name=name))
        ]
    else:
        today = [*slots, ("until", "today")]
        pressable = [
            press(words.text("start"), "start_stretch", slots, aria_label=words.text("start_named", name=name)),
            press(words.text("only"), "only_stretch", slots, aria_label=words.text("only_named", name=name)),
            press(
                words.text("leave_out_today"), "leave_out", today,
                aria_label=words.text("leave_out_today_named", name=name), class_="quiet",
            ),
            press(
                words.text("leave_out"), "leave_out", slots,
                aria_label=words.text("leave_out_named", name=name), class_="quiet",
            ),
        ]  # fmt: skip
    return tag(
        "li",
        small_picture(stretch),
        tag("h3", f"{number}. {name}"),
        tag("p", words.text("needs", things=things)) if things else None,
        tag("p", words.text("left_out"), class_="mark") if is_left_out(state, stretch) else None,
        tag("div", joined(pressable), class_="row"),
        class_="out" if is_left_out(state, stretch) else None,
    )
