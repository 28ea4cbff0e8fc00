"""Visits as rows of a list, in a number of queries that does not grow with the rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import FloatField, Prefetch

from config import case_work, next_step
from config.reason_words import decision_in_words
from pharmacy.models import AlertStage
from pharmacy.selectors import wished_for
from records.models import WorkItem
from referrals.models import Referral, ReferralCandidate
from risk.domain.disposition import DISPOSITION_ORDER, ActionKind
from risk.domain.red_flags import RedFlagRow, red_flags_raised
from risk.domain.urgency import most_urgent
from risk.models import RiskAssessment, RiskFactors
from risk.selectors import risk_factors_value
from screening.domain.quality import Gradability
from screening.models import Encounter, Exam, ExamStatus, EyeOutcome, FundusImage

# What an assessment was computed from fills most of its columns, and no row shows it.
_INPUTS = [field.name for field in RiskAssessment._meta.fields if isinstance(field, FloatField)]


class CaseState(StrEnum):
    """Where a case stands. FAILED: a step was given up, whatever else is there already. CANCELLED outranks all."""

    OPEN = "open"
    WAITING = "waiting"
    FAILED = "failed"
    RESULTED = "resulted"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class CaseRow:
    """`disposition`, `result` (the same in words) and `urgency` are empty before the assessment; `failures`: the work
    that was given up. `withheld`: whoever reads the list may still read the case blinded.
    """

    encounter: Encounter
    state: CaseState
    failures: tuple[WorkItem, ...]
    disposition: str
    result: str
    urgency: str
    due_by: date | None
    next_step: str
    synthetic: bool
    possible_mix_up: bool
    withheld: bool = False


def case_rows(encounters: Sequence[Encounter], *, blinded: Collection[int] = ()) -> list[CaseRow]:
    """What a list shows of these visits, in their order; the patient is loaded already.

    `blinded`: keys of visits whose result is kept back from whoever reads the list.
    """
    keys = [encounter.pk for encounter in encounters]
    exams = _newest_exams(keys)
    images = _images(keys)
    assessments = _assessments(keys)
    work = case_work.work_by_encounter(keys)
    flags = _red_flags([key for key in keys if key not in assessments])
    rows = (
        _row(
            one,
            exams.get(one.pk),
            images.get(one.pk, _NO_IMAGE),
            assessments.get(one.pk),
            work.get(one.pk, []),
            flags.get(one.pk, []),
        )
        for one in encounters
    )
    return [_withheld(row) if row.encounter.pk in blinded else row for row in rows]


def _withheld(row: CaseRow) -> CaseRow:
    return replace(row, disposition="", result="", urgency="", due_by=None, next_step="", withheld=True)


@dataclass(frozen=True)
class _Images:
    """What is said of the photographs of a visit, whichever of them it is about."""

    synthetic: bool
    possible_mix_up: bool


_NO_IMAGE = _Images(synthetic=False, possible_mix_up=False)


def _newest_exams(encounters: list[int]) -> dict[int, str]:
    """The status of the newest exam of each visit."""
    rows = Exam.objects.filter(encounter__in=encounters).order_by("pk")
    return dict(rows.values_list("encounter", "status"))


def _images(encounters: list[int]) -> dict[int, _Images]:
    rows = FundusImage.objects.filter(exam__encounter__in=encounters).order_by()
    said = rows.values_list("exam__encounter").annotate(
        drawn=BoolOr("synthetic"), mixed=BoolOr("possible_mix_up")
    )
    return {encounter: _Images(synthetic, mixed_up) for encounter, synthetic, mixed_up in said}


def _assessments(encounters: list[int]) -> dict[int, RiskAssessment]:
    """The current assessment of each visit, with everything a row shows; of its eyes those that have no result."""
    current = RiskAssessment.objects.filter(encounter__in=encounters, superseded_at=None)
    ungradable = EyeOutcome.objects.filter(gradability=Gradability.UNGRADABLE)
    loaded = (
        current.defer(*_INPUTS)
        .select_related("outcome", "recall")
        .prefetch_related(
            "actions",
            Prefetch("prescriptions", wished_for(), to_attr="wished_for"),
            Prefetch("referrals", Referral.objects.select_related("hospital").order_by("pk")),
            Prefetch("referrals__candidates", ReferralCandidate.objects.select_related("hospital")),
            Prefetch("outcome__eyes", ungradable.select_related("image")),
            "outcome__eyes__quality_reasons",
        )
    )
    return {assessment.encounter_id: assessment for assessment in loaded.order_by("exam_id")}


def _red_flags(encounters: list[int]) -> dict[int, list[RedFlagRow]]:
    """What the answers of visits that are not assessed yet raise by themselves."""
    rows = RiskFactors.objects.filter(encounter__in=encounters, superseded_at=None)
    answered = rows.prefetch_related("family_history")
    return {row.encounter_id: list(red_flags_raised(risk_factors_value(row))) for row in answered}


def _urgency_of(red_flags: list[RedFlagRow]) -> str:
    return str(most_urgent(row.urgency for row in red_flags)) if red_flags else ""


def _row(
    encounter: Encounter,
    exam_status: str | None,
    images: _Images,
    assessment: RiskAssessment | None,
    work: list[WorkItem],
    red_flags: list[RedFlagRow],
) -> CaseRow:
    failures = [item for item in work if item.failed_at]
    return CaseRow(
        encounter=encounter,
        state=case_state(exam_status, assessed=assessment is not None, work=work),
        failures=tuple(failures),
        disposition=assessment.disposition if assessment else "",
        result=decision_in_words(assessment) if assessment else "",
        urgency=assessment.urgency if assessment else _urgency_of(red_flags),
        due_by=case_due_by(_decided(assessment)) if assessment else None,
        next_step=_next_step(exam_status, assessment, failures, red_flags),
        synthetic=images.synthetic,
        possible_mix_up=images.possible_mix_up,
    )


def case_state(exam_status: str | None, *, assessed: bool, work: Collection[WorkItem]) -> CaseState:
    """Where a case stands by its newest exam (None: there is none) and the work that is not done."""
    if exam_status in (None, ExamStatus.OPEN) and not assessed:
        return CaseState.OPEN
    if any(item.failed_at for item in work):
        return CaseState.FAILED
    return CaseState.RESULTED if assessed and not work else CaseState.WAITING


def case_due_by(assessment: Mapping[str, Any]) -> Any:
    """The date that goes with a case's urgency: that of its primary action, else the earliest as urgent.

    The next regular visit counts only where nothing else is to be done. Dates as they come: `date`, or text in
    ISO 8601; None where no action of that urgency has one.
    """
    primary = {disposition: kind for kind, disposition in DISPOSITION_ORDER}.get(assessment["disposition"])
    dated = (a for a in assessment["actions"] if a["urgency"] == assessment["urgency"] and a["due_by"])
    counted = (a for a in dated if primary is None or a["kind"] != ActionKind.RECALL)
    ranked = sorted(counted, key=lambda action: (action["kind"] != primary, action["due_by"]))
    return ranked[0]["due_by"] if ranked else None


def _next_step(
    exam_status: str | None,
    assessment: RiskAssessment | None,
    failures: list[WorkItem],
    red_flags: list[RedFlagRow],
) -> str:
    if assessment is None and exam_status in (None, ExamStatus.OPEN):
        return ""
    return next_step.in_words(
        {
            "failures": failures,
            "exam": {"eyes": _ungradable(assessment) if assessment else [], "status": exam_status},
            "red_flags": red_flags,
            "assessment": _decided(assessment) if assessment else None,
            "medicine": _medicine(assessment) if assessment else None,
            "referral": _referral(assessment) if assessment else None,
            "recall": _recall(assessment) if assessment else None,
        }
    )


def _decided(assessment: RiskAssessment) -> dict[str, Any]:
    return {
        "disposition": assessment.disposition,
        "urgency": assessment.urgency,
        "actions": [
            {"kind": a.kind, "urgency": a.urgency, "due_by": a.due_by} for a in assessment.actions.all()
        ],
    }


def _ungradable(assessment: RiskAssessment) -> list[dict[str, Any]]:
    return [
        {
            "laterality": eye.image.laterality,
            "gradability": eye.gradability,
            "quality_reasons": [reason.code for reason in eye.quality_reasons.all()],
        }
        for eye in assessment.outcome.eyes.all()
    ]


def _medicine(assessment: RiskAssessment) -> dict[str, Any] | None:
    prescription = next(iter(assessment.wished_for), None)
    if prescription is None:
        return None
    return {
        "status": prescription.status,
        "refusal": prescription.refusal_code,
        "follow_up": prescription.follow_up,
        "medicine": prescription.medicine.code if prescription.medicine else None,
        "alerts": [
            {"rule": alert.rule_id, "tier": alert.tier}
            for alert in prescription.alerts.all()
            if alert.stage == AlertStage.PRESCRIBING
        ],
    }


def _referral(assessment: RiskAssessment) -> dict[str, Any] | None:
    several = list(assessment.referrals.all())
    if not several:
        return None
    referral = several[-1]
    candidates = sorted(referral.candidates.all(), key=lambda candidate: candidate.rank)
    return {
        "status": referral.status,
        "refusal": referral.refusal_code,
        "cancelled_for": referral.cancel_code,
        "follow_up": referral.follow_up,
        "due_by": referral.due_by,
        "hospital": referral.hospital.name if referral.hospital else None,
        "candidates": [
            {"hospital": one.hospital.name, "distance_km_estimate": round(one.distance_km, 1)}
            for one in candidates
        ],
    }


def _recall(assessment: RiskAssessment) -> dict[str, Any] | None:
    recall = getattr(assessment, "recall", None)
    return {"due_by": recall.due_by} if recall else None
