"""This room at a broker: its settings are checked first, and its link runs beside the guide."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.cli.page import check_chosen, chosen_settings, set_chosen
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from contextlib import ExitStack

    from assistant.dialogue.state.turn import Book
    from assistant.entries import Watcher
    from assistant.page.rooms import SeenRoom
    from assistant.rooms.overview import Room
    from assistant.runtime.keeper import Keeper
    from assistant.runtime.real_time import Begin
    from assistant.settings.rooms import Broker
    from assistant.settings.table import Settings

LIBRARY = "aiomqtt"


@dataclass(frozen=True)
class Wanted:
    """A room that is wanted, and its broker."""

    broker: Broker
    room: str

    @property
    def introduction(self) -> str:
        """The line that tells of it."""
        return f"The room: {self.room}, at {self.broker.address}"


def broker_of_settings(settings: Settings) -> Broker | None:
    """The broker, before anything that takes time; None if none is wanted.

    Raises SolemateError if the library is missing, or a file can't be read.
    """
    url = settings.optional("mqtt")
    if url is None:
        return None
    try:
        importlib.import_module(LIBRARY)
    except ImportError:
        raise SolemateError(f"rooms need {LIBRARY}", "run script/setup, or: pip install 'solemate[mqtt]'") from None
    from assistant.rooms.connection import broker_for

    return broker_for(url, settings.optional("mqtt_password_file"), settings.optional("mqtt_ca"))


def wanted_room(settings: Settings) -> Wanted | None:
    """The room according to the settings; None if none is wanted. Raises as `broker_of_settings` does."""
    from assistant.settings.rooms import usual_room

    broker = broker_of_settings(settings)
    return None if broker is None else Wanted(broker, settings.optional("room") or usual_room())


def begin_room(
    wanted: Wanted,
    settings: Settings,
    folder: Path,
    book: Book,
    texts: Mapping[str, str],
    watchers: list[Watcher],
    keeper: Keeper,
    closing: ExitStack,
) -> Begin:
    """The room, which watches from now on; what is returned begins it, with the guide's state.

    `texts`: the wordings of intents.
    """
    from assistant.dialogue.guide import Guide
    from assistant.language.page_words import load_page_words
    from assistant.paths import user_folder
    from assistant.rooms.link import Inside, Link
    from assistant.rooms.outbox import Outbox
    from assistant.rooms.watch import Inner, RoomWatch

    inner = Inner(Guide(book), load_page_words(folder), texts, settings.optional("name"))
    change = _changing(settings, folder, book)
    inside = Inside(
        inner.state,
        inner.moment,
        lambda: _kept(settings, folder, book),
        inner.read,
        inner.take,
        change,
        inner.tell,
        inner.take_place,
    )
    outbox = Outbox(user_folder())
    closing.callback(outbox.close)
    discovery = settings.switch("mqtt_discovery")
    person = settings.optional("person")
    link = Link(wanted.broker, wanted.room, inside, outbox, __version__, discovery=discovery, person=person)
    watch = RoomWatch(link, inner)
    closing.callback(watch.close)
    keeper.told, keeper.kept = watch.record, watch.keep
    watchers.append(watch)

    def begin(state: Callable[[], Any], tell: Callable[[Any], None]) -> None:
        inner.begin(state, tell)
        watch.begin()

    return begin


def rooms_seen(broker: Broker) -> Sequence[SeenRoom]:
    """All rooms of a broker, for the page. Raises SolemateError if there is no broker."""
    import asyncio
    import time

    from assistant.page.rooms import SeenRoom
    from assistant.rooms.overview import look_once

    def seen(room: Room) -> SeenRoom:
        title = room.text("title") if room.text("stretch") else ""
        left, number, total = room.remaining(time.monotonic()), room.text("number"), room.text("total")
        return SeenRoom(room.name, room.there, room.text("phase"), title, number, total, left)

    return [seen(room) for room in asyncio.run(look_once(broker)).all]


def both(begins: Sequence[Begin | None]) -> Begin | None:
    """One that begins all that are there; None if none is."""
    there = [each for each in begins if each is not None]
    if not there:
        return None

    def begin(state: Callable[[], Any], tell: Callable[[Any], None]) -> None:
        for each in there:
            each(state, tell)

    return begin


def _kept(settings: Settings, folder: Path, book: Book) -> dict[str, str]:
    try:
        return {each.key: each.value for each in chosen_settings(settings, folder, book)}
    except SolemateError:
        return {}  # a mistake in the file; the next start tells of it


def _changing(settings: Settings, folder: Path, book: Book) -> Callable[[Mapping[str, str]], str | None]:
    """What changes settings in the file, as the page does, and tells what is wrong; None if nothing is.

    With a mistake in one of them, none is changed.
    """

    def change(given: Mapping[str, str]) -> str | None:
        try:
            chosen = chosen_settings(settings, folder, book)
            for key, value in given.items():
                check_chosen(key, value, chosen)
            # The name first: it is the one that may be refused only as it is set.
            for key in sorted(given, key=lambda each: each != "name"):
                set_chosen(key, given[key], chosen)
        except SolemateError as error:
            return str(error)
        return None

    return change
