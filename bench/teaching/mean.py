"""The mean of several files of the ear's weights: `python -m bench.teaching.mean OUT FIRST OTHERS...`.

Of weights and those that were taught on from them, the mean often hears better what neither has met than either does
(Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import SolemateError
from assistant.files import write_whole
from assistant.hearing.network_file import read_network


def mean(files: Sequence[Path]) -> dict[str, Any]:
    """The arrays of a file of weights, each the mean of those in `files`.

    Raises SolemateError for a file that can't be read, and for networks of another shape.
    """
    for file in files:
        read_network(file)
    first, *others = (dict(np.load(file)) for file in files)
    for file, other in zip(files[1:], others, strict=True):
        same = all(np.array_equal(first[name], other[name]) for name in ("config", "alphabet"))
        if not same or other.keys() != first.keys():
            raise SolemateError(f"{file} is of another network than {files[0]}")
    weights = (name for name, array in first.items() if array.dtype == np.float16)
    means = {name: np.mean([each[name].astype(np.float64) for each in (first, *others)], axis=0) for name in weights}
    return {**first, **{name: value.astype(np.float16) for name, value in means.items()}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the mean."""
    parser = argparse.ArgumentParser(prog="python -m bench.teaching.mean", description="The mean of weights.")
    parser.add_argument("out", type=Path, help="a file that is not there yet")
    parser.add_argument("first", type=Path)
    parser.add_argument("others", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    if options.out.exists():
        raise SolemateError(f"{options.out} is there already", "name another file")
    content = io.BytesIO()
    np.savez(content, **mean([options.first, *options.others]))
    write_whole(options.out, content.getvalue())
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SolemateError as error:
        sys.exit(f"solemate: {error}")
