"""Makes the weights that spell English words, out of the package hama, and compares the two.

    python -m bench.spelling_weights           writes intents/en/spelling.npz, and says how often both spell alike
    python -m bench.spelling_weights --check   only compares, with the file as it is

It needs `pip install hama==1.7.0`.
"""

from __future__ import annotations

import argparse
import json
import random
import unicodedata
from importlib import resources
from pathlib import Path

import numpy as np

from assistant.language.corpus import read_corpus
from assistant.language.grapheme_to_phoneme import FILE, Network, load_network, save_network
from assistant.language.spelling import normalise
from assistant.paths import data_folder
from bench.teaching.hama_file import Array, read_hama

INVENTED = 500
"""How many made-up words are compared besides the corpus's: names of people and stretches are like them."""

ONSETS = ("b", "k", "st", "m", "sh", "gr", "v", "y", "qu", "th", "")
NUCLEI = ("a", "e", "i", "oo", "ai", "u", "ou")
CODAS = ("", "n", "ck", "rt", "ll", "x")

SCRIPTS = ("LATIN", "DIGIT", "APOSTROPHE", "MIDDLE DOT", "MODIFIER LETTER")
"""How the Unicode names of the letters begin that are kept. hama knows 19,000 more, of Korean, Japanese, Chinese and
Thai, to which the built-in ear is deaf."""


def main() -> None:
    """Write the weights, if asked to, and compare."""
    parser = argparse.ArgumentParser(prog="python -m bench.spelling_weights", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    folder = data_folder("intents") / "en"
    if not parser.parse_args().check:
        save_network(network_of_hama(), folder / FILE)
        print(f"{folder / FILE}: {(folder / FILE).stat().st_size} bytes")
    for what, words in (("the corpus's words", corpus_words(folder)), ("invented words", invented_words())):
        unlike = unlike_hama(folder, words)
        print(f"{what}: {len(words) - len(unlike)} of {len(words)} spelled as hama does; not {', '.join(unlike[:20])}")


def corpus_words(folder: Path) -> list[str]:
    """All words of what people say, in alphabetical order."""
    return sorted({word for said in read_corpus(folder) for word in normalise(said.text, {})})


def invented_words(seed: int = 5) -> list[str]:
    """Words of one to four syllables that mostly nobody has ever seen; the same for the same seed."""
    chance = random.Random(seed)

    def syllable() -> str:
        return "".join(chance.choice(parts) for parts in (ONSETS, NUCLEI, CODAS))

    return sorted({"".join(syllable() for _ in range(chance.randint(1, 4))) for _ in range(INVENTED)})


def unlike_hama(folder: Path, words: list[str]) -> list[str]:
    """Those of the words that hama spells otherwise."""
    import hama

    theirs, ours = hama.G2PModel(), load_network(folder / FILE)
    return [word for word in words if [item.phoneme for item in theirs(word).alignments] != [*ours.symbols_of(word)]]


def network_of_hama() -> Network:
    """hama's network with the letters of SCRIPTS, under our names."""

    with resources.as_file(resources.files("hama.assets")) as assets:
        vocabulary = json.loads((assets / "g2p_vocab.json").read_text(encoding="utf-8"))
        encoder, decoder = read_hama(assets / "encoder.hama"), read_hama(assets / "decoder_step.hama")
    rows = [0, 1, *(row for row, letter in enumerate(vocabulary["encoder"]) if _is_kept(letter))]
    letters = "".join(vocabulary["encoder"][row] for row in rows[2:])
    weights = {**_encoder(encoder), **_decoder(decoder)}
    weights["letter_embedding"] = weights["letter_embedding"][rows]
    return Network(weights, letters, tuple(vocabulary["decoder"]))


def _is_kept(letter: str) -> bool:
    return len(letter) == 1 and unicodedata.name(letter, "").startswith(SCRIPTS)


def _encoder(tensors: dict[str, Array]) -> dict[str, Array]:
    def norm(name: str) -> Array:
        return np.stack((tensors[f"model.{name}.weight"], tensors[f"model.{name}.bias"]))

    return {
        "letter_embedding": tensors["model.encoder_embedding.weight"],
        "front.depthwise": tensors["model.frontend.depthwise.weight"][:, 0],
        "front.pointwise": tensors["model.frontend.pointwise.weight"][:, :, 0],
        "front.norm": norm("frontend.norm"),
        "encoder1.input": tensors["onnx::GRU_484"],
        "encoder1.state": tensors["onnx::GRU_485"],
        "encoder1.bias": tensors["onnx::GRU_483"].reshape(2, 2, -1),
        "encoder2.input": tensors["onnx::GRU_527"],
        "encoder2.state": tensors["onnx::GRU_528"],
        "encoder2.bias": tensors["onnx::GRU_526"].reshape(2, 2, -1),
        "encoder.shortcut": tensors["onnx::MatMul_532"].T,
        "encoder.norm": norm("encoder_out_norm"),
        "keys": tensors["onnx::MatMul_539"].T,
        "bridge": tensors["model.bridge.weight"],
        "bridge.bias": tensors["model.bridge.bias"],
    }


def _decoder(tensors: dict[str, Array]) -> dict[str, Array]:
    def norm(name: str) -> Array:
        return np.stack((tensors[f"model.{name}.weight"], tensors[f"model.{name}.bias"]))

    if not np.array_equal(tensors["onnx::MatMul_306"], tensors["model.decoder_embedding.weight"].T):
        raise ValueError("hama's decoder no longer writes with the matrix by which it reads")
    return {
        "symbol_embedding": tensors["model.decoder_embedding.weight"],
        "decoder1.input": tensors["onnx::GRU_279"][0],
        "decoder1.state": tensors["onnx::GRU_280"][0],
        "decoder1.bias": tensors["onnx::GRU_281"].reshape(2, -1),
        "decoder2.input": tensors["onnx::GRU_299"][0],
        "decoder2.state": tensors["onnx::GRU_300"][0],
        "decoder2.bias": tensors["onnx::GRU_301"].reshape(2, -1),
        "decoder.shortcut": tensors["onnx::MatMul_302"].T,
        "decoder.norm": norm("decoder_state_norm"),
        "query": tensors["onnx::MatMul_303"].T,
        "place.convolution": tensors["model.attention.location_conv.weight"][:, 0],
        "place": tensors["onnx::MatMul_304"].T,
        "energy": tensors["onnx::MatMul_305"][:, 0],
        "context.norm": norm("context_norm"),
        "fusion": tensors["model.context_proj.weight"],
        "fusion.bias": tensors["model.context_proj.bias"],
        "fusion.norm": norm("fusion_norm"),
        "output": tensors["model.output_in_proj.weight"],
        "output.bias": tensors["model.output_in_proj.bias"],
    }


if __name__ == "__main__":
    main()
