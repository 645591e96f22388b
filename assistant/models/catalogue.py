"""The catalogue of speech models: models/*.yaml, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.language.marked_yaml import Marked, load

RECOGNISERS = ("built-in", "vosk")

WAYS = ("archive", "package", "download", "weights")
"""How to get a model: a zip with a known checksum, a Python package, a zip to be downloaded by hand, or not at all:
its weights lie beside its own file."""

MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""A model's name, which is also the name of its folder on every system."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Archive:
    """A zip to fetch: its size in bytes, its checksum, and where to get it, the publisher first."""

    bytes: int
    sha256: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Package:
    """A Python package that has the model in its folder `folder`."""

    name: str
    module: str
    folder: str


@dataclass(frozen=True)
class Model:
    """A model that Solemate knows: an archive, in a Python package, to be downloaded by hand, or a part of Solemate."""

    name: str
    recogniser: str
    languages: tuple[str, ...]
    about: str
    licence: str
    homepage: str = ""
    archive: Archive | None = None
    package: Package | None = None
    download: str = ""
    """Where to download its zip by hand: one without a known checksum is never fetched automatically."""
    weights: Path | None = None
    """The file of its weights, which comes along."""


def read_models(folder: Path) -> Mapping[str, Model]:
    """The models in `folder`, by name, in the order of their files.

    Raises SolemateError with file, line, key and mistake.
    """
    models = {}
    for path in sorted(folder.glob("*.yaml")):
        model = _model(load(path), path)
        models[model.name] = model
    return models


def _model(data: Marked, path: Path) -> Model:
    what, stem = "a model", path.stem
    data.keys_among(what, ("name", "recogniser", "languages", "about", "licence", "homepage", *WAYS))
    name = data.required(what, "name")
    if name.text("name") != stem:
        name.fail(f"name must be the file's, {stem!r}, not {name.value!r}")
    if not MODEL_NAME.fullmatch(stem):
        name.fail(f"name {stem!r} must be letters, digits, '.', '_' and '-', beginning with a letter or digit")
    recogniser = data.required(what, "recogniser")
    if recogniser.text("recogniser") not in RECOGNISERS:
        recogniser.fail(f"recogniser must be one of {', '.join(RECOGNISERS)}, not {recogniser.value!r}")
    fields = data.mapping(what)
    if sum(way in fields for way in WAYS) != 1:
        data.fail("a model has one of 'archive', 'package', 'download' and 'weights'")
    return Model(
        name=stem,
        recogniser=recogniser.text("recogniser"),
        languages=tuple(_language(item) for item in data.required(what, "languages").items("languages")),
        about=data.required(what, "about").text("about"),
        licence=data.required(what, "licence").text("licence"),
        homepage=_web(fields["homepage"], "homepage") if "homepage" in fields else "",
        archive=_archive(fields["archive"]) if "archive" in fields else None,
        package=_package(fields["package"]) if "package" in fields else None,
        download=_web(fields["download"], "download") if "download" in fields else "",
        weights=path.parent / fields["weights"].text("weights") if "weights" in fields else None,
    )


def _archive(data: Marked) -> Archive:
    data.keys_among("archive", ("bytes", "sha256", "sources"))
    size = data.required("archive", "bytes")
    if size.whole_number("bytes") == 0:
        size.fail("bytes must be more than 0")
    checksum = data.required("archive", "sha256")
    if not _SHA256.fullmatch(checksum.text("sha256")):
        checksum.fail("sha256 must be 64 digits of 0-9 and a-f")
    sources = data.required("archive", "sources").items("sources")
    return Archive(
        size.whole_number("bytes"), checksum.text("sha256"), tuple(_web(source, "a source") for source in sources)
    )


def _package(data: Marked) -> Package:
    keys = ("name", "module", "folder")
    data.keys_among("package", keys)
    return Package(*(data.required("package", key).text(key) for key in keys))


def _language(data: Marked) -> str:
    language = data.text("a language")
    if not LANGUAGE.fullmatch(language):
        data.fail(f"a language is two or three small letters, such as en, not {language!r}")
    return language


def _web(data: Marked, what: str) -> str:
    address = data.text(what)
    if not address.startswith("https://"):
        data.fail(f"{what} must begin with https://, not {address!r}")
    return address
