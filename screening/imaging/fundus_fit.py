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
from scipy.special import expit
from tqdm import tqdm

from screening.domain import fundus_likeness
from screening.domain.fundus_likeness import FARTHEST, Departure, Feature, FundusLikeness
from screening.domain.laterality import Laterality
from screening.imaging.arrays import Doubles, Flags, Image
from screening.imaging.decode import decode_photograph
from screening.imaging.degrade import DEGRADATIONS
from screening.imaging.fundus_features import NAMES
from screening.imaging.fundus_photographs import FIT_SEED, fitted_photographs
from screening.imaging.no_fundus.kinds import FITTED, draw_kinds
from screening.imaging.preprocess import frame_field
from screening.imaging.quality import measure_quality
from screening.imaging.reframe import filling_the_frame, sized, with_border
from screening.imaging.render import Lesion, render_fundus

EACH_KIND, FOLDS = 150, 9
DEPARTURES = 8
_RENDERED = 200
_PENALTY = 3e-3
_BEND = 0.05  # of every feature, so that none counts without bound
_STEPS = 600
_KEPT = 0.999  # share of fitted photographs, unspoilt, that stay above the limit
_MILD = 4  # strengths of a degradation that are used
_TABLE = Path(fundus_likeness.__file__).with_name("_fundus_likeness_table.py")


@dataclass(frozen=True)
class Sample:
    """Features (n, d) of pictures, d as in NAMES; `kind` is empty for photographs, `spoilt` marks degraded ones."""

    values: Doubles
    kind: Sequence[str]
    spoilt: Flags

    @property
    def fundus(self) -> Flags:
        return np.array([not kind for kind in self.kind])


def variants(rgb: Image, rng: np.random.Generator) -> Iterator[tuple[Image, bool]]:
    """A photograph, other frames and lights of it, and two spoilt copies (True)."""
    yield rgb, False
    yield with_border(rgb), False
    yield filling_the_frame(share=rng.uniform(0.6, 0.75))(rgb), False
    yield filling_the_frame(rng.uniform(0.6, 0.9), share=rng.uniform(0.6, 0.8))(rgb), False
    yield sized(int(rng.integers(260, 1500)))(rgb), False
    tint = rng.uniform(0.75, 1.2) * rng.uniform(0.92, 1.08, 3)
    yield np.clip(rgb * tint, 0, 255).astype(np.uint8), False
    for _ in range(2):
        degradation = list(DEGRADATIONS.values())[int(rng.integers(len(DEGRADATIONS)))]
        yield degradation.apply(rgb, degradation.strengths[int(rng.integers(_MILD))]), True


def rendered(number: int, *, seed: int) -> Iterator[Image]:
    """Rendered fundi count as fundi too: demonstrations show them where no photograph may be shipped."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        eye = Laterality.RIGHT if rng.random() < 0.5 else Laterality.LEFT
        lesions = [lesion for lesion in Lesion if rng.random() < 0.3]
        size = int(rng.choice([320, 384, 448, 512, 768]))
        yield render_fundus(int(rng.integers(1 << 30)), eye, size=size, lesions=lesions)


def gather(photographs: Sequence[Path], each_kind: int, *, seed: int) -> Sample:
    """Measure photographs in variants, and drawn pictures."""
    rows: list[tuple[str, bool, list[float]]] = []
    for number, path in enumerate(tqdm(photographs, desc="photographs")):
        rng = np.random.default_rng([seed, number])
        for picture, spoilt in variants(decode_photograph(path.read_bytes()), rng):
            rows.append(("", spoilt, features_of(picture)))
    for picture in tqdm(rendered(_RENDERED, seed=seed), total=_RENDERED, desc="rendered fundi"):
        rows.append(("", False, features_of(picture)))
    drawn = draw_kinds(FITTED, each_kind, seed=seed)
    for kind, picture in tqdm(drawn, total=each_kind * len(FITTED), desc="drawn pictures"):
        rows.append((kind, False, features_of(picture)))
    kinds, degraded, values = zip(*rows, strict=True)
    return Sample(np.array(values), kinds, np.array(degraded))


def features_of(picture: Image) -> list[float]:
    found = measure_quality(frame_field(picture, 14)).features
    return [found[name] for name in NAMES]


def fit_likeness(sample: Sample) -> FundusLikeness:
    """Penalised logistic regression on the features and `DEPARTURES` squared sums of them; both classes weigh alike.

    The bias puts 0 where 99.9 % of the unspoilt photographs lie above.
    """
    mean = sample.values[sample.fundus].mean(axis=0)
    spread = sample.values[sample.fundus].std(axis=0) + 1e-3
    z = np.clip((sample.values - mean) / spread, -FARTHEST, FARTHEST)
    found = _minimum(z, sample.fundus)
    columns = zip(NAMES, mean, spread, found.slopes, strict=True)
    fitted = FundusLikeness(
        0.0,
        _BEND,
        tuple(Feature(name, *(round(float(v), 5) for v in row)) for name, *row in columns),
        tuple(
            Departure(round(float(offset), 5), tuple(round(float(w), 4) for w in weights))
            for offset, weights in zip(found.offsets, found.weights, strict=True)
        ),
    )
    kept = scores(fitted, sample.values[sample.fundus & ~sample.spoilt])
    return replace(fitted, bias=round(-float(np.quantile(kept, 1 - _KEPT)), 5))


@dataclass(frozen=True)
class _Point:
    """What is fitted: slopes (d,), a constant, weights (k, d) and offsets (k,) of the departures."""

    slopes: Doubles
    constant: float
    weights: Doubles
    offsets: Doubles

    @classmethod
    def of(cls, flat: Doubles, d: int) -> "_Point":
        weights = flat[d + 1 : d + 1 + DEPARTURES * d].reshape(DEPARTURES, d)
        return cls(flat[:d], float(flat[d]), weights, flat[d + 1 + DEPARTURES * d :])


def _minimum(z: Doubles, fundus: Flags) -> _Point:
    """Where the penalised loss over z (n, d) is least, from a fixed start."""
    d, sign = z.shape[1], np.where(fundus, 1.0, -1.0)
    weight = np.where(fundus, 0.5 / fundus.sum(), 0.5 / (~fundus).sum())
    bent = _BEND * (z**2).sum(axis=1)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        point = _Point.of(flat, d)
        departed = z @ point.weights.T + point.offsets  # (n, k)
        against = -sign * (z @ point.slopes + point.constant - bent - (departed**2).sum(axis=1))
        pull = -sign * weight * expit(against)
        twice = -2 * departed * pull[:, None]
        slopes = z.T @ pull + 2 * _PENALTY * point.slopes
        weights = twice.T @ z + 2 * _PENALTY * point.weights
        gradient = np.concatenate([slopes, [pull.sum()], weights.ravel(), twice.sum(axis=0)])
        penalty = _PENALTY * ((point.slopes**2).sum() + (point.weights**2).sum())
        return float((weight * np.logaddexp(0, against)).sum() + penalty), gradient

    rng = np.random.default_rng(0)
    start = np.concatenate(
        [np.zeros(d + 1), rng.normal(0, 0.05, DEPARTURES * d), rng.normal(0, 0.3, DEPARTURES)]
    )
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return _Point.of(np.asarray(found.x, dtype=np.float64), d)


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
    features = "".join(f'    ("{f.name}", {f.mean}, {f.spread}, {f.slope}),\n' for f in likeness.features)
    departures = "".join(f"    ({each.offset}, {each.weights}),\n" for each in likeness.departures)
    return (
        '"""Written by `python -m screening.imaging.fundus_fit`; not edited by hand."""\n\n'
        "# ruff: noqa: E501\n# fmt: off\n"
        f"BIAS = {likeness.bias}\nBEND = {likeness.bend}\n"
        "# name, mean, spread, slope\n"
        f"FEATURES: tuple[tuple[str, float, float, float], ...] = (\n{features})\n"
        "# offset, a weight for each feature\n"
        f"DEPARTURES: tuple[tuple[float, tuple[float, ...]], ...] = (\n{departures})\n"
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
