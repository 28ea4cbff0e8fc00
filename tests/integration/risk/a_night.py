"""A register with stored risks, and a whole run over it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from records.actor import Actor, software
from records.models import Organization
from records.selectors import local_date
from risk import selectors, services
from risk.fusion_release import FUSION_RELEASE
from risk.models import RescoreChange, RescoreRun, RiskAssessment, Watch
from risk.night import chunks
from risk.night.runs import Scope, run_start
from screening.domain.laterality import Laterality
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY

LATER = NOW + timedelta(hours=16)  # 02:00 of the next day in Seoul
BORN = date(1986, 5, 1)
# Who has answered at 40 and is 60 by the register: twenty birthdays in one night.
TWENTY_YEARS_OLDER = date(1966, 5, 1)
AGED = replace(HEALTHY, age_years=40)


def assessed(by: Actor, born: date = BORN, *, seed: int = 0, **scores: float) -> RiskAssessment:
    exam = made.submitted_exam(by, cast.patient(by, birth_date=born), seed=seed)
    services.risk_factors_record(encounter=exam.encounter, factors=AGED, by=by, now=NOW)
    outcome = made.outcome(exam, *(made.eye(one, **scores) for one in Laterality), by=by)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return assessment


def current(of: RiskAssessment) -> RiskAssessment:
    found = selectors.assessment_current_for_encounter(of.encounter)
    assert found is not None
    return found


def night(organization: Organization, now: Any = LATER, **scope: Any) -> RescoreRun:
    """A whole run, part by part."""
    run = run_start(organization, Scope(**scope), by="test", now=now)
    while (chunk := chunks.chunk_claim(now=now, run_id=run.pk)) is not None:
        chunks.chunk_do(chunk)
    run.refresh_from_db()
    return run


def watched(organization: Organization, now: Any = LATER) -> Watch:
    """The watch of that night has looked."""
    return Watch.objects.create(
        organization=organization,
        night=local_date(now, organization),
        made_at=now,
        image_release="test-1",
        fusion_release=FUSION_RELEASE,
    )


def changes(run: RescoreRun) -> list[RescoreChange]:
    return list(RescoreChange.objects.filter(run=run).order_by("pk"))
