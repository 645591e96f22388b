"""Tiny folders that look like Vosk models, and zips of them, for everything that doesn't need a real one."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from assistant.hearing.vosk import OPENFST_MAGIC
from assistant.models.catalogue import Archive, Model
from assistant.models.store import ModelStore

NAME = "vosk-model-small-xx-0.1"

FILES = {
    "am/final.mdl": b"acoustics " * 3000,
    "conf/mfcc.conf": b"--sample-frequency=16000\n",
    "conf/model.conf": b"--beam=10\n",
    "graph/HCLr.fst": OPENFST_MAGIC + bytes(range(256)) * 40,
    "graph/Gr.fst": OPENFST_MAGIC + bytes(range(256)) * 20,
    "graph/disambig_tid.int": b"1\n",
    "ivector/final.dubm": b"d",
    "ivector/final.ie": b"e",
    "ivector/final.mat": b"m",
    "ivector/global_cmvn.stats": b"s",
    "ivector/online_cmvn.conf": b"c",
    "ivector/splice.conf": b"p",
}


def make_folder(folder: Path) -> Path:
    """A folder with the files of a model."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def make_zip(path: Path, top: str = NAME + "/") -> Path:
    """A zip of such a folder, stored so that its size in bytes is about that of its files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in FILES.items():
            zipped.writestr(top + name, content)
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def known_model(archive: Path, *sources: str) -> Model:
    """What the list of models would say of that zip."""
    content = archive.read_bytes()
    return Model(
        NAME, "vosk", ("xx",), "for tests", "none", archive=Archive(len(content), sha256(content), tuple(sources))
    )


def store(tmp_path: Path, *sources: str) -> ModelStore:
    """A store in a folder that isn't there yet, with one model that can be fetched from `sources`."""
    archive = make_zip(tmp_path / "published" / f"{NAME}.zip")
    return ModelStore(tmp_path / "models", {NAME: known_model(archive, *sources)})


def there(models: ModelStore) -> list[str]:
    """What is in the store's folder, hidden files too: nothing may be left behind."""
    return sorted(path.name for path in models.folder.iterdir())
