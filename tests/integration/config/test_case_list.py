from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from config.next_step import in_words
from records.actor import Actor
from records.models import AuditEvent, Organization
from screening.domain.laterality import Laterality
from tests.factories import screening
from tests.integration.config import cast


def everything(client: Client) -> str:
    return client.get(reverse("cases"), {"list": "all"}).content.decode()


def test_a_clinic_without_visits_is_told_what_will_appear(nurse: Client) -> None:
    assert "No visit yet" in nurse.get(reverse("cases")).content.decode()
    assert "No visit yet" in everything(nurse)


def test_a_visit_shows_how_far_it_is_and_what_comes_next(nurse: Client, screener: Actor) -> None:
    screening.open_exam(screener)
    cast.submitted(screener, name="Waits")
    cast.failed(screener, name="Failed", seed=1)
    cast.hospital(screener)
    cast.screened(screener, name="Resulted", seed=2, symptoms={"sudden_vision_loss": True})
    page = everything(nurse)
    assert page.count('class="state open"') == 1
    assert "Take the photographs and submit them" in page
    assert page.count('class="state waiting"') == 1
    assert page.count('class="state failed"') == 1
    assert "The stored photograph is damaged" in page
    assert page.count('class="state resulted"') == 1
    assert "Go to a hospital" in page
    assert 'class="urgency stat"' in page
    assert f"Physician to authorise Hill Hospital (about 14.5 km) by {timezone.localdate()}" in page


def test_every_disposition_says_what_comes_next(nurse: Client, screener: Actor, clinic: Organization) -> None:
    cast.stock(clinic, screener)
    cast.screened(screener, name="Dry", symptoms={"dry_or_gritty": True})
    cast.screened(
        screener, name="Allergic", seed=1, symptoms={"itchy": True}, safety={"allergies": ["ketotifen"]}
    )
    blurred = (screening.ungradable(Laterality.RIGHT), screening.eye(Laterality.LEFT))
    cast.screened(screener, *blurred, name="Moved", seed=2)
    found = (screening.eye(Laterality.RIGHT, D=0.9), screening.eye(Laterality.LEFT))
    cast.screened(screener, *found, name="Far from hospitals", seed=3)
    page = everything(nurse)
    assert "Pharmacist to release carmellose" in page
    assert "Pharmacist decides instead of the machine (PH-04, PH-07)" in page
    assert "Photograph again: R: Blurred" in page
    in_two_weeks = timezone.localdate() + timedelta(days=14)
    assert f"No hospital fits by {in_two_weeks}: the coordinator decides" in page


def test_what_only_a_missing_pack_keeps_back_waits_for_stock(nurse: Client, screener: Actor) -> None:
    cast.screened(screener, name="Dry", symptoms={"dry_or_gritty": True})
    assert "The medicine waits for stock (PH-23)" in everything(nurse)


def test_drawn_photographs_are_marked_and_real_ones_are_not(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener, name="Real", synthetic=False)
    assert "Synthetic photograph" not in everything(nurse)
    cast.submitted(screener, name="Drawn", seed=1)
    assert everything(nurse).count("Synthetic photograph") == 1


def test_a_possible_mix_up_shows_in_the_list(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener, name="One")
    cast.submitted(screener, name="Other")
    assert everything(nurse).count("Possible mix-up") == 1


def test_another_clinic_sees_none_of_it(stranger: Client, screener: Actor) -> None:
    cast.submitted(screener)
    page = everything(stranger)
    assert "Hong Gil-dong" not in page
    assert "No visit yet" in page


def test_reading_the_list_is_audited_once_for_whom_it_showed(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener)
    reads = AuditEvent.objects.filter(action="R", detail__startswith="cases: 1 patients")
    everything(nurse)
    everything(nurse)
    assert reads.count() == 1, "a list that only loaded itself again was read once"
    cast.submitted(screener, name="Another", seed=1)
    everything(nurse)
    assert AuditEvent.objects.filter(action="R", detail__startswith="cases: 2 patients").count() == 1


def test_a_refused_medicine_is_not_shown_as_waiting_for_the_pharmacist() -> None:
    decided = {"disposition": "medicine", "actions": []}
    case = {
        "assessment": decided,
        "failures": [],
        "exam": {"status": "resulted", "eyes": []},
        "red_flags": [],
    }
    with override("en"):
        told = in_words(case | {"medicine": {"status": "refused", "alerts": [], "medicine": None}})
    assert told == "Medicine: Refused"


def test_a_cancelled_referral_is_not_shown_as_waiting_for_the_physician() -> None:
    decided = {"disposition": "refer", "actions": []}
    case = {
        "assessment": decided,
        "failures": [],
        "exam": {"status": "resulted", "eyes": []},
        "red_flags": [],
    }
    with override("en"):
        told = in_words(case | {"referral": {"status": "cancelled", "hospital": "X", "candidates": []}})
    assert told == "Referral: Cancelled"
