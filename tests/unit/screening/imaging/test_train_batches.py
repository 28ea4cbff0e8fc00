"""A pass shows every photograph once, and the same pictures whoever makes them."""

from dataclasses import replace

import numpy as np

from screening.imaging.train_batches import Lesson, batches
from tests.unit.screening.imaging.photographs import CONFIG

PIXELS = np.random.default_rng(1).integers(0, 255, (21, 40, 40, 3), dtype=np.uint8)
LESSON = Lesson(PIXELS, np.arange(21, dtype=np.float32)[:, None])  # the answer names the photograph


def test_every_photograph_is_seen_at_most_once_a_pass_in_whole_batches() -> None:
    made = list(batches(LESSON, CONFIG, size=32, seed=[1, 0]))
    assert [pixels.shape for pixels, _ in made] == [(8, 32, 32, 3)] * 2
    seen = np.concatenate([answers[:, 0] for _, answers in made])
    assert len(set(seen.tolist())) == 16


def test_threads_change_no_picture_and_a_seed_changes_all() -> None:
    one, many, other = (
        list(batches(LESSON, replace(CONFIG, threads=threads, mixup=0.5), size=32, seed=[seed, 0]))
        for threads, seed in ((1, 1), (4, 1), (1, 2))
    )
    for (pixels, answers), (same, same_answers) in zip(one, many, strict=True):
        assert np.array_equal(pixels, same) and np.array_equal(answers, same_answers)
    assert not np.array_equal(one[0][0], other[0][0])


def test_fewer_photographs_than_a_batch_are_one_batch() -> None:
    (only,) = batches(Lesson(PIXELS[:3], LESSON.answers[:3]), CONFIG, size=32, seed=[1, 0])
    assert len(only[0]) == 3
