"""The visits of a chunk as they stand: keys, what may cause another decision, inputs and stored risks, in numpy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.rescoring import Cause
from risk.fusion.frame import COLUMN_NAMES, Floats
from risk.models import RescoreChunk
from risk.night.basis import Basis
from risk.night.copying import Rows, read_rows
from risk.night.queries import DAY_ZERO, LOGITS, RISK_COLUMNS, RISKS, STANDING, STANDING_COLUMNS

Keys = NDArray[np.int64]
Flags = NDArray[np.bool_]
ZERO = date.fromisoformat(DAY_ZERO)


@dataclass(frozen=True)
class Register:
    """One row a visit, by rising key. `ages` are those of the run's date; unknown is NaN."""

    rows: Rows
    ages: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def encounters(self) -> Keys:
        return self.rows["encounter"].astype(np.int64)

    @property
    def assessments(self) -> Keys:
        return self.rows["assessment"].astype(np.int64)

    def flag(self, name: str) -> Flags:
        """One yes-or-no column."""
        return self.rows[name].astype(np.bool_)

    def inputs(self) -> Floats:
        """The frame's columns (n, columns), aged to the run's date."""
        values = np.stack([self.rows[name].astype(np.float64) for name in COLUMN_NAMES], axis=1)
        values[:, COLUMN_NAMES.index("age_years")] = self.ages
        return values

    def logits(self) -> Floats:
        """The stored image logits (n, 6)."""
        return np.stack([self.rows[name].astype(np.float64) for name in LOGITS], axis=1)

    def visit_dates(self) -> list[date]:
        """The clinic's date from which each stored decision counts."""
        return [date.fromordinal(ZERO.toordinal() + int(day)) for day in self.rows["visit_day"]]

    def of(self, chosen: Flags | Keys) -> "Register":
        """Some of the visits."""
        return Register(self.rows[chosen], self.ages[chosen])


@dataclass(frozen=True)
class StoredRisks:
    """(n, 6) in the order of FUSED_LABELS, NaN where none is stored; `bands` by their place, -1 for none."""

    image_scores: Floats
    image_risks: Floats
    fused_risks: Floats
    bands: NDArray[np.int64]


def register_of(chunk: RescoreChunk, basis: Basis, *, only: Iterable[int] | None = None) -> Register:
    """Read a chunk's visits, or `only` some of them."""
    parameters = basis.parameters() | {
        "first": chunk.first,
        "last": chunk.last,
        "only": None if only is None else list(only),
    }
    rows = read_rows(STANDING, STANDING_COLUMNS, parameters)
    # A visit with two assessed exams is read twice; the newer one carries the decision.
    newest = np.append(rows["encounter"][1:] != rows["encounter"][:-1], True)[: len(rows)]
    rows = rows[newest]
    known, now = rows["age_years"].astype(np.float64), rows["age_now"].astype(np.float64)
    return Register(rows, np.where(now < 0, known, now))


def causes_of(register: Register) -> dict[Cause, Flags]:
    """Which visits each cause applies to."""
    rescored = register.flag("outcome_changed") & register.flag("scored_otherwise")
    known = register.rows["age_years"].astype(np.float64)
    same_age = (register.ages == known) | (np.isnan(register.ages) & np.isnan(known))
    changed = register.flag("answers_changed") | register.flag("reads_changed")
    return {
        Cause.INPUTS: changed | (register.flag("outcome_changed") & ~register.flag("scored_otherwise")),
        Cause.IMAGE: rescored,
        Cause.MODEL: register.flag("other_model"),
        Cause.POLICY: register.flag("other_policy"),
        Cause.RULES: register.flag("other_rules"),
        Cause.AGE: ~same_age,
    }


def stored_risks(register: Register) -> StoredRisks:
    """The risks that were stored with these visits' assessments."""
    found = read_rows(RISKS, RISK_COLUMNS, {"assessments": register.assessments.tolist()})
    order = np.argsort(register.assessments)
    rows = order[np.searchsorted(register.assessments, found["assessment"].astype(np.int64), sorter=order)]
    places = np.full(128, -1)
    places[[ord(label.value) for label in FUSED_LABELS]] = range(len(FUSED_LABELS))
    columns = places[found["label"].astype(np.int64)]
    return StoredRisks(
        *(
            _spread(found[name], rows, columns, len(register))
            for name in ("image_score", "image_risk", "fused_risk")
        ),
        bands=_spread(found["band"], rows, columns, len(register), empty=-1).astype(np.int64),
    )


def _spread(values: Any, rows: Keys, columns: Keys, size: int, empty: float = np.nan) -> Floats:
    table = np.full((size, len(FUSED_LABELS)), empty)
    table[rows, columns] = values
    return table
