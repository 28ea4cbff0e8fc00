"""Images a second from stored bytes to stored findings, beside the bare forward pass of the same engine."""

import os
import resource
import sys
import time

import numpy as np

EXAMS = 48
WARM = 8


def main(engine: str) -> None:
    os.environ["SCORING_ENGINE"] = engine
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.benchmarks import photographs
    from tests.benchmarks.clinic import submitted_exams
    from tests.benchmarks.rows import Row, compared, report

    kind, pairs = photographs.pairs(EXAMS + WARM)
    _score(submitted_exams(pairs[:WARM]))
    exams = submitted_exams(pairs[WARM:])
    end_to_end = 2 * len(exams) / _score(exams)
    forward = _forward_images_per_second(pairs[WARM:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(
        [
            compared(f"{engine}: stored bytes to stored findings ({kind})", end_to_end, "images/s", forward),
            Row(f"{engine}: peak memory of scoring", round(peak), "MiB"),
        ]
    )


def _score(exams: list[int]) -> float:
    """Seconds for the worker's own task to score these exams."""
    from records.models import WorkItem
    from screening.tasks import score_exam

    started = time.perf_counter()
    while waiting := WorkItem.objects.filter(kind=score_exam.name, key__in=exams).order_by("pk").first():
        score_exam.run(key=waiting.key)
    return time.perf_counter() - started


def _forward_images_per_second(pairs: list[dict]) -> float:
    """The engine alone on the same photographs, prepared beforehand, in the scorer's batches."""
    from screening.imaging.decode import decode_photograph
    from screening.imaging.preprocess import prepare
    from screening.inference import scorer_for
    from screening.selectors import release_active

    release = release_active()
    scorer = scorer_for(release.name, release.card_sha256)
    data = [data for pair in pairs for data in pair.values()]
    ready = [prepare(decode_photograph(each), scorer.card.preprocess) for each in data]
    colour, grey = (np.stack(each) for each in zip(*ready, strict=True))
    scorer.engine.logits(colour[:8], grey[:8])
    started = time.perf_counter()
    for first in range(0, len(colour), 8):
        scorer.engine.logits(colour[first : first + 8], grey[first : first + 8])
    return len(colour) / (time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1])
