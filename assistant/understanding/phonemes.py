"""How similar phonemes sound: one small inventory for all recognisers, and the cost of hearing one as another.

Recognisers and grapheme-to-phoneme write the same sound in different ways ("oʊ" and "o", "r" and "ɹ"), so all are first
folded to one spelling. The costs come from articulatory features (place, manner and voicing of consonants; height,
backness and rounding of vowels, after the IPA chart), not from data, so that they hold for voices nobody has tried.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.float32]

_FOLDED = {
    "oʊ": "o",
    "eɪ": "e",
    "ɫ": "l",
    "ɡ": "g",
    "r": "ɹ",
    "ɻ": "ɹ",
    "ɽ": "ɹ",
    "ʀ": "ɹ",
    "ʁ": "ɹ",
    "ɟ": "j",
    "kʰ": "k",
    "pʰ": "p",
    "tʰ": "t",
    "t͈": "t",
    "p͈": "p",
    "k͈": "k",
    "s͈": "s",
    "ɚ": "ɝ",
    "ɜ": "ɝ",
    "ᵊ": "ə",
    "ɐ": "ʌ",
    "ɒ": "ɑ",
    "a": "ɑ",
    "ɱ": "m",
    "ɦ": "h",
    "x": "h",
    "y": "u",
    "ʉ": "u",
    "ɯ": "u",
    "β": "v",
    "t͡ɕ": "t͡ʃ",
    "t͡ɕʰ": "t͡ʃ",
    "t͡ɕ͈": "t͡ʃ",
    "ɕ": "ʃ",
    "ʑ": "ʒ",
    "ɲ": "n",
    "ʋ": "v",
    "ɾ": "ɹ",
    "ɨ": "ɪ",
    "ɘ": "ə",
}
"""Other spellings of what counts as one sound here."""

_UNSOUNDED = frozenset("ʝːˑʰʱʲʷˀ˞ˤ˕˥˦˧˨˩‿")
"""Marks, besides combining ones, that stand for no sound of their own: the y of "yes" may be spelled "ɟ͡ʝ" in three."""

_PLACES = ("lips", "teeth", "ridge", "palate", "velum", "throat")
_CONSONANTS = {
    "p": ("lips", "stop", 0), "b": ("lips", "stop", 1), "m": ("lips", "nasal", 1),
    "f": ("lips", "fricative", 0), "v": ("lips", "fricative", 1), "w": ("lips", "glide", 1),
    "θ": ("teeth", "fricative", 0), "ð": ("teeth", "fricative", 1),
    "t": ("ridge", "stop", 0), "d": ("ridge", "stop", 1), "n": ("ridge", "nasal", 1), "l": ("ridge", "glide", 1),
    "s": ("ridge", "sibilant", 0), "z": ("ridge", "sibilant", 1), "ɹ": ("ridge", "glide", 1),
    "ʃ": ("palate", "sibilant", 0), "ʒ": ("palate", "sibilant", 1), "j": ("palate", "glide", 1),
    "t͡ʃ": ("palate", "affricate", 0), "d͡ʒ": ("palate", "affricate", 1),
    "k": ("velum", "stop", 0), "g": ("velum", "stop", 1), "ŋ": ("velum", "nasal", 1),
    "h": ("throat", "fricative", 0), "ʔ": ("throat", "stop", 0),
}  # fmt: skip
"""Place, manner and voicing of each consonant."""

_MANNERS = {
    frozenset({"stop", "affricate"}): 0.35,
    frozenset({"sibilant", "affricate"}): 0.3,
    frozenset({"sibilant", "fricative"}): 0.4,
    frozenset({"stop", "fricative"}): 0.5,
    frozenset({"affricate", "fricative"}): 0.5,
    frozenset({"nasal", "glide"}): 0.6,
    frozenset({"stop", "nasal"}): 0.7,
    frozenset({"glide", "fricative"}): 0.7,
}
"""The cost of one manner for another; 1 if not listed."""

_VOWELS = {
    "i": ((0.0, 0.0, 0),), "ɪ": ((0.25, 0.2, 0),), "e": ((0.4, 0.0, 0),), "ɛ": ((0.6, 0.15, 0),),
    "æ": ((0.85, 0.2, 0),), "ɑ": ((1.0, 0.8, 0),), "ɔ": ((0.7, 1.0, 1),), "o": ((0.4, 1.0, 1),),
    "ʊ": ((0.25, 0.8, 1),), "u": ((0.0, 1.0, 1),), "ʌ": ((0.7, 0.75, 0),), "ə": ((0.5, 0.5, 0),),
    "ɝ": ((0.5, 0.5, 1),), "aɪ": ((0.9, 0.6, 0), (0.2, 0.1, 0)), "aʊ": ((0.9, 0.6, 0), (0.2, 0.9, 1)),
    "ɔɪ": ((0.7, 1.0, 1), (0.2, 0.1, 0)), "ɪə": ((0.25, 0.2, 0), (0.5, 0.5, 0)), "eə": ((0.6, 0.1, 0), (0.5, 0.5, 0)),
}  # fmt: skip
"""Height (0 close, 1 open), backness (0 front, 1 back) and rounding of each vowel; two points for a diphthong."""

_GLIDES = {
    frozenset({"i", "j"}): 0.4,
    frozenset({"u", "w"}): 0.4,
    frozenset({"ɝ", "ɹ"}): 0.35,
    frozenset({"l", "w"}): 0.6,
}
"""Costs of pairs of a vowel and a consonant, or of consonants more similar than their features say."""

_WEAK = {"ə": 0.6, "h": 0.6, "ɪ": 0.8, "t": 0.8, "d": 0.8, "ɹ": 0.8, "j": 0.8, "w": 0.8}
"""Sounds that are easily missed, or heard in mere breath, with what that costs."""

PLACE_STEP, VOICE_STEP, LEAST, MOST = 0.2, 0.25, 0.12, 1.0
"""Costs: one place of articulation further, different voicing, the least for any two different sounds, and the most."""


@lru_cache(maxsize=1024)
def fold(phoneme: str) -> str:
    """The one spelling used here for a phoneme; empty if it has no sound of its own."""
    if phoneme in _FOLDED:
        return _FOLDED[phoneme]
    if phoneme in _CONSONANTS or phoneme in _VOWELS:
        return phoneme
    bare = "".join(c for c in unicodedata.normalize("NFD", phoneme) if not unicodedata.combining(c))
    return "" if bare in _UNSOUNDED else _FOLDED.get(bare, bare)


def folded(phonemes: Iterable[str]) -> tuple[str, ...]:
    """The phonemes in their one spelling, without those that have no sound."""
    return tuple(sound for sound in map(fold, phonemes) if sound)


def cost(one: str, other: str) -> float:
    """The cost of hearing folded phoneme `one` as `other`: 0 for the same, 1 for nothing in common."""
    if one == other:
        return 0.0
    pair = frozenset({one, other})
    if pair in _GLIDES:
        return _GLIDES[pair]
    if one in _VOWELS and other in _VOWELS:
        return _between_vowels(one, other)
    if one in _CONSONANTS and other in _CONSONANTS:
        return _between_consonants(one, other)
    return MOST


def _between_vowels(one: str, other: str) -> float:
    points, others = _VOWELS[one], _VOWELS[other]
    distances = []
    for place in range(max(len(points), len(others))):
        (h, b, r), (g, c, q) = points[min(place, len(points) - 1)], others[min(place, len(others) - 1)]
        distances.append(float(np.hypot(h - g, b - c)) + 0.1 * abs(r - q))
    return min(MOST, max(LEAST, 0.8 * sum(distances) / len(distances)))


def _between_consonants(one: str, other: str) -> float:
    (place, manner, voice), (there, how, voiced) = _CONSONANTS[one], _CONSONANTS[other]
    apart = 0.0 if manner == how else _MANNERS.get(frozenset({manner, how}), 1.0)
    apart += PLACE_STEP * min(3, abs(_PLACES.index(place) - _PLACES.index(there)))
    if manner == how == "glide":
        apart += 0.4  # l, r, w and j have nothing but the manner in common
    return min(MOST, max(LEAST, apart + VOICE_STEP * abs(voice - voiced)))


def cost_table(heard: Iterable[str], wanted: Iterable[str]) -> Costs:
    """`cost` of every pair, shape (heard, wanted)."""
    columns = list(wanted)
    return np.array([[cost(one, other) for other in columns] for one in heard], np.float32).reshape(-1, len(columns))


def gap_costs(sounds: Iterable[str]) -> Costs:
    """The cost of hearing each sound where there was none, or of missing it; shape (sounds,)."""
    return np.array([_WEAK.get(sound, MOST) for sound in sounds], np.float32)


class Inventory:
    """The sounds that the phrases of a book consist of, numbered; one more number stands for any other sound."""

    def __init__(self, phonemes: Iterable[Iterable[str]]) -> None:
        spelled: set[str] = set()
        spelled.update(*phonemes)  # a book holds few different phonemes, so each is folded only once
        sounds = sorted(set(folded(spelled)))
        self.sounds = tuple(sounds)
        self.other = len(sounds)
        self._number = {sound: number for number, sound in enumerate(sounds)}
        self._coded: dict[str, str] = {}

    def numbers(self, phonemes: Iterable[str]) -> list[int]:
        """The number of each sound in the phonemes."""
        return [self._number.get(sound, self.other) for sound in folded(phonemes)]

    def code(self, phonemes: Collection[str]) -> str:
        """The phonemes as a string with one character per sound, the fastest form for rapidfuzz."""
        try:
            return "".join([self._coded[phoneme] for phoneme in phonemes])
        except KeyError:
            self._coded.update({p: "".join(map(_character, self.numbers([p]))) for p in phonemes})
            return self.code(phonemes)

    def decode(self, code: str) -> list[int]:
        """The numbers of a `code`."""
        return [ord(character) - _FIRST_CHARACTER for character in code]

    def decoded(self, codes: Iterable[str]) -> npt.NDArray[np.int64]:
        """The numbers of many codes, concatenated."""
        characters = np.frombuffer("".join(codes).encode("utf-32-le"), dtype="<u4")
        return characters.astype(np.int64) - _FIRST_CHARACTER


_FIRST_CHARACTER = 0x4E00
"""The first character used in codes; any block without surrogates would do."""


def _character(number: int) -> str:
    return chr(_FIRST_CHARACTER + number)
