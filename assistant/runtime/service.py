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
from assistant.files import SHARED, write_whole

UNIT = "solemate.service"
"""The unit's name."""

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


def unit_path() -> Path:
    """The path of the user's unit."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    # By the XDG specification, which systemd follows, a relative path does not count.
    return (Path(folder) if folder and Path(folder).is_absolute() else Path.home() / ".config") / "systemd/user" / UNIT


def program() -> list[str]:
    """The command that starts this very program: the script beside its Python, or that Python with the module."""
    command = Path(sys.executable).with_name("solemate")
    return [str(command)] if command.is_file() else [sys.executable, "-m", "assistant"]


def unit_text(command: Sequence[str], config: Path, data: str | None = None) -> str:
    """The unit file. `config` is the settings folder, `data` XDG_DATA_HOME if that is set. Raises SolemateError."""
    if set(command[0]) & set("\"'\\"):
        raise SolemateError("systemd starts no program with a quote or backslash in its name", f"rename {command[0]}")
    environment = [f"SOLEMATE_CONFIG={config}", *([f"XDG_DATA_HOME={data}"] if data else []), "PYTHONUNBUFFERED=1"]
    arguments = [_quoted(part, argument=True) for part in [*command[1:], "--stay"]]
    lines = [
        "# Written by `solemate service install`, and again by the next one.",
        "[Unit]",
        "Description=Solemate, a voice guide through foot stretches, waiting to be told to start",
        "After=pipewire.socket pipewire-pulse.socket pulseaudio.socket",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        *(f"Environment={_quoted(each)}" for each in environment),
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


def _quoted(text: str, *, argument: bool = False) -> str:
    """A word of a unit file, escaped: quotes and backslashes, %-specifiers, and $ in the program's arguments."""
    if "\n" in text:
        raise SolemateError("a folder's name has a line break, which no unit file can hold", f"rename {text!r}")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if argument else escaped}"'


def install(text: str) -> bool:
    """Write the unit, start it, and enable it at login; whether anything had to be changed.

    Raises SolemateError with the one thing to do if there is no systemd, or it refuses.
    """
    _need_session()
    path = unit_path()
    changed = _read(path) != text
    if changed:
        _write(path, text)
        _systemctl("daemon-reload")
    before = status(text)
    _systemctl("enable", UNIT)
    # A changed unit is restarted; one that is running properly is left alone.
    if changed or not before.active:
        _systemctl("restart", UNIT)
    return changed or not before.well


def remove() -> bool:
    """Stop and delete the unit; whether there was one. Raises SolemateError if it can't be deleted."""
    path = unit_path()
    if not path.exists():
        return False
    _need_session()
    _systemctl("disable", "--now", UNIT)
    try:
        path.unlink()
    except OSError as error:
        raise SolemateError(f"cannot remove {path}: {error.strerror}", "remove it by hand") from error
    _systemctl("daemon-reload")
    return True


def status(text: str) -> Status:
    """The state of the service; `text` is the unit as it would be written now.

    Raises SolemateError if systemd can't be asked.
    """
    installed = _read(unit_path())
    if installed is None:
        return Status(installed=False, current=False, enabled=False, active=False)
    _need_session()
    enabled = _ask("is-enabled")
    active = _ask("is-active")
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


def _ask(question: str) -> str:
    """systemd's answer in one word; its exit status is not 0 for "disabled" and "inactive"."""
    done = _run(question, UNIT)
    return done.stdout.strip() or _reason(done)


def _systemctl(*arguments: str) -> None:
    done = _run(*arguments)
    if done.returncode:
        raise SolemateError(
            f"systemd refused `systemctl --user {' '.join(arguments)}`: {_reason(done)}",
            f"see: journalctl --user -u {UNIT}",
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


def unit_of_here() -> str:
    """The unit for this program, with the settings and data that it uses now."""
    from assistant.paths import config_folder

    return unit_text(program(), config_folder().absolute(), os.environ.get("XDG_DATA_HOME"))


def told(status: Status) -> tuple[str, str]:
    """The status in a few words, and what to do; nothing if all is well."""
    if not status.installed:
        return "The service is not installed", "to have it: solemate service install"
    if not status.enabled:
        return "The service is installed, but not started at login", "to mend that: solemate service install"
    if not status.active:
        return f"The service is installed, but does not run ({status.detail})", f"see why: journalctl --user -u {UNIT}"
    if not status.current:
        return "The service runs, but another program, or with other settings", "to renew it: solemate service install"
    return "The service runs, and starts at each login.", ""
