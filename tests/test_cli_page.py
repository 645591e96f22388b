"""`solemate --page`: its options, what is missing, and the link in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.cli.page import set_chosen
from assistant.errors import UsageError
from assistant.page import link
from assistant.page.settings import Chosen
from assistant.settings.table import SETTINGS
from assistant.settings.toml_file import settings_file
from tests.terminal import in_terminal

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("words", "value"), [(["--page"], "here"), (["--page", "lan"], "lan"), (["--page", "off"], "off"), ([], None)]
)
def test_the_flag_needs_no_value(words, value):
    assert getattr(main._parser().parse_args(words), "page", None) == value


def test_it_is_off_unless_asked_for():
    assert SETTINGS["page"].default == "off"


def test_a_missing_library_is_named_with_the_way_out(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)  # there or not, it can't be imported
    assert main.main(["--typed", "--page"]) == 1
    assert capsys.readouterr().err == (
        "solemate: the page needs uvicorn; run script/setup, or: pip install 'solemate[page]'\n"
    )


def test_the_page_sets_only_what_it_offers(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    secret = tmp_path / "secret"
    secret.write_text("not to be read\n", encoding="utf-8")
    chosen = (Chosen("routine", "five_minutes", "default", (("five_minutes", "Five minutes"),)), Chosen("pace", "", ""))
    with pytest.raises(UsageError) as refused:
        set_chosen("routine", str(secret), chosen)
    assert "not to be read" not in str(refused.value)
    with pytest.raises(UsageError, match="no setting 'microphone' to be changed here"):
        set_chosen("microphone", "x", chosen)
    with pytest.raises(UsageError, match="pace"):
        set_chosen("pace", "quick", chosen)
    before = settings_file().read()[0]
    assert not before.keys() & {"routine", "pace", "microphone"}
    set_chosen("routine", "five_minutes", chosen)
    set_chosen("pace", "2.5", chosen)
    assert settings_file().read()[0] == {**before, "routine": "five_minutes", "pace": 2.5}


def test_no_network_is_said_with_the_way_out(monkeypatch, capsys):
    class NoWay:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def connect(self, _):
            raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("assistant.page.link.socket.socket", lambda *_: NoWay())
    assert main.main(["--typed", "--page", "lan"]) == 1
    assert "there is no network to offer the page to; join one" in capsys.readouterr().err


def home_of(folder: Path) -> dict[str, str | None]:
    return {
        "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
        "SOLEMATE_CONFIG": None, "PULSE_SERVER": "/nonexistent",
    }  # fmt: skip


def test_a_terminal_shows_the_link_and_a_pipe_does_not(tmp_path):
    wanted = {**os.environ, **home_of(tmp_path), "PYTHONPATH": str(ROOT)}
    environment = {key: value for key, value in wanted.items() if value is not None}
    command = [sys.executable, "-m", "assistant", "--typed", "--page", "--page-port", "8930"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as piped:
        assert piped.stdout is not None
        first = piped.stdout.readline()
        piped.kill()
    kept = (tmp_path / "data" / "solemate" / link.LINK).read_text().strip()
    token = kept.rpartition("/")[2]
    assert "The page is at http://127.0.0.1:8930" in first
    assert token not in first
    shown = ("-m", "assistant", "--typed", "--page", "--plain", "--page-port", "8930")
    with in_terminal(*shown, columns=100, environment=home_of(tmp_path)) as terminal:
        rows = terminal.wait_for("/go/")
        assert kept in "\n".join(rows), "the link of the last time still opens it"
    with in_terminal(*shown, "--new-link", columns=100, environment=home_of(tmp_path)) as terminal:
        rows = terminal.wait_for("/go/")
        assert token not in "\n".join(rows)


def test_a_code_is_shown_for_the_home_network(tmp_path, monkeypatch):
    try:
        address = link.home_address()
    except Exception:
        pytest.skip("this machine is in no home network")
    with in_terminal("-m", "assistant", "--typed", "--page", "lan", "--page-port", "8940", columns=100, rows=60,
                     environment=home_of(tmp_path)) as terminal:  # fmt: skip
        rows = terminal.wait_for("Guide")
        text = "\n".join(rows)
        assert re.search(rf"http://{re.escape(address)}:89\d\d/go/[\w-]+", text)
        assert sum("█" in row or "▀" in row for row in rows) > 15
