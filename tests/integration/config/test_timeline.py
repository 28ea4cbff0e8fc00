"""Everything that happened in a case, under one id, with the names of the people behind it."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from config.cancellation import case_cancel
from config.timeline import timeline
from pharmacy.models import Prescription
from pharmacy.services import prescription_authorise
from records.actor import Actor, software
from records.models import Organization, Practitioner, Role
from screening import services
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.factories import photographs, screening
from tests.factories import records as people
from tests.factories.records import NOW
from tests.integration.config import cast
from tests.integration.config.test_case_page import page_of

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def test_the_timeline_runs_from_the_visit_to_what_was_proposed(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    cast.stock(clinic, screener)
    cast.hospital(screener)
    found = (screening.eye(RIGHT, G=0.9), screening.eye(LEFT))
    page = page_of(nurse, cast.screened(screener, *found, symptoms={"dry_or_gritty": True}))
    steps = (
        "Visit opened",
        "Photography began",
        "Photographs submitted",
        "Photographs scored",
        "Risk assessed: Go to a hospital",
        "Medicine proposed",
        "Referral: Proposed, waits for a physician",
    )
    timeline = page[page.index('id="timeline"') :]
    order = [timeline.index(step) for step in steps]
    assert order[:5] == sorted(order[:5])


def told(encounter: Encounter) -> dict[str, str]:
    """What happened, and who stands behind it."""
    return {moment.what: moment.who for day in timeline(encounter) for moment in day.moments}


def test_people_are_named_and_the_software_is_not(screener: Actor, clinic: Organization) -> None:
    cast.stock(clinic, screener)
    encounter = cast.screened(screener, symptoms={"dry_or_gritty": True})
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription = Prescription.objects.get(encounter=encounter)
    prescription_authorise(prescription_id=prescription.pk, by=pharmacist, now=timezone.now())
    nurse = Practitioner.objects.get(pk=screener.practitioner_id).name
    moments = told(encounter)
    assert moments["Visit opened"] == moments["Health questions answered"] == nurse
    assert moments["Photograph received"] == nurse
    assert moments["Medicine authorised"] == "Pharmacist Kim"
    assert moments["Photographs scored"] == moments["Medicine proposed"] == ""


def test_a_photograph_that_was_taken_back_stays_in_it(screener: Actor) -> None:
    exam = screening.open_exam(screener)
    image = services.image_add(exam=exam, laterality=RIGHT, data=photographs.jpeg(1), by=screener, now=NOW)
    services.image_retract(image=image, by=screener, now=NOW, reason="left eye")
    assert "Photograph taken back" in told(exam.encounter)


def test_a_cancelled_visit_says_by_whom_and_why(screener: Actor) -> None:
    encounter = cast.submitted(screener)
    cancelled = case_cancel(encounter=encounter, by=screener, now=timezone.now(), reason="wrong patient")
    moments = [moment for day in timeline(cancelled) for moment in day.moments]
    assert (moments[-1].what, moments[-1].detail) == ("Visit cancelled", "wrong patient")
    assert moments[-1].who == Practitioner.objects.get(pk=screener.practitioner_id).name


def test_each_day_of_the_clinic_stands_by_itself(screener: Actor) -> None:
    encounter = cast.submitted(screener)
    late = encounter.started_at + timedelta(days=2)
    cancelled = case_cancel(
        encounter=encounter, by=software("test", screener.organization_id), now=late, reason="x"
    )
    days = timeline(cancelled)
    assert [day.on for day in days] == [timezone.localdate(encounter.started_at), timezone.localdate(late)]
