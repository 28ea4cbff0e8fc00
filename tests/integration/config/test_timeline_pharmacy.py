"""What happened to a medicine stands in the case: orders, packs, the machine's word, the hand-over, the count."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from config.moments import Moment
from config.timeline import timeline
from pharmacy.domain.counts import Counted
from pharmacy.models import Dispense, MachineEvent, Prescription
from pharmacy.services import (
    bay_count,
    counter_hand_over,
    counter_release,
    dispense_cancel,
    dispense_hand_over,
    dispense_retain,
    order_enter,
    order_fill,
    order_move,
    pack_return,
    prescription_reserve,
    releases_expire,
    supply_end,
)
from records.actor import Actor, software
from records.models import Organization, Practitioner, Role
from screening.models import Encounter
from tests.factories import records as people
from tests.integration.config import at_machine, cast, handed_out, ordered
from tests.integration.pharmacy.dispensing import scan

NAME = "latanoprost eye drops 0.005 %"


def moments(of: Encounter | Prescription, language: str = "en") -> list[Moment]:
    encounter = of.encounter if isinstance(of, Prescription) else of
    with translation.override(language):
        return [moment for day in timeline(encounter) for moment in day.moments]


def told(of: Encounter | Prescription) -> dict[str, tuple[str, str]]:
    """What happened, with its detail and who stands behind it."""
    return {moment.what: (moment.detail, moment.who) for moment in moments(of)}


def at_the_machine(clinic: Organization, by: Actor) -> Prescription:
    cast.stock(clinic, by)
    at_machine.machine(clinic, by)
    return at_machine.authorised(clinic, by)


def released_for_the_counter(one: Prescription) -> Dispense:
    pharmacist = people.actor(one.organization, Role.PHARMACIST)
    return counter_release(prescription_id=one.pk, by=pharmacist, now=timezone.now())


def name_of(actor: Actor) -> str:
    return Practitioner.objects.get(pk=actor.practitioner_id).name


def test_an_order_is_copied_filled_proposed_and_handed_over_the_counter(
    clinic: Organization, by: Actor
) -> None:
    one = handed_out.on_order(clinic, by)
    code = scan(one.lot, "S1")
    released = released_for_the_counter(one)
    counter_hand_over(prescription_id=one.pk, scans=[code], by=by, now=timezone.now())
    said, pharmacist = told(one), one.authorised_by.name
    assert said["A physician's order entered"] == (f"{NAME}, Copied from a paper prescription", pharmacist)
    assert said["Supply 1 of an order filled"] == (f"{NAME}, {clinic.name}", pharmacist)
    assert said["Medicine proposed"] == (f"{NAME}, A physician's order", "")
    assert said["Released for the counter"] == ("Lot L77", released.released_by.name)
    assert said["Scanned and handed over"] == ("", name_of(by))


def test_a_counter_release_that_ended_is_no_hand_over(clinic: Organization, by: Actor) -> None:
    one = handed_out.on_order(clinic, by)
    of = released_for_the_counter(one)
    releases_expire(by=software("pharmacy.dispenser", clinic.pk), now=of.released_at + timedelta(minutes=11))
    assert {"Released for the counter", "The release ran out"} <= set(told(one))
    assert not {"Handed over the counter", "Scanned and handed over"} & set(told(one))


def test_the_machine_s_way_is_told_to_the_hand_and_back(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    of, code = at_machine.dropped_into_bay(one)
    dispense_hand_over(dispense_id=of.pk, scans=[code], by=by, now=timezone.now())
    pack_return(dispense_id=of.pk, scan=code, by=by, now=timezone.now())
    order = [moment.what for moment in moments(one)]
    steps = (
        "Medicine proposed",
        "Medicine authorised",
        "Released to the machine",
        "The machine was told",
        "The machine dropped all packs",
        "Scanned and handed over",
        "A pack came back",
    )
    assert [what for what in order if what in steps] == list(steps)
    assert told(one)["Released to the machine"] == (f"Lot {of.lot.number}", of.released_by.name)
    assert told(one)["Scanned and handed over"] == ("", name_of(by))


def test_what_failed_says_why_and_what_nobody_knew_who_counted(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    at_machine.failed(one)
    stuck = at_machine.stuck(one)
    counted = [Counted(stuck.lot_id, in_machine=stuck.lot.on_hand)]
    bay_count(bay_id=stuck.bay_id, counted=counted, by=by, now=timezone.now())
    said = told(one)
    unreached = "The machine could not be reached, or was not ready. It did not get the order."
    assert said["The machine dropped nothing"] == (unreached, "")
    assert said["Nobody knows what moved; the bay is locked"] == ("The machine did not answer.", "")
    assert said["A person counted, and the bay is open again"] == ("", name_of(by))


def test_what_was_put_aside_or_taken_back_says_why(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    first = at_machine.released(one)
    dispense_cancel(dispense_id=first.pk, by=pharmacist, now=timezone.now(), reason="taken back")
    lying, _code = at_machine.dropped_into_bay(one)
    dispense_retain(dispense_id=lying.pk, by=by, now=timezone.now(), reason="not-fetched")
    said = told(one)
    assert said["Cancelled before the machine began"] == ("Taken back by the pharmacist.", "")
    assert said["Put aside"] == ("Nobody fetched it.", "")


def test_what_waited_for_stock_says_when_it_was_reserved(clinic: Organization, by: Actor) -> None:
    encounter = cast.screened(by, symptoms=handed_out.DRY)
    waiting = Prescription.objects.get(encounter=encounter)
    cast.stock(clinic, by)
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=timezone.now())
    said = told(encounter)
    assert "Medicine passed to the pharmacist" in said and "Medicine proposed" not in said
    assert said["Packs: Reserved"] == ("", name_of(pharmacist))


def test_a_supply_that_ended_says_that_its_packs_went_back(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    supply_end(prescription_id=one.pk, by=pharmacist, now=timezone.now(), reason="not fetched")
    assert told(one)["Packs: Reservation given back"] == ("", name_of(pharmacist))


def test_an_order_that_was_stopped_says_why(clinic: Organization, by: Actor) -> None:
    one = handed_out.on_order(clinic, by)
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    order_move(
        order_id=one.order_id, to="on-hold", by=pharmacist, now=timezone.now(), reason="pressure is low"
    )
    assert told(one)["A physician's order: On hold"] == (f"{NAME}, pressure is low", name_of(pharmacist))


def test_an_order_is_told_in_the_visit_in_which_it_came_and_in_no_other(
    clinic: Organization, by: Actor
) -> None:
    first = cast.screened(by, safety={"conditions": []})
    pharmacist, physician = (people.actor(clinic, role) for role in (Role.PHARMACIST, Role.PHYSICIAN))
    ordered.orders(first, pharmacist, physician)
    entered = "A physician's order entered"
    assert [moment.what for moment in moments(first)].count(entered) == 4
    for days in (-30, 30):
        started = first.started_at + timedelta(days=days)
        other = Encounter.objects.create(organization=clinic, patient=first.patient, started_at=started)
        assert entered not in told(other)
    assert entered in told(first)


def test_every_moment_is_told_in_korean_too(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    at_machine.failed(one)
    for moment in moments(one, "ko"):
        assert any("가" <= letter <= "힣" for letter in moment.what), moment.what


def test_more_events_take_no_more_queries(clinic: Organization, by: Actor) -> None:
    one = at_the_machine(clinic, by)
    of, code = at_machine.dropped_into_bay(one)
    dispense_hand_over(dispense_id=of.pk, scans=[code], by=by, now=timezone.now())

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            moments(Encounter.objects.get(pk=one.encounter_id))
        return len(caught)

    few = asked()
    pack_return(dispense_id=of.pk, scan=code, by=by, now=timezone.now())
    MachineEvent.objects.bulk_create(
        MachineEvent(machine=of.bay.machine, dispense=of, kind="late", recorded_at=timezone.now())
        for _ in range(30)
    )
    for _ in range(5):
        Dispense.objects.bulk_create([_failed_like(of)])
    assert len(moments(one)) > 40 and asked() == few


def _failed_like(of: Dispense) -> Dispense:
    return Dispense(
        organization_id=of.organization_id,
        prescription_id=of.prescription_id,
        bay_id=of.bay_id,
        lot_id=of.lot_id,
        packs=1,
        status="cancelled",
        order_hash=of.order_hash,
        released_at=of.released_at,
        released_by_id=of.released_by_id,
        expires_at=of.expires_at,
        ended_at=timezone.now(),
        reason="taken back",
    )


def test_orders_take_no_more_queries_the_more_there_are(clinic: Organization, by: Actor) -> None:
    first = cast.screened(by, safety={"conditions": []})
    pharmacist, physician = (people.actor(clinic, role) for role in (Role.PHARMACIST, Role.PHYSICIAN))

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            moments(Encounter.objects.get(pk=first.pk))
        return len(caught)

    ordered.orders(first, pharmacist, physician)
    four = asked()
    for medicine in ("timolol-0.25", "travoprost-0.004", "carteolol-1"):
        more = order_enter(
            patient=first.patient, typed=ordered.typed(medicine=medicine), by=pharmacist, now=timezone.now()
        )
        order_fill(order_id=more.pk, pharmacy="Hill Pharmacy", by=pharmacist, now=timezone.now())
    assert asked() == four


def test_the_case_page_shows_them(nurse: Client, clinic: Organization, by: Actor) -> None:
    one = handed_out.on_order(clinic, by)
    page = nurse.get(reverse("case", args=[one.encounter.public_id])).content.decode()
    assert "Supply 1 of an order filled" in page
