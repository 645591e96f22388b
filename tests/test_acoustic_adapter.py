"""The acoustic adapter: shapes, the effect of neighbours, its file, and its part in the evidence."""

import numpy as np
import pytest

from assistant.errors import SolemateError
from assistant.language.adapter_file import FILE, load_adapter, save_adapter
from assistant.understanding.acoustic_adapter import FLOOR, Adapter, inputs
from assistant.understanding.phonemes import Inventory
from assistant.understanding.scoring import Evidence
from bench.network import Network

SOUNDS = ("a", "b", "c")
COLUMNS = len(SOUNDS) + 1
A, B, C, BLANK = range(COLUMNS)


def moments(*heard: int) -> np.ndarray:
    """Moments in each of which one thing was heard for sure."""
    rows = np.zeros((len(heard), COLUMNS))
    rows[np.arange(len(heard)), heard] = 1.0
    return rows


def taught() -> Adapter:
    """An adapter for a recogniser that hears every c after a b as an a."""
    chance = np.random.default_rng(1)
    rows, right = [], []
    for _ in range(1200):
        meant = chance.integers(0, 3, 12)
        heard = [A if one == C and before == B else one for before, one in zip([BLANK, *meant], meant, strict=False)]
        rows.append(inputs(moments(*heard)))
        right.append(meant)
    network = Network(rows[0].shape[1], 16, COLUMNS)
    loss = network.train(np.concatenate(rows), np.concatenate(right))
    assert loss < 0.6
    hidden, hidden_bias, output, output_bias = network.weights
    prior = np.full(COLUMNS, 1 / COLUMNS, np.float32)
    return Adapter(SOUNDS, hidden, hidden_bias, output, output_bias, prior)


@pytest.fixture(scope="module")
def adapter():
    return taught()


def test_hears_by_the_neighbours(adapter):
    after_b = adapter.likelihoods(moments(C, B, A, C))[2]
    after_c = adapter.likelihoods(moments(C, C, A, C))[2]
    assert after_b[C] > 0.5
    assert after_c[A] == 1.0
    assert after_c[C] < after_b[C] / 3


def test_likelihoods_are_between_the_floor_and_one(adapter):
    found = adapter.likelihoods(moments(A, B, BLANK))
    assert found.shape == (3, COLUMNS)
    assert np.allclose(found.max(axis=1), 1.0)
    assert found.min() >= FLOOR


def test_no_moments_give_no_likelihoods(adapter):
    assert adapter.likelihoods(np.zeros((0, COLUMNS))).shape == (0, COLUMNS)


def test_arrays_must_fit_each_other(adapter):
    with pytest.raises(ValueError, match="output has shape"):
        Adapter(SOUNDS, adapter.hidden, adapter.hidden_bias, adapter.output[1:], adapter.output_bias, adapter.prior)


def test_file_keeps_it(adapter, tmp_path):
    save_adapter(adapter, tmp_path / FILE)
    again = load_adapter(tmp_path)
    assert again is not None
    assert again.sounds == adapter.sounds
    heard = moments(C, B, A, BLANK)
    assert np.allclose(again.likelihoods(heard), adapter.likelihoods(heard), atol=0.02)


def test_language_without_a_file_has_none(tmp_path):
    assert load_adapter(tmp_path) is None


@pytest.mark.parametrize(
    "spoil", [lambda whole: whole[: len(whole) // 2], lambda whole: b"", lambda whole: b"PK nonsense"]
)
def test_broken_file_is_named(adapter, tmp_path, spoil):
    path = tmp_path / FILE
    save_adapter(adapter, path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(SolemateError, match=FILE):
        load_adapter(tmp_path)


def test_evidence_takes_its_word_and_keeps_its_own_on_sounds_it_lacks():
    inventory = Inventory([["p", "t", "k"]])
    columns = 3
    # It knows p and t alone, and takes whatever is heard for p.
    zeros = np.zeros((3 * columns, 2), np.float32)
    output_bias = np.array([9.0, 0.0, 0.0], np.float32)
    prior = np.full(columns, 1 / columns, np.float32)
    sure = Adapter(("p", "t"), zeros, np.zeros(2, np.float32), np.zeros((2, columns), np.float32), output_bias, prior)
    heard = np.zeros((1, inventory.other + 1))
    heard[0, inventory.numbers(["t"])[0]] = 1.0
    plain, adapted = Evidence(inventory).weights(heard)[0], Evidence(inventory, sure).weights(heard)[0]
    p, t, k = (inventory.numbers([sound])[0] for sound in "ptk")
    assert adapted[p] / adapted[t] > plain[p] / plain[t]
    assert adapted[k] == pytest.approx(plain[k] / plain.max())


def test_evidence_takes_an_adapter_for_sounds_that_the_book_lacks(adapter):
    inventory = Inventory([["b"]])
    heard = np.array([[0.9, 0.1]])
    weights = Evidence(inventory, adapter).weights(heard)
    assert weights.shape == (1, 2)
    assert (weights > 0).all()
