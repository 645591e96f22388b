"""Models that are added from a zip or a folder, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import SolemateError, UsageError
from tests.models import FILES, NAME, make_folder, make_zip, store, there


def test_add_takes_a_zip_and_compares_its_checksum(tmp_path):
    models = store(tmp_path)
    renamed = shutil.copy(tmp_path / "published" / f"{NAME}.zip", tmp_path / "download (1).zip")
    added = models.add(Path(renamed))
    assert (added.name, added.folder, added.checked) == (NAME, models.folder / NAME, "its checksum is the publisher's")
    assert models.find("xx") == added.folder


def test_add_refuses_a_zip_that_only_has_the_name(tmp_path):
    models = store(tmp_path)
    with pytest.raises(SolemateError, match=r"is not the publisher's vosk-model-small-xx-0\.1: its sha256 is"):
        models.add(make_zip(tmp_path / "other.zip", f"{NAME}/./"))
    assert not models.folder.exists()


@pytest.mark.parametrize("top", ["", "vosk-model-small-yy-0.2/"])
def test_add_takes_an_unknown_zip_and_says_it_could_not_compare(tmp_path, top):
    models = store(tmp_path)
    added = models.add(make_zip(tmp_path / "vosk-model-small-yy-0.2.zip", top))
    assert added.checked == "there is no checksum to compare it with"
    assert models.find("yy") == models.folder / "vosk-model-small-yy-0.2"
    assert [found.model.name for found in models.list()] == [NAME, "vosk-model-small-yy-0.2"]


def test_add_takes_a_folder_also_one_inside_another(tmp_path):
    models = store(tmp_path)
    make_folder(tmp_path / "vosk-model-small-yy-0.2" / "vosk-model-small-yy-0.2")
    added = models.add(tmp_path / "vosk-model-small-yy-0.2")
    assert models.find("yy") == added.folder
    assert (added.folder / "conf" / "model.conf").read_bytes() == FILES["conf/model.conf"]
    assert (tmp_path / "vosk-model-small-yy-0.2").exists()


def test_add_asks_for_a_language_that_the_name_does_not_tell(tmp_path):
    models = store(tmp_path)
    folder = make_folder(tmp_path / "mine")
    with pytest.raises(UsageError, match="doesn't tell the model's language; give it: --language en"):
        models.add(folder)
    with pytest.raises(UsageError, match="two or three small letters"):
        models.add(folder, "English")
    assert models.find("en") is None
    assert models.add(folder, "en").folder == models.find("en")


def test_add_refuses_what_is_no_model_and_leaves_what_was_there(tmp_path):
    models = store(tmp_path)
    models.add(tmp_path / "published" / f"{NAME}.zip")
    lacking = make_folder(tmp_path / NAME)
    (lacking / "am" / "final.mdl").unlink()
    spoilt = tmp_path / "spoilt.zip"
    spoilt.write_bytes(b"no zip")
    for path, told in [
        (lacking, f"{lacking} is no model that can be used: it lacks am/final.mdl"),
        (spoilt, f"{spoilt} is no whole zip file"),
        (tmp_path / "nothing", f"there is no {tmp_path / 'nothing'}"),
    ]:
        with pytest.raises(SolemateError) as caught:
            models.add(path)
        assert str(caught.value).startswith(told)
    assert models.find("xx") == models.folder / NAME
    assert there(models) == [NAME]


def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"'\.hidden' can't be a Vosk model's name"):
        store(tmp_path).add(make_folder(tmp_path / ".hidden"), "en")


def test_a_refused_model_leaves_no_lock(tmp_path):
    models = store(tmp_path)
    (tmp_path / "vosk-model-small-xx-9").mkdir()
    with pytest.raises(SolemateError, match="no model that can be used"):
        models.add(tmp_path / "vosk-model-small-xx-9", "xx")
    assert there(models) == []
