"""The change report of a night, in the portal and as CSV."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from config.nights.report import COLUMNS, as_text
from records.models import AuditEvent, Organization, Role, WorkItem
from risk.models import Recall, RescoreChange, RescoreRun
from risk.night.report import totals_of
from screening.tasks import RESCORE
from tests.factories import assessments, screening
from tests.factories import records as people
from tests.factories.nights import night
from tests.integration.config.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def physician(clinic: Organization) -> Client:
    return signed_in(people.member(clinic, Role.PHYSICIAN))


def changed(clinic: Organization, *, mrn: str = "P-7", overdue: bool = True) -> RescoreChange:
    by = people.actor(clinic)
    visit = assessments.visit(by, people.patient(by, name="나래", mrn=mrn))
    return night(clinic, assessments.assessment(visit), overdue=overdue)


def test_who_changed_band_is_told_from_what_to_what_and_why(physician: Client, clinic: Organization) -> None:
    changed(clinic)
    text = physician.get("/nights/", headers={"accept-language": "en"}).content.decode()
    assert "나래" in text and "glaucoma" in text.lower()
    assert "low" in text and "high" in text and "another risk model" in text


def test_who_is_newly_overdue_has_a_list(physician: Client, clinic: Organization) -> None:
    changed(clinic, overdue=False)
    assert "나래" not in physician.get("/nights/?show=overdue").content.decode()


def lapsed(clinic: Organization, *, days: int) -> RescoreRun:
    """A run of TODAY, and a recall of a patient of whom it changed nothing, so many days before."""
    run = changed(clinic, overdue=False).run
    by = people.actor(clinic)
    visit = assessments.visit(by, people.patient(by, name="다솜", mrn="P-8"))
    Recall.objects.create(
        assessment=assessments.assessment(visit),
        organization=clinic,
        patient=visit.patient,
        due_by=run.today - timedelta(days=days),
        cause="interval",
        opened_at=run.started_at - timedelta(days=365),
    )
    return run


def test_whose_day_is_over_since_the_night_before_is_overdue_too(
    physician: Client, clinic: Organization
) -> None:
    run = lapsed(clinic, days=1)
    page = physician.get("/nights/?show=overdue", headers={"accept-language": "en"}).content.decode()
    assert "다솜" in page and "ran out since the night before" in page
    rows = list(csv.reader(StringIO(physician.get("/nights/changes.csv").getvalue().decode())))
    due = str(run.today - timedelta(days=1))
    assert rows[2][1:3] == ["P-8", ""] and rows[2][9:] == [due, due, "yes"]
    assert totals_of(run)["overdue"] == 1


@pytest.mark.parametrize("days", [0, 2])
def test_whose_day_is_today_or_was_told_of_a_night_earlier_is_not(
    physician: Client, clinic: Organization, days: int
) -> None:
    lapsed(clinic, days=days)
    assert "다솜" not in physician.get("/nights/?show=overdue").content.decode()


def test_the_csv_has_a_row_for_each_change(physician: Client, clinic: Organization) -> None:
    change = changed(clinic)
    answer = physician.get(f"/nights/changes.csv?run={change.run_id}")
    assert answer.streaming
    header, row = csv.reader(StringIO(answer.getvalue().decode()))
    assert header == list(COLUMNS)
    assert row[1:5] == ["P-7", "model", "model age", "G low high"]


def test_the_csv_is_audited_as_a_read(physician: Client, clinic: Organization) -> None:
    changed(clinic)
    physician.get("/nights/changes.csv")
    assert AuditEvent.objects.filter(action="R", detail__startswith="nights csv: 1 patients").count() == 1


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x"])
def test_a_spreadsheet_takes_nothing_for_a_formula(typed: str) -> None:
    assert as_text(typed) == f"'{typed}"


def test_another_clinics_night_does_not_exist(physician: Client) -> None:
    other = changed(people.clinic())
    assert physician.get(f"/nights/?run={other.run_id}").status_code == 404
    assert physician.get(f"/nights/changes.csv?run={other.run_id}").status_code == 404


def test_a_run_that_waits_for_photographs_for_a_day_says_what_to_look_at(
    physician: Client, clinic: Organization
) -> None:
    by = people.actor(clinic)
    exam = screening.submitted_exam(by)
    run = night(clinic, assessments.assessment(exam.encounter), overdue=False).run
    run.chunks.update(state="waiting", done_at=None)
    WorkItem.objects.create(kind=RESCORE, key=exam.pk, waiting_since=run.started_at)
    for waited, told in ((timedelta(hours=23), False), (timedelta(days=1), True)):
        RescoreRun.objects.filter(pk=run.pk).update(
            state="running", finished_at=None, started_at=timezone.now() - waited
        )
        page = physician.get("/nights/", headers={"accept-language": "en"}).content.decode()
        assert "still to be scored" in page and ("waited for them for a day" in page) is told


def test_a_night_that_could_not_begin_says_so_and_what_to_do(physician: Client, clinic: Organization) -> None:
    run = changed(clinic).run
    RescoreRun.objects.create(
        organization=clinic,
        today=run.today,
        state="failed",
        started_at=run.started_at + timedelta(days=1),
        finished_at=run.started_at + timedelta(days=1),
        started_by="software:risk.night",
        reason="ClockBackwards: the clock shows an earlier time",
        fusion_release="test",
        policy_version=0,
        rules_version="test",
    )
    text = physician.get("/nights/", headers={"accept-language": "en"}).content.decode()
    assert "This night could not begin" in text and "clock" in text
