"""Varied photographs in batches, made in threads while the network is busy; the same whoever makes them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from screening.imaging.arrays import Floats, Image
from screening.imaging.augment import vary
from screening.imaging.mixup import blend
from screening.imaging.train_config import TrainConfig

Batch = tuple[Image, Floats]  # varied pixels (n, s, s, c) uint8 and answers (n, K)


@dataclass(frozen=True)
class Lesson:
    """What one branch learns from: pixels (n, s, s, c) uint8 and answers (n, K) in {0, 1, NaN}."""

    pixels: Image
    answers: Floats

    def steps(self, batch: int) -> int:
        """Whole batches in one pass; one where there are fewer photographs than a batch holds."""
        return max(1, len(self.answers) // batch)


def batches(lesson: Lesson, config: TrainConfig, *, size: int, seed: Sequence[int]) -> Iterator[Batch]:
    """Every step of a pass that `seed` names. Each step draws from a seed of its own, so neither the number of threads
    nor a resumed training changes a picture.
    """
    order = np.random.default_rng(seed).permutation(len(lesson.answers))

    def make(step: int) -> Batch:
        rng = np.random.default_rng([*seed, step])
        rows = order[step * config.batch : (step + 1) * config.batch]
        pixels = np.stack([vary(lesson.pixels[row], size, rng, config.augmentation) for row in rows])
        return blend(pixels, lesson.answers[rows], rng, config.mixup)

    yield from _ahead(make, lesson.steps(config.batch), makers=config.threads)


def _ahead(make: Callable[[int], Batch], steps: int, *, makers: int) -> Iterator[Batch]:
    """Results of `make` in order, `makers` of them in the making while one is used."""
    with ThreadPoolExecutor(max_workers=makers) as pool:
        waiting = [pool.submit(make, step) for step in range(min(makers, steps))]
        for step in range(steps):
            batch = waiting.pop(0).result()
            if step + makers < steps:
                waiting.append(pool.submit(make, step + makers))
            yield batch
