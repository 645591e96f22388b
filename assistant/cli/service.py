"""`solemate service`: keeps the guide on standby from login on, as a systemd user unit."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant.cli.options import add_json, teach
from assistant.errors import SolemateError, one_line
from assistant.settings.rooms import RoomName


def register(subparsers: Any) -> None:
    """Add `service` with its subcommands to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "service",
        help="have it wait from login on",
        **teach(
            "Has Solemate wait from login on, idle, listening for start, and telling reminders. It is a systemd user "
            "unit. The settings are those of the settings file.",
            "solemate service install",
            "solemate service install --room bedroom    # one of several on this machine",
            "solemate service status      # the exit status is 0 only if it runs",
        ),
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    install = commands.add_parser(
        "install",
        help="start it now and at each login",
        **teach(
            "Starts it now and at each login, with the settings folder that is in use now. Again, it renews the unit "
            "where Solemate or its settings have moved.",
            "solemate service install",
        ),
    )
    install.set_defaults(run=_install)
    remove = commands.add_parser(
        "remove",
        help="stop it, and start it no more",
        **teach("Stops it and takes its unit away. Settings and history stay.", "solemate service remove"),
    )
    remove.set_defaults(run=_remove)
    status = commands.add_parser(
        "status",
        help="whether it runs; the exit status is 0 only if it does",
        **teach(
            "Tells whether it runs, and what to do if not. The exit status is 0 only if it runs.",
            "solemate service status",
            "solemate service status --json",
        ),
    )
    add_json(status)
    status.set_defaults(run=_status)
    for command in (install, remove, status):
        command.add_argument(
            "--room",
            dest="service_room",
            type=_room,
            metavar="NAME",
            help="the service of this room, one of several on this machine, with settings and history of its own",
        )


def _room(text: str) -> str:
    try:
        name = str(RoomName().check(text))
        if not name.isascii():
            raise ValueError(f"must be of letters that systemd knows, a to z, not {text!r}")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name


def _install(args: argparse.Namespace) -> int:
    from assistant.cli.options import settings_of
    from assistant.runtime import service

    settings_of(args)  # a mistake in the file is better reported here than in a log
    room = args.service_room
    problem = service.obstacle()
    if problem is not None:
        raise problem
    settings = None if room is None else service.prepare_room(room)
    changed = service.install(service.unit_of_here(room), room)
    print(f"The service {'runs now, and starts' if changed else 'runs already, and starts'} at each login.")
    where = f"journalctl --user -u {service.unit_name(room)}"
    print(f"Its unit is {service.unit_path(room)}; what it says goes to: {where}")
    if settings is not None:
        print(f"Its settings: SOLEMATE_CONFIG={settings.parent} solemate settings set microphone NAME")
    if not service.lingers():
        print("On a machine that nobody logs in to, such as a Pi without a screen: sudo loginctl enable-linger $USER")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from assistant.runtime import service

    print("The service is removed." if service.remove(args.service_room) else "There was no service to remove.")
    return 0


def _status(args: argparse.Namespace) -> int:
    from assistant.runtime import service

    room = args.service_room
    status = service.status(service.unit_of_here(room), room)
    if args.json:
        plain = {name: getattr(status, name) for name in ("installed", "current", "enabled", "active")}
        print(json.dumps({**plain, "unit": str(service.unit_path(room))}, indent=2))
    else:
        print(one_line(*service.told(status, room)))
    return 0 if status.well else SolemateError.status
