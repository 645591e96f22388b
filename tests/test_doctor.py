"""The doctor: every failure provoked and recognised, with small probes; and the real probes on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.checkup import probes
from assistant.checkup.doctor import Folder, Played, Probes, Service, State, Understood, examine
from assistant.cli.main import main
from assistant.errors import SolemateError, UsageError
from assistant.settings.table import Settings
from tests import pulse

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 5, 4, 12)
ROOM = np.random.default_rng(0).normal(0.0, 1e-3, 32000).astype(np.float32)
TONE = (0.3 * np.sin(np.arange(16000) / 16000 * 2 * np.pi * 300)).astype(np.float32)

WAY = "solemate models get vosk-model-small-xx-0.1"

WELL = Probes(
    python=lambda: (3, 12, 1),
    settings=Settings.of,
    flags=Settings.of,
    portaudio=lambda: 4,
    espeak=lambda: "libespeak-ng.so.1",
    voice=lambda settings: ("en-us", TONE),
    record=lambda settings: ("USB", ROOM),
    play=lambda settings: Played("Speakers", -25.0, 0.1),
    recogniser=lambda settings: Understood("Vosk and the built-in ear listen together", "pause", True, True, WAY),
    canceller=lambda: None,
    folders=lambda: [Folder(Path("/data"), 10**10, True), Folder(Path("/cache"), 2 * 10**10, True)],
    history=lambda: (Path("/data/solemate.db"), 12, None),
    routine=lambda settings: "the ten foot stretches",
    service=lambda: Service(None, installed=True, well=True, told="The service runs."),
    clock=lambda: (NOW, NOW - timedelta(days=300)),
    clock_unset=lambda: False,
)

PARTS = [
    "python", "settings", "portaudio", "espeak", "voice", "microphone", "loudspeaker", "recogniser",
    "echo_canceller", "routine", "history", "disk", "service", "time",
]  # fmt: skip


def failing(problem: str, remedy: str = "", error: type[SolemateError] = SolemateError) -> Callable[..., Any]:
    def probe(*_: object) -> None:
        raise error(problem, remedy)

    return probe


def test_all_is_well_where_all_is_well():
    checks = list(examine(WELL))
    assert [check.part for check in checks] == PARTS
    assert {check.state for check in checks} == {State.OK}
    assert not any(check.todo for check in checks)


CLIPPED = np.clip(8 * TONE, -1, 1).astype(np.float32)

FAULTS = [
    ("python", State.FAILURE, {"python": lambda: (3, 9, 2)}, "install Python 3.10"),
    (
        "settings",
        State.FAILURE,
        {"settings": failing("s.toml:3: there is no setting 'nam'", error=UsageError)},
        "'nam'",
    ),
    (
        "portaudio",
        State.FAILURE,
        {"portaudio": failing("no sound (x)", "install PortAudio: sudo apt install p")},
        "apt",
    ),
    ("portaudio", State.WARNING, {"portaudio": lambda: 0}, "plug in"),
    ("espeak", State.FAILURE, {"espeak": lambda: None}, "sudo apt install espeak-ng"),
    ("voice", State.FAILURE, {"voice": failing("there is no voice (x)", "install eSpeak NG")}, "install eSpeak NG"),
    ("voice", State.FAILURE, {"voice": lambda settings: ("en", TONE * 0)}, "eSpeak NG"),
    ("microphone", State.FAILURE, {"record": failing("there is no microphone", "plug one in")}, "plug one in"),
    ("microphone", State.FAILURE, {"record": lambda settings: ("USB", ROOM * 0)}, "unmute it"),
    ("microphone", State.WARNING, {"record": lambda settings: ("USB", CLIPPED)}, "turn it down"),
    ("microphone", State.WARNING, {"record": lambda settings: ("USB", ROOM * 50)}, "turn off what makes the noise"),
    ("loudspeaker", State.FAILURE, {"play": failing("the loudspeaker is gone", "plug it in")}, "plug it in"),
    ("loudspeaker", State.WARNING, {"play": lambda settings: Played("Speakers")}, "headphones"),
    (
        "recogniser",
        State.FAILURE,
        {"recogniser": failing("nobody can listen", "solemate models get x")},
        "models get",
    ),
    (
        "recogniser",
        State.WARNING,
        {"recogniser": lambda settings: Understood("Vosk and the built-in ear listen", "pause", False, True, WAY)},
        "settings set recogniser built-in",
    ),
    (
        "recogniser",
        State.WARNING,
        {"recogniser": lambda settings: Understood("The built-in ear listens", "pause", False, False, WAY)},
        "solemate listen",
    ),
    (
        "recogniser",
        State.WARNING,
        {
            "recogniser": lambda settings: Understood(
                "The built-in ear listens", "pause", True, False, WAY, "it lacks a file"
            )
        },
        "models get",
    ),
    ("echo_canceller", State.WARNING, {"canceller": lambda: "livekit can't be imported"}, "pip install livekit"),
    ("echo_canceller", State.WARNING, {"settings": lambda: Settings.of({"echo_cancelling": False})}, "unset"),
    ("routine", State.FAILURE, {"routine": failing("mine.yaml:3: 'hold' is missing", error=UsageError)}, "'hold'"),
    (
        "history",
        State.FAILURE,
        {"history": lambda: (Path("/d/s.db"), 0, "page 4 is lost")},
        "mv /d/s.db /d/s.db.damaged",
    ),
    (
        "service",
        State.WARNING,
        {"service": lambda: Service(None, True, False, "It does not run", "see why: journalctl")},
        "see why: journalctl",
    ),
    (
        "service",
        State.WARNING,
        {"service": lambda: Service(None), "settings": lambda: Settings.of({"reminders": "08:00"})},
        "solemate service install",
    ),
    (
        "service",
        State.FAILURE,
        {"service": failing("cannot ask systemd", "restart the machine")},
        "restart the machine",
    ),
    ("disk", State.FAILURE, {"folders": lambda: [Folder(Path("/data"), 10**10, False)]}, "chown"),
    (
        "disk",
        State.FAILURE,
        {"folders": lambda: [Folder(Path(each), 10**10, False) for each in ("/data/models", "/data/routines")]},
        "chown -R $USER /data/models /data/routines",
    ),
    ("disk", State.FAILURE, {"folders": lambda: [Folder(Path("/data"), 10**6, True)]}, "free some space"),
    ("disk", State.WARNING, {"folders": lambda: [Folder(Path("/data"), 10**8, True)]}, "free some space"),
    ("time", State.WARNING, {"clock": lambda: (datetime(1970, 1, 1), NOW)}, "set the clock"),
    ("time", State.WARNING, {"clock_unset": lambda: True}, "connect it to a network"),
]


@pytest.mark.parametrize(("part", "state", "fault", "todo"), FAULTS)
def test_each_fault_is_recognised_with_one_thing_to_do_and_the_rest_goes_on(part, state, fault, todo):
    checks = list(examine(replace(WELL, **fault)))
    assert [check.part for check in checks] == PARTS
    by_part = {check.part: check for check in checks}
    assert by_part[part].state is state
    assert todo in by_part[part].todo
    assert "\n" not in by_part[part].found + by_part[part].todo
    spoiled = {check.part for check in checks if check.state is not State.OK}
    together = {"portaudio", "microphone", "loudspeaker"} if state is State.FAILURE and part == "portaudio" else {part}
    assert spoiled == together


def test_of_an_error_all_is_told_and_its_way_out_alone_is_to_be_done():
    record = failing("no sound: it broke off; twice", "look: is it plugged in?; then start again")
    check = {check.part: check for check in examine(replace(WELL, record=record))}["microphone"]
    assert check.found == "no sound: it broke off; twice; look: is it plugged in?; then start again"
    assert check.todo == "look: is it plugged in?; then start again"


def test_a_mistake_in_the_settings_file_leaves_the_flags():
    seen: list[str | None] = []

    def record(settings):
        seen.append(settings.optional("microphone"))
        return "USB", ROOM

    broken = failing("s.toml:3: there is no setting 'nam'", error=UsageError)
    list(examine(replace(WELL, settings=broken, flags=lambda: Settings.of({"microphone": "USB"}), record=record)))
    assert seen == ["USB"]


@pytest.mark.parametrize("service", [Service("there is no systemd here"), Service(None)])
def test_no_service_is_no_fault_where_nobody_wants_one(service):
    by_part = {check.part: check for check in examine(replace(WELL, service=lambda: service))}
    assert (by_part["service"].state, by_part["service"].todo) == (State.OK, "")


def test_no_microphone_to_hear_the_loudspeaker_with_is_not_the_loudspeakers_fault():
    by_part = {c.part: c for c in examine(replace(WELL, play=lambda settings: Played("Speakers", listened=False)))}
    assert by_part["loudspeaker"].state is State.OK


# The command


@pytest.mark.parametrize(
    ("fault", "status"), [({}, 0), ({"canceller": lambda: "no wheel"}, 0), ({"espeak": lambda: None}, 1)]
)
def test_the_status_is_1_for_a_failure_and_0_for_a_warning(monkeypatch, capsys, fault, status):
    monkeypatch.setattr(probes, "real_probes", lambda settings, flags: replace(WELL, **fault))
    assert main(["doctor", "--json"]) == status
    told = json.loads(capsys.readouterr().out)
    assert [each["part"] for each in told] == PARTS
    assert {"part", "state", "found", "todo"} == set(told[0])
    assert main(["doctor"]) == status
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if not line.lstrip().startswith("->")] == [each["state"] for each in told]


# The real probes


def real(flags: dict[str, str], environment: dict[str, str]) -> dict[str, list[str]]:
    """What the real probes find (state, found, todo of each part), in a process of its own."""
    script = (
        "import json; from assistant.checkup.doctor import examine; from assistant.checkup.probes import real_probes;"
        "from assistant.settings.table import Settings;"
        f"settings = Settings.of({flags!r});"
        "print(json.dumps({c.part: [c.state.value, c.found, c.todo] for c in examine(real_probes(lambda: settings))}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=100, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_without_sound_devices_the_rest_is_looked_at_for_real(tmp_path):
    found = real({}, {**pulse.surroundings(tmp_path), "XDG_DATA_HOME": str(tmp_path)})
    states = {part: found[part][0] for part in PARTS}
    assert {part: states[part] for part in ("python", "settings", "espeak", "voice", "recogniser", "disk", "time")} == {
        "python": "ok", "settings": "ok", "espeak": "ok", "voice": "ok", "recogniser": "ok", "disk": "ok", "time": "ok",
    }  # fmt: skip
    assert states["portaudio"] == "warning"
    assert (states["microphone"], states["loudspeaker"]) == ("failure", "failure")
    assert "solemate models get" in found["recogniser"][2]


@pytest.mark.timeout(240)
@pytest.mark.skipif(pulse.missing() is not None, reason=str(pulse.missing()))
def test_with_real_devices_it_hears_itself_and_tells_a_muted_microphone():
    flags = {"microphone": "quiet_microphone", "speaker": "room_speaker", "recogniser": "built-in"}
    with pulse.sound_server(pulse.ECHO) as environment:
        heard = real(flags, environment)
    assert heard["loudspeaker"][0] == "ok"
    assert "is heard at" in heard["loudspeaker"][1]
    # Nothing but zeros comes from a null sink into which nobody plays.
    assert heard["microphone"][0] == "failure"
    assert "unmute" in heard["microphone"][2]
    with pulse.sound_server() as environment:
        unheard = real(flags, environment)
    assert unheard["loudspeaker"][0] == "warning"
    assert "does not hear it" in unheard["loudspeaker"][1]


def test_a_folder_that_is_not_there_yet_is_judged_by_where_it_would_be_made(tmp_path, monkeypatch):
    folder = probes._folder(tmp_path / "not" / "there")
    assert folder.writable
    assert folder.free > 0
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert not probes._folder(tmp_path / "not" / "there").writable


def test_a_folder_that_may_not_be_read_is_named_and_the_rest_is_looked_at():
    def locked(*_: object) -> Any:
        raise PermissionError(13, "Permission denied", "/data/routines")

    checks = list(examine(replace(WELL, routine=locked, folders=locked, history=locked)))
    assert [check.part for check in checks] == PARTS
    found = {check.part: check for check in checks if check.state is not State.OK}
    assert set(found) == {"routine", "disk", "history"}
    for check in found.values():
        assert check.found == "/data/routines can't be read (Permission denied)"
        assert check.todo.endswith("sudo chown -R $USER /data/routines")


def test_of_all_folders_those_that_are_another_users_are_named(tmp_path, monkeypatch):
    for name in ("models", "routines", "recordings"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("assistant.paths.user_folder", lambda: tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name not in ("models", "routines"))
    folders = probes._folders()
    assert [each.path.name for each in folders if not each.writable] == ["models", "routines"]
    check = {each.part: each for each in examine(replace(WELL, folders=lambda: folders))}["disk"]
    assert check.found == f"{tmp_path}/models, {tmp_path}/routines can't be read or written"


def test_a_folder_where_one_may_not_look_is_no_end_of_it(monkeypatch):
    def exists(path: Path) -> bool:
        if len(path.parts) > 2:
            raise PermissionError(13, "Permission denied", str(path))
        return True

    monkeypatch.setattr(Path, "exists", exists)
    assert probes._folder(Path("/usr/locked/models")).path == Path("/usr/locked/models")


def test_a_loudspeaker_is_closed_before_it_is_opened_for_playing_unheard(monkeypatch):
    """Without a sound server a loudspeaker can be opened only once."""
    happened: list[str] = []

    class Speaker:
        name, latency = "Speakers", 0.0

        def __init__(self, *_: object) -> None:
            happened.append("opened")

        def wait_until_silent(self, _: float) -> bool:
            return True

        def close(self) -> None:
            happened.append("closed")

    def no_microphone(*_: object) -> None:
        raise SolemateError("there is no microphone: plug one in")

    monkeypatch.setattr("assistant.audio.streams.LiveSpeaker", Speaker)
    monkeypatch.setattr("assistant.audio.streams.LiveMicrophone", no_microphone)
    monkeypatch.setattr(probes, "_voice", lambda settings: ("voice", np.zeros(160, np.float32)))
    assert not probes._play(Settings.of()).listened
    assert happened == ["opened", "closed"] * 2
