"""The visits of a chunk that may be decided otherwise: keys and causes, and what is stored of them, in numpy."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.rescoring import Cause
from risk.fusion.frame import COLUMN_NAMES, Floats
from risk.models import RescoreChunk
from risk.night import queries
from risk.night.basis import Basis
from risk.night.copying import Rows, keys_as_text, read_rows
from risk.night.queries import DAY_ZERO, LOGITS

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
        return self.rows["encounter"]

    @property
    def assessments(self) -> Keys:
        return self.rows["assessment"]

    def flag(self, name: str) -> Flags:
        """One yes-or-no column."""
        return self.rows[name].astype(np.bool_)

    def of(self, chosen: Flags | Keys) -> "Register":
        """Some of the visits."""
        return Register(self.rows[chosen], self.ages[chosen])

    def same_as(self, other: "Register") -> Flags:
        """Row by row, byte by byte: NaN equals NaN."""
        size = self.rows.dtype.itemsize
        one, two = (
            np.ascontiguousarray(each.rows).view(np.uint8).reshape(-1, size) for each in (self, other)
        )
        return (one == two).all(axis=1)


@dataclass(frozen=True)
class Stored:
    """What the current assessments of n visits hold. `inputs` (n, columns) and `logits` (n, 6) are the fusion's, as
    they were; risks are (n, 6) in the order of FUSED_LABELS, NaN where none is stored; `bands` by their place, -1 for
    none.
    """

    inputs: Floats
    logits: Floats
    previous_ungradable_exams: Keys
    image_scores: Floats
    fused_risks: Floats
    bands: Keys


def register_of(chunk: RescoreChunk, basis: Basis, *, only: Keys | None = None) -> Register:
    """Read a chunk's visits that have a cause to be scored again, or of `only` some of them; all of a run over all."""
    parameters = basis.parameters() | {
        "first": chunk.first,
        "last": chunk.last,
        "only": None if only is None else keys_as_text(only),
    }
    rows = read_rows(queries.STANDING, queries.STANDING_COLUMNS, parameters)
    known, now = rows["age_years"], rows["age_now"]
    return Register(rows, np.where(now < 0, known, now))


def causes_of(register: Register) -> dict[Cause, Flags]:
    """Which visits each cause applies to."""
    rescored = register.flag("outcome_changed") & register.flag("scored_otherwise")
    known = register.rows["age_years"]
    same_age = (register.ages == known) | (np.isnan(register.ages) & np.isnan(known))
    changed = register.flag("answers_changed") | register.flag("reads_changed")
    changed |= register.flag("unjudged_before")  # counted anew by whoever assesses it as by day
    return {
        Cause.INPUTS: changed | (register.flag("outcome_changed") & ~register.flag("scored_otherwise")),
        Cause.IMAGE: rescored & ~register.flag("unjudged_before"),
        Cause.MODEL: register.flag("other_model"),
        Cause.POLICY: register.flag("other_policy"),
        Cause.RULES: register.flag("other_rules"),
        Cause.AGE: ~same_age,
    }


def stored_of(register: Register) -> Stored:
    """What is stored with these visits' assessments."""
    asked = {"assessments": keys_as_text(register.assessments)}
    known = read_rows(queries.INPUTS_OF, queries.INPUT_COLUMNS, asked)
    known = known[_places(known, register)]
    risks = read_rows(queries.RISKS, queries.RISK_COLUMNS, asked)
    return Stored(
        _stack(known, COLUMN_NAMES),
        _stack(known, LOGITS),
        known["previous_ungradable_exams"],
        *_tables(risks, register),
    )


def _stack(rows: Rows, names: tuple[str, ...]) -> Floats:
    return np.stack([rows[name] for name in names], axis=1)


def _tables(risks: Rows, register: Register) -> tuple[Floats, Floats, Keys]:
    order = np.argsort(register.assessments)
    rows = order[np.searchsorted(register.assessments, risks["assessment"], sorter=order)]
    places = np.full(128, -1)
    places[[ord(label.value) for label in FUSED_LABELS]] = range(len(FUSED_LABELS))
    columns = places[risks["label"]]
    scores, fused = (
        _spread(risks[name], rows, columns, len(register)) for name in ("image_score", "fused_risk")
    )
    return scores, fused, _spread(risks["band"], rows, columns, len(register), empty=-1).astype(np.int64)


def _spread(values: Any, rows: Keys, columns: Keys, size: int, empty: float = np.nan) -> Floats:
    table = np.full((size, len(FUSED_LABELS)), empty)
    table[rows, columns] = values
    return table


def _places(found: Rows, register: Register) -> Keys:
    """Where the row of each visit's assessment is."""
    keys = found["assessment"]
    order = np.argsort(keys)
    return order[np.searchsorted(keys, register.assessments, sorter=order)]
