"""When to call a patient again. Every decision has a recall; the earliest reason sets its date."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.domain.bands import RiskBand
from risk.domain.disposition import Action, ActionKind, Reason
from risk.domain.eye_pressure import CONFIRM_IN_DAYS, may_refer, pressure_row
from risk.domain.features import RiskFactors
from risk.domain.pregnancy import UNASKED_WITH_DIABETES, is_unasked_with_diabetes
from risk.domain.urgency import Urgency
from screening.domain.findings import Label
from screening.domain.rules import Rule


class RecallCause(StrEnum):
    INTERVAL = "interval"
    RAISED_RISK = "raised-risk"
    PREGNANCY = "pregnancy"
    ATTENDANCE = "attendance"
    REPEAT_IMAGING = "repeat-imaging"


@dataclass(frozen=True)
class RecallRow:
    """One reason to call again and after how many days."""

    cause: RecallCause
    days: int
    rule: Rule


NO_DIABETES = RecallRow(
    RecallCause.INTERVAL,
    730,
    Rule(
        "RC-01",
        "No diabetes, nothing found: recall in 24 months",
        "product: the longer end of ADA/ICO's 1-2 years, facts 3.1",
        "P",
    ),
)
DIABETES = RecallRow(
    RecallCause.INTERVAL,
    365,
    Rule("RC-02", "Diabetes, nothing found: recall in 12 months", "NHS R0M0 annual, ADA/ICO, facts 3.1", "V"),
)
DIABETES_UNKNOWN = RecallRow(
    RecallCause.INTERVAL,
    365,
    Rule(
        "RC-03",
        "Diabetes not known: recall in 12 months, as with diabetes",
        "product (unknown is not safe)",
        "P",
    ),
)
RAISED_RISK = RecallRow(
    RecallCause.RAISED_RISK,
    182,
    Rule("RC-04", "A fused risk in the raised band: recall in 6 months", "product", "P"),
)
PREGNANCY = RecallRow(
    RecallCause.PREGNANCY,
    90,
    Rule(
        "RC-05",
        "Pregnant with diabetes, or with diabetes unknown: recall in 3 months",
        "facts 3.2 (closer follow-up V)",
        "K",
    ),
)
PREGNANCY_UNASKED = RecallRow(
    RecallCause.PREGNANCY,
    90,
    Rule(
        "RC-10",
        f"{UNASKED_WITH_DIABETES}: recall in 3 months, as if pregnant",
        "facts 3.2 (closer follow-up), 4 rule 4; ages general knowledge",
        "K",
    ),
)
REPEAT_IMAGING = RecallRow(
    RecallCause.REPEAT_IMAGING,
    28,
    Rule(
        "RC-06", "Photograph to be repeated: recall in 4 weeks if it was not repeated at once", "product", "P"
    ),
)
GRADED_MILD = RecallRow(
    RecallCause.INTERVAL,
    365,
    Rule(
        "RC-08",
        "Mild retinopathy or dry macular degeneration, graded and not referred: recall in 12 months",
        "ADA/ICO (mild NPDR 1 year), facts 3.1; dry macular degeneration: product",
        "K",
    ),
)
PRESSURE_AGAIN_RULE = Rule(
    "RC-09",
    "24 mmHg or more, not by Goldmann: recall by the day on which it is to be measured again, 28 days or, from "
    "32, 7",
    "facts 3.1 (repeat first); days P",
    "P",
)
# Days after the date by which the hospital should have seen the patient: facts 4 rule 9 (untagged, so K).
ATTENDANCE_AFTER_DAYS: dict[Urgency, int] = {
    Urgency.STAT: 1,
    Urgency.ASAP: 1,
    Urgency.URGENT: 7,
    Urgency.ROUTINE: 14,
}
ATTENDANCE_RULE = Rule(
    "RC-07",
    "Referred, or keeping an appointment: ask whether the patient was seen 1 day (stat, asap), 7 days (urgent) "
    "or 14 days (routine) after the date",
    "facts 4 rule 9",
    "K",
)
ROWS: tuple[RecallRow, ...] = (
    NO_DIABETES,
    DIABETES,
    DIABETES_UNKNOWN,
    RAISED_RISK,
    PREGNANCY,
    PREGNANCY_UNASKED,
    REPEAT_IMAGING,
    GRADED_MILD,
)
RULES: tuple[Rule, ...] = (*(row.rule for row in ROWS), PRESSURE_AGAIN_RULE, ATTENDANCE_RULE)


def recall_action(
    actions: tuple[Action, ...],
    factors: RiskFactors,
    bands: Mapping[Label, RiskBand],
    *,
    graded_mild: bool = False,
) -> Action:
    """The recall of a case: the earliest of all rows that apply, whose rule comes first in the reasons.

    `graded_mild`: a finding is there that a person graded too mild to be referred.
    """
    seen = [GRADED_MILD] if graded_mild else []
    rows = sorted([*seen, *_rows_that_apply(actions, factors, bands)], key=lambda row: row.days)
    reasons = tuple(Reason(row.rule.id) for row in rows)
    return Action(ActionKind.RECALL, Urgency.ROUTINE, rows[0].days, reasons)


def recall_cause(action: Action) -> RecallCause:
    """Why that recall is due when it is."""
    first = action.reasons[0].code
    if first == ATTENDANCE_RULE.id:
        return RecallCause.ATTENDANCE
    if first == PRESSURE_AGAIN_RULE.id:
        return RecallCause.INTERVAL
    return next(row.cause for row in ROWS if row.rule.id == first)


def _rows_that_apply(
    actions: tuple[Action, ...], factors: RiskFactors, bands: Mapping[Label, RiskBand]
) -> list[RecallRow]:
    rows = [_interval(factors)]
    if RiskBand.RAISED in bands.values():
        rows.append(RAISED_RISK)
    if factors.pregnant and factors.has_diabetes() is not False:
        rows.append(PREGNANCY)
    if is_unasked_with_diabetes(factors):
        rows.append(PREGNANCY_UNASKED)
    rows += _pressure_again(factors)
    for action in actions:
        if action.kind is ActionKind.REPEAT_IMAGING:
            rows.append(REPEAT_IMAGING)
        if action.kind in (ActionKind.REFERRAL, ActionKind.KEEP_APPOINTMENT):
            rows.append(_attendance(action))
    return rows


def _interval(factors: RiskFactors) -> RecallRow:
    has_diabetes = factors.has_diabetes()
    if has_diabetes is None:
        return DIABETES_UNKNOWN
    return DIABETES if has_diabetes else NO_DIABETES


def _pressure_again(factors: RiskFactors) -> list[RecallRow]:
    row = pressure_row(factors)
    if row is None or may_refer(factors):
        return []
    return [RecallRow(RecallCause.INTERVAL, CONFIRM_IN_DAYS[row.rule.id], PRESSURE_AGAIN_RULE)]


def _attendance(action: Action) -> RecallRow:
    if action.due_in_days is None:
        raise ValueError("a referral without a date cannot be followed up")
    days = action.due_in_days + ATTENDANCE_AFTER_DAYS[action.urgency]
    return RecallRow(RecallCause.ATTENDANCE, days, ATTENDANCE_RULE)
