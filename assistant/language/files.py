"""The files in a language's folder. Imports next to nothing, so that a cached language is used without reading YAML."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import SolemateError, UsageError

SENTENCES = "sentences"
"""The subfolder of .yaml files with sentence templates, one file for each group."""

COACHING = "coaching.yaml"
"""The file beside the languages with what is the same in all of them: times of moving, and what is told how long."""

ROUTINE = "ten_foot_stretches"
"""The default routine, whose stretches others may use."""

ROUTINES = "routines"
"""The folder of routines: in a language's folder, and beside the user's settings."""

FILLERS = "fillers.yaml"
DECOYS = "decoys.yaml"
CORPUS = "corpus"
"""The subfolder of .txt files with what people say in their own words, one for each intent."""

PRONUNCIATIONS = "pronunciations.yaml"
NAMING = "naming.yaml"
CLAUSES = "clauses.yaml"
CLOCK = "clock.yaml"
DISTRESS = "distress.yaml"
SPOTTED = "spotted.yaml"
SAFETY = "safety.yaml"

DRAWINGS = "drawings.yaml"
"""What each drawing shows, in words."""

MEANING = "meaning.npz"
"""The classifier of free words; `python -m bench.meaning_training` writes it from the corpus."""


def languages(root: Path) -> list[str]:
    """The names of the languages under `root`: its subfolders that hold sentences."""
    if not root.is_dir():
        return []
    return sorted(entry.name for entry in root.iterdir() if (entry / SENTENCES).is_dir())


def sentence_files(folder: Path) -> list[Path]:
    """The sentence files of a language, sorted by name.

    Raises UsageError if the folder does not exist, SolemateError if it has no sentences.
    """
    if not folder.is_dir():
        there = ", ".join(languages(folder.parent)) or "none"
        raise UsageError(f"no language {folder.name!r} in {folder.parent}", f"languages there: {there}")
    found = sorted(path for path in (folder / SENTENCES).glob("*.yaml") if path.is_file())
    if not found:
        raise SolemateError(f"{folder / SENTENCES} holds no .yaml files", "the sentence templates belong there")
    return found


def corpus_files(folder: Path) -> list[Path]:
    """The files of a language's corpus, sorted by name; none if it has no corpus."""
    return sorted((folder / CORPUS).glob("*.txt"))


def language_files(folder: Path) -> list[Path]:
    """Every file that contributes to a language's phrases.

    Raises UsageError or SolemateError as `sentence_files` does.
    """
    names = (FILLERS, DECOYS, PRONUNCIATIONS, NAMING, CLAUSES, CLOCK, DISTRESS, SPOTTED)
    extra = [folder / name for name in names]
    return [*sentence_files(folder), *(path for path in extra if path.is_file()), *corpus_files(folder)]
