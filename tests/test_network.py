"""The built-in ear's network and its log-mel, beside what PyTorch and hama's filters gave; and its file of weights."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SolemateError
from assistant.hearing.log_mel import MELS, log_mel
from assistant.hearing.network import LONGEST, OVERLAP
from assistant.hearing.network_file import TaughtNetwork, read_network, weights_file

REFERENCE = Path(__file__).parent / "network_reference.npz"
"""`python -m bench.teaching.reference` made it."""


@pytest.fixture(scope="module")
def reference() -> dict[str, np.ndarray]:
    with np.load(REFERENCE) as arrays:
        return dict(arrays)


@pytest.fixture
def weights(tmp_path: Path, reference: dict[str, np.ndarray]) -> Path:
    path = tmp_path / "ear.npz"
    path.write_bytes(reference["weights"].tobytes())
    return path


@pytest.fixture(scope="module")
def built_in() -> TaughtNetwork:
    return read_network(weights_file("en"))


def test_the_network_gives_what_pytorch_gives(weights, reference):
    taught = read_network(weights)
    found = taught.network.log_probs(reference["mels"].astype(np.float32))
    assert found.shape == (38, len(taught.alphabet)) == (38, 9)
    np.testing.assert_allclose(found, reference["log_probs"], atol=2e-4)


def test_the_bands_are_those_that_the_network_was_taught_with(reference):
    found = log_mel(reference["sound"].astype(np.float32) / 32768)
    np.testing.assert_allclose(found, reference["log_mel"], atol=1e-2)
    assert np.abs(found - reference["log_mel"]).mean() < 1e-3


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 0), (399, 0), (400, 3), (480, 4), (16_000, 101)])
def test_every_ten_milliseconds_has_a_frame(samples, frames):
    found = log_mel(np.zeros(samples, np.float32))
    assert found.shape == (frames, MELS)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("frames", [0, 1, 2, 33, 150])
def test_two_frames_become_one_whose_probabilities_add_up(built_in, frames):
    found = built_in.network.log_probs(np.zeros((frames, MELS), np.float32))
    assert found.shape == (-(-frames // 2), len(built_in.alphabet))
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1.0, rtol=1e-4)


@pytest.mark.parametrize("level", [-1000.0, 1000.0, 1e30])
def test_no_input_makes_the_network_say_what_is_no_number(built_in, level):
    assert np.isfinite(built_in.network.log_probs(np.full((50, MELS), level, np.float32))).all()


def test_what_is_too_long_for_one_piece_is_heard_in_pieces_that_fit_together(built_in):
    chance = np.random.default_rng(3)
    short = chance.normal(-8.0, 3.0, (2 * LONGEST, MELS)).astype(np.float32)
    long = np.concatenate([short, chance.normal(-8.0, 3.0, (1501, MELS)).astype(np.float32)])
    found = built_in.network.log_probs(long)
    assert found.shape[0] == -(-len(long) // 2)
    within = built_in.network.log_probs(short)[: LONGEST - 4 * OVERLAP]
    assert (found[: len(within)].argmax(axis=1) == within.argmax(axis=1)).mean() > 0.9
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1.0, rtol=1e-4)


def changed(path: Path, **arrays: np.ndarray | None) -> None:
    """Write the file again with other arrays; without those that are None."""
    with np.load(path) as kept:
        all_of_them = {**kept, **arrays}
    content = io.BytesIO()
    np.savez(content, **{name: array for name, array in all_of_them.items() if array is not None})
    path.write_bytes(content.getvalue())


def configured(path: Path, **fields: object) -> np.ndarray:
    with np.load(path) as kept:
        return np.array(json.dumps({**json.loads(str(kept["config"])), **fields}))


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"format": np.int64(2)}, "is of format 2, and this Solemate reads format 1"),
        ({"stem.bias": None}, "stem.bias"),
        ({"blocks.1.ffn2.up.weight": np.zeros((40, 23))}, "blocks.1.ffn2.up.weight has the shape (40, 23)"),
        ({"output.bias": np.full(9, np.nan)}, "output.bias holds what is no number"),
        ({"alphabet": np.array(["a", "<blank>"])}, "2 symbols"),
        ({"alphabet": np.array(list("abcdefghi"))}, "9 symbols"),
        ({"config": np.array("{")}, "can't be read"),
        ({"config": np.array("[]")}, "can't be read"),
        ({"config": np.array("[" * 100_000)}, "can't be read"),
        ({"stem.bias": np.ones(24, complex)}, "stem.bias holds complex128"),
        ({"stem.bias": np.full(24, 1e300)}, "stem.bias holds what is no number"),
    ],
)
def test_weights_that_do_not_fit_are_told_in_one_line_with_a_way_out(weights, arrays, told):
    changed(weights, **arrays)
    with pytest.raises(SolemateError) as raised:
        read_network(weights)
    assert told in raised.value.problem
    assert "solemate models get" in raised.value.remedy
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"width": 25}, "heads"),
        ({"width": 26}, "shape"),
        ({"heads": 5}, "heads"),
        ({"heads": -2}, "heads"),
        ({"heads": 2.0}, "heads"),
        ({"final_norms": []}, "0 blocks of 3"),
        ({"final_norms": [True]}, "1 blocks of 3"),
        ({"final_norms": 3}, "can't be read"),
        ({"bits": 8}, "bits"),
    ],
)
def test_a_size_that_cannot_be_is_told(weights, fields, told):
    changed(weights, config=configured(weights, **fields))
    with pytest.raises(SolemateError, match=told):
        read_network(weights)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_weights_that_are_cut_are_told(weights, share):
    content = weights.read_bytes()
    weights.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SolemateError, match="can't be read"):
        read_network(weights)


def test_weights_in_which_a_bit_flipped_are_told(weights):
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 255
    weights.write_bytes(bytes(content))
    with pytest.raises(SolemateError, match="can't be read"):
        read_network(weights)


def test_whichever_byte_is_another_nothing_but_one_short_line_comes_of_it(weights):
    content = weights.read_bytes()
    directory = content.rindex(b"PK\x01\x02", 0, content.index(b"PK\x01\x02") + 400)
    told = set[str]()
    for place in (*range(0, 300, 2), *range(directory, len(content), 7)):
        flipped = bytearray(content)
        flipped[place] ^= 255
        weights.write_bytes(flipped)
        try:
            read_network(weights)
        except SolemateError as error:
            told.add(str(error))
    assert told
    assert all(len(line) < 400 and line.isprintable() for line in told)


@pytest.mark.parametrize("content", [b"", b"hello\n" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_file_of_weights_is_told(weights, content):
    weights.write_bytes(content)
    with pytest.raises(SolemateError, match="can't be read") as raised:
        read_network(weights)
    assert "pickle" not in str(raised.value)


def test_weights_that_are_missing_are_told(tmp_path):
    with pytest.raises(SolemateError, match="is missing; install Solemate again"):
        read_network(tmp_path / "ear-en.npz")
