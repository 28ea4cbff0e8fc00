"""Both eyes of a patient to one set of log-odds. Numbers from the card, nothing but numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from screening.domain.findings import LABELS, Label

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_NORMAL = LABELS.index(Label.NORMAL)
Counts = np.ndarray[Any, np.dtype[np.int_]]


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
    label, then those of the smaller. `one` (8, 10): an intercept, the weights of the only judged eye, and what is
    added where the other eye was photographed but could not be judged (a dense cataract hides the fundus).
    Either None: the plain maximum (minimum for normal). `neither` (8,): log-odds of a patient of whom no eye
    could be judged.
    """

    both: Doubles | None
    one: Doubles | None
    neither: Doubles


@dataclass(frozen=True)
class Fused:
    """Log-odds (p, 8) of patients, and how many of their eyes they stand on, (p,) of EyesSeen."""

    log_odds: Doubles
    seen: Counts


@dataclass(frozen=True, eq=False)
class Paired:
    """Eyes of p patients: `log_odds` (2, p, 8), NaN where an eye is missing or was not judged; `tried` (2, p):
    whether the eye was photographed at all.
    """

    ids: tuple[str, ...]
    log_odds: Doubles
    tried: Flags

    @property
    def judged(self) -> Flags:
        """(2, p)"""
        return ~np.isnan(self.log_odds[:, :, _NORMAL])

    @property
    def seen(self) -> Counts:
        """How many eyes of each patient were judged, (p,) of EyesSeen."""
        return np.asarray(self.judged.sum(axis=0))

    @property
    def waits(self) -> Flags:
        """Of which patients an eye was photographed and could not be judged, (p,)."""
        return np.asarray((self.tried & ~self.judged).any(axis=0))

    def among(self, rows: Counts) -> "Paired":
        """Some of the patients, by index."""
        ids = tuple(self.ids[row] for row in rows)
        return Paired(ids, self.log_odds[:, rows], self.tried[:, rows])


def pair_eyes(patient_ids: Sequence[str], eyes: Sequence[str], logits: Doubles) -> Paired:
    """Eyes to patients, in order of appearance.

    `eyes` names the eye of each row of `logits` (n, 8); a row of NaN is an ungradable eye, a missing eye has no
    row. Raises BothEyesInvalid when a patient has the same eye twice.
    """
    row_of = {patient: row for row, patient in enumerate(dict.fromkeys(patient_ids))}
    sides = {eye: side for side, eye in enumerate(sorted(set(eyes)))}
    if len(sides) > 2:
        raise BothEyesInvalid(f"a patient has two eyes, these are {', '.join(sides)}")
    log_odds = np.full((2, len(row_of), len(LABELS)), np.nan)
    tried = np.zeros((2, len(row_of)), np.bool_)
    for patient, eye, values in zip(patient_ids, eyes, logits, strict=True):
        place = sides[eye], row_of[patient]
        if tried[place]:
            raise BothEyesInvalid(f"patient {patient} has the {eye} eye twice; merge its photographs first")
        tried[place], log_odds[place] = True, values
    return Paired(tuple(row_of), log_odds, tried)


def larger_and_smaller(eyes: Paired) -> tuple[Doubles, Doubles]:
    """Larger and smaller log-odds of each label over the eyes that were judged, two (p, 8)."""
    return np.fmax(*eyes.log_odds), np.fmin(*eyes.log_odds)


def plain_maximum(eyes: Paired) -> Doubles:
    """The larger log-odds of every disease, the smaller of normal, (p, 8); NaN where no eye was judged."""
    larger, smaller = larger_and_smaller(eyes)
    larger[:, _NORMAL] = smaller[:, _NORMAL]
    return larger


def fuse_eyes(fusion: BothEyes, eyes: Paired) -> Fused:
    """The patients' log-odds from those of their eyes."""
    larger, smaller = larger_and_smaller(eyes)
    out = plain_maximum(eyes)
    both, one, neither = (eyes.seen == how for how in (EyesSeen.BOTH, EyesSeen.ONE, EyesSeen.NEITHER))
    if fusion.both is not None:
        out[both] = _linear(np.hstack([larger[both], smaller[both]]), fusion.both)
    if fusion.one is not None:
        out[one] = _linear(np.column_stack([larger[one], eyes.waits[one]]), fusion.one)
    out[neither] = fusion.neither
    return Fused(out, eyes.seen)


def _linear(features: Doubles, weights: Doubles) -> Doubles:
    return np.asarray(features @ weights[:, 1:].T + weights[:, 0])


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
        one=_numbers(raw, "one", (count, 2 + count)),
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
