"""Both eyes of a patient to one set of log-odds. Numbers from the card, nothing but numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles

_NORMAL = LABELS.index(Label.NORMAL)
_NEVER = -30.0  # log-odds of "cannot be called normal"
_MOST_UNNAMED = 0.49  # without a photograph no disease is named, however frequent it is


class EyesSeen(IntEnum):
    """How many eyes of a patient could be judged; each number has its own way through `fuse_eyes`."""

    NEITHER = 0
    ONE = 1
    BOTH = 2


class BothEyesInvalid(ValueError):
    """Eyes or numbers that cannot be fused; the message names the patient or the field."""


@dataclass(frozen=True, eq=False)
class BothEyes:
    """How a release joins two eyes.

    `both` (8, 17): for each label an intercept, the weights of the larger of both eyes' log-odds of every
    label, then those of the smaller. `one` (8, 9): an intercept and the weights of the only eye. Either None:
    the plain maximum (minimum for normal). `neither` (8,): log-odds of a patient of whom no eye could be
    judged: not normal, no disease named, each as likely as among patients who are not normal.
    """

    both: Doubles | None
    one: Doubles | None
    neither: Doubles


@dataclass(frozen=True)
class Fused:
    """Log-odds (p, 8) of patients, and how many of their eyes they stand on, (p,) of EyesSeen."""

    log_odds: Doubles
    seen: np.ndarray[Any, np.dtype[np.int_]]


def pair_eyes(
    patient_ids: Sequence[str], eyes: Sequence[str], logits: Doubles
) -> tuple[tuple[str, ...], Doubles]:
    """(patients in order of appearance, log-odds (2, p, 8)); NaN where an eye is missing or ungradable.

    `eyes` names the eye of each row of `logits` (n, 8); a row of NaN is an ungradable eye.
    Raises BothEyesInvalid when a patient has the same eye twice.
    """
    rows = {patient: row for row, patient in enumerate(dict.fromkeys(patient_ids))}
    sides = {eye: side for side, eye in enumerate(sorted(set(eyes)))}
    if len(sides) > 2:
        raise BothEyesInvalid(f"a patient has two eyes, these are {', '.join(sides)}")
    paired = np.full((2, len(rows), len(LABELS)), np.nan)
    met: set[tuple[str, str]] = set()
    for patient, eye, values in zip(patient_ids, eyes, logits, strict=True):
        if (patient, eye) in met:
            raise BothEyesInvalid(f"patient {patient} has the {eye} eye twice; merge its photographs first")
        met.add((patient, eye))
        paired[sides[eye], rows[patient]] = values
    return tuple(rows), paired


def larger_and_smaller(eyes: Doubles) -> tuple[Doubles, Doubles]:
    """Larger and smaller log-odds of each label over the eyes that were seen; (2, p, 8) to two (p, 8)."""
    return np.fmax(eyes[0], eyes[1]), np.fmin(eyes[0], eyes[1])


def eyes_seen(eyes: Doubles) -> np.ndarray[Any, np.dtype[np.int_]]:
    """How many eyes of each patient were judged: (2, p, 8) to (p,)."""
    return np.asarray((~np.isnan(eyes[:, :, _NORMAL])).sum(axis=0))


def plain_maximum(eyes: Doubles) -> Doubles:
    """The larger log-odds of every disease, the smaller of normal: (2, p, 8) to (p, 8), NaN for neither."""
    larger, smaller = larger_and_smaller(eyes)
    larger[:, _NORMAL] = smaller[:, _NORMAL]
    return larger


def fuse_eyes(fusion: BothEyes, eyes: Doubles) -> Fused:
    """The patients' log-odds from those of their eyes (2, p, 8)."""
    seen = eyes_seen(eyes)
    larger, smaller = larger_and_smaller(eyes)
    out = plain_maximum(eyes)
    both, one, neither = (seen == how for how in (EyesSeen.BOTH, EyesSeen.ONE, EyesSeen.NEITHER))
    if fusion.both is not None:
        out[both] = _linear(np.hstack([larger[both], smaller[both]]), fusion.both)
    if fusion.one is not None:
        out[one] = _linear(larger[one], fusion.one)
    out[neither] = fusion.neither
    return Fused(out, seen)


def _linear(features: Doubles, weights: Doubles) -> Doubles:
    return np.asarray(features @ weights[:, 1:].T + weights[:, 0])


def log_odds_of_neither(truth: Doubles) -> Doubles:
    """The answer (8,) for a patient without a photograph, from the labels (p, 8) of others."""
    ill = truth[truth[:, _NORMAL] == 0]
    share = np.clip(ill.mean(axis=0) if len(ill) else np.zeros(len(LABELS)), 1e-4, _MOST_UNNAMED)
    out = np.log(share / (1 - share))
    out[_NORMAL] = _NEVER
    return np.asarray(out)


def as_json(fusion: BothEyes) -> dict[str, Any]:
    """What the card holds under `both_eyes`."""

    def plain(values: Doubles | None) -> list[Any] | None:
        return None if values is None else np.round(values, 6).tolist()

    return {"both": plain(fusion.both), "one": plain(fusion.one), "neither": plain(fusion.neither)}


def from_json(raw: Mapping[str, Any]) -> BothEyes:
    """The numbers of a card. Raises BothEyesInvalid naming the field, KeyError for a missing one."""
    count = len(LABELS)
    neither = _numbers(raw, "neither", (count,))
    if neither is None:
        raise BothEyesInvalid("both_eyes: field neither is null")
    return BothEyes(
        both=_numbers(raw, "both", (count, 1 + 2 * count)),
        one=_numbers(raw, "one", (count, 1 + count)),
        neither=neither,
    )


def _numbers(raw: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Doubles | None:
    if raw[name] is None:
        return None
    try:
        values = np.array(raw[name], dtype=np.float64)
    except ValueError:
        values = np.empty(0)
    if values.shape != shape or not np.isfinite(values).all():
        raise BothEyesInvalid(f"both_eyes: field {name} must hold finite numbers of shape {shape}")
    return values
