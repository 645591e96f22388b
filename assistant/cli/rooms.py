"""`solemate rooms`: all rooms of a broker, live."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_json, add_settings, columns, settings_of, teach
from assistant.cli.room import broker_of_settings
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.rooms.overview import Room
    from assistant.settings.rooms import Broker

HEAD = ("ROOM", "THERE", "DOING", "STRETCH", "SIDE", "LEFT", "DONE")


def register(subparsers: Any) -> None:
    """Add `rooms` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "rooms",
        help="look at all rooms of a broker",
        **teach(
            "Shows what the Solemates at an MQTT broker are doing, and goes on until Ctrl-C: as a table in a "
            "terminal, else a line for each change.",
            "solemate rooms --mqtt mqtt://broker.local",
            "solemate rooms --once --json",
            "solemate rooms --forget bedroom-2   # take a room that is no more from the broker",
        ),
    )
    add_json(parser)
    parser.add_argument("--once", action="store_true", help="show them as they are now, and end")
    parser.add_argument("--forget", metavar="ROOM", help="take what the broker has kept of a room from it")
    add_settings(parser, "mqtt", "mqtt_password_file", "mqtt_ca")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    broker = broker_of_settings(settings_of(args))
    if broker is None:
        raise UsageError("no broker is named", "solemate rooms --mqtt mqtt://HOST, or: solemate settings set mqtt URL")
    from assistant.rooms.overview import forget, look_once

    if args.forget is not None:
        asyncio.run(forget(broker, args.forget))
        print(f"The broker has kept nothing of {args.forget}.")
    elif args.once:
        _show(asyncio.run(look_once(broker)).all, as_json=args.json)
    else:
        _follow(broker, as_json=args.json)
    return 0


def _show(rooms: list[Room], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([room.as_dict() for room in rooms], indent=2, ensure_ascii=False))
    elif rooms:
        print("\n".join(columns([HEAD, *(_row(room) for room in rooms)])))
    else:
        print("There is no room at this broker.")


def _follow(broker: Broker, *, as_json: bool) -> None:
    from assistant.rooms.overview import Rooms, follow

    rooms, note = Rooms(), [f"Rooms at {broker.address}; Ctrl-C ends"]

    def lost(why: str) -> None:
        note[:] = [f"No broker at {broker.address}: {why}" if why else f"Rooms at {broker.address}; Ctrl-C ends"]
        if not table:
            print(f"solemate: {note[0]}", file=sys.stderr, flush=True)

    def changed(room: Room) -> None:
        if as_json:
            print(json.dumps(room.as_dict(), ensure_ascii=False), flush=True)
        elif not table:
            print("  ".join(filter(None, _row(room))), flush=True)

    table = sys.stdout.isatty() and not as_json
    if not table:
        asyncio.run(follow(broker, rooms, changed, lost))
        return
    from assistant.view.rooms_table import RoomsTable

    with RoomsTable(HEAD, lambda: [_row(room) for room in rooms.all], lambda: note[0]):
        asyncio.run(follow(broker, rooms, changed, lost))


def _row(room: Room) -> tuple[str, ...]:
    state, left = room.text, room.remaining(time.monotonic())
    number = f"{state('number')}/{state('total')} " if state("number") else ""
    done = room.state.get("done")
    share = f"{100 * done:.0f} %" if isinstance(done, int | float) and 0 <= done <= 1 else ""
    stretch = f"{number}{state('title')}" if state("stretch") else ""
    seconds = "" if left is None else f"{left} s"
    return (
        room.name, "yes" if room.there else "no", state("phase").replace("_", " "), stretch, state("side"), seconds,
        share if room.state.get("running") is True or state("phase") in ("paused", "asking") else "",
    )  # fmt: skip
