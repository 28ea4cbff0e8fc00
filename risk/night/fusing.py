"""Fusing a chunk again and comparing it with what is stored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.rescoring import SMALLEST_CHANGE, Cause
from risk.domain.rule_view import AGES
from risk.fusion.booster import Fused, fuse
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.inference import worst_score
from risk.night.basis import Basis
from risk.night.register import Flags, Register, StoredRisks, causes_of, stored_risks
from risk.night.verdicts import Verdict, verdicts_of
from screening import selectors as screening_selectors
from screening.domain.joined_logits import joined_logits

# The other core of a small machine belongs to the database.
NUM_THREADS = 1


@dataclass(frozen=True)
class Rescored:
    """Visits fused again. `bands` (n, 6) by their place; `verdicts` by row, of those that were decided again;
    `changed`: whether a new assessment is due.
    """

    register: Register
    causes: dict[Cause, Flags]
    stored: StoredRisks
    logits: Floats
    image_scores: Floats
    fused: Fused
    bands: NDArray[np.int64]
    verdicts: dict[int, Verdict]
    changed: Flags

    def only_changed(self) -> "Rescored":
        """The visits that get a new assessment."""
        return self.of(np.flatnonzero(self.changed))

    def of(self, rows: NDArray[np.int64]) -> "Rescored":
        """Some of the visits, by their places."""
        fused = Fused(
            *(getattr(self.fused, name)[rows] for name in ("image_risks", "fused_risks", "low", "high"))
        )
        stored = StoredRisks(
            *(
                getattr(self.stored, name)[rows]
                for name in ("image_scores", "image_risks", "fused_risks", "bands")
            )
        )
        verdicts = {
            place: self.verdicts[row] for place, row in enumerate(rows.tolist()) if row in self.verdicts
        }
        return Rescored(
            self.register.of(rows),
            {cause: flags[rows] for cause, flags in self.causes.items()},
            stored,
            self.logits[rows],
            self.image_scores[rows],
            fused,
            self.bands[rows],
            verdicts,
            self.changed[rows],
        )


def rescored_of(register: Register, basis: Basis) -> Rescored:
    """Fuse these visits again and decide again where the decision may differ. Nothing is written."""
    causes, stored = causes_of(register), stored_risks(register)
    logits, scores = register.logits(), stored.image_scores.copy()
    for row in np.flatnonzero(causes[Cause.IMAGE] | register.flag("joined_otherwise")):
        logits[row], scores[row] = _seen_again(int(register.encounters[row]), basis)
    fused = fuse(
        basis.release.fusions, Frame(COLUMN_NAMES, register.inputs()), logits, num_threads=NUM_THREADS
    )
    bands = bands_of(fused.fused_risks, basis)
    moved = (bands != stored.bands).any(axis=1)
    again = np.flatnonzero(moved | causes[Cause.RULES] | causes[Cause.IMAGE] | _older_to_the_rules(register))
    verdicts = dict(zip(again.tolist(), verdicts_of(register.of(again), bands[again], basis), strict=True))
    changed = moved | risks_differ(fused.fused_risks, stored.fused_risks) | causes[Cause.IMAGE]
    changed[[row for row, verdict in verdicts.items() if not verdict.same]] = True
    return Rescored(register, causes, stored, logits, scores, fused, bands, verdicts, changed)


def bands_of(risks: Floats, basis: Basis) -> NDArray[np.int64]:
    """The bands (n, 6) of fused risks, by their place: as risk.domain.bands.band_of, which a test compares."""
    rows = [basis.policy.bands[label] for label in FUSED_LABELS]
    raised, high = (np.array([getattr(row, name) for row in rows]) for name in ("raised_from", "high_from"))
    return (risks >= raised).astype(np.int64) + (risks >= high)


def risks_differ(risks: Floats, stored: Floats) -> Flags:
    """Of which visits (n,) any risk of (n, 6) moved by more than SMALLEST_CHANGE, or is unknown (RN-01)."""
    return np.asarray(~(np.abs(risks - stored) <= SMALLEST_CHANGE).all(axis=1))


def _older_to_the_rules(register: Register) -> Flags:
    """Whose age is now another one to the rules."""
    before = register.rows["age_years"].astype(np.float64)
    unknown = np.isnan(register.ages) != np.isnan(before)
    return unknown | (np.digitize(register.ages, AGES) != np.digitize(before, AGES))


def _seen_again(encounter: int, basis: Basis) -> tuple[list[float], list[float]]:
    """Image logits and scores of a visit from its findings, NaN where no photograph says anything."""
    exam = screening_selectors.visit_result(encounter)
    if exam is None:
        raise ValueError("an assessed visit has a result")
    joined = joined_logits(exam, basis.release.both_eyes)
    return [_or_nan(joined[label]) for label in FUSED_LABELS], [
        _or_nan(worst_score(exam, label)) for label in FUSED_LABELS
    ]


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
