"""What the student should hear in each frame: what the teachers hear in the undisturbed sound, kept to what was said.

`python -m bench.teaching.targets PERSONS OUT WEIGHTS...` writes OUT/NAME.npy for each NAME.npy that
`bench.teaching.persons` made: 16-bit floats of shape (frames, symbols). WEIGHTS are files in hama's layout, or of the
built-in ear; their posteriors are averaged. Several may run at once: they do what the others have not begun.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from assistant.hearing.built_in import in_whole_sounds
from assistant.hearing.log_mel import log_mel
from assistant.understanding.hypothesis import Samples
from bench.teaching.alignment import Floats, kept_to
from bench.teaching.hama_file import hama_alphabet
from bench.teaching.lessons import with_margins
from bench.teaching.network import Network, from_hama, load_weights
from bench.teaching.persons import read_people


def heard_by(networks: Sequence[Network], sound: Samples) -> Floats:
    """The mean of the networks' probabilities, shape (frames, symbols)."""
    mels = torch.from_numpy(log_mel(sound))[None]
    with torch.inference_mode():
        each = [network(mels, torch.tensor([mels.shape[1]]))[0].exp().double().numpy() for network in networks]
    return np.asarray(np.mean(each, axis=0))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the targets that are not there yet."""
    folder, out, *files = map(Path, sys.argv[1:] if arguments is None else arguments)
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    networks, alphabet = teachers(files)
    blank = alphabet.index("<blank>")
    people = read_people(folder)
    random.shuffle(people)
    kept = made = 0
    for person in people:
        path = out / f"{person.name}.npy"
        if path.exists():
            continue
        heard = heard_by(networks, with_margins(np.load(folder / f"{person.name}.npy")))
        target = kept_to(heard, person.ways, in_whole_sounds(alphabet), blank)
        kept, made = kept + (target is not heard), made + 1
        unfinished = path.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            np.save(file, target.astype(np.float16))
        unfinished.replace(path)
    print(f"{made} of {len(people)} targets made, {kept} of them kept to what was said")
    return 0


def teachers(files: Sequence[Path]) -> tuple[list[Network], tuple[str, ...]]:
    """The networks in files of weights, ready to hear, and their alphabet. Raises ValueError for two alphabets."""
    networks, alphabet = list[Network](), hama_alphabet()
    for path in files:
        network, own = (from_hama(path), alphabet) if path.suffix == ".hama" else load_weights(path)
        if own != alphabet:
            raise ValueError(f"{path} has other symbols than hama's network")
        networks.append(network.eval())
    return networks, alphabet


if __name__ == "__main__":
    sys.exit(main())
