"""What waits for a person: the list, one page for each proposal, and every decision that can be taken there."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from config.authorise.hospitals import hospital_choices
from config.case import case_outcome
from pharmacy import selectors
from pharmacy.models import Prescription
from pharmacy.services import (
    formulary_load,
    prescription_authorise,
    safety_answers_record,
)
from records.actor import Actor
from records.models import AuditEvent, Consent, Organization, Role
from referrals.domain.capabilities import Capability
from referrals.models import Hospital, Referral
from referrals.services import hospital_register, referral_move
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast
from tests.integration.config.cast import NOW

Colleague = Callable[[str], Client]


@pytest.fixture
def prescription(clinic: Organization, screener: Actor) -> Prescription:
    cast.stock(clinic, screener)
    cast.screened(screener, symptoms={"dry_or_gritty": True})
    return Prescription.objects.get()


@pytest.fixture
def referral(screener: Actor) -> Referral:
    cast.hospital(screener)
    cast.hospital(screener, "Far Hospital")
    cast.screened(screener, screening.eye("R", D=0.9), screening.eye("L"), name="Kim Younghee", seed=5)
    return Referral.objects.get()


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, key: int, **fields: str) -> Any:
    return client.post(reverse(name, args=[key]), fields)


def next_step(proposal: Prescription | Referral) -> str:
    return str(case_outcome(proposal.encounter)["next_step"])


def test_the_list_says_what_is_proposed_why_and_whose_turn_it_is(
    prescription: Prescription, referral: Referral, colleague: Colleague
) -> None:
    shown = page(colleague(Role.PHARMACIST), "authorise")
    assert shown.index("Kim Younghee") < shown.index("Hong Gil-dong"), "the more urgent first"
    assert "Release carmellose" in shown
    assert "Dry or gritty eyes without a warning sign." in shown
    assert ("Your turn" in shown) and ("Physician" in shown)


def test_a_tab_and_the_own_turn_narrow_the_list_by_its_address(
    prescription: Prescription, referral: Referral, colleague: Colleague
) -> None:
    assert "Kim Younghee" not in page(colleague(Role.PHARMACIST), "authorise", kind="medicines")
    assert "Hong Gil-dong" not in page(colleague(Role.PHARMACIST), "authorise", kind="referrals")
    assert "Hong Gil-dong" not in page(colleague(Role.PHYSICIAN), "authorise", mine="1")
    assert "Nothing waits for a decision" in page(colleague(Role.COORDINATOR), "authorise", mine="1")


def test_the_list_goes_on_after_any_row(
    prescription: Prescription, referral: Referral, colleague: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.authorise.list_views.PAGE_SIZE", 1)
    first = page(colleague(Role.AUDITOR), "authorise")
    assert ("Kim Younghee" in first, "Hong Gil-dong" in first) == (True, False)
    second = page(colleague(Role.AUDITOR), "authorise", after=f"r{referral.pk}")
    assert ("Kim Younghee" in second, "Hong Gil-dong" in second) == (False, True)


@pytest.mark.parametrize("after", ["r999999", "x1", "m", "r9999999999999999", "²"])
def test_a_place_that_does_not_exist_shows_the_first_page_and_says_so(
    referral: Referral, colleague: Colleague, after: str
) -> None:
    assert "This is the first page" in page(colleague(Role.AUDITOR), "authorise", after=after)


def test_an_open_list_hears_only_of_what_is_new(referral: Referral, colleague: Colleague) -> None:
    client = colleague(Role.PHYSICIAN)
    seen = client.get(reverse("authorise")).context["digest"]
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": seen}
    assert client.get(reverse("authorise"), headers=headers).status_code == 204
    referral_move(
        referral_id=referral.pk,
        status="authorised",
        by=people.actor(referral.organization, "physician"),
        now=timezone.now(),
    )
    assert client.get(reverse("authorise"), headers=headers).status_code == 200


def test_ten_proposals_take_as_many_queries_as_one(
    clinic: Organization, screener: Actor, colleague: Colleague
) -> None:
    cast.hospital(screener)
    counted = []
    for first, last in ((0, 1), (1, 4)):
        for seed in range(first, last):
            cast.screened(screener, screening.eye("R", D=0.9), name=f"Patient {seed}", seed=seed)
        client = colleague(Role.PHYSICIAN)
        client.get(reverse("authorise"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("authorise"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_medicines_page_shows_all_that_its_release_rests_on(
    prescription: Prescription, colleague: Colleague
) -> None:
    shown = page(colleague(Role.PHARMACIST), "authorise-medicine", prescription.pk)
    for words in (
        "Release carmellose",
        prescription.lot.number,
        "2029-01-31",
        "1 drop in each eye",
        "Which medicines and eye drops do you use now?",
        "Release the medicine",
        "PH-19",
    ):
        assert words in shown


def test_a_pharmacist_releases_and_the_page_says_who(
    prescription: Prescription, colleague: Colleague
) -> None:
    pharmacist = colleague(Role.PHARMACIST)
    answer = post(pharmacist, "authorise-medicine-release", prescription.pk)
    assert answer.status_code == 302
    shown = page(pharmacist, "authorise-medicine", prescription.pk)
    assert ("Pharmacist Kim" in shown) and ("Release the medicine" not in shown)


def test_a_refused_medicine_goes_to_a_physician_who_notes_what_was_done(
    prescription: Prescription, colleague: Colleague
) -> None:
    post(
        colleague(Role.PHARMACIST),
        "authorise-medicine-refuse",
        prescription.pk,
        **{"refuse-code": "warning-sign", "refuse-words": "eye looks red"},
    )
    assert next_step(prescription).endswith("physician to follow it up")
    physician = colleague(Role.PHYSICIAN)
    assert "Your turn" in page(physician, "authorise", mine="1")
    post(
        physician, "authorise-medicine-follow-up", prescription.pk, **{"follow-words": "seen, conjunctivitis"}
    )
    assert "seen, conjunctivitis" in next_step(prescription)
    assert "Nothing waits for a decision" in page(physician, "authorise")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "This field is required"),
        ({"refuse-code": "nonsense"}, "Select a valid choice"),
        ({"refuse-code": "other"}, "Say what the other reason is"),
        ({"refuse-code": "other", "refuse-words": "x" * 300}, "at most 200"),
    ],
)
def test_a_refusal_without_a_right_reason_is_shown_again_with_its_fault(
    prescription: Prescription, colleague: Colleague, fields: dict[str, str], fault: str
) -> None:
    answer = post(colleague(Role.PHARMACIST), "authorise-medicine-refuse", prescription.pk, **fields)
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    prescription.refresh_from_db()
    assert prescription.status == "proposed"


def test_who_comes_second_hears_who_was_first_and_loses_no_word(
    prescription: Prescription, colleague: Colleague, clinic: Organization
) -> None:
    first = people.actor(clinic, Role.PHARMACIST)
    prescription_authorise(prescription_id=prescription.pk, by=first, now=timezone.now())
    answer = post(colleague(Role.PHARMACIST), "authorise-medicine-release", prescription.pk)
    assert answer.status_code == 409
    assert "because Pharmacist Kim was first" in answer.content.decode()


def test_the_reason_typed_too_late_is_shown_to_be_copied(
    prescription: Prescription, colleague: Colleague
) -> None:
    fields = {"refuse-code": "other", "refuse-words": "the patient found her own drops"}
    assert (
        post(colleague(Role.PHARMACIST), "authorise-medicine-refuse", prescription.pk, **fields).status_code
        == 302
    )
    answer = post(colleague(Role.PHYSICIAN), "authorise-medicine-refuse", prescription.pk, **fields)
    assert answer.status_code == 409
    assert "the patient found her own drops" in answer.content.decode()
    assert AuditEvent.objects.filter(detail="refused").count() == 1


def seen_on(client: Client, name: str, key: int) -> str:
    """What the forms of the page say that their reader saw; each of them says it."""
    shown = page(client, name, key)
    found = re.findall(r'name="seen" value="([^"]+)"', shown)
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert len(found) == main.count('<form method="post"')
    assert len(set(found)) == 1
    return str(found[0])


def test_a_page_left_open_does_not_refuse_what_a_colleague_authorised(
    referral: Referral, colleague: Colleague
) -> None:
    slow = colleague(Role.PHYSICIAN)
    seen = seen_on(slow, "authorise-referral", referral.pk)
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk)
    fields = {"refuse-code": "other", "refuse-words": "seen by her own doctor", "seen": seen}
    answer = post(slow, "authorise-referral-refuse", referral.pk, **fields)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "because Physician Kim was first: “Authorised" in shown
    assert re.search(r"<textarea[^>]*>\s*seen by her own doctor", shown), "ready to be sent once more"
    referral.refresh_from_db()
    assert referral.status == "authorised"
    again = re.search(r'name="seen" value="([^"]+)"', shown)[1]
    assert post(slow, "authorise-referral-refuse", referral.pk, **fields | {"seen": again}).status_code == 302


def test_a_page_left_open_does_not_send_to_another_hospital_than_it_shows(
    referral: Referral, colleague: Colleague
) -> None:
    slow = colleague(Role.PHYSICIAN)
    seen = seen_on(slow, "authorise-referral", referral.pk)
    coordinator = colleague(Role.COORDINATOR)
    handed = {"hand-code": "no-place", "coordinator": "1"}
    post(coordinator, "authorise-referral-hand-on", referral.pk, **handed)
    far = Hospital.objects.get(name="Far Hospital")
    chosen = {"choose-hospital": str(far.pk), "choose-code": "place-agreed"}
    post(coordinator, "authorise-referral-choose", referral.pk, **chosen)
    answer = post(slow, "authorise-referral-authorise", referral.pk, send="1", seen=seen)
    assert answer.status_code == 409
    referral.refresh_from_db()
    assert referral.status == "proposed"


def test_a_page_left_open_does_not_refuse_a_medicine_that_was_released(
    prescription: Prescription, colleague: Colleague
) -> None:
    slow = colleague(Role.PHYSICIAN)
    seen = seen_on(slow, "authorise-medicine", prescription.pk)
    post(colleague(Role.PHARMACIST), "authorise-medicine-release", prescription.pk)
    fields = {"refuse-code": "other", "refuse-words": "not needed", "seen": seen}
    answer = post(slow, "authorise-medicine-refuse", prescription.pk, **fields)
    assert answer.status_code == 409
    assert "because Pharmacist Kim was first" in answer.content.decode()
    prescription.refresh_from_db()
    assert prescription.status == "authorised"


def test_a_physician_authorises_and_the_coordinator_sends(referral: Referral, colleague: Colleague) -> None:
    assert next_step(referral).startswith("Physician to authorise")
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk)
    assert next_step(referral).startswith("Coordinator to send it to")
    coordinator = colleague(Role.COORDINATOR)
    assert "Your turn" in page(coordinator, "authorise", mine="1")
    post(coordinator, "authorise-referral-send", referral.pk)
    referral.refresh_from_db()
    assert (referral.status, referral.authorised_by.name) == ("requested", "Physician Kim")
    assert "Nothing waits for a decision" in page(coordinator, "authorise")


def test_a_physician_may_do_both_at_once(referral: Referral, colleague: Colleague) -> None:
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk, send="1")
    referral.refresh_from_db()
    assert referral.status == "requested"


def test_without_consent_to_share_it_is_not_sent_and_the_page_says_why(
    referral: Referral, colleague: Colleague
) -> None:
    Consent.objects.filter(scope="referral").update(withdrawn_at=timezone.now())
    answer = post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk, send="1")
    assert answer.status_code == 422
    assert "has not agreed to share" in answer.content.decode()
    referral.refresh_from_db()
    assert referral.status == "proposed"


def test_another_hospital_is_authorised_with_a_reason(referral: Referral, colleague: Colleague) -> None:
    physician = colleague(Role.PHYSICIAN)
    far = Hospital.objects.exclude(pk=referral.hospital_id).get()
    fields = {"other": "1", "other-hospital": str(far.pk)}
    assert post(physician, "authorise-referral-authorise", referral.pk, **fields).status_code == 422
    post(
        physician, "authorise-referral-authorise", referral.pk, **fields | {"other-code": "chosen-by-patient"}
    )
    referral.refresh_from_db()
    assert (referral.status, referral.hospital) == ("authorised", far)


def test_a_hospital_that_cannot_treat_it_is_not_offered(
    referral: Referral, colleague: Colleague, screener: Actor
) -> None:
    useless = cast.hospital_register(
        by=screener,
        now=timezone.now(),
        source="test",
        source_id="9",
        name="No Eyes",
        country="KR",
        place=(37.6, 127.0),
        capabilities=[],
        offers={},
    )
    fields = {"other": "1", "other-hospital": str(useless.pk), "other-code": "too-far"}
    assert (
        post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk, **fields).status_code
        == 422
    )


def test_the_coordinator_chooses_a_hospital_and_the_physician_authorises_it(
    referral: Referral, colleague: Colleague
) -> None:
    coordinator = colleague(Role.COORDINATOR)
    post(
        coordinator,
        "authorise-referral-hand-on",
        referral.pk,
        **{"hand-code": "no-place", "coordinator": "1"},
    )
    assert "the coordinator decides" in next_step(referral)
    chosen = Hospital.objects.get(name="Far Hospital")
    post(
        coordinator,
        "authorise-referral-choose",
        referral.pk,
        **{"choose-hospital": str(chosen.pk), "choose-code": "place-agreed"},
    )
    assert next_step(referral).startswith("Physician to authorise Far Hospital")
    assert (
        post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk, send="1").status_code
        == 302
    )


def test_the_coordinator_hands_an_authorised_one_back(referral: Referral, colleague: Colleague) -> None:
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk)
    fields = {"hand-code": "details-changed", "back": "1"}
    post(colleague(Role.COORDINATOR), "authorise-referral-hand-on", referral.pk, **fields)
    referral.refresh_from_db()
    assert (referral.status, referral.authorised_by) == ("proposed", None)


def test_a_doubted_finding_goes_to_a_grader(referral: Referral, colleague: Colleague) -> None:
    fields = {"refuse-code": "not-confirmed"}
    post(colleague(Role.PHYSICIAN), "authorise-referral-refuse", referral.pk, **fields)
    assert next_step(referral).endswith("Grader to follow it up")
    grader = colleague(Role.GRADER)
    assert "Your turn" in page(grader, "authorise", mine="1")
    post(grader, "authorise-referral-follow-up", referral.pk, **{"follow-words": "no glaucoma"})
    assert "no glaucoma" in next_step(referral)


@pytest.mark.parametrize("status", ["rejected", "failed"])
def test_what_a_hospital_sends_back_goes_to_the_coordinator(
    referral: Referral, colleague: Colleague, status: str
) -> None:
    Referral.objects.filter(pk=referral.pk).update(status=status, alarm_at=None)
    referral.refresh_from_db()
    assert "Nothing waits for a decision" in page(colleague(Role.GRADER), "authorise", mine="1")
    with translation.override("en"):
        assert next_step(referral).endswith("coordinator to follow it up")
    coordinator = colleague(Role.COORDINATOR)
    assert "Your turn" in page(coordinator, "authorise", mine="1")
    assert "Follow the case up" in page(coordinator, "authorise-referral", referral.pk)
    post(coordinator, "authorise-referral-follow-up", referral.pk, **{"follow-words": "asked elsewhere"})
    assert "asked elsewhere" in next_step(referral)
    assert "Nothing waits for a decision" in page(coordinator, "authorise")


def test_what_is_cancelled_after_it_was_sent_goes_to_the_coordinator_with_the_reason(
    referral: Referral, colleague: Colleague
) -> None:
    physician, coordinator = colleague(Role.PHYSICIAN), colleague(Role.COORDINATOR)
    post(physician, "authorise-referral-authorise", referral.pk, send="1")
    step = {"step-status": "cancelled"}
    assert post(coordinator, "authorise-referral-step", referral.pk, **step).status_code == 422
    step["step-code"] = "patient-declines"
    assert post(coordinator, "authorise-referral-step", referral.pk, **step).status_code == 302
    listed = page(coordinator, "authorise", mine="1")
    assert "Cancelled: The patient does not want to go" in listed
    with translation.override("en"):
        assert next_step(referral).endswith("coordinator to follow it up")
    post(coordinator, "authorise-referral-follow-up", referral.pk, **{"follow-words": "will think it over"})
    assert "will think it over" in next_step(referral)
    assert "Nothing waits for a decision" in page(coordinator, "authorise")


def assessed_again(referral: Referral) -> None:
    old = referral.assessment
    type(old).objects.filter(pk=old.pk).update(superseded_at=timezone.now())
    fields = {f.name: getattr(old, f.name) for f in old._meta.concrete_fields if f.name != "id"}
    type(old).objects.create(**fields | {"superseded_at": None})


@pytest.mark.parametrize("status", ["rejected", "failed"])
def test_what_a_hospital_sent_back_stays_on_the_list_after_a_newer_assessment(
    referral: Referral, colleague: Colleague, status: str
) -> None:
    Referral.objects.filter(pk=referral.pk).update(status=status, alarm_at=None)
    assessed_again(referral)
    assert "Your turn" in page(colleague(Role.COORDINATOR), "authorise", mine="1")
    shown = page(colleague(Role.COORDINATOR), "authorise-referral", referral.pk)
    assert reverse("authorise-referral-again", args=[referral.pk]) not in shown
    answer = post(colleague(Role.COORDINATOR), "authorise-referral-again", referral.pk)
    assert (answer.status_code, Referral.objects.count()) == (409, 1)


def test_a_refused_referral_is_followed_up_although_a_newer_assessment_came(
    referral: Referral, colleague: Colleague
) -> None:
    fields = {"refuse-code": "patient-declines"}
    post(colleague(Role.PHYSICIAN), "authorise-referral-refuse", referral.pk, **fields)
    assessed_again(referral)
    assert "Your turn" in page(colleague(Role.COORDINATOR), "authorise", mine="1")


def test_a_proposal_that_a_newer_assessment_replaced_leads_to_the_newest(
    referral: Referral, colleague: Colleague
) -> None:
    assessed_again(referral)
    shown = page(colleague(Role.PHYSICIAN), "authorise-referral", referral.pk)
    assert "This proposal is no longer the newest" in shown
    assert "Nothing waits for a decision" in page(colleague(Role.PHYSICIAN), "authorise")


def test_another_clinics_proposals_do_not_exist(
    prescription: Prescription, referral: Referral, stranger: Client
) -> None:
    assert stranger.get(reverse("authorise-medicine", args=[prescription.pk])).status_code == 404
    assert stranger.get(reverse("authorise-referral", args=[referral.pk])).status_code == 404
    assert "Kim Younghee" not in page(stranger, "authorise")


def test_the_case_page_leads_to_its_proposals(referral: Referral, nurse: Client) -> None:
    shown = page(nurse, "case", referral.encounter.public_id)
    assert reverse("authorise-referral", args=[referral.pk]) in shown


def test_the_statistics_count_what_people_decided_otherwise(
    prescription: Prescription, referral: Referral, colleague: Colleague
) -> None:
    refuse = {"refuse-code": "warning-sign"}
    post(colleague(Role.PHARMACIST), "authorise-medicine-refuse", prescription.pk, **refuse)
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk)
    counts = colleague(Role.AUDITOR).get(reverse("authorise-statistics")).context["counts"]
    assert [(one.proposed, one.refused) for one in counts.medicines] == [(1, 1)]
    assert [(one.key, one.released, one.changed) for one in counts.hospitals] == [("Hill Hospital", 1, 0)]
    assert counts.medicine_reasons == [("warning-sign", 1)]


@pytest.mark.parametrize("since", ["2099-01-01", "nonsense", "0001-01-01"])
def test_any_period_has_a_page(colleague: Colleague, since: str) -> None:
    shown = page(colleague(Role.PHYSICIAN), "authorise-statistics", since=since)
    assert "Nothing was proposed in this period" in shown


@pytest.fixture
def soft(clinic: Organization, screener: Actor) -> Prescription:
    """A medicine that one soft stop keeps back: an allergy that nobody can read."""
    cast.stock(clinic, screener)
    cast.screened(screener, symptoms={"dry_or_gritty": True}, safety={"allergies": ["a white cream"]})
    return Prescription.objects.get()


def test_soft_stops_are_answered_one_by_one_and_the_medicine_is_released_then(
    soft: Prescription, colleague: Colleague
) -> None:
    pharmacist = colleague(Role.PHARMACIST)
    shown = page(pharmacist, "authorise-medicine", soft.pk)
    assert "Reported allergy to read: “a white cream”." in shown and "Set the stops aside" in shown
    unanswered = post(pharmacist, "authorise-medicine-override", soft.pk)
    assert unanswered.status_code == 422
    fields = {"override-reason_0": "data-wrong", "override-words_0": "zinc, tolerated"}
    assert post(pharmacist, "authorise-medicine-override", soft.pk, **fields).status_code == 302
    answered = page(pharmacist, "authorise-medicine", soft.pk)
    assert "Stops that were set aside" in answered and "zinc, tolerated" in answered
    assert post(pharmacist, "authorise-medicine-release", soft.pk).status_code == 302
    soft.refresh_from_db()
    assert soft.status == "authorised"


def test_who_may_not_answer_a_stop_is_shown_no_form(soft: Prescription, colleague: Colleague) -> None:
    assert "Set the stops aside" not in page(colleague(Role.AUDITOR), "authorise-medicine", soft.pk)


def test_a_safety_check_that_stops_the_release_says_what_it_is(
    prescription: Prescription, screener: Actor, colleague: Colleague
) -> None:
    answers = selectors.answers_value(prescription.answers)
    safety_answers_record(
        encounter=prescription.encounter,
        answers=replace(answers, allergies=("carmellose",)),
        by=screener,
        now=NOW,
    )
    answer = post(colleague(Role.PHARMACIST), "authorise-medicine-release", prescription.pk)
    assert answer.status_code == 422
    assert "A safety check stops this medicine now: Allergy to carmellose" in answer.content.decode()


def test_the_statistics_say_how_often_a_safety_stop_was_set_aside(
    soft: Prescription, colleague: Colleague
) -> None:
    pharmacist = colleague(Role.PHARMACIST)
    post(pharmacist, "authorise-medicine-override", soft.pk, **{"override-reason_0": "tolerated-before"})
    shown = page(pharmacist, "authorise-statistics", since="2026-01-01", until="2026-12-31")
    assert "Safety stops set aside" in shown and "The patient has tolerated it before (1)" in shown


def test_the_formulary_is_read_with_its_limits_and_sources(colleague: Colleague) -> None:
    pharmacist = colleague(Role.PHARMACIST)
    assert "not stored yet" in page(pharmacist, "authorise-formulary")
    formulary_load(now=NOW)
    shown = page(pharmacist, "authorise-formulary")
    assert "timolol eye drops 0.5 %" in shown and "asthma or COPD" in shown
    assert "PH-42" in shown and "doctor123 3836; MIMS</span> (V)" in shown
    assert "Not known: blocked" in shown, "cromoglicate has no class in Korea"


def test_the_choice_is_of_the_nearest_that_can_treat_it_places_told_or_not(
    referral: Referral, screener: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def registered(name: str, latitude: float, capabilities: list[Capability]) -> int:
        return hospital_register(
            by=screener,
            now=NOW,
            source="test",
            source_id=name,
            name=name,
            country="KR",
            place=(latitude, 126.98),
            capabilities=capabilities,
            offers={},
        ).pk

    registered("Lacks", 37.56, [Capability.INTERNAL_MEDICINE])
    near, farther = (registered(name, at, list(Capability)) for name, at in (("A", 37.57), ("B", 37.60)))
    monkeypatch.setattr("config.authorise.hospitals.NEAREST", 2)
    assert [key for key, _ in hospital_choices(referral)] == [near, farther]
