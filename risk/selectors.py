"""Reads of risk that its own services and the apps after it need."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from records import access
from records.actor import Actor
from records.selectors import age_years, local_date
from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.disposition import ActionKind
from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    FamilyMember,
    Hypertension,
    IopMethod,
    Measurements,
    Relation,
    Sex,
    Smoking,
    Symptoms,
)
from risk.domain.features import RiskFactors as RiskFactorsValue
from risk.domain.policy import SHIPPED_POLICY, RiskPolicy
from risk.domain.red_flags import RedFlagRow, red_flags_raised
from risk.errors import OutcomeMissing, PolicyUnknown
from risk.fusion_release import FUSION_RELEASE
from risk.hold_selectors import visits_held
from risk.models import (
    AssessmentAction,
    Policy,
    Recall,
    RecallState,
    ReleaseHold,
    RiskAssessment,
    RiskFactors,
)
from screening import selectors as screening_selectors
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from screening.models import Encounter, ExamOutcome, ModelRelease

MEASUREMENT_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Measurements))
SYMPTOM_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Symptoms))


@dataclass(frozen=True)
class Case:
    """What an assessment is made from. `factors_row` is None when nobody filled the questionnaire in.

    `read_at`: when people's reads last changed what the photographs show. `release_held`: a release behind it is or was
    on hold in this clinic.
    """

    outcome: ExamOutcome
    exam_result: ExamResult
    factors_row: RiskFactors | None
    factors: RiskFactorsValue
    previous_ungradable_exams: int
    today: date
    read_at: datetime | None = None
    policy: RiskPolicy = SHIPPED_POLICY
    release_held: bool = False


def case_of_outcome(outcome: ExamOutcome, *, now: datetime) -> Case:
    """Load everything the assessment of an outcome reads; the date is that of the clinic's time zone."""
    encounter = outcome.exam.encounter
    today = local_date(now, encounter.organization)
    row = risk_factors_current(encounter)
    read_at = screening_selectors.reads_changed_at(encounter.pk)  # before the result: never newer than it
    return Case(
        outcome=outcome,
        exam_result=screening_selectors.visit_result(encounter.pk)
        or screening_selectors.exam_result(outcome),
        factors_row=row,
        factors=risk_factors_value(row) if row else _known_from_register(encounter, today),
        previous_ungradable_exams=screening_selectors.ungradable_exams_before(outcome.exam),
        today=today,
        read_at=read_at,
        policy=policy_in_force(encounter.organization_id),
        release_held=bool(visits_held(encounter.organization_id, [encounter.pk])),
    )


def image_release_in_force() -> str:
    """The image release that new exams are scored with; empty before the first activation."""
    return ModelRelease.objects.filter(active=True).values_list("name", flat=True).first() or ""


def releases_in_force() -> list[str]:
    """What cases are scored with now: the image release, where there is one, and the risk release."""
    return [name for name in (image_release_in_force(), FUSION_RELEASE) if name]


def holds_in_force(organization_id: int, *releases: str) -> list[ReleaseHold]:
    """What an organization must not rely on now, the newest hold first; of these releases."""
    holds = ReleaseHold.objects.filter(organization=organization_id, release__in=releases, lifted_at=None)
    return list(holds.order_by("-opened_at"))


def case_of_encounter(encounter_id: int, *, now: datetime) -> Case:
    """The case of a visit's newest outcome. Raises OutcomeMissing."""
    outcomes = screening_selectors.outcomes_of_visit(encounter_id)
    if not outcomes:
        raise OutcomeMissing(f"visit {encounter_id} has no outcome; score its exam again")
    return case_of_outcome(outcomes[-1], now=now)


def policy_in_force(organization_id: int) -> RiskPolicy:
    """The bands by which an organization decides now: its newest version, else what is shipped."""
    newest = Policy.objects.filter(organization=organization_id).order_by("-version").first()
    return SHIPPED_POLICY if newest is None else policy_value(newest)


def policies_of(organization_id: int) -> list[Policy]:
    """All versions of an organization with author and bands, the newest first."""
    rows = Policy.objects.filter(organization=organization_id).select_related("author")
    return list(rows.prefetch_related("bands").order_by("-version"))


def policy_by_version(version: int, *, organization_id: int) -> RiskPolicy:
    """One version; 0 is what is shipped. Raises PolicyUnknown."""
    if version == SHIPPED_POLICY.version:
        return SHIPPED_POLICY
    row = Policy.objects.filter(organization=organization_id, version=version).first()
    if row is None:
        raise PolicyUnknown(f"there is no version {version} here")
    return policy_value(row)


def policy_value(row: Policy) -> RiskPolicy:
    """A stored version as the value that rules read."""
    bands = {Label(one.label): BandRow(one.raised_from, one.high_from) for one in row.bands.all()}
    return RiskPolicy(row.version, {label: bands[label] for label in FUSED_LABELS})


def risk_factors_current(encounter: Encounter) -> RiskFactors | None:
    """The current answers of a visit, None when nobody was asked."""
    return RiskFactors.objects.filter(encounter=encounter, superseded_at=None).first()


def risk_factors_value(row: RiskFactors) -> RiskFactorsValue:
    """Stored answers as the value that rules and fusion read."""
    return RiskFactorsValue(
        age_years=row.age_years,
        sex=Sex(row.sex),
        diabetes=Diabetes(row.diabetes),
        diabetes_duration_years=row.diabetes_duration_years,
        hba1c_percent=row.hba1c_percent,
        insulin_use=row.insulin_use,
        hypertension=Hypertension(row.hypertension),
        systolic_mmhg=row.systolic_mmhg,
        diastolic_mmhg=row.diastolic_mmhg,
        smoking=Smoking(row.smoking),
        bmi_kg_m2=row.bmi_kg_m2,
        family_history=_family(row) if row.family_history_asked else None,
        steroid_use=row.steroid_use,
        pregnant=row.pregnant,
        under_eye_care=row.under_eye_care,
        next_eye_appointment=row.next_eye_appointment,
        symptoms=Symptoms(**{name: getattr(row, name) for name in SYMPTOM_COLUMNS}),
        measurements=_measurements(row),
    )


def risk_factors_known(encounter: Encounter, *, now: datetime) -> RiskFactorsValue:
    """The current answers of a visit; before there are any, what the register knows of the patient."""
    row = risk_factors_current(encounter)
    today = local_date(now, encounter.organization)
    return risk_factors_value(row) if row else _known_from_register(encounter, today)


def _measurements(row: RiskFactors) -> Measurements:
    measured = {name: getattr(row, name) for name in MEASUREMENT_COLUMNS}
    return Measurements(**measured | {"iop_method": IopMethod(row.iop_method)})


def _family(row: RiskFactors) -> tuple[FamilyMember, ...]:
    relatives = sorted(row.family_history.all(), key=lambda one: one.pk)  # prefetched, where many are read
    return tuple(FamilyMember(FamilyCondition(one.condition), Relation(one.relation)) for one in relatives)


def _known_from_register(encounter: Encounter, today: date) -> RiskFactorsValue:
    patient = encounter.patient
    return RiskFactorsValue(age_years=age_years(patient.birth_date, today), sex=Sex(patient.sex))


def assessment_by_id(assessment_id: int) -> RiskAssessment:
    """An assessment with outcome, encounter and patient loaded."""
    return RiskAssessment.objects.select_related("outcome", "encounter__patient", "risk_factors").get(
        pk=assessment_id
    )


def assessment_current_for_encounter(encounter: Encounter) -> RiskAssessment | None:
    """The current assessment of the newest resulted exam of a visit, None before there is one."""
    current = RiskAssessment.objects.filter(encounter=encounter, superseded_at=None)
    return current.order_by("-exam_id").first()


def action_of_kind(assessment: RiskAssessment, kind: ActionKind) -> AssessmentAction | None:
    """The action of that kind, None when the decision has none; there is at most one."""
    return AssessmentAction.objects.filter(assessment=assessment, kind=kind).first()


def red_flags_of(encounter: Encounter) -> tuple[RedFlagRow, ...]:
    """The red flags that the answers of a visit raise by themselves, before any photograph is scored."""
    row = risk_factors_current(encounter)
    return red_flags_raised(risk_factors_value(row)) if row else ()


def recalls_overdue(*, by: Actor, today: date) -> list[Recall]:
    """Open recalls of the actor's organization that were due before today, the longest overdue first."""
    overdue = access.within(Recall.objects.filter(state=RecallState.OPEN, due_by__lt=today), by=by)
    loaded = overdue.select_related("patient", "assessment").prefetch_related("contact_attempts")
    return list(loaded.order_by("due_by", "pk"))
