"""Settings: one table, one file, a flag each; mistakes are reported with file, line, key and the nearest right one."""

from __future__ import annotations

import json
import math
from datetime import time
from pathlib import Path

import pytest

from assistant.cli.main import _parser, main
from assistant.errors import SolemateError, UsageError
from assistant.settings.kinds import Name, Number, Switch
from assistant.settings.rooms import RoomName, broker_of, usual_room
from assistant.settings.table import SETTINGS, Calibration, Settings, shown
from assistant.settings.toml_file import SettingsFile
from assistant.understanding.thresholds import Thresholds

BY_HAND = """\
# How I like it

name = "coach"  # because of the television
ready_seconds = 20

[calibrated]
gain_db = 12.5
microphone = "USB"
day = "2026-01-31"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path))
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


# The table


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.key)
def test_each_setting_has_a_default_that_it_may_have_a_flag_and_reasons(setting):
    if setting.default is not None:
        assert setting.kind.check(setting.default) == setting.default
        assert setting.kind.parse(shown(setting.default)) == setting.default
    assert setting.about
    assert setting.reason
    value = shown(setting.default) if setting.default is not None else setting.kind.metavar.partition("|")[0]
    assert setting.key in vars(_parser().parse_args([setting.flag, value]))


@pytest.mark.parametrize("key", ["microphone", "speaker"])
def test_a_sound_file_is_no_device_to_be_set(key, folder, capsys):
    assert main(["settings", "set", key, "talk.WAV"]) == 2
    assert f"{key} must be a device, not 'talk.WAV'" in capsys.readouterr().err
    assert main(["settings", "set", key, "USB"]) == 0
    path = written(folder, f'{key} = "talk.flac"\n')
    assert main(["settings"]) == 2
    assert f"{path}:1: {key} must be a device" in capsys.readouterr().err


@pytest.mark.parametrize("value", [0.0, 3601, math.nan, math.inf, True, "60", None])
def test_a_number_outside_its_range_is_none(value):
    with pytest.raises(ValueError, match="must be a number of seconds from 1 to 3600"):
        Number(1, 3600, "seconds", "60").check(value)


def test_switches_take_the_words_for_it_and_names_are_tidied():
    assert [Switch().parse(word) for word in ("on", "Yes", "off", "false")] == [True, True, False, False]
    assert Name().check("  Hey  Coach ") == "hey coach"
    assert Name().check("off") is Name().check(Name().parse("off")) is None
    for wrong in ("", "r2d2", "a b c d", 5, "x" * 31):
        with pytest.raises(ValueError, match="words of letters"):
            Name().check(wrong)


def test_times_of_day_are_taken_as_typed_and_as_toml_has_them():
    times = SETTINGS["reminders"].kind
    assert times.parse("19:30, 8:00") == "08:00,19:30"
    assert times.parse("08:00 08:00") == "08:00"
    assert times.parse("Off") == "off"
    assert times.check(["08:00", time(19, 30)]) == "08:00,19:30"
    assert times.check([]) == "off"
    for wrong in ("", "8", "24:00", "08:60", "08:00,12:00,19:00", "eight", "08:00:30"):
        with pytest.raises(ValueError, match="up to 2 times of day"):
            times.parse(wrong)
    for no_times in (8, None, [8], True):
        with pytest.raises(ValueError, match="up to 2 times of day"):
            times.check(no_times)


def test_a_flag_wins_over_the_file_that_over_calibration_and_that_over_the_default():
    calibration = Calibration({"gain_db": 6.0, "strictness": 0.02}, "USB", "2026-01-31")
    settings = Settings.of({"name": "coach"}, {"name": "robin", "gain_db": 3.0}, calibration)
    assert [settings.values[key] for key in ("name", "gain_db", "strictness", "language")] == ["coach", 3, 0.02, "en"]
    assert [settings.origins[key] for key in ("name", "gain_db", "strictness", "language")] == [
        "flag", "file", "calibrated", "default",
    ]  # fmt: skip
    without = settings.without_calibration()
    assert (without.values["strictness"], without.origins["strictness"]) == (0.0, "default")
    assert without.values["gain_db"] == 3.0


def test_every_threshold_is_stricter_by_the_same():
    usual, strict = Thresholds(), Thresholds().stricter(0.05)
    for name in ("phonemes", "text", "checked", "agreed"):
        one, other = getattr(usual, name), getattr(strict, name)
        for sounds in (2, 6, 20):
            assert other.at(sounds) == pytest.approx(one.at(sounds) + 0.05)
    assert strict.meant == usual.meant.stricter(0.05)
    assert strict.margin == usual.margin


# The file


def test_no_file_sets_nothing_and_reading_makes_none(folder):
    assert SettingsFile(folder / "absent").read() == ({}, None)
    assert not (folder / "absent").exists()


def test_what_stands_in_the_file_is_read(folder):
    written(folder, BY_HAND)
    values, calibration = SettingsFile(folder).read()
    assert values == {"name": "coach", "ready_seconds": 20.0}
    assert calibration == Calibration({"gain_db": 12.5}, "USB", "2026-01-31")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("\nnam = 'coach'\n", 2, ["'nam'", "did you mean 'name'?"]),
        ("# one\n# two\nrecogniser = 'vosc'\n", 3, ["recogniser", "auto, vosk, built-in", "did you mean 'vosk'?"]),
        ("ready_seconds = 0.5", 1, ["ready_seconds", "from 1 to 3600, not 0.5", "the nearest is 1"]),
        ("language = 'eng'", 1, ["language", "did you mean 'en'?"]),
        ("echo_cancelling = 3", 1, ["echo_cancelling", "true or false"]),
        ("name = 'coach'\nname = 'robin'\n", 2, ["not valid TOML"]),
        ("name = coach\n", 1, ["not valid TOML"]),
        ("name = 'a'\n[calibrated]\ngain_db = 99\n", 3, ["gain_db", "the nearest is 40"]),
        ("name = 'a'\n[calibrated]\nname = 'x'\n", 3, ["no setting 'name' here"]),
        ("\n[sound]\ngain_db = 3\n", 2, ["'sound'"]),
        ("calibrated = 3", 1, ["[calibrated]"]),
    ],
)
@pytest.mark.parametrize("command", [["settings"], ["routine"], ["understand", "pause"]])
def test_a_mistake_is_told_with_file_line_key_and_the_nearest_right_one(folder, capsys, text, line, told, command):
    path = written(folder, text)
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"solemate: {path}:{line}: ")
    assert error.count("\n") == 1
    assert [part for part in told if part not in error] == []


def test_a_file_that_is_no_text_or_cannot_be_read_is_named(folder, capsys):
    path = folder / "settings.toml"
    path.write_bytes(b"name = '\xff'")
    assert main(["settings"]) == 2
    assert f"{path}: is not UTF-8" in capsys.readouterr().err
    path.unlink()
    path.mkdir()
    assert main(["settings"]) == 1
    assert f"cannot read {path}" in capsys.readouterr().err


def test_changing_keeps_comments_and_order_and_the_rest(folder):
    path = written(folder, BY_HAND)
    file = SettingsFile(folder)
    file.set("ready_seconds", 30.0)
    file.set("echo_cancelling", False)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:4] == ["# How I like it", "", 'name = "coach"  # because of the television', "ready_seconds = 30"]
    assert lines.index("echo_cancelling = false") < lines.index("[calibrated]")
    assert file.read() == (
        {"name": "coach", "ready_seconds": 30.0, "echo_cancelling": False},
        Calibration({"gain_db": 12.5}, "USB", "2026-01-31"),
    )


def test_unset_takes_out_what_was_set_by_hand_or_calibrated(folder):
    written(folder, BY_HAND)
    file = SettingsFile(folder)
    assert file.unset("name")
    assert file.unset("gain_db")
    assert not file.unset("speaker")
    assert file.read() == ({"ready_seconds": 20.0}, Calibration({}, "USB", "2026-01-31"))


def test_calibration_takes_the_place_of_the_last_one_and_of_what_was_set_by_hand(folder):
    written(folder, "gain_db = 3\n" + BY_HAND)
    file = SettingsFile(folder)
    new = Calibration({"gain_db": -6.0, "strictness": 0.01}, "USB Audio", "2026-02-01")
    file.calibrate(new)
    assert file.read() == ({"name": "coach", "ready_seconds": 20.0}, new)
    assert "# because of the television" in file.path.read_text(encoding="utf-8")


def test_a_link_stays_a_link_and_nothing_is_left_beside_the_file(folder):
    real = folder / "dotfiles" / "mine.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    real.chmod(0o640)
    (folder / "settings.toml").symlink_to(real)
    SettingsFile(folder).set("name", "coach")
    assert (folder / "settings.toml").is_symlink()
    assert real.read_text() == '# mine\nname = "coach"\n'
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in real.parent.iterdir()) == ["mine.toml"]


def test_a_write_that_fails_leaves_the_file_as_it_was(folder, monkeypatch):
    path = written(folder, BY_HAND)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SolemateError, match="No space left"):
        SettingsFile(folder).set("name", "robin")
    assert path.read_text(encoding="utf-8") == BY_HAND
    assert [each.name for each in folder.iterdir()] == ["settings.toml"]


# The command


def test_each_is_shown_with_value_origin_and_what_it_does(folder, capsys):
    written(folder, BY_HAND)
    assert main(["settings", "--ready-seconds", "10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(folder / "settings.toml")
    by_key = {each["key"]: each for each in told["settings"]}
    assert set(by_key) == set(SETTINGS)
    assert {key: (by_key[key]["value"], by_key[key]["from"]) for key in ("name", "ready_seconds", "gain_db")} == {
        "name": ("coach", "file"), "ready_seconds": (10.0, "flag"), "gain_db": (12.5, "calibrated"),
    }  # fmt: skip
    assert all(each["about"] and each["flag"].startswith("--") for each in by_key.values())
    assert main(["settings"]) == 0
    out = capsys.readouterr().out
    assert "Calibrated on 2026-01-31 with USB" in out
    assert [line.split()[:3] for line in out.splitlines() if line.startswith("name")] == [["name", "coach", "file"]]


def test_set_and_unset_go_there_and_back(folder, capsys):
    assert main(["settings", "set", "ready-seconds", "25"]) == 0
    assert main(["settings", "set", "echo_cancelling", "off"]) == 0
    assert SettingsFile(folder).read()[0] == {"ready_seconds": 25.0, "echo_cancelling": False}
    assert main(["settings", "unset", "ready-seconds"]) == 0
    assert main(["settings", "unset", "speaker"]) == 0
    assert "speaker was not set" in capsys.readouterr().out
    assert SettingsFile(folder).read()[0] == {"echo_cancelling": False}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["set", "gain", "3"], "did you mean 'gain_db'?"),
        (["set", "recogniser", "buildin"], "did you mean 'built-in'?"),
        (["set", "ready_seconds", "soon"], "must be a number of seconds from 1 to 3600, not 'soon'"),
        (["set", "language", "xx"], "must be one of en"),
        (["unset", "nmae"], "did you mean 'name'?"),
    ],
)
def test_a_wrong_key_or_value_is_wrong_use_and_changes_nothing(folder, capsys, arguments, told):
    assert main(["settings", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not (folder / "settings.toml").exists()


def test_a_key_that_is_unknown_in_the_file_can_be_taken_out(folder):
    written(folder, "nmae = 'coach'\n")
    with pytest.raises(UsageError):
        SettingsFile(folder).read()
    assert main(["settings", "unset", "nmae"]) == 0
    assert SettingsFile(folder).read() == ({}, None)
    written(folder, "nmae = 'coach'\ncalibrated = 5\n")
    for key in ("nmae", "calibrated"):
        assert main(["settings", "unset", key]) == 0
    assert SettingsFile(folder).read() == ({}, None)


def test_the_guide_goes_by_the_file_and_a_flag_before_it(folder, capsys, monkeypatch):
    import io

    written(folder, "language = 'en'\nmicrophone = 'USB'\nready_seconds = 3\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("start heel stretches\nnext\n"))
    assert main(["--typed", "--ready-seconds", "5"]) == 0
    assert "heel stretches" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], ("USB", "Headphones")),
        (["--microphone", "Webcam"], ("Webcam", "Headphones")),
    ],
)
def test_the_guide_opens_the_devices_of_the_file_or_of_the_flags(folder, monkeypatch, arguments, wanted):
    opened: list[tuple[str | None, str | None]] = []
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setattr("assistant.audio.devices.sound_problem", lambda: None)
    monkeypatch.setattr("assistant.audio.devices.find_device", lambda *_: None)
    monkeypatch.setattr(
        "assistant.runtime.real_time.run_microphone", lambda _, __, *names, **___: opened.append(names[:2])
    )
    written(folder, "microphone = 'USB'\nspeaker = 'Headphones'\n")
    assert main(arguments) == 0
    assert opened == [wanted]


# What a start can't use


@pytest.mark.parametrize(
    ("key", "value"), [("name", "ready"), ("name", "stop"), ("routine", "/nonexist.yaml"), ("voice", "zzz")]
)
def test_what_no_start_could_use_is_refused_and_blamed_where_it_stands_in_the_file(key, value, folder, capsys):
    assert main(["settings", "set", key, value]) == 2
    assert repr(value) in capsys.readouterr().err
    assert not (folder / "settings.toml").exists()
    path = written(folder, f'{key} = "{value}"\n')
    assert main(["--typed"]) == 2
    told = capsys.readouterr().err
    assert repr(value) in told
    assert f"{key} is set in {path}, to take it out: solemate settings unset {key}" in told
    assert main(["--typed", f"--{key}", value]) == 2
    assert "unset" not in capsys.readouterr().err


def test_a_file_with_a_mistake_does_not_keep_a_name_from_being_set(folder):
    written(folder, 'name = "r2d2"\n')
    assert main(["settings", "set", "name", "coach"]) == 0
    assert SettingsFile(folder).read()[0] == {"name": "coach"}


# Rooms


@pytest.mark.parametrize(
    ("url", "host", "port", "secure", "user", "password"),
    [
        ("mqtt://broker.local", "broker.local", 1883, False, None, None),
        ("mqtts://ann@10.0.0.2:9000/", "10.0.0.2", 9000, True, "ann", None),
        ("mqtt://ann:p%40ss@[::1]", "::1", 1883, False, "ann", "p@ss"),
        ("mqtts://ann:p@ss@broker", "broker", 8883, True, "ann", "p@ss"),
    ],
)
def test_a_brokers_address_is_taken_apart(url, host, port, secure, user, password):
    broker = broker_of(url)
    assert (broker.host, broker.port, broker.secure, broker.user, broker.password) == (
        host, port, secure, user, password,
    )  # fmt: skip
    assert "ss" not in repr(broker).replace("password", "")
    assert "@" not in broker.address


@pytest.mark.parametrize(
    "url",
    ["broker", "http://x", "mqtt://", "mqtt://x:0", "mqtt://ann:secret@x:99999", "mqtt://ann:se/cret@x", "mqtt://x/y"],
)
def test_what_is_no_brokers_address_is_told_without_its_password(url):
    with pytest.raises(ValueError, match="must be like mqtt://broker") as error:
        broker_of(url)
    assert "secret" not in str(error.value)
    assert "se/cret" not in str(error.value)


def test_a_password_in_the_settings_file_is_never_shown(folder, capsys):
    assert main(["settings", "set", "mqtt", "mqtt://ann:secret@broker"]) == 0
    assert main(["settings"]) == 0
    assert main(["settings", "--json"]) == 0
    written(folder, 'mqtt = "mqtt://ann:secret@broker:many"\n')
    assert main(["settings"]) == 2
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err
    assert "mqtt://ann:***@broker" in told.out


def test_a_room_is_called_what_fits_into_a_topic(folder, capsys):
    assert main(["settings", "set", "room", "Living  Room"]) == 0
    assert "room is living-room" in capsys.readouterr().out
    for wrong in ("a/b", "#", "+", "", "x" * 41, "-a"):
        with pytest.raises(ValueError, match="must be letters, digits and -"):
            RoomName().check(wrong)
    assert RoomName().check(usual_room()) == usual_room()
