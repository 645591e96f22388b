"""A routine that is sent: as a text, as a QR code, and what comes back out of either."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import random
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import qr_codes
from assistant.cli.main import main
from assistant.errors import SolemateError
from assistant.language import shared_routine
from assistant.language.marked_yaml import dump, load
from assistant.language.routine_files import installed, own_folder
from assistant.language.shared_routine import COMMON, LARGEST, is_shared, pack, unpack
from assistant.language.wordings import load_routine, plain, shortened
from assistant.wiring import language_folder

ENGLISH = language_folder("en")

scans = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in qr_codes.READER), reason="needs the extra 'scan'"
)
draws = pytest.mark.skipif(importlib.util.find_spec("segno") is None, reason="needs the extra 'page'")

MINE: dict[str, Any] = {
    "id": "heel_week",
    "name": "heel week",
    "language": "en",
    "stretches": [
        {"use": "ankle_circles"},
        {"use": "heel_stretches", "dose": {"ends_by": "clock", "hold": 20, "rounds": 2, "rest": 5}},
    ],
}

OLDEST = "SOLEMATE1-HYY4PLL5-QONAPNV6HQ2TKG3BABEEQAJKISGESRH2RRYKEMBSIASAUI3YUKUAKFUCAA-END"
"""What version 1 has made of MINE, and must be able to read for ever."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of one's own routines, with none in it."""
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config" / "routines"


def sealed(packed: bytes) -> str:
    """A text around anything, with the right checksum."""
    check = shared_routine._letters(hashlib.sha256(packed).digest()[: shared_routine.CHECK_BYTES])
    return f"SOLEMATE1-{check}-{shared_routine._letters(packed)}-END"


def packed(plain_bytes: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON)
    return packer.compress(plain_bytes) + packer.flush()


def sent(**changes: Any) -> str:
    """The text of MINE, with something else in it."""
    return sealed(packed(json.dumps({**MINE, **changes}).encode()))


class TestTheText:
    def test_a_text_of_the_first_version_can_be_read_for_ever(self):
        assert unpack(OLDEST) == MINE

    @given(
        st.dictionaries(
            st.text("abc_é발", min_size=1),
            st.recursive(
                st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf"))) | st.integers() | st.booleans(),
                lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text("abc"), inside, max_size=3),
            ),
            max_size=4,
        )
    )
    def test_what_is_packed_comes_out_again(self, data):
        text = pack(data)
        assert re.fullmatch(r"SOLEMATE1-[A-Z2-7]{8}-[A-Z2-7]+-END", text)
        assert unpack(text) == data

    def test_what_mail_does_to_it_is_undone(self):
        text = pack(MINE)
        lines = "\n> ".join(text[place : place + 60] for place in range(0, len(text), 60))
        assert unpack(f"Hello!\n> {lines}\n\nSee you on Monday, Joe") == MINE
        assert unpack(text.lower().replace("pt", "p\u200bt").replace("-end", " \u00ad-end")) == MINE

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "there is no routine in this text"),
            ("SOLEMATE1-", "cut short"),
            (pack(MINE)[:-10], "cut short"),
            (pack(MINE).replace("SOLEMATE1", "SOLEMATE2"), "of version 2, and this Solemate knows 1"),
            (pack(MINE).replace("SOLEMATE1", "SOLEMATE0"), "does not belong there"),
            (pack(MINE).replace("-END", "*-END"), "does not belong there"),
            (pack(MINE).replace("-END", "A-END"), "its checksum is wrong"),
            (pack(MINE)[:40] + "77" + pack(MINE)[42:], "its checksum is wrong"),
            (pack(MINE) + pack({**MINE, "id": "b"}), "more than one routine"),
            (sealed(b"\xff" * 30), "can't be unpacked"),
            (sealed(packed(b"{}") + b"more"), "can't be unpacked"),
            (sealed(packed(b"{}")[:-1]), "can't be unpacked"),
            (sealed(packed(b"0" * 50_000_000)), "is larger than 64 kB"),
            (sealed(packed(b"[" * 50_000)), "it is not JSON"),
            (sealed(packed(b"no")), "it is not JSON"),
            (sealed(packed(b'{"a":' + b"9" * 5000 + b"}")), "it is not JSON"),
            (sealed(packed(b'{"a": NaN}')), "it is not JSON"),
            (sealed(packed(b'{"a": 1e999}')), "it is not JSON"),
            (sealed(packed(b"\xff\xfe")), "it is not JSON"),
            (sealed(packed(b"[1]")), "is no routine"),
            (sealed(packed(rb'{"a": "\u001b[2J"}')), "can't be seen (U+001B)"),
            (sealed(packed(rb'{"a": [{"\u202e": 1}]}')), "can't be seen (U+202E)"),
            (sealed(packed(rb'{"a": "\ud800"}')), "can't be seen (U+D800)"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, told):
        with pytest.raises(SolemateError, match=re.escape(told)):
            unpack(text)

    @given(st.text(), st.binary())
    def test_nothing_but_its_own_error_comes_of_anything(self, text, some):
        for each in (text, f"SOLEMATE1-{text}-END", sealed(some), sealed(packed(some))):
            with suppress(SolemateError):
                unpack(each)

    def test_what_is_too_large_is_not_packed(self):
        with pytest.raises(SolemateError, match="larger than 64 kB"):
            pack({"name": "a" * LARGEST})

    def test_nesting_without_end_becomes_no_file(self):
        deep: Any = "a"
        for _ in range(900):
            deep = [deep]
        with pytest.raises(SolemateError, match="nested deeper"):
            dump({"a": deep})


class TestShortening:
    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_the_ten_become_ten_words(self, language):
        folder = language_folder(language)
        whole = plain(load(installed(folder)["ten_foot_stretches"]))
        short = shortened(whole, folder)
        assert short["stretches"] == [{"use": each["id"]} for each in whole["stretches"]]
        assert {**short, "stretches": None} == {**whole, "stretches": None}

    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_what_is_shortened_is_the_same_routine(self, language, tmp_path):
        folder = language_folder(language)
        for file in installed(folder).values():
            short = tmp_path / "short.yaml"
            short.write_text(dump(shortened(plain(load(file)), folder)), encoding="utf-8")
            assert load_routine(folder, short) == load_routine(folder, file)

    def test_only_what_differs_stands_beside_use(self, tmp_path):
        whole = plain(load(installed(ENGLISH)["ten_foot_stretches"]))
        entries = {each["id"]: each for each in whole["stretches"]}
        dose = {"ends_by": "clock", "hold": 5}
        gentler = next(each for each in entries.values() if "gently" in each)
        without = {key: value for key, value in entries["ankle_circles"].items() if key != "how"}
        changed = [
            {**entries["toe_walking"], "dose": dose},
            {**gentler, "gentler": "Do less."},
            without,
            {**entries["heel_raises"], "name": "rising"},
        ]
        assert shortened({"stretches": changed}, ENGLISH)["stretches"] == [
            {"use": "toe_walking", "dose": dose},
            {"use": gentler["id"], "gentler": "Do less.", "gently": gentler["gently"]},
            without,
            changed[3],
        ]


def shared(capsys, *arguments: str) -> str:
    capsys.readouterr()
    assert main(["routine", "share", *arguments]) == 0
    text: str = capsys.readouterr().out.strip()
    return text


class TestAdding:
    def test_a_text_is_shown_and_kept(self, home, capsys):
        assert main(["routine", "new", "mine"]) == 0
        text = shared(capsys, "mine")
        (home / "mine.yaml").rename("was.yaml")
        assert main(["routine", "add", text]) == 2
        shown, told = capsys.readouterr()
        assert "mine (mine), 3 stretches:\n 1. ankle circles: 15 s, each foot; needs (mat)\n" in shown
        assert "Its words on safety: This is exercise" in shown
        assert "say so: --yes" in told
        assert own_folder() == home
        assert list(home.iterdir()) == []
        assert main(["routine", "add", text, "--yes"]) == 0
        assert f"It is kept in {home / 'mine.yaml'}" in capsys.readouterr().out
        assert load_routine(ENGLISH, home / "mine.yaml") == load_routine(ENGLISH, Path("was.yaml"))
        assert main(["routine", "check", "mine"]) == 0

    def test_a_file_of_any_kind_will_do(self, home, capsys, tmp_path):
        assert main(["routine", "new", "mine.yaml"]) == 0
        Path("mail.txt").write_text(f"Here it is:\n{shared(capsys, 'mine.yaml')}\nBye\n")
        assert main(["routine", "add", "mail.txt", "--yes"]) == 0
        assert main(["routine", "add", "mine.yaml", "--yes"]) == 0
        assert "It is there already" in capsys.readouterr().out
        (home / "mine.yaml").unlink()
        assert main(["routine", "add", "mine.yaml", "--yes"]) == 0
        assert (home / "mine.yaml").read_text() == Path("mine.yaml").read_text()

    def test_an_earlier_one_stays_unless_that_is_said(self, home, capsys):
        assert main(["routine", "add", sent(), "--yes"]) == 0
        (home / "heel_week.yaml").rename(home / "weekly.yaml")
        before = (home / "weekly.yaml").read_bytes()
        newer = sent(name="heel month")
        assert main(["routine", "add", newer, "--yes"]) == main(["routine", "add", newer]) == 2
        assert f"{home / 'weekly.yaml'} has this routine in another form" in capsys.readouterr().err
        assert (home / "weekly.yaml").read_bytes() == before
        assert main(["routine", "add", newer, "--replace"]) == 0
        assert [path.name for path in home.iterdir()] == ["weekly.yaml"]
        assert "heel month" in (home / "weekly.yaml").read_text()

    def test_an_earlier_one_with_a_mistake_can_be_replaced(self, home):
        assert main(["routine", "add", sent(), "--yes"]) == 0
        (home / "heel_week.yaml").write_text("id: heel_week\nnam: b\n")
        assert main(["routine", "add", sent(), "--yes"]) == 2
        assert main(["routine", "add", sent(), "--replace"]) == 0

    def test_a_file_that_happens_to_have_its_name_is_left_alone(self, home, tmp_path):
        home.mkdir(parents=True)
        (home / "heel_week.yaml").write_text("what is this\n")
        (home / "heel_week_2.yaml").symlink_to(tmp_path / "elsewhere")
        assert main(["routine", "add", sent(), "--yes"]) == 0
        assert (home / "heel_week.yaml").read_text() == "what is this\n"
        assert "use: ankle_circles" in (home / "heel_week_3.yaml").read_text()
        assert not (tmp_path / "elsewhere").exists()

    def test_one_in_another_language_is_read_in_that(self, home, capsys):
        Path("ko.yaml").write_text(dump({**MINE, "language": "ko", "name": "뒤꿈치 주간"}), encoding="utf-8")
        text = shared(capsys, "ko.yaml", "--language", "ko")
        assert main(["routine", "add", text, "--yes"]) == 0
        assert "뒤꿈치 주간 (heel_week), 2 stretches" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"id": "../../heel"}, "'../../heel' is no id"),
            ({"id": "a" * 101}, "its id has more than 100 bytes"),
            ({"id": "five_minutes"}, "the id 'five_minutes' is that of 'the five-minute routine' already"),
            ({"name": "the short one"}, "'the short one' is what the routine 'five_minutes' is called already"),
            ({"name": "[["}, "nobody can say '[['"),
            ({"language": "../en"}, "there is no language '../en'"),
            ({"language": 5}, "'language' must be a text"),
            ({"stretches": [{"use": "/etc/passwd"}]}, "there is no stretch '/etc/passwd' to use"),
            ({"stretches": [{"use": "ankle_circles", "dose": {"ends_by": "clock", "hold": 1e300}}]}, "'hold'"),
            ({"stretches": []}, "a routine needs at least one stretch"),
            ({"stretch": "x" * 5000}, "the key 'stretch' is not known here"),
            ({"x" * 5000: 1}, "is not known"),
            ({"safety": [[[[[[[[[[[[[[[[[[[[[["a"]]]]]]]]]]]]]]]]]]]]]]}, "nested deeper than 20 levels"),
        ],
    )
    def test_a_mistake_is_told_in_one_line_and_nothing_is_kept(self, home, capsys, changes, told):
        assert main(["routine", "add", sent(**changes), "--yes"]) == 1
        shown, error = capsys.readouterr()
        assert told in error or (told == "is not known" and "the key 'xxx" in error)
        assert len(error.splitlines()) == 1
        assert len(error) < 800
        assert "sent.yaml" not in error
        assert not home.exists()
        assert shown == ""

    def test_a_stretch_that_means_something_else_is_refused(self, home, capsys):
        stretch = {
            "id": "a", "name": "stop", "position": ["Sit."], "how": ["Do."], "good_for": "All.",
            "dose": {"ends_by": "person"},
        }  # fmt: skip
        assert main(["routine", "add", sent(stretches=[stretch]), "--yes"]) == 1
        assert "stop" in capsys.readouterr().err
        assert not home.exists()

    def test_a_name_that_another_of_ones_own_has_is_refused(self, home, capsys):
        assert main(["routine", "add", sent(), "--yes"]) == 0
        assert main(["routine", "add", sent(id="other"), "--replace"]) == 1
        assert "'heel week' is what the routine 'heel_week' is called already" in capsys.readouterr().err

    @pytest.mark.parametrize("given", ["no_such_file.yaml", "x" * 70_000, "", "a\0b"])
    def test_what_is_neither_a_file_nor_a_text_is_wrong_use(self, home, capsys, given):
        assert main(["routine", "add", given, "--yes"]) == 2
        error = capsys.readouterr().err
        assert len(error.splitlines()) == 1
        assert len(error) < 300

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"\xff\xfe\x00", "is neither text (UTF-8) nor a picture (PNG or JPEG)"),
            (b"just some words", "is no routine"),
            (b"id: &a [*a]", "aliases"),
            (b'id: a\nname: "\\e[2J"', "can't be seen (U+001B)"),
            (b" " * 1_100_000, "is larger than 1 MB"),
        ],
    )
    def test_a_file_that_holds_none_is_told_of(self, home, capsys, content, told):
        Path("sent").write_bytes(content)
        assert main(["routine", "add", "sent", "--yes"]) == 1
        assert told in capsys.readouterr().err

    def test_a_folder_that_can_not_be_written_is_told_of(self, home, capsys):
        home.parent.mkdir()
        home.write_text("in the way")
        assert main(["routine", "add", sent(), "--yes"]) == 1
        assert "cannot write" in capsys.readouterr().err


class TestAsking:
    @pytest.fixture
    def answered(self, home, monkeypatch):
        def answer(typed: str, *arguments: str) -> int:
            keyboard = io.StringIO(typed)
            monkeypatch.setattr(keyboard, "isatty", lambda: True)
            monkeypatch.setattr("sys.stdin", keyboard)
            return main(["routine", "add", *arguments])

        return answer

    @pytest.mark.parametrize("typed", ["no\n", "\n", ""])
    def test_without_a_yes_nothing_is_kept(self, home, answered, capsys, typed):
        assert answered(typed, sent()) == 0
        shown = capsys.readouterr().out
        assert shown.index("heel stretches: 20 s") < shown.index("Keep it in ") < shown.index("Nothing was changed.")
        assert not home.exists()

    def test_yes_keeps_it_and_another_yes_replaces_it(self, home, answered, capsys):
        assert answered("yes\n", sent()) == 0
        assert answered("no\n", sent(name="heel month")) == 0
        assert "Put it in the place of the one in" in capsys.readouterr().out
        assert "heel week" in (home / "heel_week.yaml").read_text()
        assert answered("Yes\n", sent(name="heel month")) == 0
        assert "heel month" in (home / "heel_week.yaml").read_text()


class TestPictures:
    @draws
    def test_new_pictures_are_written_and_none_is_overwritten(self, home, capsys):
        Path("mine.yaml").write_text(dump(MINE))
        text = shared(capsys, "mine.yaml", "--png", "a.png", "--svg", "a.svg")
        assert text == pack(MINE)
        assert main(["routine", "share", "mine.yaml", "--png", "a.png"]) == 2
        assert "a.png is there already" in capsys.readouterr().err
        # The drawing has the text in it, so that nobody needs to scan it.
        assert main(["routine", "add", "a.svg", "--yes"]) == 0

    @draws
    @scans
    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_picture_is_read_and_a_photograph_of_it_too(self, home, capsys, kind):
        import numpy as np
        from PIL import Image

        Path("mine.yaml").write_text(dump(MINE))
        shared(capsys, "mine.yaml", "--png", "a.png")
        with Image.open("a.png") as code:
            paper = Image.new("L", (1600, 1200), 200)
            paper.paste(code.convert("L").resize((500, 500)), (700, 300))
        turned = np.asarray(paper.rotate(13, fillcolor=180, resample=Image.Resampling.BICUBIC)).astype(float)
        noisy = turned * 0.6 + np.random.default_rng(3).normal(30, 12, turned.shape)
        Image.fromarray(noisy.clip(0, 255).astype("uint8")).convert("RGB").save("photo", kind, quality=70)
        for name in ("a.png", "photo"):
            (home / "heel_week.yaml").unlink(missing_ok=True)
            assert main(["routine", "add", name, "--yes"]) == 0
            assert "use: ankle_circles" in (home / "heel_week.yaml").read_text()

    @scans
    def test_pictures_without_one_and_those_that_can_not_be_read_are_told_of(self, home, capsys):
        import segno
        from PIL import Image

        Image.new("L", (100, 100), 255).save("white.png")
        segno.make("https://example.org").save("other.png", scale=5)
        Path("broken.png").write_bytes(Path("white.png").read_bytes()[:60])
        Path("broken.jpg").write_bytes(b"\xff\xd8\xff" + b"\0" * 50)
        Image.new("1", (8_000, 8_000)).save("large.png")
        Image.new("1", (20_000, 20_000)).save("bomb.png")
        for name, told in (
            ("white.png", "no QR code with a routine"),
            ("other.png", "no QR code with a routine"),
            ("broken.png", "can't be read"),
            ("broken.jpg", "can't be read"),
            ("large.png", "more than 60 million dots"),
            ("bomb.png", "more than 60 million dots"),
        ):
            assert main(["routine", "add", name, "--yes"]) == 1
            error = capsys.readouterr().err
            assert told in error
            assert len(error.splitlines()) == 1

    def test_without_a_reader_it_is_told_what_to_do(self, home, capsys, monkeypatch):
        monkeypatch.setattr(qr_codes, "READER", ("no_such_reader",))
        Path("a.png").write_bytes(qr_codes.PICTURES[0] + b"\0" * 20)
        assert main(["routine", "add", "a.png"]) == 1
        told = "a picture needs no_such_reader, not installed here; pip install 'solemate[scan]', or paste the text"
        assert told in capsys.readouterr().err

    def test_without_a_writer_it_is_told_what_to_do(self, home, capsys, monkeypatch):
        monkeypatch.setattr(qr_codes, "WRITER", ("no_such_writer",))
        assert main(["routine", "share", "seated", "--png", "a.png"]) == 1
        assert "pip install 'solemate[page]', or send the text alone" in capsys.readouterr().err
        assert not Path("a.png").exists()

    @draws
    def test_one_too_long_for_a_code_goes_as_text_alone(self, home, capsys):
        Path("long.yaml").write_text(dump({**MINE, "safety": long_words()}))
        assert is_shared(shared(capsys, "long.yaml"))
        assert main(["routine", "share", "long.yaml", "--png", "a.png"]) == 1
        assert "too long for one QR code" in capsys.readouterr().err
        assert not Path("a.png").exists()


class TestInATerminal:
    @pytest.fixture
    def in_a_terminal(self, home, capsys, monkeypatch):
        def share(columns: int, **changes: Any) -> tuple[str, str]:
            Path("mine.yaml").write_text(dump({**MINE, **changes}), encoding="utf-8")
            monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **__: os.terminal_size((columns, 24)))
            monkeypatch.setattr("sys.stdout.isatty", lambda: True)
            monkeypatch.setenv("LC_ALL", "C.UTF-8")
            assert main(["routine", "share", "mine.yaml"]) == 0
            out, err = capsys.readouterr()
            return out, err

        return share

    @draws
    @scans
    @pytest.mark.parametrize("columns", [200, 60])
    def test_the_code_that_is_shown_can_be_read(self, in_a_terminal, columns):
        import numpy as np
        import zxingcpp

        out, err = in_a_terminal(columns)
        *rows, text = out.splitlines()
        assert err == ""
        assert text == pack(MINE)
        assert max(map(len, rows)) <= columns
        halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
        dots = np.array([[halves[sign][half] for sign in row] for row in rows for half in (0, 1)], np.uint8)
        found = zxingcpp.read_barcodes(np.kron(dots, np.ones((4, 4), np.uint8)))
        assert [each.text for each in found] == [text]

    @draws
    def test_where_there_is_no_room_the_text_stands_alone(self, in_a_terminal):
        out, err = in_a_terminal(30)
        assert out.strip() == pack(MINE)
        assert re.fullmatch(r"solemate: no QR code: this terminal does not show one of \d+ columns; --png .*\n", err)

    @draws
    def test_one_that_is_too_long_stands_alone(self, in_a_terminal):
        out, err = in_a_terminal(200, safety=long_words())
        assert is_shared(out)
        assert len(out.splitlines()) == 1
        assert err == "solemate: no QR code: it is too long for one QR code\n"


def long_words() -> str:
    return "".join(random.Random(1).choices("abcdefghijklmnop ", k=9000))
