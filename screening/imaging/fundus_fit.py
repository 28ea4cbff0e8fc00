"""Fit how much a picture looks like a fundus: `python -m screening.imaging.fundus_fit --data DIR`.

Real photographs, re-framed and mildly spoilt, against drawn pictures of many kinds. Writes the table in
screening/domain and prints how kinds fare that a fit never saw.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

from screening.domain import fundus_likeness
from screening.domain.fundus_likeness import FARTHEST, Feature, FundusLikeness
from screening.imaging.arrays import Doubles, Flags, Image
from screening.imaging.decode import decode_photograph
from screening.imaging.degrade import DEGRADATIONS
from screening.imaging.fundus_features import NAMES
from screening.imaging.fundus_photographs import FIT_SEED, fitted_photographs
from screening.imaging.no_fundus.kinds import FITTED, draw_kinds
from screening.imaging.preprocess import frame_field
from screening.imaging.quality import measure_quality
from screening.imaging.reframe import filling_the_frame, sized, with_border

EACH_KIND, FOLDS = 100, 9
_PENALTY = 1e-3
_KEPT = 0.99  # share of fitted photographs, unspoilt, that stay above the limit
_MILD = 4  # strengths of a degradation that are used
_TABLE = Path(fundus_likeness.__file__).with_name("_fundus_likeness_table.py")


@dataclass(frozen=True)
class Sample:
    """Features (n, len(NAMES)) of pictures; `kind` is empty for photographs, `spoilt` marks degraded ones."""

    values: Doubles
    kind: Sequence[str]
    spoilt: Flags

    @property
    def fundus(self) -> Flags:
        return np.array([not kind for kind in self.kind])


def variants(rgb: Image, rng: np.random.Generator) -> Iterator[tuple[Image, bool]]:
    """A photograph, other frames and lights of it, and one spoilt copy (True)."""
    yield rgb, False
    yield with_border(rgb), False
    yield filling_the_frame(rng.uniform(0.7, 1.0), share=rng.uniform(0.55, 0.75))(rgb), False
    yield sized(int(rng.integers(260, 1500)))(rgb), False
    tint = rng.uniform(0.75, 1.2) * rng.uniform(0.92, 1.08, 3)
    yield np.clip(rgb * tint, 0, 255).astype(np.uint8), False
    degradation = list(DEGRADATIONS.values())[int(rng.integers(len(DEGRADATIONS)))]
    yield degradation.apply(rgb, degradation.strengths[int(rng.integers(_MILD))]), True


def gather(photographs: Sequence[Path], each_kind: int, *, seed: int) -> Sample:
    """Measure photographs in variants, and drawn pictures."""
    rows: list[tuple[str, bool, list[float]]] = []
    for number, path in enumerate(tqdm(photographs, desc="photographs")):
        rng = np.random.default_rng([seed, number])
        for picture, spoilt in variants(decode_photograph(path.read_bytes()), rng):
            rows.append(("", spoilt, features_of(picture)))
    drawn = draw_kinds(FITTED, each_kind, seed=seed)
    for kind, picture in tqdm(drawn, total=each_kind * len(FITTED), desc="drawn pictures"):
        rows.append((kind, False, features_of(picture)))
    kinds, degraded, values = zip(*rows, strict=True)
    return Sample(np.array(values), kinds, np.array(degraded))


def features_of(picture: Image) -> list[float]:
    found = measure_quality(frame_field(picture, 14)).features
    return [found[name] for name in NAMES]


def fit_likeness(sample: Sample) -> FundusLikeness:
    """Logistic regression on each feature and its square, the squares only against; both classes weigh the same.

    The bias puts 0 where 99 % of the unspoilt photographs lie above.
    """
    mean = sample.values[sample.fundus].mean(axis=0)
    spread = sample.values[sample.fundus].std(axis=0) + 1e-3
    z = np.clip((sample.values - mean) / spread, -FARTHEST, FARTHEST)
    terms, sign = np.hstack([z, -(z**2)]), np.where(sample.fundus, 1.0, -1.0)
    weight = np.where(sample.fundus, 0.5 / sample.fundus.sum(), 0.5 / (~sample.fundus).sum())
    found = _minimum(terms, sign, weight)
    count = len(NAMES)
    columns = zip(NAMES, mean, spread, found[:count], found[count:], strict=True)
    features = tuple(Feature(n, *(round(float(v), 5) for v in row)) for n, *row in columns)
    fitted = FundusLikeness(0.0, features)
    kept = scores(fitted, sample.values[sample.fundus & ~sample.spoilt])
    return replace(fitted, bias=round(-float(np.quantile(kept, 1 - _KEPT)), 5))


def _minimum(terms: Doubles, sign: Doubles, weight: Doubles) -> Doubles:
    """Slopes and bends of the penalised weighted logistic loss; bends are not negative."""

    def loss(point: Doubles) -> tuple[float, Doubles]:
        against = -sign * (terms @ point[:-1] + point[-1])
        pull = -sign * weight / (1 + np.exp(-against))
        gradient = np.append(terms.T @ pull + 2 * _PENALTY * point[:-1], pull.sum())
        value = (weight * np.logaddexp(0, against)).sum() + _PENALTY * (point[:-1] ** 2).sum()
        return float(value), gradient

    half = terms.shape[1] // 2
    bounds = [(None, None)] * half + [(0, None)] * half + [(None, None)]
    start = np.zeros(terms.shape[1] + 1)
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 3000})
    return np.asarray(found.x[:-1], dtype=np.float64)


def scores(likeness: FundusLikeness, values: Doubles) -> Doubles:
    return np.array([likeness.score(dict(zip(NAMES, row, strict=True))) for row in values.tolist()])


def left_out_kinds(sample: Sample, *, folds: int) -> dict[str, float]:
    """Share of each kind above the limit of a fit that saw no picture of it."""
    kinds = sorted(set(sample.kind) - {""})
    passed = {}
    for fold in range(folds):
        left = kinds[fold::folds]
        rest = np.array([kind not in left for kind in sample.kind])
        likeness = fit_likeness(_part(sample, rest))
        for kind in left:
            chosen = np.array([each == kind for each in sample.kind])
            passed[kind] = float((scores(likeness, sample.values[chosen]) >= 0).mean())
    return passed


def _part(sample: Sample, chosen: Flags) -> Sample:
    kinds = [kind for kind, kept in zip(sample.kind, chosen, strict=True) if kept]
    return Sample(sample.values[chosen], kinds, sample.spoilt[chosen])


def as_module(likeness: FundusLikeness) -> str:
    """The table as a Python module."""
    rows = "".join(
        f'    ("{f.name}", {f.mean}, {f.spread}, {f.slope}, {f.bend}),\n' for f in likeness.features
    )
    return (
        '"""Written by `python -m screening.imaging.fundus_fit`; not edited by hand."""\n\n'
        f"BIAS = {likeness.bias}\n"
        "# name, mean, spread, slope, bend: see Feature.\n"
        f"FEATURES: tuple[tuple[str, float, float, float, float], ...] = (\n{rows})\n"
    )


def main() -> None:
    """`--data DIR [--out FILE]`: fit, print how left-out kinds fare, write the table."""
    parser = argparse.ArgumentParser(description="fit how much a picture looks like a fundus")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=_TABLE)
    given = parser.parse_args()
    sample = gather(fitted_photographs(given.data), EACH_KIND, seed=FIT_SEED)
    for kind, share in left_out_kinds(sample, folds=FOLDS).items():
        tqdm.write(f"{kind}: {share:.3f} pass a fit that never saw this kind")
    given.out.write_text(as_module(fit_likeness(sample)), encoding="utf-8")


if __name__ == "__main__":
    main()
