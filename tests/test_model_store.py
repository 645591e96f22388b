"""The store of models: what is fetched, checked, installed and replaced, and which one is used."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from assistant.errors import SolemateError, UsageError
from assistant.models.download import part_of
from assistant.models.store import ModelStore, open_store
from tests.models import FILES, NAME, make_folder, make_zip, store, there
from tests.web import Site, serve


def content(tmp_path: Path) -> bytes:
    return (tmp_path / "published" / f"{NAME}.zip").read_bytes()


def test_a_model_is_fetched_checked_and_installed(tmp_path):
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    with serve(Site(content(tmp_path))) as site:
        models = store(tmp_path, site.address)
        assert models.find("xx") is None
        seen: list[tuple[int, int]] = []
        folder = models.get(NAME, lambda done, total: seen.append((done, total)))
        assert folder == models.folder / NAME == models.find("xx")
        fetched, unpacked = len(content(tmp_path)), sum(map(len, FILES.values()))
        assert (fetched, fetched) in seen
        assert seen[-1] == (unpacked, unpacked)
        assert {name: (folder / name).read_bytes() for name in FILES} == FILES
        assert there(models) == [NAME]
        assert models.get(NAME) == folder
    assert len(site.asked) == 1


def test_what_broke_off_goes_on(tmp_path):
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    whole = content(tmp_path)
    models = store(tmp_path, "https://127.0.0.1:1/none")
    models.folder.mkdir()
    part_of(models.folder / f"{NAME}.zip").write_bytes(whole[:5000])
    with pytest.raises(SolemateError):
        models.get(NAME)
    with serve(Site(whole)) as site:
        assert store(tmp_path, site.address).get(NAME) == models.folder / NAME
    assert [asked for _, asked in site.asked] == ["bytes=5000-"]


def test_offline_the_way_out_is_told_in_one_line(tmp_path):
    models = store(tmp_path, "http://127.0.0.1:1/x.zip", "http://no-such-host.invalid/x.zip")
    with pytest.raises(SolemateError) as caught:
        models.get(NAME)
    told = str(caught.value)
    assert told.startswith(f"{NAME} could not be fetched: 127.0.0.1:1: Connection refused; no-such-host.invalid: ")
    assert told.endswith(f"run `solemate models add {NAME}.zip` here")
    assert "\n" not in told
    assert there(models) == []


def test_a_zip_that_was_fetched_but_not_installed_is_used(tmp_path):
    models = store(tmp_path, "http://127.0.0.1:1/x.zip")
    models.folder.mkdir()
    shutil.copy(tmp_path / "published" / f"{NAME}.zip", models.folder)
    assert models.get(NAME) == models.folder / NAME
    assert there(models) == [NAME]


def test_a_broken_model_is_told_and_fetched_again(tmp_path):
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    with serve(Site(content(tmp_path))) as site:
        models = store(tmp_path, site.address)
        (models.get(NAME) / "graph" / "Gr.fst").unlink()
        assert models.find("xx") is None
        assert [found.problem for found in models.list()] == ["lacks graph/Gr.fst"]
        models.get(NAME)
    assert models.find("xx") == models.folder / NAME
    assert there(models) == [NAME]


def test_a_name_that_is_not_known(tmp_path):
    with pytest.raises(UsageError, match=f"no model is called 'vosk'; known are: {NAME}"):
        store(tmp_path).get("vosk")


def test_no_room_is_told_before_anything_is_fetched(tmp_path, monkeypatch):
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    full = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr("shutil.disk_usage", lambda path: full)
    with serve(Site(content(tmp_path))) as site, pytest.raises(SolemateError, match="not enough room"):
        store(tmp_path, site.address).get(NAME)
    assert site.asked == []


def test_two_at_once_do_not_meet(tmp_path):
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    told: list[str] = []
    site = Site(content(tmp_path))
    with serve(site):
        models = store(tmp_path, site.address)

        def meanwhile() -> None:
            with pytest.raises(SolemateError) as caught:
                models.get(NAME)
            told.append(str(caught.value))

        site.before_answer = meanwhile
        assert models.get(NAME) == models.folder / NAME
    assert told == [f"another Solemate is just getting {NAME}; wait for it to finish"]


def test_the_one_who_comes_second_finds_it_installed(tmp_path):
    """The lock is had only after the other has finished: nothing is fetched again."""
    make_zip(tmp_path / "published" / f"{NAME}.zip")
    with serve(Site(content(tmp_path))) as site:
        models = store(tmp_path, site.address)
        looks = iter([True])
        first_look = models._look

        class Late(ModelStore):
            def _look(self, model):
                found = first_look(model)
                if next(looks, False):
                    models.get(NAME)
                return found

        assert Late(models.folder, models.known).get(NAME) == models.folder / NAME
    assert len(site.asked) == 1


def test_an_interrupted_replacement_leaves_the_old_model(tmp_path, monkeypatch):
    """Whichever rename the program dies at, the model is there afterwards."""
    models = store(tmp_path)
    models.add(tmp_path / "published" / f"{NAME}.zip")
    rename = Path.rename
    for dies_at in (1, 2):
        count = 0

        def fail(self: Path, target: Path, dies_at: int = dies_at) -> Path:
            nonlocal count
            count += 1
            if count == dies_at:
                raise KeyboardInterrupt
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", fail)
        with pytest.raises(KeyboardInterrupt):
            models.add(tmp_path / "published" / f"{NAME}.zip")
        monkeypatch.setattr(Path, "rename", rename)
        assert models.find("xx") == models.folder / NAME
        assert there(models) == [NAME]


def test_what_a_killed_installation_left_is_cleared_away(tmp_path):
    models = store(tmp_path)
    make_folder(models.folder / f".{NAME}.new-abc" / "x")
    old = make_folder(models.folder / f".{NAME}.old-123")
    (old / "am" / "final.mdl").write_bytes(b"the old one")
    assert models.find("xx") is None
    assert models.get(NAME) == models.folder / NAME
    assert there(models) == [NAME]
    assert (models.folder / NAME / "am" / "final.mdl").read_bytes() == b"the old one"


def test_of_several_the_latest_is_used(tmp_path):
    models = store(tmp_path)
    first = models.add(make_folder(tmp_path / "a"), "en").folder
    second = models.add(make_folder(tmp_path / "b"), "en").folder
    os.utime(first, (1000, 1000))
    os.utime(second, (2000, 2000))
    assert models.find("en") == second
    os.utime(first, (3000, 3000))
    assert models.find("en") == first


def test_a_folder_put_there_by_hand_is_found_by_its_name(tmp_path):
    models = store(tmp_path)
    assert models.find("de") is None
    make_folder(models.folder / "vosk-model-small-de-0.15")
    assert models.find("de") == models.folder / "vosk-model-small-de-0.15"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(SolemateError, match="models can't be written: File exists"):
        store(tmp_path).get(NAME)


def test_the_users_store_is_in_the_data_folder_of_the_platform(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert open_store().folder.name == "models"
    if sys.platform == "linux":
        assert open_store().folder == tmp_path / "solemate" / "models"
        assert open_store().find("en") is None


@pytest.mark.parametrize(
    ("mend", "problem"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), r"is broken: graph/HCLr\.fst has \d+ bytes, not \d+"),
        (Path.unlink, r"lacks graph/HCLr\.fst"),
    ],
)
def test_a_model_that_was_cut_off_later_is_not_used_and_complained_of(tmp_path, mend, problem):
    models = store(tmp_path)
    zipped = tmp_path / "published" / f"{NAME}.zip"
    folder = models.add(zipped).folder
    assert models.complaint("xx") is None
    mend(folder / "graph" / "HCLr.fst")
    assert models.find("xx") is None
    complaint = models.complaint("xx")
    assert complaint is not None
    assert re.match(
        f"the Vosk model {re.escape(str(folder))} {problem}; .*`solemate models get {NAME}`", str(complaint)
    )
    models.add(zipped)
    assert models.find("xx") == folder
