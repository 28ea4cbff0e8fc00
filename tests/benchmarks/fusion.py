"""One case in the worker: fusing its answers with its photographs and explaining it, beside LightGBM's bare predict."""

import os
import time
from collections.abc import Callable
from statistics import median

TIMES = 200


def main(_: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    import numpy as np
    from django.conf import settings

    from risk.fusion.frame import COLUMN_NAMES
    from risk.fusion_release import FUSION_RELEASE
    from risk.inference import fuse_case, fusion_release
    from screening.domain.findings import Label
    from tests.benchmarks.rows import compared, report
    from tests.unit.risk.cases import HEALTHY, exam

    release = fusion_release(settings.FUSION_RELEASES_DIR / FUSION_RELEASE)
    values = np.full((1, len(COLUMN_NAMES)), np.nan)
    boosters = [one.booster for one in release.fusions.values()]
    bare = _median_ms(lambda: [one.predict(values, raw_score=True, num_threads=1) for one in boosters])
    case = _median_ms(lambda: fuse_case(exam(Label.DIABETES), HEALTHY))
    report([compared("one case fused, explained, asked about; bare LightGBM", case, "ms", bare)])


def _median_ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return median(taken)


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
