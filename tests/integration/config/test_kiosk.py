"""The patients' screen: handed over by staff, two identifiers, consent, and never anybody else's data."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.kiosk import identity
from pharmacy.domain.handout_rules import IDLE_CLOSE, IDLE_WAITING, OPEN_LONGEST, TRIES_MAX, TRIES_WINDOW
from pharmacy.models import Lot, Prescription
from pharmacy.services import prescription_refuse
from records.actor import Actor
from records.models import AuditEvent, Consent, ConsentScope, Membership, Organization, Patient, Role
from tests.factories import records as people
from tests.integration.config import cast, handed_out

BORN = "19600501"
WRONG = "do not belong together. Look again"
PAGES = ("kiosk-start", "kiosk-who", "kiosk-medicine", "kiosk-consent", "kiosk-label", "kiosk-leaflet-paper")


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    return handed_out.released(clinic, by)


@pytest.fixture
def kiosk(nurse: Client, tries_of_its_own: None) -> Client:
    """The screen after the screener handed it over."""
    nurse.post(reverse("kiosk-open"))
    return nurse


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """`later(timedelta)`: the clock of the pages goes on."""
    now = timezone.now

    def set_to(passed: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + passed)

    return set_to


def identify(kiosk: Client, number: str, born: str = BORN) -> object:
    return kiosk.post(reverse("kiosk-who"), {"number": number, "birth_date": born})


def agreed(kiosk: Client, one: Prescription) -> None:
    identify(kiosk, one.encounter.patient.mrn)
    kiosk.post(reverse("kiosk-consent"), {"answer": "yes"})


def said(answer: object) -> str:
    return answer.content.decode()


def test_whoever_hands_the_screen_over_is_signed_out_of_everything_else(kiosk: Client) -> None:
    assert kiosk.get(reverse("kiosk-start")).status_code == 200
    for name in ("cases", "authorise", "intake", "mfa_index", "kiosk-open"):
        assert reverse("account_login") in kiosk.get(reverse(name)).headers["Location"], name


def test_an_auditor_hands_nothing_over(colleague: Callable[[str], Client]) -> None:
    assert colleague(Role.AUDITOR).post(reverse("kiosk-open")).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_that_nobody_handed_over_shows_nothing(visitor: Client, name: str) -> None:
    assert reverse("account_login") in visitor.get(reverse(name)).headers["Location"]


def test_signing_in_on_the_screen_takes_it_back(kiosk: Client, clinic: Organization) -> None:
    kiosk.force_login(people.member(clinic).practitioner.user)
    assert kiosk.get(reverse("kiosk-start")).headers["Location"] == reverse("kiosk-open")
    assert kiosk.get(reverse("kiosk-open")).status_code == 200
    assert "kiosk" not in kiosk.session


def test_the_screen_closes_when_its_opener_leaves(kiosk: Client, membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(active=False)
    assert kiosk.get(reverse("kiosk-start")).status_code == 302


def test_the_screen_closes_after_its_day(kiosk: Client, later: Callable[[timedelta], None]) -> None:
    later(OPEN_LONGEST - timedelta(minutes=1))
    assert kiosk.get(reverse("kiosk-start")).status_code == 200
    later(OPEN_LONGEST + timedelta(seconds=1))
    assert kiosk.get(reverse("kiosk-start")).status_code == 302


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_number_and_birth_date_lead_to_the_consent(
    kiosk: Client, one: Prescription, case: Callable[[str], str]
) -> None:
    answer = identify(kiosk, case(one.encounter.patient.mrn))
    assert answer.headers["Location"] == reverse("kiosk-medicine")
    assert kiosk.get(answer.headers["Location"]).headers["Location"] == reverse("kiosk-consent")


def test_every_wrong_pair_gets_the_same_answer(kiosk: Client, one: Prescription) -> None:
    stranger = people.patient(people.actor(people.clinic()), mrn="ELSEWHERE")
    undated = people.patient(
        people.actor(Organization.objects.get(pk=one.organization_id)), mrn="NO-DATE", birth_date=None
    )
    pairs = [
        (one.encounter.patient.mrn, "19600502"),
        ("NOBODY", BORN),
        (stranger.mrn, BORN),
        (undated.mrn, "00010101"),
    ]
    answers = [identify(kiosk, *pair) for pair in pairs]
    assert {answer.status_code for answer in answers} == {422}
    assert [WRONG in said(answer) for answer in answers] == [True] * 4
    assert all("carmellose" not in said(answer) for answer in answers)
    assert kiosk.get(reverse("kiosk-medicine")).headers["Location"] == reverse("kiosk-start")


def test_wrong_and_right_pairs_leave_a_trace_without_personal_data(kiosk: Client, one: Prescription) -> None:
    patient = one.encounter.patient
    identify(kiosk, patient.mrn, "19600502")
    wrong = AuditEvent.objects.latest("sequence")
    identify(kiosk, patient.mrn)
    right = AuditEvent.objects.latest("sequence")
    assert (wrong.patient_id, right.patient_id) == (patient.pk, patient.pk)
    assert "refused" in wrong.detail and right.detail == "kiosk: identified"
    assert right.actor.startswith("software:kiosk opened by practitioner:")
    assert patient.mrn not in wrong.detail + right.detail


@pytest.mark.parametrize("redis_answers", [True, False])
def test_after_five_wrong_pairs_even_the_right_one_waits(
    kiosk: Client,
    one: Prescription,
    later: Callable[[timedelta], None],
    monkeypatch: pytest.MonkeyPatch,
    redis_answers: bool,
) -> None:
    if not redis_answers:
        monkeypatch.setattr(identity, "_counted", lambda *_: 0)
    number = one.encounter.patient.mrn
    for _ in range(TRIES_MAX):
        assert identify(kiosk, number, "19600502").status_code == 422
    assert identify(kiosk, number).status_code == 429
    later(TRIES_WINDOW + timedelta(seconds=1))
    assert identify(kiosk, number).status_code == 302


def test_four_wrong_pairs_leave_one_try(kiosk: Client, one: Prescription) -> None:
    for _ in range(TRIES_MAX - 1):
        identify(kiosk, "NOBODY")
    assert identify(kiosk, one.encounter.patient.mrn).status_code == 302


def test_a_patient_without_a_medicine_is_sent_to_a_person(kiosk: Client, by: Actor) -> None:
    alone = people.patient(by, mrn="ALONE")
    identify(kiosk, alone.mrn)
    assert "There is no medicine for you" in said(kiosk.get(reverse("kiosk-medicine")))


def test_a_refused_medicine_is_not_named(kiosk: Client, one: Prescription, clinic: Organization) -> None:
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription_refuse(prescription_id=one.pk, by=pharmacist, now=timezone.now(), code="pack-unusable")
    identify(kiosk, one.encounter.patient.mrn)
    page = said(kiosk.get(reverse("kiosk-medicine")))
    assert "There is no medicine for you" in page and "carmellose" not in page


def test_while_no_pharmacist_has_released_it_the_patient_waits_and_then_goes_on(
    kiosk: Client, clinic: Organization, by: Actor
) -> None:
    waiting = handed_out.proposed(clinic, by)
    identify(kiosk, waiting.encounter.patient.mrn)
    page = kiosk.get(reverse("kiosk-medicine"))
    assert "A pharmacist still looks at your answers" in said(page)
    for closed in ("kiosk-consent", "kiosk-label", "kiosk-leaflet-paper"):
        assert kiosk.get(reverse(closed)).headers["Location"] == reverse("kiosk-medicine")
    poll = {"X-Nungil-Poll": "1", "X-Nungil-Seen": page.context["digest"]}
    assert kiosk.get(reverse("kiosk-medicine"), headers=poll).status_code == 204
    handed_out.release(clinic, waiting)
    assert kiosk.get(reverse("kiosk-medicine"), headers=poll).status_code == 302


def test_nothing_of_the_medicine_is_shown_before_the_patient_agreed(kiosk: Client, one: Prescription) -> None:
    identify(kiosk, one.encounter.patient.mrn)
    assert "carmellose" not in said(kiosk.get(reverse("kiosk-consent")))
    for address in (
        reverse("kiosk-leaflet", args=[1]),
        reverse("kiosk-label"),
        reverse("kiosk-leaflet-paper"),
    ):
        assert kiosk.get(address).headers["Location"] == reverse("kiosk-consent")


def test_who_agrees_reads_the_leaflet_part_by_part_and_the_consent_is_kept(
    kiosk: Client, one: Prescription
) -> None:
    agreed(kiosk, one)
    consent = Consent.objects.get(patient=one.encounter.patient, scope=ConsentScope.MEDICINE)
    assert consent.given_by == "patient"
    headings = (
        "What it is for",
        "How to use it",
        "Take care",
        "What you may feel",
        "How to keep it",
        "If it does not help",
        "Get help at once if",
    )
    for number, heading in enumerate(headings, start=1):
        assert heading in said(kiosk.get(reverse("kiosk-leaflet", args=[number])))
    assert kiosk.get(reverse("kiosk-leaflet", args=[len(headings) + 1])).status_code == 404
    assert "Your medicine is released" in said(kiosk.get(reverse("kiosk-medicine")))


def test_who_says_no_gets_nothing_and_it_is_noted(kiosk: Client, one: Prescription) -> None:
    identify(kiosk, one.encounter.patient.mrn)
    assert "Nothing is handed out" in said(kiosk.post(reverse("kiosk-consent"), {"answer": "no"}))
    assert not Consent.objects.filter(scope=ConsentScope.MEDICINE).exists()
    assert AuditEvent.objects.filter(detail__endswith="did not agree to this medicine").count() == 1
    assert kiosk.get(reverse("kiosk-label")).headers["Location"] == reverse("kiosk-consent")


def test_a_yes_that_becomes_a_no_is_a_no(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    assert "Nothing is handed out" in said(kiosk.post(reverse("kiosk-consent"), {"answer": "no"}))
    assert Consent.objects.get(scope=ConsentScope.MEDICINE).withdrawn_at is not None
    assert kiosk.get(reverse("kiosk-label")).headers["Location"] == reverse("kiosk-consent")


def test_a_released_lot_that_was_recalled_since_is_not_offered_and_has_no_papers(
    kiosk: Client, one: Prescription
) -> None:
    Lot.objects.filter(pk=one.lot_id).update(recalled_at=timezone.now(), recall_reason="recall")
    identify(kiosk, one.encounter.patient.mrn)
    assert "There is no medicine for you here now" in said(kiosk.get(reverse("kiosk-medicine")))
    assert kiosk.get(reverse("kiosk-consent")).status_code == 302


@pytest.mark.parametrize(("years", "giver"), [(18, "guardian"), (19, "patient")])
def test_for_somebody_under_age_a_guardian_agrees(
    kiosk: Client, one: Prescription, years: int, giver: str
) -> None:
    today = timezone.localdate()
    born = today.replace(year=today.year - years)
    Patient.objects.filter(pk=one.encounter.patient_id).update(birth_date=born)
    identify(kiosk, one.encounter.patient.mrn, born.isoformat())
    assert ("parent or guardian" in said(kiosk.get(reverse("kiosk-consent")))) == (giver == "guardian")
    kiosk.post(reverse("kiosk-consent"), {"answer": "yes"})
    assert Consent.objects.get(scope=ConsentScope.MEDICINE).given_by == giver


def test_the_papers_come_in_the_language_of_the_screen_and_name_nobody(
    kiosk: Client, one: Prescription
) -> None:
    agreed(kiosk, one)
    kiosk.cookies["django_language"] = "ko"
    answer = kiosk.get(reverse("kiosk-label"))
    assert answer.headers["Content-Disposition"] == 'inline; filename="label.pdf"'
    assert "눈이 마를 때" in handed_out.read_pdf(answer.content)[1]
    kiosk.cookies["django_language"] = "en"
    assert "What it is for" in handed_out.read_pdf(kiosk.get(reverse("kiosk-leaflet-paper")).content)[1]


def test_the_next_patient_sees_nothing_of_the_one_before(kiosk: Client, one: Prescription, by: Actor) -> None:
    agreed(kiosk, one)
    kiosk.post(reverse("kiosk-leave"))
    for name in ("kiosk-medicine", "kiosk-consent", "kiosk-label"):
        assert kiosk.get(reverse(name)).headers["Location"] == reverse("kiosk-start")
    other = handed_out.release(
        Organization.objects.get(pk=by.organization_id),
        Prescription.objects.get(encounter=cast.screened(by, name="Kim", seed=70, symptoms=handed_out.DRY)),
    )
    identify(kiosk, other.encounter.patient.mrn)
    assert kiosk.get(reverse("kiosk-label")).headers["Location"] == reverse("kiosk-consent")


def test_a_patient_who_walks_away_is_forgotten_by_the_server_too(
    kiosk: Client, one: Prescription, later: Callable[[timedelta], None]
) -> None:
    agreed(kiosk, one)
    longest = IDLE_WAITING + IDLE_CLOSE
    later(longest - timedelta(seconds=5))
    assert kiosk.get(reverse("kiosk-leaflet", args=[1])).status_code == 200
    later(2 * longest)
    assert kiosk.get(reverse("kiosk-leaflet", args=[1])).headers["Location"] == reverse("kiosk-start")


def test_a_page_that_asks_by_itself_keeps_nobody_there(
    kiosk: Client, clinic: Organization, by: Actor, later: Callable[[timedelta], None]
) -> None:
    waiting = handed_out.proposed(clinic, by)
    identify(kiosk, waiting.encounter.patient.mrn)
    for seconds in (60, 120, 175):
        later(timedelta(seconds=seconds))
        answer = kiosk.get(reverse("kiosk-medicine"), headers={"X-Nungil-Poll": "1"})
    assert answer.headers["Location"] == reverse("kiosk-start")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_stays_in_the_browser(kiosk: Client, one: Prescription, name: str) -> None:
    agreed(kiosk, one)
    assert "no-store" in kiosk.get(reverse(name)).headers["Cache-Control"]


def test_the_screens_of_two_clinics_know_only_their_own_patients(
    stranger: Client, one: Prescription, tries_of_its_own: None
) -> None:
    stranger.post(reverse("kiosk-open"))
    assert WRONG in said(identify(stranger, one.encounter.patient.mrn))


def test_a_medicine_without_a_leaflet_is_explained_by_a_person(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    one.medicine.code = "latanoprost-0.005"
    one.medicine.save(update_fields=["code"])
    assert "A pharmacist explains this medicine" in said(kiosk.get(reverse("kiosk-leaflet", args=[1])))


def test_no_page_of_the_screen_leads_out_of_it(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    own = (reverse("kiosk-start"), reverse("set_language"), "/static/", "#")
    for address in (*map(reverse, PAGES[:4]), reverse("kiosk-leaflet", args=[1])):
        led_to = re.findall(r'(?:href|action)="([^"]+)"', said(kiosk.get(address)))
        assert all(place.startswith(own) for place in led_to), address
