"""Teaches the built-in ear: `python -m bench.teaching.teach PERSONS TARGETS OUT --from WEIGHTS` (see script/teach).

Loss: the Kullback-Leibler divergence of the student's frames from the targets; frames in which something is to be heard
count most. The state is saved every few minutes, so that a run that was cut off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from bench.teaching.hama_file import hama_alphabet
from bench.teaching.lessons import OVER_GUIDE, Lessons
from bench.teaching.network import Network, deeper, from_hama, load_weights, save_weights
from bench.teaching.persons import Person, read_people

SEED = 1

BATCH = 75.0
"""Seconds of sound in a batch, padding not counted."""

POOL = 48
"""Batches' worth of sentences that are sorted by length before they are put together, for little padding."""

RATE, WARM_UP, LAST_RATE = 4e-4, 200, 0.03
"""The greatest learning rate, the steps up to it, and the share of it that is left at the end (a cosine between)."""

DECAY = 0.01
AVERAGED = 0.998
"""The moving average of the weights, which is what is kept."""

RECORDED_SHARE, NATURAL_SHARE, ONE_WORD_SHARE = 0.35, 0.25, 0.07
"""Shares of the lessons, besides their usual ones, that are sentences of recorded people, of natural voices, and single
words of recorded people (of whom there are a thousand, saying the same three): there are few of them, and the other
voices are all alike."""

HALVED = "AVX512" in torch.backends.cpu.get_cpu_capability()
"""Whether products are computed in half precision: twice as fast, and ten times slower where the processor can't."""

QUIET_WEIGHT = 0.15
"""The weight of a frame in which nothing is to be heard; others have up to 1 more."""

SAVE_EVERY = 180.0
"""Seconds between saves."""

MOST_SPOILT = 5
"""Batches in a row that are left out for having no finite gradient; after more, the weights themselves are spoilt."""


@dataclass(frozen=True)
class Plan:
    """What a run is: it can only be gone on with the same. `rate` is the greatest learning rate."""

    steps: int
    extra_blocks: int
    seed: int = SEED
    rate: float = RATE


class Stream(IterableDataset):
    """Batches without end. The same seed, step and number of workers give the same ones."""

    def __init__(self, people: Sequence[Person], lessons: Lessons, first: int, seed: int = SEED) -> None:
        super().__init__()
        self._people, self._lessons, self._first, self._seed = list(people), lessons, first, seed
        recorded = [person for person in people if person.recorded]
        self._kinds = (
            [person for person in recorded if " " in person.text],
            [person for person in people if person.natural],
            [person for person in recorded if " " not in person.text],
        )
        over = set(lessons.over())
        self._over = [person for person in people if person.name in over]

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        torch.set_num_threads(1)
        worker = get_worker_info()
        number, count = (worker.id, worker.num_workers) if worker else (0, 1)
        chance = random.Random(f"{self._seed} {self._first} {number} {count}")
        while True:
            for batch in self._batches(chance):
                yield self._joined(batch, chance)

    def _batches(self, chance: random.Random) -> list[list[tuple[Person, bool]]]:
        drawn, seconds = list[tuple[Person, bool]](), 0.0
        while seconds < BATCH * POOL:
            over = bool(self._over) and chance.random() < OVER_GUIDE
            drawn.append((chance.choice(self._over if over else self._kind(chance)), over))
            seconds += drawn[-1][0].seconds
        drawn.sort(key=lambda each: each[0].seconds)
        batches: list[list[tuple[Person, bool]]] = [[]]
        for each in drawn:
            if sum(person.seconds + 0.3 for person, _ in batches[-1]) > BATCH:
                batches.append([])
            batches[-1].append(each)
        chance.shuffle(batches)
        return batches

    def _kind(self, chance: random.Random) -> list[Person]:
        """Those of whom the next one is drawn."""
        drawn = chance.random()
        for kind, share in zip(self._kinds, (RECORDED_SHARE, NATURAL_SHARE, ONE_WORD_SHARE), strict=True):
            if drawn < share:
                return kind or self._people
            drawn -= share
        return self._people

    def _joined(self, batch: Sequence[tuple[Person, bool]], chance: random.Random) -> tuple[Tensor, Tensor, Tensor]:
        made = []
        for person, over in batch:
            others = [each.name for each in chance.sample(self._people, 2)]
            made.append(self._lessons.lesson(person.name, others, chance.getrandbits(48), over=over))
        return padded(made)


def padded(made: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[Tensor, Tensor, Tensor]:
    """Log-mels (batch, frames, mels), their lengths, and targets (batch, ceil(frames / 2), symbols)."""
    longest = max(len(mels) for mels, _ in made)
    mels = torch.zeros(len(made), longest, made[0][0].shape[1])
    targets = torch.zeros(len(made), (longest + 1) // 2, made[0][1].shape[1])
    for row, (mel, target) in enumerate(made):
        mels[row, : len(mel)] = torch.from_numpy(mel)
        targets[row, : len(target)] = torch.from_numpy(target)
    return mels, torch.tensor([len(mel) for mel, _ in made]), targets


def loss_of(logs: Tensor, targets: Tensor) -> Tensor:
    """The weighted divergence per frame; frames without a target (padding) don't count."""
    there = targets.sum(-1)
    weight = (QUIET_WEIGHT + 1.0 - targets[..., -1]) * there
    divergence = (targets * (targets.clamp_min(1e-8).log() - logs)).sum(-1)
    return torch.as_tensor((weight * divergence).sum() / weight.sum())


class Teaching:
    """One run: its student, its average, and where it is."""

    def __init__(self, network: Network, alphabet: tuple[str, ...], plan: Plan, out: Path) -> None:
        self.network, self.alphabet, self.plan, self.out = network, alphabet, plan, out
        self.average = deepcopy(network)
        self.optimiser = torch.optim.AdamW(network.parameters(), plan.rate, betas=(0.9, 0.98), weight_decay=DECAY)
        self.step = self.spoilt = 0
        self._saved = time.monotonic()

    def resume(self) -> None:
        """Go on where a run of the same plan was saved, if one was."""
        path = self.out / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["plan"] != asdict(self.plan):
            raise SystemExit(f"{path} is of another plan ({state['plan']}); take another folder")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def save(self) -> None:
        """Keep all of the run, and the averaged weights as the ear reads them."""
        state = {
            "plan": asdict(self.plan), "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step,
        }  # fmt: skip
        torch.save(state, self.out / "state.new")
        (self.out / "state.new").replace(self.out / "state.pt")
        save_weights(self.average, self.alphabet, self.out / "ear.new")
        (self.out / "ear.new").replace(self.out / "ear.npz")
        self._saved = time.monotonic()

    def learn(self, mels: Tensor, lengths: Tensor, targets: Tensor) -> float:
        """One step; the loss before it. A batch that spoils the gradient is left out; SystemExit after several."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * _share(self.step, self.plan.steps)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
            logs = self.network(mels, lengths)
        loss = loss_of(logs, targets)
        loss.backward()
        self.step += 1
        if not torch.isfinite(loss + torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)):
            return self._left_out()
        self.spoilt = 0
        self.optimiser.step()
        kept = min(AVERAGED, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1.0 - kept)
        if time.monotonic() - self._saved > SAVE_EVERY:
            self.save()
        return float(loss.detach())

    def _left_out(self) -> float:
        self.spoilt += 1
        print(f"step {self.step} has no finite gradient and is left out", file=sys.stderr, flush=True)
        if self.spoilt > MOST_SPOILT:
            raise SystemExit(f"{self.out}: the weights are spoilt; go on from what was saved, with a smaller --rate")
        return float("nan")


def _share(step: int, steps: int) -> float:
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    done = min(1.0, (step - WARM_UP) / max(1, steps - WARM_UP))
    return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + float(np.cos(np.pi * done)))


def judged(network: Network, batches: Sequence[tuple[Tensor, Tensor, Tensor]]) -> float:
    """The mean loss on fixed lessons of speakers who don't teach."""
    with torch.inference_mode():
        losses = [float(loss_of(network(mels, lengths), targets)) for mels, lengths, targets in batches]
    return float(np.mean(losses))


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach, or go on teaching, and write the weights."""
    options = _options(arguments)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    alphabet = hama_alphabet()
    source = Path(options.source)
    network = from_hama(source) if source.suffix == ".hama" else load_weights(source)[0]
    if options.extra_blocks:
        network = deeper(network, options.extra_blocks)
    options.out.mkdir(parents=True, exist_ok=True)
    teaching = Teaching(
        network, alphabet, Plan(options.steps, options.extra_blocks, options.seed, options.rate), options.out
    )
    teaching.resume()
    lessons = Lessons(options.persons, options.targets, options.over_guide)
    people = [person for person in read_people(options.persons) if (options.targets / f"{person.name}.npy").exists()]
    judges = people[:: max(1, len(people) // 200)]
    fixed = Stream(judges, Lessons(options.persons, options.targets, options.over_guide), 0)
    taught = [person for person in people if person not in set(judges)]
    batches = [batch for _, batch in zip(range(6), fixed, strict=False)]
    torch.set_num_threads(options.threads)
    loader = DataLoader(
        Stream(taught, lessons, teaching.step + 1, options.seed), batch_size=None, num_workers=options.workers,
        prefetch_factor=4, worker_init_fn=_nice,
    )  # fmt: skip
    with (options.out / "log.jsonl").open("a", encoding="utf-8") as log:
        _run(teaching, loader, batches, log)
    return 0


def _nice(_: int) -> None:
    import os

    os.nice(3)


def _run(teaching: Teaching, loader: DataLoader, batches: Sequence[tuple[Tensor, Tensor, Tensor]], log: Any) -> None:
    losses, begun = list[float](), time.monotonic()
    for mels, lengths, targets in loader:
        if teaching.step >= teaching.plan.steps:
            break
        losses.append(teaching.learn(mels, lengths, targets))
        if teaching.step % 50 == 0 or teaching.step == 1:
            row = {
                "step": teaching.step,
                "loss": round(float(np.nanmean(losses)), 4),
                "seconds": round(time.monotonic() - begun, 1),
            }
            if teaching.step % 250 == 0 or teaching.step == 1:
                row["judged"] = round(judged(teaching.average.eval(), batches), 4)
            losses.clear()
            log.write(json.dumps(row) + "\n")
            log.flush()
            print(row, flush=True)
    teaching.save()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/teach", description="Teach the built-in ear.")
    parser.add_argument("persons", type=Path, help="the folder that bench.teaching.persons wrote")
    parser.add_argument("targets", type=Path, help="the folder that bench.teaching.targets wrote")
    parser.add_argument("out", type=Path, help="where the weights, the log and the state of the run go")
    parser.add_argument("--from", dest="source", required=True, help="weights to begin with: hama's, or the ear's own")
    parser.add_argument("--over-guide", type=Path, help="the folder of the same people over the guide's voice")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--extra-blocks", type=int, default=0, help="make the network deeper first")
    parser.add_argument("--seed", type=int, default=SEED, help="another one has other lessons, to teach on")
    parser.add_argument("--rate", type=float, default=RATE, help="the greatest learning rate")
    parser.add_argument("--workers", type=int, default=1, help="processes that make lessons")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
