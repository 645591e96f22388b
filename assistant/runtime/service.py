"""The service: a systemd user unit that keeps the guide on standby from login on. Installs, removes and checks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SolemateError
from assistant.files import PRIVATE, SHARED, write_whole

UNIT, TEMPLATE = "solemate.service", "solemate@.service"
"""The names of the unit, and of the one for each of several rooms."""

ROOMS = "rooms"
"""The folder in those of settings and data that holds a folder for each room."""

ROOM = "%i"
"""What stands for the room's name in a template."""

SETTINGS_FILE, MODELS = "settings.toml", "models"
"""What a room has of the machine's: settings, copied at first, and models, which are large and the same."""

RESTART_SECONDS = 30
"""Seconds from a failure, such as a missing microphone, to the next attempt."""

WRONG_USE = 2
"""The exit status for wrong settings: trying again is useless until they are fixed."""

TIMEOUT = 30.0
"""Seconds after which systemd, which normally answers in milliseconds, counts as hanging."""


@dataclass(frozen=True)
class Status:
    """Whether the unit is installed, up to date, enabled at login, and running; `detail`: systemd's word for that."""

    installed: bool
    current: bool
    enabled: bool
    active: bool
    detail: str = ""

    @property
    def well(self) -> bool:
        """Whether it is installed and running."""
        return self.installed and self.enabled and self.active


def unit_name(room: str | None) -> str:
    """The name of the unit that runs: one for the machine, or one for each room."""
    return UNIT if room is None else TEMPLATE.replace("@", f"@{room}")


def unit_path(room: str | None = None) -> Path:
    """The path of the user's unit; all rooms share one."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    # By the XDG specification, which systemd follows, a relative path does not count.
    base = Path(folder) if folder and Path(folder).is_absolute() else Path.home() / ".config"
    return base / "systemd/user" / (UNIT if room is None else TEMPLATE)


def program() -> list[str]:
    """The command that starts this very program: the script beside its Python, or that Python with the module."""
    command = Path(sys.executable).with_name("solemate")
    return [str(command)] if command.is_file() else [sys.executable, "-m", "assistant"]


def unit_text(command: Sequence[str], config: Path, data: str | None = None, *, rooms: bool = False) -> str:
    """The unit file. `config` is the settings folder, `data` XDG_DATA_HOME if that is set.

    With `rooms` it is a template, and these hold a folder for each room. Raises SolemateError.
    """
    if set(command[0]) & set("\"'\\"):
        raise SolemateError("systemd starts no program with a quote or backslash in its name", f"rename {command[0]}")
    each = f"/{ROOM}" if rooms else ""
    folders = [("SOLEMATE_CONFIG", str(config)), *([("XDG_DATA_HOME", data)] if data else [])]
    environment = [_quoted(f"{name}={folder}", after=each) for name, folder in folders]
    arguments = [_quoted(part, argument=True) for part in [*command[1:], "--stay"]]
    arguments += [_quoted("--room"), _quoted("", after=ROOM)] if rooms else []
    whose = f" in the room {ROOM}" if rooms else ""
    lines = [
        "# Written by `solemate service install`, and again by the next one.",
        "[Unit]",
        f"Description=Solemate, a voice guide through foot stretches, waiting to be told to start{whose}",
        "After=pipewire.socket pipewire-pulse.socket pulseaudio.socket",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        *(f"Environment={each}" for each in [*environment, _quoted("PYTHONUNBUFFERED=1")]),
        f"ExecStart={' '.join([_quoted(command[0]), *arguments])}",
        "Restart=on-failure",
        f"RestartSec={RESTART_SECONDS}",
        f"RestartPreventExitStatus={WRONG_USE}",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str, *, argument: bool = False, after: str = "") -> str:
    """A word of a unit file, escaped: quotes and backslashes, %-specifiers, and $ in the program's arguments.

    `after` follows as it is.
    """
    if "\n" in text:
        raise SolemateError("a folder's name has a line break, which no unit file can hold", f"rename {text!r}")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if argument else escaped}{after}"'


def install(text: str, room: str | None = None) -> bool:
    """Write the unit, start it, and enable it at login; whether anything had to be changed.

    For a `room` the unit is a template, and only this room's is started.

    Raises SolemateError with the one thing to do if there is no systemd, or it refuses.
    """
    _need_session()
    path, unit = unit_path(room), unit_name(room)
    changed = _read(path) != text
    if changed:
        _write(path, text)
        _systemctl("daemon-reload")
    before = status(text, room)
    _systemctl("enable", unit)
    # A changed unit is restarted; one that is running properly is left alone.
    if changed or not before.active:
        _systemctl("restart", unit)
    return changed or not before.well


def remove(room: str | None = None) -> bool:
    """Stop and delete the unit; whether there was one. Raises SolemateError if it can't be deleted.

    That of the rooms is deleted with the last of them.
    """
    path, unit = unit_path(room), unit_name(room)
    if not path.exists():
        return False
    _need_session()
    if room is not None and _ask("is-enabled", unit) != "enabled":
        return False
    _systemctl("disable", "--now", unit)
    if room is not None and any(path.parent.glob(f"*.wants/{unit_name('*')}")):
        return True
    try:
        path.unlink()
    except OSError as error:
        raise SolemateError(f"cannot remove {path}: {error.strerror}", "remove it by hand") from error
    _systemctl("daemon-reload")
    return True


def status(text: str, room: str | None = None) -> Status:
    """The state of the service; `text` is the unit as it would be written now.

    Raises SolemateError if systemd can't be asked.
    """
    installed = _read(unit_path(room))
    if installed is None:
        return Status(installed=False, current=False, enabled=False, active=False)
    _need_session()
    enabled = _ask("is-enabled", unit_name(room))
    active = _ask("is-active", unit_name(room))
    return Status(True, installed == text, enabled == "enabled", active == "active", active)


def obstacle() -> SolemateError | None:
    """Why there can't be a service here, with the one thing to do; None if there can."""
    try:
        _need_session()
    except SolemateError as error:
        return error
    return None


def lingers() -> bool:
    """Whether the user's services run without a login, as a machine without a screen needs."""
    return (Path("/var/lib/systemd/linger") / _user()).exists()


def _user() -> str:
    import getpass

    return getpass.getuser()


def _need_session() -> None:
    if not sys.platform.startswith("linux") or shutil.which("systemctl") is None:
        raise SolemateError(
            "there is no systemd here, which starts services at login",
            "let your system start this at login instead: solemate --stay",
        )
    done = _run("show", "--property=Version")
    if done.returncode:
        raise SolemateError(
            f"systemd has no session for {_user()} that could run a service ({_reason(done)})",
            "log in at the machine itself or by ssh, not by su or sudo, or make one that needs no login: "
            f"sudo loginctl enable-linger {_user()}",
        )


def _ask(question: str, unit: str) -> str:
    """systemd's answer in one word; its exit status is not 0 for "disabled" and "inactive"."""
    done = _run(question, unit)
    return done.stdout.strip() or _reason(done)


def _systemctl(*arguments: str) -> None:
    done = _run(*arguments)
    if done.returncode:
        raise SolemateError(
            f"systemd refused `systemctl --user {' '.join(arguments)}`: {_reason(done)}",
            f"see: journalctl --user -u {arguments[-1] if len(arguments) > 1 else UNIT}",
        )


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemctl", "--user", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SolemateError(f"cannot ask systemd ({error})", "restart the machine, or use: solemate --stay") from error


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[0] if lines else f"status {done.returncode}"


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SolemateError(f"cannot read {path}: {error}", "remove it, and install the service again") from error


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text, mode=SHARED)
    except OSError as error:
        raise SolemateError(f"cannot write {path}: {error.strerror}", "free some space, or mend its folder") from error


def unit_of_here(room: str | None = None) -> str:
    """The unit for this program, with the settings and data that it uses now; for a room, with folders of its own."""
    from assistant.paths import config_folder, user_folder

    config = config_folder().absolute()
    if room is None:
        return unit_text(program(), config, os.environ.get("XDG_DATA_HOME"))
    return unit_text(program(), config / ROOMS, str(user_folder().absolute() / ROOMS), rooms=True)


def prepare_room(room: str) -> Path:
    """Make the folders of a room, where there are none yet, with the settings and the models of here; its settings.

    Raises SolemateError if they can't be made.
    """
    from assistant.paths import config_folder, user_folder

    settings = config_folder() / ROOMS / room / SETTINGS_FILE
    models = user_folder() / ROOMS / room / "solemate" / MODELS
    try:
        if not settings.exists():
            here = config_folder() / SETTINGS_FILE
            write_whole(settings, here.read_bytes() if here.exists() else b"", mode=PRIVATE)
        models.parent.mkdir(parents=True, exist_ok=True)
        models.parent.chmod(0o700)
        if not models.is_symlink() and not models.exists():
            models.symlink_to((user_folder() / MODELS).absolute(), target_is_directory=True)
    except OSError as error:
        raise SolemateError(f"cannot make the folders of the room: {error}", "free some space, or mend them") from error
    return settings


def told(status: Status, room: str | None = None) -> tuple[str, str]:
    """The status in a few words, and what to do; nothing if all is well."""
    install = f"solemate service install{f' --room {room}' if room else ''}"
    if not status.installed:
        return "The service is not installed", f"to have it: {install}"
    if not status.enabled:
        return "The service is installed, but not started at login", f"to mend that: {install}"
    if not status.active:
        why = f"see why: journalctl --user -u {unit_name(room)}"
        return f"The service is installed, but does not run ({status.detail})", why
    if not status.current:
        return "The service runs, but another program, or with other settings", f"to renew it: {install}"
    return "The service runs, and starts at each login.", ""
