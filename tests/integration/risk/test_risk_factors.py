from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor
from records.models import AuditEvent
from risk import events, selectors, services
from risk.domain.answers import parse_risk_factors
from risk.domain.features import FamilyCondition, FamilyMember, Relation, RiskFactors, Sex, Symptoms
from risk.domain.plausibility import PLAUSIBLE
from risk.models import FamilyHistory
from risk.models import RiskFactors as RiskFactorsRow
from screening.models import Encounter
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY, TODAY


@pytest.fixture
def visit(screener: Actor) -> Encounter:
    return made.open_exam(screener).encounter


def record(visit: Encounter, factors: RiskFactors, by: Actor) -> RiskFactorsRow:
    return services.risk_factors_record(encounter=visit, factors=factors, by=by, now=NOW)


EVERYTHING = parse_risk_factors(
    {
        "diabetes": "type2",
        "diabetes_duration_years": 11.5,
        "hba1c_percent": 8.1,
        "insulin_use": True,
        "hypertension": "untreated",
        "systolic_mmhg": 150,
        "diastolic_mmhg": 90,
        "smoking": "former",
        "bmi_kg_m2": 27.3,
        "family_history": [
            {"condition": "glaucoma", "relation": "parent"},
            {"condition": "glaucoma", "relation": "sibling"},
        ],
        "steroid_use": False,
        "pregnant": None,
        "under_eye_care": True,
        "next_eye_appointment": "2027-01-10",
        "symptoms": {"itchy": True, "double_vision": False},
    },
    age_years=66,
    sex=Sex.FEMALE,
    today=TODAY,
)


@pytest.mark.parametrize(
    "factors",
    [EVERYTHING, RiskFactors(), HEALTHY, replace(HEALTHY, family_history=())],
    ids=["everything known", "nothing known", "healthy", "no affected relative"],
)
def test_answers_come_back_as_they_were_given(
    visit: Encounter, screener: Actor, factors: RiskFactors
) -> None:
    record(visit, factors, screener)
    row = selectors.risk_factors_current(visit)
    assert row is not None
    assert selectors.risk_factors_value(row) == factors


def test_corrected_answers_supersede_and_keep_the_first(visit: Encounter, screener: Actor) -> None:
    first = record(visit, HEALTHY, screener)
    second = record(visit, EVERYTHING, screener)
    first.refresh_from_db()
    assert (first.superseded_at, selectors.risk_factors_current(visit)) == (NOW, second)
    assert selectors.risk_factors_value(first) == HEALTHY


def test_recording_answers_is_audited_without_the_answers(visit: Encounter, screener: Actor) -> None:
    row = record(visit, EVERYTHING, screener)
    event = AuditEvent.objects.get(entity=f"risk.riskfactors:{row.pk}")
    assert (event.actor, event.patient_id, event.detail) == (screener.label, visit.patient_id, "")


def test_answers_given_before_any_result_start_nothing(visit: Encounter, screener: Actor) -> None:
    announced: list[int] = []
    listen = lambda key, **_: announced.append(key)  # noqa: E731
    events.answers_changed.connect(listen)
    try:
        record(visit, HEALTHY, screener)
    finally:
        events.answers_changed.disconnect(listen)
    assert announced == []


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"sex": "f"}, "risk_factors_sex"),
        ({"diabetes": "yes"}, "risk_factors_diabetes"),
        ({"hypertension": "high"}, "risk_factors_hypertension"),
        ({"smoking": "sometimes"}, "risk_factors_smoking"),
        ({"systolic_mmhg": 80, "diastolic_mmhg": 80}, "risk_factors_diastolic_below_systolic"),
        ({"age_years": 20, "diabetes_duration_years": 20.5}, "risk_factors_duration_within_age"),
        *(({name: int(limits.high) + 1}, f"risk_factors_{name}") for name, limits in PLAUSIBLE.items()),
        *(
            ({name: int(limits.low) - 1}, f"risk_factors_{name}")
            for name, limits in PLAUSIBLE.items()
            if limits.low >= 1
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(
    visit: Encounter, columns: dict[str, Any], constraint: str
) -> None:
    row = {
        "encounter": visit,
        "recorded_at": NOW,
        "sex": "female",
        "diabetes": "unknown",
        "hypertension": "unknown",
        "smoking": "unknown",
        "family_history_asked": False,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RiskFactorsRow.objects.create(**row | columns)


def test_a_relative_has_a_known_condition_and_relation(visit: Encounter, screener: Actor) -> None:
    row = record(visit, HEALTHY, screener)
    for columns, constraint in (
        ({"condition": "gout", "relation": "parent"}, "family_history_condition"),
        ({"condition": "amd", "relation": "aunt"}, "family_history_relation"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            FamilyHistory.objects.create(risk_factors=row, **columns)


def test_stored_relatives_and_symptoms_have_their_own_types(visit: Encounter, screener: Actor) -> None:
    value = selectors.risk_factors_value(record(visit, EVERYTHING, screener))
    assert value.family_history == (
        FamilyMember(FamilyCondition.GLAUCOMA, Relation.PARENT),
        FamilyMember(FamilyCondition.GLAUCOMA, Relation.SIBLING),
    )
    assert value.symptoms == Symptoms(itchy=True, double_vision=False)
    assert value.next_eye_appointment == date(2027, 1, 10)
