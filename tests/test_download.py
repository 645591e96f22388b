from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from assistant.errors import SolemateError
from assistant.models.download import fetch, part_of, reachable
from tests.models import sha256
from tests.web import Site, serve

CONTENT = bytes(i * 7 % 251 for i in range(300_000))


def bring(target: Path, *sources: str, timeout: float = 5.0, **more: object) -> None:
    fetch(sources, target, len(CONTENT), sha256(CONTENT), timeout=timeout, **more)  # type: ignore[arg-type]


def nobody() -> str:
    """An address on this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/model.zip"


def test_brings_the_file_and_tells_how_far_it_is(tmp_path):
    seen: list[tuple[int, int]] = []
    with serve(Site(CONTENT)) as site:
        bring(tmp_path / "a.zip", site.address, progress=lambda done, total: seen.append((done, total)))
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert not part_of(tmp_path / "a.zip").exists()
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_goes_on_where_a_broken_transfer_stopped(tmp_path):
    with serve(Site(CONTENT, cut_after=[100_000, 50_000])) as site:
        bring(tmp_path / "a.zip", site.address)
    assert [asked for _, asked in site.asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_goes_on_where_an_earlier_call_stopped_even_from_another_source(tmp_path):
    part_of(tmp_path / "a.zip").write_bytes(CONTENT[:123_456])
    with serve(Site(CONTENT)) as site:
        bring(tmp_path / "a.zip", nobody(), site.address)
    assert [asked for _, asked in site.asked] == ["bytes=123456-"]
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_begins_anew_where_a_source_has_no_ranges(tmp_path):
    part_of(tmp_path / "a.zip").write_bytes(b"something else" * 100)
    with serve(Site(CONTENT, ranges=False)) as site:
        bring(tmp_path / "a.zip", site.address)
    assert len(site.asked) == 1
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_a_spoilt_part_is_deleted_and_the_same_source_asked_for_all(tmp_path):
    part_of(tmp_path / "a.zip").write_bytes(b"x" * 1000)
    with serve(Site(CONTENT)) as site:
        bring(tmp_path / "a.zip", site.address)
    assert [asked for _, asked in site.asked] == ["bytes=1000-", None]
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) + 5])
def test_a_spoilt_part_of_full_size_or_more_is_deleted(tmp_path, size):
    part_of(tmp_path / "a.zip").write_bytes(b"x" * size)
    with serve(Site(CONTENT)) as site:
        bring(tmp_path / "a.zip", site.address)
    assert [asked for _, asked in site.asked] == [None]
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_a_whole_part_needs_no_network(tmp_path):
    part_of(tmp_path / "a.zip").write_bytes(CONTENT)
    bring(tmp_path / "a.zip", nobody())
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_wrong_content_is_deleted_and_the_next_source_tried(tmp_path):
    wrong = bytes(len(CONTENT))
    with serve(Site(wrong)) as bad, serve(Site(CONTENT)) as good:
        bring(tmp_path / "a.zip", bad.address, good.address)
    assert [asked for _, asked in good.asked] == [None]
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_wrong_content_from_everywhere_is_told_and_nothing_stays(tmp_path):
    with serve(Site(bytes(len(CONTENT)))) as bad:
        with pytest.raises(SolemateError, match=r"127\.0\.0\.1:\d+: what came has the wrong checksum; it was deleted"):
            bring(tmp_path / "a.zip", bad.address)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("site", "told"),
    [
        (Site(CONTENT, status=404), "answers 404 Not Found"),
        (Site(CONTENT, status=503), "answers 503 Service Unavailable"),
        (Site(CONTENT[:-1]), f"has a file of {len(CONTENT) - 1} bytes, not of {len(CONTENT)}"),
        (Site(b"<html>log in", content_type="text/html"), "sends a web page, not the file"),
        (Site(b"", declare_length=False), "answers 416"),
    ],
)
def test_refusals_are_told_with_the_host_and_the_next_source_is_tried(tmp_path, site, told):
    with serve(site), pytest.raises(SolemateError, match=rf"127\.0\.0\.1:\d+: {told}"):
        bring(tmp_path / "a.zip", site.address)
    with serve(site), serve(Site(CONTENT)) as good:
        bring(tmp_path / "a.zip", site.address, good.address)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_a_source_that_is_too_long_without_saying_so_is_not_read_on_for_ever(tmp_path):
    with serve(Site(CONTENT + bytes(5_000_000), declare_length=False)) as endless, serve(Site(CONTENT)) as good:
        seen: list[int] = []
        with pytest.raises(SolemateError, match="wrong checksum; it was deleted"):
            bring(tmp_path / "a.zip", endless.address, progress=lambda done, total: seen.append(done))
        assert max(seen) == len(CONTENT)
        bring(tmp_path / "a.zip", endless.address, good.address)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


def test_a_source_that_stops_sending_is_left_and_its_part_used(tmp_path):
    stall = threading.Event()
    with serve(Site(CONTENT, stall=stall)) as slow, serve(Site(CONTENT)) as good:
        try:
            bring(tmp_path / "a.zip", slow.address, good.address, timeout=0.2)
        finally:
            stall.set()
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert good.asked[0][1] is not None


def test_no_network_is_told_for_each_source(tmp_path):
    with pytest.raises(SolemateError, match=r"Connection refused; no-such-host\.invalid: can't be found"):
        bring(tmp_path / "a.zip", nobody(), "http://no-such-host.invalid/model.zip")


def test_proxies_of_the_environment_are_used(tmp_path, monkeypatch):
    with serve(Site(CONTENT)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address.removesuffix("/model.zip"))
        bring(tmp_path / "a.zip", "http://models.example/model.zip")
    assert proxy.asked[0][0] == "http://models.example/model.zip"


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with serve(Site(CONTENT)) as site, pytest.raises(SolemateError, match="can't be written: No such file"):
        bring(tmp_path / "no" / "a.zip", site.address)


def test_reachable_waits_for_no_one():
    with serve(Site(CONTENT)) as site:
        assert reachable([nobody(), site.address], 5.0)
    assert not reachable([nobody(), nobody()], 5.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and never answers
        assert not reachable([f"http://127.0.0.1:{silent.getsockname()[1]}/"], 0.1)
