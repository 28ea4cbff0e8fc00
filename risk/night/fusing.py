"""Fusing visits again and comparing them with what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.rescoring import SMALLEST_CHANGE, Cause
from risk.fusion.booster import Fused, fuse
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.hold_selectors import visits_held
from risk.night.basis import Basis
from risk.night.images import seen_again
from risk.night.register import Flags, Keys, Register, Stored, causes_of, stored_of
from risk.night.rule_inputs import ages_of
from risk.night.verdicts import Earlier, Verdict, verdicts_of

# The other core of a small machine belongs to the database.
NUM_THREADS = 1

Columns = TypeVar("Columns", Fused, Stored)


@dataclass(frozen=True)
class Rescored:
    """Visits fused again. `inputs` and `logits` are what the fusion read; `bands` (n, 6) by their place; `release_held`
    of those that changed (RW-05); `verdict`: the place of a visit's new decision among `verdicts`, -1 where the stored
    one stands; `changed`: whether a new assessment is due.
    """

    register: Register
    causes: dict[Cause, Flags]
    stored: Stored
    inputs: Floats
    logits: Floats
    image_scores: Floats
    fused: Fused
    bands: NDArray[np.int64]
    release_held: Flags
    verdicts: Sequence[Verdict]
    verdict: Keys
    changed: Flags

    def only_changed(self) -> "Rescored":
        """The visits that get a new assessment."""
        return self.of(np.flatnonzero(self.changed))

    def of(self, rows: Keys) -> "Rescored":
        """Some of the visits, by their places."""
        arrays = ("inputs", "logits", "image_scores", "bands", "release_held", "verdict", "changed")
        return replace(
            self,
            register=self.register.of(rows),
            causes={cause: flags[rows] for cause, flags in self.causes.items()},
            stored=_rows_of(self.stored, rows),
            fused=_rows_of(self.fused, rows),
            **{name: getattr(self, name)[rows] for name in arrays},
        )


def _rows_of(columns: Columns, rows: Keys) -> Columns:
    return replace(columns, **{field.name: getattr(columns, field.name)[rows] for field in fields(columns)})


def rescored_of(register: Register, basis: Basis) -> Rescored:
    """Fuse these visits again and decide again where the decision may differ. Nothing is written."""
    causes, stored = causes_of(register), stored_of(register)
    inputs, logits, scores = stored.inputs.copy(), stored.logits.copy(), stored.image_scores.copy()
    inputs[:, COLUMN_NAMES.index("age_years")] = register.ages
    anew = np.flatnonzero(causes[Cause.IMAGE] | register.flag("joined_otherwise"))
    if len(anew):
        logits[anew], scores[anew] = seen_again(register.encounters[anew], basis.release.both_eyes)
    fused = fuse(basis.release.fusions, Frame(COLUMN_NAMES, inputs), logits, num_threads=NUM_THREADS)
    bands = bands_of(fused.fused_risks, basis)
    moved = (bands != stored.bands).any(axis=1)
    unsure = moved | causes[Cause.RULES] | causes[Cause.IMAGE] | _older_to_the_rules(register)
    differs = risks_differ(fused.fused_risks, stored.fused_risks)
    held = _held(register, np.flatnonzero(unsure | differs), basis)
    earlier = Earlier(stored.previous_ungradable_exams, held)
    verdicts, verdict = _decided_otherwise(register, earlier, bands, np.flatnonzero(unsure), basis)
    changed = moved | differs | causes[Cause.IMAGE] | (verdict >= 0)
    return Rescored(
        register, causes, stored, inputs, logits, scores, fused, bands, held, verdicts, verdict, changed
    )


def _held(register: Register, rows: Keys, basis: Basis) -> Flags:
    """Which of these visits a person must read because of a hold; nobody asks of the others."""
    asked = register.encounters[rows].tolist()
    return np.isin(register.encounters, list(visits_held(basis.run.organization_id, asked)))


def _decided_otherwise(
    register: Register, earlier: Earlier, bands: Keys, rows: Keys, basis: Basis
) -> tuple[Sequence[Verdict], Keys]:
    verdict = np.full(len(register), -1)
    if not len(rows):
        return (), verdict
    verdicts, place = verdicts_of(register.of(rows), bands[rows], earlier.of(rows), basis)
    same = np.array([one.same for one in verdicts])
    verdict[rows] = np.where(same[place], -1, place)
    return verdicts, verdict


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
    return ages_of(register.ages) != ages_of(register.rows["age_years"])
