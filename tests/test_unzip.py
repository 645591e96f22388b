from __future__ import annotations

import io
import shutil
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from assistant.errors import SolemateError
from assistant.models.unzip import MOST_ENTRIES, top_folder, unpack


def make(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as zipped:
        for name, content in entries:
            zipped.writestr(name, content)
    return path


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def room(tmp_path: Path) -> Path:
    target = tmp_path / "outer" / "target"
    target.mkdir(parents=True)
    return target


def test_one_top_folder_is_stepped_into(tmp_path):
    archive = make(tmp_path / "a.zip", ("m/am/x", b"1"), ("m/y", b"2"), ("__MACOSX/m/y", b"?"))
    folder = unpack(archive, room(tmp_path))
    assert (folder.name, (folder / "am" / "x").read_bytes(), (folder / "y").read_bytes()) == ("m", b"1", b"2")
    assert top_folder(archive) == "m"


def test_files_at_the_root_are_taken_as_they_are(tmp_path):
    archive = make(tmp_path / "a.zip", ("am/x", b"1"), ("conf/y", b"2"))
    target = room(tmp_path)
    assert unpack(archive, target) == target
    assert top_folder(archive) is None
    assert (target / "conf" / "y").read_bytes() == b"2"


def test_modes_in_the_zip_do_not_matter(tmp_path):
    archive = make(tmp_path / "a.zip", (entry("m/x", stat.S_IFREG | 0o6777), b"1"), (entry("m/y", stat.S_IFREG), b"2"))
    folder = unpack(archive, room(tmp_path))
    assert stat.S_IMODE((folder / "x").stat().st_mode) & 0o6111 == 0
    assert (folder / "y").read_bytes() == b"2"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil", "leads out of the folder"),
        ("m/../../evil", "leads out of the folder"),
        ("/tmp/evil", "leads out of the folder"),
        ("..\\evil", "is no name for a file"),
        ("C:/evil", "is no name for a file"),
        ("m/ev:il", "is no name for a file"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name, why):
    archive = make(tmp_path / "a.zip", ("m/good", b"1"), (name, b"evil"))
    target = room(tmp_path)
    with pytest.raises(SolemateError, match=rf"a\.zip is not accepted: .*evil' {why}|ev:il' {why}"):
        unpack(archive, target)
    assert [path for path in tmp_path.rglob("*") if "evil" in path.name] == []
    assert list(target.iterdir()) == []


@pytest.mark.parametrize(
    ("mode", "why"), [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "is no file"), (stat.S_IFCHR, "is no file")]
)
def test_links_and_devices_are_refused(tmp_path, mode, why):
    archive = make(tmp_path / "a.zip", (entry("m/l", mode | 0o777), b"/etc/passwd"))
    with pytest.raises(SolemateError, match=f"'m/l' {why}"):
        unpack(archive, room(tmp_path))
    assert not (tmp_path / "outer" / "target" / "m").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    archive = make(tmp_path / "a.zip", ("m/zeros", bytes(20_000_000)), how=zipfile.ZIP_DEFLATED)
    with pytest.raises(SolemateError, match="would unpack to 20000000 bytes, out of all measure"):
        unpack(archive, room(tmp_path))


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path):
    archive = make(tmp_path / "a.zip", ("m/zeros", bytes(20_000_000)), how=zipfile.ZIP_DEFLATED)
    content = archive.read_bytes()
    archive.write_bytes(content.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1000)))
    target = room(tmp_path)
    with pytest.raises(SolemateError, match="no whole zip file"):
        unpack(archive, target)
    assert sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) <= 1000


def test_too_many_entries_are_refused(tmp_path):
    archive = make(tmp_path / "a.zip", *[(f"m/{i}", b"") for i in range(MOST_ENTRIES + 1)])
    with pytest.raises(SolemateError, match="it has 10001 entries"):
        unpack(archive, room(tmp_path))


def test_what_does_not_fit_on_the_disk_is_refused(tmp_path, monkeypatch):
    archive = make(tmp_path / "a.zip", ("m/x", b"12345"))
    full = shutil.disk_usage(tmp_path)._replace(free=4)
    monkeypatch.setattr("shutil.disk_usage", lambda path: full)
    with pytest.raises(SolemateError, match="needs 5 bytes unpacked, and 4 are free"):
        unpack(archive, room(tmp_path))


def test_the_same_name_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = make(tmp_path / "a.zip", ("m/x", b"1"), ("m/x", b"2"))
    with pytest.raises(SolemateError, match="it has 'x' twice"):
        unpack(archive, room(tmp_path))


def test_a_file_that_is_also_a_folder_is_refused(tmp_path):
    archive = make(tmp_path / "a.zip", ("m/x", b"1"), ("m/x/y", b"2"))
    with pytest.raises(SolemateError, match=r"a\.zip"):
        unpack(archive, room(tmp_path))


def test_an_encrypted_zip_is_refused(tmp_path):
    archive = make(tmp_path / "a.zip", ("m/x", b"1"))
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(SolemateError, match="'m/x' is encrypted"):
        unpack(archive, room(tmp_path))


def test_an_empty_zip_is_refused(tmp_path):
    with pytest.raises(SolemateError, match=r"a\.zip is empty"):
        unpack(make(tmp_path / "a.zip"), room(tmp_path))


def test_files_that_are_no_whole_zip_are_told(tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as zipped:
        zipped.writestr("m/x", b"content " * 100)
    spoilt = bytearray(whole.getvalue())
    spoilt[60] ^= 0xFF
    archive = tmp_path / "a.zip"
    for content in (b"", b"no zip at all", whole.getvalue()[:-30], bytes(spoilt)):
        archive.write_bytes(content)
        with pytest.raises(SolemateError, match=r"a\.zip is no whole zip file"):
            unpack(archive, room(tmp_path / str(len(content)) / str(hash(content))))
