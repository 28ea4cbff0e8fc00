"""Deciding visits again, and telling what differs from the decision that is stored.

A decision is made by the rules of the day, once for all visits of which they read the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from django.db import connection

from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.decide import decide_case
from risk.domain.disposition import Action, ActionKind, CaseDecision
from risk.domain.features import RiskFactors
from risk.domain.rescoring import due_dates
from risk.night.basis import Basis
from risk.night.copying import keys_as_text
from risk.night.register import ZERO, Flags, Keys, Register
from risk.night.rule_inputs import Numbered, of_age, rule_inputs
from risk.night.rule_queries import DECISIONS
from risk.rows import parameters_of
from screening.domain.exam_result import ExamResult

Told = tuple[str, str, str, str]
Limits = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Stored:
    """A stored decision: what each action says by its kind, when it is due, and the reasons in their order."""

    told: Mapping[str, Told]
    due: Mapping[ActionKind, date | None]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verdict:
    """A visit decided again. `same` as the stored decision, dates included; `changed`: the kinds of action that
    came, went or say something else.
    """

    decision: CaseDecision
    due: Mapping[ActionKind, date | None]
    same: bool
    changed: frozenset[str]


@dataclass(frozen=True)
class Earlier:
    """What the rules read of n visits besides: how many exams before could not be judged, and whether a release behind
    their scores was on hold.
    """

    previous_ungradable_exams: Keys
    release_held: Flags

    def of(self, rows: Keys) -> "Earlier":
        """Some of the visits, by their places."""
        return Earlier(self.previous_ungradable_exams[rows], self.release_held[rows])


def verdicts_of(
    register: Register, bands: Keys, earlier: Earlier, basis: Basis
) -> tuple[Sequence[Verdict], Keys]:
    """Decide these visits again; `bands` (n, 6) by their place among the bands. The different verdicts, and the place
    of each visit's among them.
    """
    decisions, decision = _decisions(register, bands, earlier, basis)
    before, stored = _stored_decisions(register.assessments)
    alike, place = _alike(decision, stored, register.rows["visit_day"])
    verdicts = [
        verdict_of(decisions[one], before[other], visit=_day(day), today=basis.run.today)
        for one, other, day in alike
    ]
    return verdicts, place


def _alike(*columns: Keys) -> tuple[list[list[int]], Keys]:
    """The different rows that these columns (n,) or (n, m) make, and the place of each row's among them."""
    rows, place = np.unique(np.column_stack(columns).astype(np.int64), axis=0, return_inverse=True)
    return rows.tolist(), place.reshape(-1)


def _decisions(
    register: Register, bands: Keys, earlier: Earlier, basis: Basis
) -> tuple[Sequence[CaseDecision], Keys]:
    read = rule_inputs(register)
    limits = tuple(
        (row.raised_from, row.high_from) for row in map(basis.policy.bands.__getitem__, FUSED_LABELS)
    )
    known_before = earlier.previous_ungradable_exams, earlier.release_held
    alike, place = _alike(read.exam, read.answers, read.age, read.day, *known_before, bands)
    known = Numbered[CaseDecision]()
    numbers = [
        known.number(
            _decide(
                read.exams[exam],
                of_age(read.factors[answers], age),
                tuple(row),
                limits,
                _day(day),
                previous,
                bool(held),
            )
        )
        for exam, answers, age, day, previous, held, *row in alike
    ]
    return known.values(), np.array(numbers, np.int64)[place]


def _day(days: int) -> date:
    return ZERO + timedelta(days=days)


@lru_cache(maxsize=20_000)
def _decide(
    exam: ExamResult,
    factors: RiskFactors,
    bands: tuple[int, ...],
    limits: Limits,
    today: date,
    previous: int,
    held: bool,  # noqa: FBT001 (the cache's key)
) -> CaseDecision:
    rows = dict(zip(FUSED_LABELS, (BandRow(*limit) for limit in limits), strict=True))
    # Any risk of a band stands for all: the rules ask for the band alone.
    risks = {
        label: (0.0, row.raised_from, row.high_from)[band]
        for (label, row), band in zip(rows.items(), bands, strict=True)
    }
    return decide_case(
        exam,
        factors,
        risks,
        today=today,
        previous_ungradable_exams=previous,
        bands_from=rows,
        release_held=held,
    )


def verdict_of(decision: CaseDecision, stored: Stored, *, visit: date, today: date) -> Verdict:
    """Compare a decision with the stored one."""
    told = {action.kind.value: _told(action) for action in decision.actions}
    due = due_dates(decision.actions, stored.due, visit=visit, today=today)
    changed = {kind for kind in told.keys() | stored.told.keys() if told.get(kind) != stored.told.get(kind)}
    reasons = tuple((reason.code, parameters_of(reason)) for _, reason in decision.reasons_by_action())
    same = not changed and due == stored.due and reasons == stored.reasons
    return Verdict(decision, due, same, frozenset(changed))


def _told(action: Action) -> Told:
    return action.urgency.value, action.indication, ",".join(action.labels), ",".join(action.red_flags)


def _stored_decisions(assessments: Keys) -> tuple[Sequence[Stored], Keys]:
    known = Numbered[tuple[str, str, str]]()
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS, {"assessments": keys_as_text(assessments)})
        place = [known.number((told, due, reasons)) for _, told, due, reasons in cursor.fetchall()]
    return [_stored(*texts) for texts in known.values()], np.array(place, np.int64)


def _stored(told: str, due: str, reasons: str) -> Stored:
    words = {kind: (urgency, *rest) for kind, urgency, *rest in _lines(told)}
    days = [_day(int(day)) if day else None for day in due.split(",")]
    return Stored(
        told=words,
        due={ActionKind(kind): day for kind, day in zip(words, days, strict=False)},
        reasons=tuple((code, parameters) for code, parameters in _lines(reasons)),
    )


def _lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.split("\n")] if text else []
