"""Varied photographs in batches, made in threads while the network is busy; the same whoever makes them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from screening.imaging.arrays import Floats, Image
from screening.imaging.augment import vary
from screening.imaging.train_config import TrainConfig

Rows = np.ndarray[Any, np.dtype[np.int_]]


@dataclass(frozen=True)
class Lesson:
    """What one branch learns from: pixels (n, s, s, c) uint8 and answers (n, K) in {0, 1, NaN}."""

    pixels: Image
    answers: Floats

    def steps(self, batch: int) -> int:
        """Whole batches in one pass; one where there are fewer photographs than a batch holds."""
        return max(1, len(self.answers) // batch)


def batches(
    lesson: Lesson, config: TrainConfig, *, size: int, seed: Sequence[int]
) -> Iterator[tuple[Rows, Image]]:
    """(rows, varied pixels) of every step of a pass that `seed` names. Each step draws from a seed of its own, so
    neither the number of threads nor a resumed training changes a picture.
    """
    order = np.random.default_rng(seed).permutation(len(lesson.answers))

    def make(step: int) -> tuple[Rows, Image]:
        rng = np.random.default_rng([*seed, step])
        rows = order[step * config.batch : (step + 1) * config.batch]
        return rows, np.stack([vary(lesson.pixels[row], size, rng, config.augmentation) for row in rows])

    yield from _ahead(make, lesson.steps(config.batch), makers=config.threads)


def _ahead(
    make: Callable[[int], tuple[Rows, Image]], steps: int, *, makers: int
) -> Iterator[tuple[Rows, Image]]:
    """Results of `make` in order, `makers` of them in the making while one is used."""
    with ThreadPoolExecutor(max_workers=makers) as pool:
        waiting = [pool.submit(make, step) for step in range(min(makers, steps))]
        for step in range(steps):
            batch = waiting.pop(0).result()
            if step + makers < steps:
                waiting.append(pool.submit(make, step + makers))
            yield batch
