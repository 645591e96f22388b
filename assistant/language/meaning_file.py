"""Reads and writes a language's classifier of free words."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.errors import SolemateError
from assistant.language.files import MEANING
from assistant.understanding.meaning import Label, MeaningModel
from assistant.understanding.ngrams import BUCKETS


def load_meaning(folder: Path) -> MeaningModel | None:
    """The classifier of a language; None if it has none. Raises SolemateError if the file is broken."""
    path = folder / MEANING
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            labels = tuple(
                Label(intent, tuple((slot, value) for slot, value in slots))
                for intent, slots in json.loads(str(arrays["labels"]))
            )
            weights = np.asarray(arrays["weights"], np.int8)
            words = frozenset(str(arrays["words"]).split())
            usual = {mark: frozenset(intents) for mark, intents in json.loads(str(arrays["usual"])).items()}
            rarity, scale, bias = (np.asarray(arrays[name], np.float32) for name in ("rarity", "scale", "bias"))
        if weights.shape != (BUCKETS, len(labels)) or rarity.shape != (BUCKETS,):
            raise ValueError(f"weights of shape {weights.shape}")
        if scale.shape != (len(labels),) or bias.shape != scale.shape:
            raise ValueError(f"{len(labels)} labels, scale of shape {scale.shape}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise SolemateError(f"{path} is broken", "install Solemate again") from error
    return MeaningModel(labels, rarity, weights, scale, bias, words, usual)


def save_meaning(model: MeaningModel, path: Path) -> None:
    """Write the classifier; the same classifier always gives the same bytes."""
    np.savez_compressed(
        path,
        labels=np.array(json.dumps([[label.intent, label.slots] for label in model.labels])),
        rarity=model.rarity.astype(np.float16),
        weights=model.weights,
        scale=model.scale,
        bias=model.bias,
        usual=np.array(json.dumps({mark: sorted(intents) for mark, intents in sorted(model.usual.items())})),
        words=np.array(" ".join(sorted(model.words))),
    )
