"""The pharmacist's page after the authorisation: the machine's state, what may be done, and what keeps it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pharmacy.models import Bay, Dispense, DrugDataImport, Lot, Prescription
from pharmacy.services import dispense_retain, releases_expire, safety_answers_record
from records.actor import Actor, software
from records.models import Organization, Role
from tests.integration.config import at_machine, cast, handed_out
from tests.integration.pharmacy.cast import CLEAR
from tests.integration.pharmacy.dispensing import fresh_drug_data


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    cast.stock(clinic, by)
    at_machine.machine(clinic, by)
    return at_machine.authorised(clinic, by)


@pytest.fixture
def pharmacist(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHARMACIST)


def page(client: Client, one: Prescription) -> str:
    return client.get(reverse("authorise-medicine", args=[one.pk])).content.decode()


def act(client: Client, name: str, one: Prescription, **given: object) -> object:
    return client.post(reverse(name, args=[one.pk]), given)


def test_one_press_releases_into_the_free_bay_and_the_page_follows(
    pharmacist: Client, one: Prescription
) -> None:
    before = pharmacist.get(reverse("authorise-medicine", args=[one.pk]))
    assert "Let the machine give it" in before.content.decode()
    poll = {"X-Nungil-Poll": "1", "X-Nungil-Seen": before.context["machine"].digest}
    address = reverse("authorise-medicine", args=[one.pk])
    assert pharmacist.get(address, headers=poll).status_code == 204
    assert act(pharmacist, "machine-give", one).status_code == 302
    assert Dispense.objects.get().status == "released"
    after = pharmacist.get(address, headers=poll)
    assert "Released, waits for the machine" in after.content.decode()
    assert "Take the release back" in after.content.decode()


def test_the_authorisation_leads_to_the_machine_in_the_same_press(
    pharmacist: Client, clinic: Organization, by: Actor
) -> None:
    at_machine.machine(clinic, by)
    proposal = handed_out.proposed(clinic, by)
    assert "Release it and let the machine give it" in page(pharmacist, proposal)
    given = {"then": "machine", "release-warning_signs_asked": "on"}
    assert act(pharmacist, "authorise-medicine-release", proposal, **given).status_code == 302
    assert Dispense.objects.get().prescription == proposal


def test_an_authorisation_stands_where_the_machine_cannot_give_it(
    pharmacist: Client, clinic: Organization, by: Actor
) -> None:
    at_machine.machine(clinic, by)
    proposal = handed_out.proposed(clinic, by)
    DrugDataImport.objects.filter(source="recalls").delete()
    given = {"then": "machine", "release-warning_signs_asked": "on"}
    answer = act(pharmacist, "authorise-medicine-release", proposal, **given)
    assert (answer.status_code, "recalled lots (PD-02, none)" in answer.content.decode()) == (422, True)
    proposal.refresh_from_db()
    assert proposal.status == "authorised"


def test_with_several_bays_one_is_chosen(pharmacist: Client, one: Prescription) -> None:
    second = Bay.objects.create(machine=Bay.objects.get().machine, destination="2")
    assert '<select id="bay"' in page(pharmacist, one)
    assert act(pharmacist, "machine-give", one).status_code == 409
    assert act(pharmacist, "machine-give", one, bay=second.pk).status_code == 302
    assert Dispense.objects.get().bay == second


def test_a_release_is_taken_back_and_can_be_given_again(pharmacist: Client, one: Prescription) -> None:
    at_machine.released(one)
    assert act(pharmacist, "machine-cancel", one).status_code == 302
    assert "Taken back by the pharmacist" in page(pharmacist, one)
    assert act(pharmacist, "machine-cancel", one).status_code == 409
    assert act(pharmacist, "machine-give", one).status_code == 302


def test_a_release_that_ran_out_is_said_and_given_again(pharmacist: Client, one: Prescription) -> None:
    at_machine.released(one)
    late = timezone.now() + timedelta(minutes=11)
    releases_expire(by=software("pharmacy.expiry", one.organization_id), now=late)
    said = page(pharmacist, one)
    assert "Its ten minutes were over" in said and "Let the machine give it" in said


def test_other_packs_are_reserved_for_those_that_were_put_aside(
    pharmacist: Client, one: Prescription, by: Actor
) -> None:
    of, _code = at_machine.dropped_into_bay(one)
    dispense_retain(dispense_id=of.pk, by=by, now=timezone.now(), reason="damaged: wet")
    said = page(pharmacist, one)
    assert "A pack is damaged. wet" in said and "Reserve other packs" in said
    assert act(pharmacist, "machine-replace", one).status_code == 302
    assert "Let the machine give it" in page(pharmacist, one)
    assert act(pharmacist, "machine-replace", one).status_code == 409


def test_the_supply_ends_with_a_reason(pharmacist: Client, one: Prescription) -> None:
    assert act(pharmacist, "supply-end", one).status_code == 422
    assert act(pharmacist, "supply-end", one, **{"end-words": "not fetched"}).status_code == 302
    assert Lot.objects.get(pk=one.lot_id).reserved == 0
    assert act(pharmacist, "machine-give", one).status_code == 409


@pytest.mark.parametrize("source", ["kids-pairs", "recalls"])
def test_without_drug_data_the_page_names_which_and_nothing_is_released(
    pharmacist: Client, one: Prescription, source: str
) -> None:
    DrugDataImport.objects.filter(source=source).delete()
    rule = {"kids-pairs": "PD-01", "recalls": "PD-02"}[source]
    said = page(pharmacist, one)
    assert rule in said and "A referral still works" in said
    assert "Let the machine give it<" not in said
    assert act(pharmacist, "machine-give", one).status_code == 422


def test_a_bay_that_is_taken_or_locked_is_said(
    pharmacist: Client, one: Prescription, clinic: Organization, by: Actor
) -> None:
    other = at_machine.authorised(clinic, by, "김영희")
    of, _code = at_machine.dropped_into_bay(other)
    assert "Another order lies in the bay" in page(pharmacist, one)
    assert act(pharmacist, "machine-give", one).status_code == 409
    dispense_retain(dispense_id=of.pk, by=by, now=timezone.now(), reason="not-fetched")
    at_machine.stuck(at_machine.authorised(clinic, by, "박민수"))
    assert "locked until somebody counts" in page(pharmacist, one)
    assert act(pharmacist, "machine-give", one).status_code == 409


def test_a_recalled_lot_is_said(pharmacist: Client, one: Prescription) -> None:
    Lot.objects.filter(pk=one.lot_id).update(recalled_at=timezone.now(), recall_reason="recall")
    assert "The lot was recalled" in page(pharmacist, one)
    assert act(pharmacist, "machine-give", one).status_code == 422


def test_what_the_patient_said_since_stops_the_machine(
    pharmacist: Client, one: Prescription, by: Actor
) -> None:
    from dataclasses import replace

    answers = replace(CLEAR, allergies=("carmellose",))
    safety_answers_record(encounter=one.encounter, answers=answers, by=by, now=timezone.now())
    assert "A safety check stops this medicine now" in page(pharmacist, one)
    assert act(pharmacist, "machine-give", one).status_code == 422


@pytest.fixture
def cupboard(clinic: Organization, by: Actor) -> Prescription:
    """An authorised medicine where no machine stands."""
    cast.stock(clinic, by)
    fresh_drug_data(timezone.localdate())
    return at_machine.authorised(clinic, by)


def test_where_no_machine_stands_a_press_releases_for_the_counter(
    pharmacist: Client, cupboard: Prescription
) -> None:
    said = page(pharmacist, cupboard)
    assert "No machine is registered" in said and "Not released for the hand-over yet" in said
    assert act(pharmacist, "machine-give", cupboard).status_code == 409
    assert act(pharmacist, "counter-release", cupboard).status_code == 302
    after = page(pharmacist, cupboard)
    assert "Released: our staff hand it over now" in after and "Take the release back" in after
    assert reverse("counter", args=[cupboard.pk]) in after
    assert act(pharmacist, "counter-release", cupboard).status_code == 409


def test_a_release_for_the_counter_is_taken_back_and_given_again(
    pharmacist: Client, cupboard: Prescription
) -> None:
    act(pharmacist, "counter-release", cupboard)
    assert act(pharmacist, "machine-cancel", cupboard).status_code == 302
    said = page(pharmacist, cupboard)
    assert "The release was taken back" in said and "Let our staff hand it over now" in said
    assert act(pharmacist, "counter-release", cupboard).status_code == 302


def test_the_authorisation_leads_to_the_counter_in_the_same_press(
    pharmacist: Client, clinic: Organization, by: Actor
) -> None:
    proposal = handed_out.proposed(clinic, by)
    fresh_drug_data(timezone.localdate())
    assert "Release it and let our staff hand it over now" in page(pharmacist, proposal)
    given = {"then": "counter", "release-warning_signs_asked": "on"}
    assert act(pharmacist, "authorise-medicine-release", proposal, **given).status_code == 302
    released = Dispense.objects.get()
    assert (released.prescription, released.bay, released.status) == (proposal, None, "released")


def test_what_keeps_a_medicine_back_is_said_before_it_is_released_for_the_counter(
    pharmacist: Client, cupboard: Prescription
) -> None:
    DrugDataImport.objects.filter(source="recalls").delete()
    said = page(pharmacist, cupboard)
    assert "recalled lots (PD-02, none)" in said and "Let our staff hand it over now" not in said
    assert act(pharmacist, "counter-release", cupboard).status_code == 422
    assert not Dispense.objects.exists()


def test_nobody_else_releases_for_the_counter(
    colleague: Callable[[str], Client], cupboard: Prescription
) -> None:
    for role in (Role.PHYSICIAN, Role.SCREENER, Role.ADMINISTRATOR):
        other = colleague(role)
        assert "Let our staff hand it over now" not in page(other, cupboard)
        assert act(other, "counter-release", cupboard).status_code == 403
    assert not Dispense.objects.exists()


def test_only_a_pharmacist_lets_the_machine_give(
    colleague: Callable[[str], Client], one: Prescription
) -> None:
    physician = colleague(Role.PHYSICIAN)
    assert "Let the machine give it<" not in page(physician, one)
    assert act(physician, "machine-give", one).status_code == 403


def test_another_clinic_releases_nothing(stranger: Client, one: Prescription) -> None:
    assert act(stranger, "machine-give", one).status_code == 403
    assert stranger.get(reverse("authorise-medicine", args=[one.pk])).status_code == 404
