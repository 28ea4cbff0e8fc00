"""A clinic's own odds ratios, from its register alone."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from records.actor import Actor, software
from risk import services
from risk.factor_selectors import register_odds
from risk.fusion import factors
from risk.models import RiskAssessment
from screening.domain.laterality import Laterality
from screening.models import FundusImage
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY

pytestmark = pytest.mark.django_db
# Of the ill, three of four take steroids; of the well, one of four. The odds ratio is nine.
PEOPLE = ([(True, True)] * 3 + [(True, False)] + [(False, True)] + [(False, False)] * 3) * 2


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "OUTCOMES_PER_FACTOR", 1)


def seen(by: Actor, *, ill: bool, steroids: bool, age: int) -> RiskAssessment:
    exam = made.submitted_exam(by, cast.patient(by))
    exam.images.update(synthetic=False)
    answers = replace(HEALTHY, age_years=age, steroid_use=steroids)
    services.risk_factors_record(encounter=exam.encounter, factors=answers, by=by, now=NOW)
    scores = {"C": 0.9} if ill else {}
    outcome = made.outcome(exam, *(made.eye(one, **scores) for one in Laterality), by=by)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return assessment


@pytest.fixture
def register(screener: Actor) -> list[RiskAssessment]:
    return [
        seen(screener, ill=ill, steroids=steroids, age=50 + place * 5 % 7)
        for place, (ill, steroids) in enumerate(PEOPLE)
    ]


def steroids(by: Actor) -> factors.FactorOdds | None:
    return next(
        (one for one in register_odds(by=by) if (one.label, one.column) == ("C", "steroid_use")), None
    )


def test_a_drawn_photograph_is_nobodys(screener: Actor, register: list[RiskAssessment]) -> None:
    FundusImage.objects.update(synthetic=True)
    assert steroids(screener) is None


def test_who_has_the_finding_counts_as_ill(screener: Actor, register: list[RiskAssessment]) -> None:
    one = steroids(screener)
    assert one is not None and one.odds_ratio > 3
    assert (one.patients, one.cases) == (16, 8)


def test_a_patient_counts_once_with_the_newest_visit(screener: Actor, register: list[RiskAssessment]) -> None:
    before = register[0].encounter.patient
    exam = made.submitted_exam(screener, before, seed=9)
    outcome = made.outcome(exam, *(made.eye(one) for one in Laterality), by=screener)
    by = software("risk.assessor", screener.organization_id)
    services.assessment_finalise(outcome_id=outcome.pk, by=by, now=NOW + timedelta(hours=1))
    one = next(one for one in register_odds(by=screener) if (one.label, one.column) == ("C", "age_years"))
    assert one.cases == 7


def test_who_took_their_consent_back_does_not_count(screener: Actor, register: list[RiskAssessment]) -> None:
    register[0].encounter.patient.consents.update(withdrawn_at=NOW + timedelta(days=1))
    one = steroids(screener)
    assert one is not None and one.patients == len(PEOPLE) - 1


def test_nobody_of_another_clinic_counts(register: list[RiskAssessment]) -> None:
    assert register_odds(by=cast.actor(cast.clinic())) == []


def test_the_command_prints_published_and_own_ratios_and_writes_them(
    register: list[RiskAssessment], tmp_path: Path
) -> None:
    out = StringIO()
    call_command("analyse_factors", json=tmp_path / "factors.json", stdout=out)
    (line,) = (line for line in out.getvalue().splitlines() if line.startswith("C  steroid_use"))
    assert "published 2.00 (K)" in line and "here" in line
    rows = json.loads((tmp_path / "factors.json").read_text())
    assert {row["clinic"]["cases"] for row in rows if row["label"] == "C" and row["clinic"]} == {8}


def test_the_command_asks_whose_register_where_there_are_several(register: list[RiskAssessment]) -> None:
    cast.clinic()
    with pytest.raises(CommandError, match="--organization"):
        call_command("analyse_factors", stdout=StringIO())


def test_the_command_names_a_labels_file_that_it_cannot_read(
    register: list[RiskAssessment], tmp_path: Path
) -> None:
    (tmp_path / "labels.csv").write_text("patient_id,age\n1,50\n")
    with pytest.raises(CommandError, match=r"labels\.csv cannot be read"):
        call_command("analyse_factors", data=tmp_path, stdout=StringIO())


def test_the_kept_figures_of_the_photographs_set_are_what_it_says(shared: Path) -> None:
    from risk.fusion.factors_real import measure_real, read_real_figures

    kept = {(one.label, one.column): one.odds_ratio for one in read_real_figures()}
    measured = {(one.label, one.column): one.odds_ratio for one in measure_real(shared / "data" / "odir5k")}
    assert kept == pytest.approx(measured, abs=1e-3)


def test_a_patient_of_whom_a_disease_was_not_told_does_not_count_as_without_it(
    shared: Path, tmp_path: Path
) -> None:
    from risk.fusion.factors_real import measure_real

    table = (shared / "data" / "odir5k" / "labels.csv").read_text(encoding="utf-8-sig")
    columns = table.splitlines()[0].split(",")
    partly = {name: "" if name.startswith("patient_") else "1" for name in columns}
    partly |= {"age": "20", "sex": "Male"}
    more = [",".join((partly | {"patient_id": f"p{number}"}).values()) for number in range(500)]
    (tmp_path / "labels.csv").write_text(table.rstrip() + "\n" + "\n".join(more) + "\n")
    assert measure_real(tmp_path) == measure_real(shared / "data" / "odir5k")
