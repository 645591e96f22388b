"""The service: the unit that is written, what systemd is asked to do, and what is said without systemd."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.errors import SolemateError
from assistant.runtime import service

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$FAKE/asked"
if [ -e "$FAKE/refuses" ]; then cat "$FAKE/refuses" >&2; exit 1; fi
case "$2" in
    enable) : > "$FAKE/enabled" ;;
    restart) : > "$FAKE/active" ;;
    disable) rm -f "$FAKE/enabled" "$FAKE/active" ;;
    is-enabled) if [ -e "$FAKE/enabled" ]; then echo enabled; else echo disabled; exit 1; fi ;;
    is-active) if [ -e "$FAKE/active" ]; then echo active; else echo failed; exit 3; fi ;;
esac
"""
"""Stands in for systemd's: writes down what it is asked, and behaves like a unit that can be started."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has systemd")


class Fake:
    """A systemd that only notes what it is asked to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unit = folder / "config" / "systemd" / "user" / service.UNIT

    def asked(self) -> list[str]:
        """What it was asked to do since the last time."""
        file = self.folder / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        changing = ("daemon-reload", "enable", "restart", "disable")
        return [line.removeprefix("--user ") for line in lines if line.split()[1] in changing]

    def refuse(self, message: str) -> None:
        (self.folder / "refuses").write_text(message)


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "systemctl").write_text(SYSTEMCTL)
    (bin_folder / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("SOLEMATE_CONFIG", raising=False)
    return Fake(tmp_path)


def test_install_writes_the_unit_and_starts_it_and_a_second_time_changes_nothing(systemd, capsys):
    assert main(["service", "install"]) == 0
    assert systemd.asked() == ["daemon-reload", f"enable {service.UNIT}", f"restart {service.UNIT}"]
    assert "runs now" in capsys.readouterr().out
    text = systemd.unit.read_text()
    assert f'Environment="SOLEMATE_CONFIG={systemd.folder}/config/solemate"' in text
    assert f'Environment="XDG_DATA_HOME={systemd.folder}/data"' in text
    started = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    assert started.startswith('ExecStart="/')
    assert started.endswith('"--stay"')
    assert main(["service", "install"]) == 0
    assert systemd.asked() == [f"enable {service.UNIT}"]
    assert "runs already" in capsys.readouterr().out
    assert systemd.unit.read_text() == text


def test_another_settings_folder_renews_the_unit(systemd, monkeypatch, capsys):
    main(["service", "install"])
    systemd.asked()
    monkeypatch.setenv("SOLEMATE_CONFIG", str(systemd.folder / "other"))
    assert main(["service", "status"]) == 0
    assert "to renew it" in capsys.readouterr().out
    main(["service", "install"])
    assert systemd.asked() == ["daemon-reload", f"enable {service.UNIT}", f"restart {service.UNIT}"]
    assert "other" in systemd.unit.read_text()


def test_remove_stops_it_and_takes_the_unit_away(systemd, capsys):
    main(["service", "install"])
    systemd.asked()
    assert main(["service", "remove"]) == 0
    assert systemd.asked() == [f"disable --now {service.UNIT}", "daemon-reload"]
    assert not systemd.unit.exists()
    assert main(["service", "remove"]) == 0
    assert systemd.asked() == []
    assert "no service to remove" in capsys.readouterr().out


def test_the_status_is_0_only_while_it_runs(systemd, capsys):
    assert main(["service", "status"]) == 1
    assert "solemate service install" in capsys.readouterr().out
    main(["service", "install"])
    capsys.readouterr()
    assert main(["service", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"installed": True, "current": True, "enabled": True, "active": True, "unit": str(systemd.unit)}
    (systemd.folder / "active").unlink()
    assert main(["service", "status"]) == 1
    assert "does not run (failed)" in capsys.readouterr().out
    (systemd.folder / "enabled").unlink()
    assert main(["service", "status"]) == 1
    assert "not started at login" in capsys.readouterr().out


def test_without_a_session_of_systemd_the_way_out_is_named_and_nothing_is_written(systemd, capsys):
    systemd.refuse("Failed to connect to bus: No medium found\n")
    assert main(["service", "install"]) == 1
    told = capsys.readouterr().err
    assert "No medium found" in told
    assert "sudo loginctl enable-linger" in told
    assert told.count("\n") == 1
    assert not systemd.unit.exists()


def test_without_systemd_at_all_the_way_out_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["service", "install"]) == 1
    assert "solemate --stay" in capsys.readouterr().err


def test_settings_with_a_mistake_are_told_before_anything_is_installed(systemd, capsys):
    file = systemd.folder / "config" / "solemate" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text('reminders = "25:00"\n')
    assert main(["service", "install"]) == 2
    assert "settings.toml:1: reminders" in capsys.readouterr().err
    assert systemd.asked() == []


def test_service_alone_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as end:
        main(["service"])
    assert end.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["/opt/a\nb", '/opt/"feet"', "/opt/john's", "/opt/a\\b"])
def test_a_program_that_no_unit_can_hold_is_refused(path):
    with pytest.raises(SolemateError, match="rename"):
        service.unit_text([path], Path("/etc"))


def test_each_room_has_a_service_with_folders_of_its_own(systemd, capsys):
    config, data = systemd.folder / "config" / "solemate", systemd.folder / "data" / "solemate"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('mqtt = "mqtt://broker"\n')
    assert main(["service", "install", "--room", "Mat 1"]) == 0
    assert systemd.asked() == ["daemon-reload", "enable solemate@mat-1.service", "restart solemate@mat-1.service"]
    out = capsys.readouterr().out
    assert "journalctl --user -u solemate@mat-1.service" in out
    assert f"SOLEMATE_CONFIG={config}/rooms/mat-1 solemate settings set microphone NAME" in out
    unit = systemd.unit.with_name(service.TEMPLATE)
    text = unit.read_text()
    assert f'Environment="SOLEMATE_CONFIG={config}/rooms/%i"' in text
    assert f'Environment="XDG_DATA_HOME={data}/rooms/%i"' in text
    assert '"--stay" "--room" "%i"\n' in text
    own = config / "rooms" / "mat-1" / "settings.toml"
    assert own.read_text() == 'mqtt = "mqtt://broker"\n'
    assert (data / "rooms" / "mat-1" / "solemate" / "models").resolve() == data / "models"
    own.write_text('microphone = "USB"\n')
    assert main(["service", "install", "--room", "mat-1"]) == 0
    assert systemd.asked() == ["enable solemate@mat-1.service"]
    assert own.read_text() == 'microphone = "USB"\n'
    assert main(["service", "status", "--room", "mat-1"]) == 0
    assert not systemd.unit.exists()
    assert main(["service", "remove", "--room", "mat-1"]) == 0
    assert systemd.asked() == ["disable --now solemate@mat-1.service", "daemon-reload"]
    assert not unit.exists()
    assert own.exists()
    with pytest.raises(SystemExit, match="2"):
        main(["service", "install", "--room", "küche"])


def test_the_unit_of_the_rooms_stays_as_long_as_one_of_them(systemd):
    main(["service", "install", "--room", "a"])
    wants = systemd.unit.parent / "default.target.wants"
    wants.mkdir()
    (wants / "solemate@b.service").touch()
    assert main(["service", "remove", "--room", "a"]) == 0
    assert systemd.unit.with_name(service.TEMPLATE).exists()


def test_odd_paths_are_quoted():
    text = service.unit_text(["/opt/my 100% $HOME/python", "-m", "$x"], Path('/home/50% "off"/x\\y'))
    assert 'Environment="SOLEMATE_CONFIG=/home/50%% \\"off\\"/x\\\\y"' in text
    assert '"/opt/my 100%% $HOME/python" "-m" "$$x" "--stay"' in text


@pytest.mark.parametrize("room", [None, "mat-1"])
@pytest.mark.parametrize("name", ["plain", "my feet", "100% sure", "a $HOME"])
def test_systemd_itself_finds_no_fault_in_the_unit(tmp_path, name, room):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze, which knows what a unit may say, is not installed here")
    program = tmp_path / name / "solemate"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    name_of_unit = service.unit_name(room)
    unit = tmp_path / name_of_unit
    unit.write_text(service.unit_text([str(program)], tmp_path / name / 'a "quote"', rooms=room is not None))
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if name_of_unit in line or str(program) in line]
    assert (ours, done.returncode) == ([], 0), done.stderr
    # It would have found one: a program that is not there.
    program.unlink()
    assert subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False).returncode != 0


def test_what_is_said_in_the_room_is_not_in_the_journal(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    said = ["the potatoes are burning", "start heel stretches", "stop"]
    for flags, told in (([], True), (["--stay"], False)):
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(said)))
        assert main(["--typed", *flags]) == 0
        out = capsys.readouterr().out
        assert "heel stretches" in out
        assert ("potatoes" in out, "  You    start" in out) == (told, told)
