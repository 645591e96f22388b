"""How much disk space Solemate takes when installed without the extras, part by part."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import assistant
from assistant.paths import data_folder

OWN = "solemate"

SMALL = 1_000_000
"""Bytes below which packages are summed up."""


def size() -> dict[str, Any]:
    """Bytes of each required package without its compiled Python, and which package requires it."""
    from packaging.requirements import Requirement

    found: dict[str, dict[str, Any]] = {}
    waiting = [(OWN, "")]
    while waiting:
        name, wanted_by = waiting.pop(0)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # for another system, by its marker; or the program would not start here
        if name in found:
            continue
        found[name] = {"bytes": _own() if name == OWN else _bytes(package), "wanted_by": wanted_by}
        for line in package.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append((needed.name.lower().replace("_", "-"), name))
    return {"bytes": sum(each["bytes"] for each in found.values()), "packages": found}


def _bytes(package: Distribution) -> int:
    paths = [Path(str(package.locate_file(file))) for file in package.files or () if not file.name.endswith(".pyc")]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _own() -> int:
    """The program and its data, wherever they are."""
    folders = [Path(assistant.__file__).parent, data_folder("intents"), data_folder("models")]
    paths = {path.resolve() for folder in folders for path in folder.rglob("*") if path.is_file()}
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc")


def rows(name: str, result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: large packages each on their own."""
    by_size = sorted(result["packages"].items(), key=lambda item: -int(item[1]["bytes"]))
    large = [(package, found) for package, found in by_size if found["bytes"] >= SMALL]
    small = [(package, found) for package, found in by_size if found["bytes"] < SMALL]
    lines = [(f"{name}, all of it", _megabytes(result["bytes"]), "")]
    for package, found in large:
        by = f", wanted by {found['wanted_by']}" if found["wanted_by"] not in ("", OWN) else ""
        lines.append((f"  {package}", f"{_megabytes(found['bytes'])}{by}", ""))
    rest = _megabytes(sum(found["bytes"] for _, found in small))
    return [*lines, (f"  {len(small)} more", f"{rest}: {', '.join(package for package, _ in small)}", "")]


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
