"""Words with Vosk: streamed from a closed grammar, then checked by free decoding. The only module that imports vosk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import SolemateError
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.phrases import Phonemes, PhraseBook

UNKNOWN = "[unk]"
"""The word that Vosk's models use for anything outside their vocabulary; the Korean one has none."""

QUIET = -2
"""Vosk's log level that keeps even warnings off the terminal."""

OPENFST_MAGIC = b"\xd6\xfd\xb2\x7e"
"""The first four bytes of every OpenFst file (0x7eb2fdd6, little-endian)."""

IVECTOR_FILES = ("final.dubm", "final.ie", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")
"""What the folder ivector/, if there is one, must hold."""

STABLE = 2
"""Updates for which a partial result must stay the same to be more than a guess."""

CLEAR = 0.9
"""How sure the grammar must be of each word, 0 to 1, for free words not to be asked for: it mostly says 1 of phrases,
and 0 beside an unknown word."""

MOST_PIECES = 3
"""How many of the model's words a word of the book may be composed of; with more, any letters would do."""

Spell = Callable[[str], Phonemes]
"""Gives the phonemes of a text of lower-case words."""


def required_files(folder: Path) -> tuple[str, ...]:
    """The files without which Vosk fails on a model folder, relative to it.

    Vosk knows two layouts: the newer one with am/, conf/ and graph/, the older one with everything at the top. A
    grammar needs the graph in two parts (HCLr.fst and Gr.fst); if HCLr.fst is missing, the library doesn't raise, the
    process dies. Found by removing one file after the other.
    """
    old = (folder / "final.mdl").exists() and not (folder / "am").exists()
    if old:
        files = ["final.mdl", "mfcc.conf", "HCLr.fst", "Gr.fst", "disambig_tid.int"]
    else:
        files = ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf"]
        files += ["graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"]
    if (folder / "ivector").exists():
        files += [f"ivector/{name}" for name in IVECTOR_FILES]
    return tuple(files)


def model_problem(folder: Path) -> str | None:
    """The first thing that keeps Vosk from using `folder` as a model, worded to follow "it"; None if nothing does."""
    if not folder.is_dir():
        return "is no folder"
    for name in required_files(folder):
        path = folder / name
        if not path.is_file():
            hint = ""
            if path.name == "HCLr.fst" and path.with_name("HCLG.fst").exists():
                hint = " (it holds one big graph, which can't take a grammar: use a small model)"
            return f"lacks {name}{hint}"
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            return f"is broken: {name} is empty"
        if path.suffix == ".fst" and start != OPENFST_MAGIC:
            return f"is broken: {name} is no graph"
    return None


def check_model_folder(folder: Path) -> None:
    """Raise SolemateError naming the first thing that keeps Vosk from using `folder` as a model."""
    problem = model_problem(folder)
    if problem:
        raise SolemateError(
            f"the Vosk model {folder} {problem}",
            "get a whole one with `solemate models get NAME` (`solemate models` lists them), "
            "or add one with `solemate models add PATH`",
        )


def _vosk() -> Any:
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise SolemateError(f"Vosk can't be used: {error}", "`pip install vosk`, or `--recogniser built-in`") from error
    vosk.SetLogLevel(QUIET)
    return vosk


def vosk_missing() -> SolemateError | None:
    """Why Vosk can't be used here, with the way out; None where it can."""
    try:
        _vosk()
    except SolemateError as error:
        return error
    return None


class VoskRecogniser:
    """Streams words, from the book's phrases alone, and decodes the stretch freely as well at its end.

    A closed grammar finds one of its phrases in anything, so its answer is only a claim. `Hypothesis.second_opinion`
    holds the phonemes that free decoding found in the same sound, and the matcher believes the claim as far as the two
    agree. What it heard is in `free_text` if the grammar was not sure: words that no phrase has. Free decoding takes
    longer than the grammar, so it is left out where nothing was heard.

    `spell` gives the phonemes of a text. `missing_words` are words of the book that the model doesn't know; phrases
    with them are left out of the grammar. With `check` False free decoding checks nothing, because another recogniser
    does. Raises SolemateError for a model that can't be used.
    """

    name = "vosk"

    def __init__(self, model_path: str | Path, book: PhraseBook, spell: Spell, *, check: bool = True) -> None:
        folder = Path(model_path)
        check_model_folder(folder)
        self._folder = folder
        self._vosk = _vosk()
        try:
            self._model = self._vosk.Model(str(folder))
        except Exception as error:  # vosk raises bare Exceptions
            raise SolemateError(f"Vosk can't load the model {folder} ({error})", "fetch it again") from error
        self._spell = spell
        self._in_pieces = {word: self._made_of(word) for word in book.words()}
        self.missing_words = tuple(word for word, pieces in self._in_pieces.items() if not pieces)
        names = {name.text for name in (*book.own_names, *book.other_assistants)}
        self._in_pieces |= {word: self._made_of(word) for name in names for word in name.split()}
        self._closed = self._recogniser(self._grammar(book))
        self._closed.SetWords(True)  # reports the confidence of each word
        self._checks = check
        self._free = self._recogniser(None)
        self._free.SetWords(True)
        self.begin()

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _made_of(self, word: str) -> tuple[str, ...]:
        """The word in the model's vocabulary: itself, or the fewest words that sound like it when joined; else ().

        The model of a language that joins words (Korean) may know only the parts, such as a noun and its particle.
        """
        if self._knows(word):
            return (word,)
        ways: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(end):
                before, piece = ways[start], word[start:end]
                way = ways[end]
                if before is not None and (way is None or len(before) + 1 < len(way)) and self._knows(piece):
                    ways[end] = (*before, piece)
        found = ways[-1] or ()
        return found if len(found) <= MOST_PIECES and self._spell(" ".join(found)) == self._spell(word) else ()

    def _grammar(self, book: PhraseBook) -> list[str]:
        """All phrases, fillers and names whose words the model knows, and the unknown word if it has one."""
        around = (*book.fillers_before, *book.fillers_after, *book.own_names, *book.other_assistants)
        known = [
            " ".join(piece for word in text.split() for piece in self._in_pieces[word])
            for text in dict.fromkeys((*book.texts(), *(filler.text for filler in around)))
            if all(self._in_pieces[word] for word in text.split())
        ]
        if not known:
            raise SolemateError(
                f"the Vosk model knows none of the words of the language {book.language}: it is for another language"
            )
        return [*known, UNKNOWN] if self._knows(UNKNOWN) else known

    def _recogniser(self, grammar: list[str] | None) -> Any:
        arguments = () if grammar is None else (json.dumps(grammar, ensure_ascii=False),)
        try:
            return self._vosk.KaldiRecognizer(self._model, float(LISTENING_RATE), *arguments)
        except Exception as error:  # as above
            raise SolemateError(f"Vosk can't decode with this model ({error})", "fetch it again") from error

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""
        self._closed.Reset()
        self._blocks: list[bytes] = []
        self._pieces: list[str] = []
        self._sureness: list[float] = []
        self._partial, self._unchanged = "", 0
        self._heard: Hypothesis | None = None

    def feed(self, samples: Samples) -> None:
        """Decode the next samples."""
        if self._heard is not None:
            self._take_up_again()
        block = pcm(samples)
        self._blocks.append(block)
        text = self._decode(block)
        self._unchanged = self._unchanged + 1 if text == self._partial else 0
        self._partial = text

    def _decode(self, block: bytes) -> str:
        if self._accept(self._closed, block):
            self._take(self._closed.Result())
        return " ".join(filter(None, [*self._pieces, _words(self._closed.PartialResult(), "partial")]))

    def _accept(self, recogniser: Any, block: bytes) -> bool:
        """Have Vosk decode a block; whether it completes a piece of the stretch."""
        try:
            return bool(recogniser.AcceptWaveform(block))
        except Exception as error:  # as above: a model with a damaged configuration loads, but fails here
            raise SolemateError(
                f"Vosk can't decode with the model {self._folder} ({error})", "it is damaged, install it again"
            ) from error

    def _take(self, result: str) -> None:
        """Add a completed piece of the stretch."""
        self._pieces.append(_words(result, "text"))
        for word in json.loads(result).get("result", []):
            # Next to an unknown word, the phrase is not all that was said.
            self._sureness.append(0.0 if word["word"] == UNKNOWN else float(word["conf"]))

    def _take_up_again(self) -> None:
        """Continue a stretch whose final result was asked for; Vosk can only do that from the start of the stretch."""
        self._heard = None
        self._closed.Reset()
        self._pieces, self._sureness = [], []
        for block in self._blocks:
            self._decode(block)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis so far; with `quick`, the partial result once it is stable.

        The partial result is only good for a hint: it comes in steps of up to half a second, lacks the end, and
        misfires.
        """
        if quick:
            text = self._partial if self._unchanged >= STABLE else ""
            return Hypothesis(phonemes=self._spell(text), text=text, recogniser=self.name)
        if self._heard is None:
            self._take(self._closed.FinalResult())
            text = " ".join(filter(None, self._pieces))
            least = round(min(self._sureness), 2) if self._sureness else None
            unsure = (least is None or least < CLEAR) and bool(self._blocks)
            freely, sureness = self._decode_freely() if unsure or (self._checks and text) else ("", 0.0)
            self._heard = Hypothesis(
                self._spell(text),
                text,
                self.name,
                second_opinion=self._spell(freely) if self._checks and text else None,
                free_text=freely if unsure else "",
                free_confidence=sureness,
                confidence=least,
            )
        return self._heard

    def end(self) -> Hypothesis:
        """The hypothesis of the whole stretch: text and phonemes from the grammar, free decoding as second opinion."""
        heard = self.so_far()
        self.begin()
        return heard

    def _decode_freely(self) -> tuple[str, float]:
        """What free decoding hears in the stretch, and how sure it is of a word, on average."""
        self._free.Reset()
        results = [self._free.Result() for block in self._blocks if self._accept(self._free, block)]
        results.append(self._free.FinalResult())
        sureness = [float(word["conf"]) for result in results for word in json.loads(result).get("result", [])]
        text = " ".join(filter(None, (_words(result, "text") for result in results))).lower()
        return text, round(sum(sureness) / len(sureness), 2) if sureness else 0.0


def pcm(samples: Samples) -> bytes:
    """The samples as 16-bit little-endian bytes, as Vosk takes them."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def _words(answer: str, key: str) -> str:
    """The text in one of Vosk's JSON answers, without unknown words."""
    text = str(json.loads(answer).get(key, ""))
    return " ".join(word for word in text.split() if word != UNKNOWN)
