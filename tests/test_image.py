"""The image for containers: what it is made of is there, is enough, and is kept where it outlasts a container.

`script/try-image` runs its steps in an empty Debian system, which takes root, minutes and a network.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 reads no TOML by itself")

ROOT = Path(__file__).parent.parent
STEPS = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
KEPT = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}


def test_the_image_has_the_system_packages_that_a_set_up_brings():
    wanted = re.search(r"wanted=\(([^)]*)\)", (ROOT / "script" / "setup").read_text(encoding="utf-8"))
    last = STEPS.split("FROM ")[-1]
    assert wanted is not None
    assert set(wanted[1].split()) <= set(re.split(r"\s+", last))


def test_all_that_the_package_is_built_from_goes_into_the_image():
    built = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*built["packages"], *built["force-include"], "pyproject.toml", PROJECT["project"]["readme"]}
    assert needed <= KEPT
    assert all((ROOT / name).exists() for name in KEPT)


def test_its_extras_are_known_and_locked():
    extras = re.search(r"/source\[([\w,]+)\]", STEPS)
    assert extras is not None
    known, locked = PROJECT["project"]["optional-dependencies"], (ROOT / "requirements.lock").read_text("utf-8")
    for extra in extras[1].split(","):
        for requirement in known[extra]:
            name = re.split(r"[><=\[]", requirement)[0]
            assert re.search(rf"^{name}==", locked, flags=re.M), f"script/lock doesn't lock {name}"


def test_what_is_to_last_is_in_the_volume_that_compose_keeps():
    volume = re.search(r"^VOLUME (\S+)$", STEPS, flags=re.M)
    assert volume is not None
    folders = re.findall(r"(?:XDG_\w+|SOLEMATE_CONFIG)=(\S+)", STEPS)
    assert len(folders) == 3
    assert all(Path(folder).is_relative_to(volume[1]) for folder in folders)
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["solemate"]
    assert [kept.partition(":")[2] for kept in service["volumes"]] == [volume[1]]
    assert service["devices"] == ["/dev/snd:/dev/snd"]
    assert "ports" not in service  # nothing listens unless it is asked for
