"""The page of all rooms of a broker, as they are when it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.language.page_words import PageWords
from assistant.page.markup import Html, tag
from assistant.page.now import seconds_left

DOING: Mapping[str, str] = {
    "idle": "doing_idle", "getting_ready": "doing_ready", "exercising": "doing_hold", "resting": "doing_rest",
    "paused": "doing_paused", "asking": "doing_asking", "finished": "doing_finished",
}  # fmt: skip
"""The key of the words for what is done, by the phase that a room tells."""


@dataclass(frozen=True)
class SeenRoom:
    """A room: whether it is there, its phase, and the stretch (empty for none) with its number of `total`.

    left: seconds, None for nothing.
    """

    name: str
    there: bool
    phase: str = ""
    title: str = ""
    number: str = ""
    total: str = ""
    left: int | None = None


def rooms_page(rooms: Sequence[SeenRoom], words: PageWords, mistake: str = "") -> Html:
    """`mistake` is why nothing is known; empty if something is."""
    told = None
    if mistake:
        told = tag("p", mistake, role="alert", class_="mistake")
    elif not rooms:
        told = tag("p", words.text("rooms_none"))
    return tag(
        "main",
        tag("h1", words.text("rooms_title")),
        told,
        tag("ul", *(_room(each, words) for each in rooms), class_="cards") if rooms else None,
        tag("p", tag("a", words.text("rooms_again"), href="/rooms")),
        class_="text",
    )


def _room(room: SeenRoom, words: PageWords) -> Html:
    doing = words.text(DOING[room.phase]) if room.phase in DOING else ""
    which = words.text("number", number=room.number, total=room.total) if room.title and room.number else ""
    lines = [each for each in (doing, which, room.title) if each]
    if room.left is not None:
        lines.append(f"{room.left} {seconds_left(room.left, words)}")
    shown = lines if room.there else [words.text("room_gone")]
    return tag("li", tag("h2", room.name), *(tag("p", line) for line in shown), class_=None if room.there else "out")
