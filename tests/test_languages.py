"""`solemate languages`, and the check for what a language lacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.language.files import languages

INTENTS = Path(__file__).parents[1] / "intents"


@pytest.mark.parametrize("language", languages(INTENTS))
def test_a_language_that_comes_along_lacks_nothing(language, capsys):
    assert main(["languages", "check", language]) == 0
    assert "lacks nothing" in capsys.readouterr().out


def test_the_languages_are_listed(capsys):
    assert main(["languages"]) == 0
    assert {line.partition(":")[0] for line in capsys.readouterr().out.splitlines()} == set(languages(INTENTS))


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("replies.yaml", "  halfway:", "  # halfway:", "replies.yaml: replies halfway is missing"),
        ("naming.yaml", "  7: ", "  77: ", "naming.yaml: cardinals 7 is missing"),
        ("sentences/moving.yaml", "what: round", "what: side", "sentences: intent next, slot what: round is missing"),
        ("sentences/moving.yaml", "  previous:", "  resume2:", "unknown intent 'resume2'"),
        ("routines/five_minutes.yaml", "use: heel_raises", "use: heel_raise", "stretch heel_raises is missing"),
        (
            "routines/ten_foot_stretches.yaml",
            "    breathing: 당길 때마다 숨을 내쉬세요.\n",
            "",
            "resistance_band_stretches breathing is missing",
        ),
        ("routines/five_minutes.yaml", "stretches:\n", "stretches:\n  - toe_pressing\n", "a stretch must be a mapping"),
        ("routines/five_minutes.yaml", "stretches:", "stretches:\nsafety2:", "stretch toe_walking is missing"),
        ("replies.yaml", "\nreplies:", "\nreplies:\nanswers:", "the key 'replies' is missing, or not a mapping"),
        ("demo.yaml", "lines:\n", "lines: [\n", "demo.yaml: "),
        ("demo.yaml", "stretch: 9", "stretch: 99", "there is no stretch 99: the routine has 10"),
        ("replies.yaml", "\nnumbers:", "\nnumbers: many\nnumerals:", "replies.yaml:"),
    ],
)
def test_what_is_missing_is_named(tmp_path, capsys, file, right, wrong, told):
    folder = shutil.copytree(INTENTS / "ko", tmp_path / "ko")
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")
    assert main(["languages", "check", str(folder)]) == 1
    assert told in capsys.readouterr().out


def test_a_language_can_do_without_a_conversation(tmp_path, capsys):
    folder = shutil.copytree(INTENTS / "ko", tmp_path / "ko")
    (folder / "demo.yaml").unlink()
    assert main(["languages", "check", str(folder)]) == 0
    assert "lacks nothing" in capsys.readouterr().out


def test_an_empty_folder_lacks_every_file(tmp_path, capsys):
    (tmp_path / "xx").mkdir()
    assert main(["languages", "check", str(tmp_path / "xx")]) == 1
    told = capsys.readouterr().out.splitlines()
    for name in ("sentences", "replies.yaml", "routines/five_minutes.yaml", "fillers.yaml", "naming.yaml"):
        assert any(line.startswith(f"{name}:") or line == name for line in told), name


def test_a_language_that_is_nowhere_is_wrong_use(capsys):
    assert main(["languages", "check", "tlh"]) == 2
    assert "there is no language 'tlh'" in capsys.readouterr().err
