"""What the interval beside a risk covers, on image scores of real patients it was not made from."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion
from risk.fusion.calibration import fit_image_calibration
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.heldout import HeldOut
from risk.fusion.interval import IntervalTable
from risk.fusion.measure import Risks, risks_of, rounded
from risk.fusion.train import with_interval
from screening.domain.findings import Label

HALVINGS = 10
GROUPS = 10
HOW = (
    "real patients dealt into halves; line and interval from the one, simulated patients with the other's image "
    "scores judged; covered: the share of ill among patients of like risk lies in their mean interval"
)


def measure_coverage(
    fusions: Mapping[Label, LabelFusion],
    heldout: HeldOut,
    *,
    patients: int,
    seed: int,
    num_threads: int,
    halvings: int = HALVINGS,
) -> dict[str, Any]:
    """Per label: the share of patients whose group's share of ill lies in its interval, and how wide that is.

    Halves have half the real patients of the release: their lines err more, and their intervals are wider.
    """
    rng = np.random.default_rng(seed)
    found: list[list[dict[str, float]]] = []
    for made_from, judged in _halves(heldout, halvings, rng):
        halved = _refit(fusions, made_from, patients, rng, num_threads)
        cohort = simulate_cohort(patients, judged, rng)
        risks = risks_of(halved, cohort, num_threads=num_threads)
        found.append([_covered(cohort, risks, column) for column in range(len(FUSED_LABELS))])
    return {"how": HOW, "halvings": halvings} | {
        label.value: {name: rounded(float(np.mean([one[i][name] for one in found]))) for name in found[0][i]}
        for i, label in enumerate(FUSED_LABELS)
    }


def _halves(heldout: HeldOut, halvings: int, rng: np.random.Generator) -> Iterator[tuple[HeldOut, HeldOut]]:
    """Both ways round, every set of labels dealt evenly."""
    sets = np.unique(heldout.labels, axis=0, return_inverse=True)[1].ravel()
    for _ in range(halvings // 2):
        order = rng.permutation(len(sets))
        dealt = order[np.argsort(sets[order], kind="stable")]
        one, other = heldout.among(dealt[::2]), heldout.among(dealt[1::2])
        yield one, other
        yield other, one


def _refit(
    fusions: Mapping[Label, LabelFusion],
    heldout: HeldOut,
    patients: int,
    rng: np.random.Generator,
    num_threads: int,
) -> dict[Label, LabelFusion]:
    """Lines and intervals from these real patients; the boosters stay, they hardly depend on image scores."""
    seen, apart = (simulate_cohort(patients, heldout, one) for one in rng.spawn(2))
    real, out = len(heldout.labels), {}
    for i, label in enumerate(FUSED_LABELS):
        line = fit_image_calibration(seen.image_logits[:, i], seen.labels[:, i], independent_patients=real)
        bare = LabelFusion(line, fusions[label].booster, IntervalTable((0.0,), (0.0,), (1.0,)))
        out[label] = with_interval(bare, label, apart, patients=real, num_threads=num_threads)
    return out


def _covered(cohort: Cohort, risks: Risks, column: int) -> dict[str, float]:
    truth = cohort.labels[:, column]
    fused, low, high = (risks[name][:, column] for name in ("fused", "low", "high"))
    groups = np.array_split(np.argsort(fused, kind="stable"), GROUPS)
    return {
        "coverage": float(np.mean([_lies_within(truth, low, high, group) for group in groups])),
        "mean_width": float((high - low).mean()),
        "mean_width_of_highest_tenth": float((high - low)[groups[-1]].mean()),
    }


def _lies_within(
    truth: NDArray[np.bool_], low: NDArray[np.float64], high: NDArray[np.float64], group: NDArray[np.intp]
) -> bool:
    return bool(low[group].mean() <= truth[group].mean() <= high[group].mean())
