"""An order is recorded with who, when and why; what it says can no longer change, its status can."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from pharmacy import events
from pharmacy.domain.order_reading import OrderSource
from pharmacy.errors import (
    OrderChanged,
    OrderFilledAlready,
    OrderInvalid,
    OrderStepImpossible,
    ReasonMissing,
)
from pharmacy.models import MedicationOrder
from pharmacy.order_selectors import order_by_id, order_state_of, orders_of
from pharmacy.services import order_fill, order_move
from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization, Patient, Role
from tests.factories import records as people
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.orders import TODAY, entered, filled


@pytest.fixture
def patient(screener: Actor) -> Patient:
    return people.patient(screener)


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return people.actor(clinic, "physician")


@pytest.fixture
def order(patient: Patient, pharmacist: Actor) -> MedicationOrder:
    return entered(patient, pharmacist)


def last_audit() -> AuditEvent:
    found = AuditEvent.objects.order_by("pk").last()
    assert found is not None
    return found


def test_a_paper_prescription_is_kept_with_who_wrote_and_who_copied_it(
    order: MedicationOrder, pharmacist: Actor
) -> None:
    assert (order.prescriber, order.licence, order.source) == ("Lee Su-jin", "12345", "paper")
    assert (order.entered_by_id, order.strength, order.status) == (
        pharmacist.practitioner_id,
        "0.005 %",
        "active",
    )
    assert (order.supplies_allowed, order.supplies_left) == (3, 3)


def test_a_physicians_own_order_bears_the_name_of_the_account(patient: Patient, physician: Actor) -> None:
    order = entered(patient, physician, source=OrderSource.SIGNED, prescriber="Somebody Else", licence="9")
    assert (order.prescriber, order.licence) == ("Physician Kim", "")


def test_a_pharmacist_does_not_sign_for_a_physician(patient: Patient, pharmacist: Actor) -> None:
    with pytest.raises(RoleRefused):
        entered(patient, pharmacist, source=OrderSource.SIGNED)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PHYSICIAN, Role.PHARMACIST}))
def test_nobody_else_enters_changes_or_fills_an_order(
    patient: Patient, clinic: Organization, order: MedicationOrder, role: str
) -> None:
    other = people.actor(clinic, role)
    with pytest.raises(RoleRefused):
        entered(patient, other)
    with pytest.raises(RoleRefused):
        order_move(order_id=order.pk, to="cancelled", by=other, now=NOW, reason="x")
    with pytest.raises(RoleRefused):
        order_fill(order_id=order.pk, pharmacy="x", by=other, now=NOW)


def test_another_clinic_neither_finds_nor_changes_it(order: MedicationOrder, patient: Patient) -> None:
    stranger = people.actor(people.clinic(), "pharmacist")
    acts = (
        partial(order_by_id, order.pk),
        partial(order_move, order_id=order.pk, to="cancelled", reason="x"),
        partial(order_fill, order_id=order.pk, pharmacy="x"),
        partial(entered, patient),
    )
    for act in acts:
        with pytest.raises(RecordNotFound):
            act(by=stranger, now=NOW)
    assert orders_of(patient, by=stranger) == []


def test_what_cannot_be_true_is_refused_and_nothing_is_kept(patient: Patient, pharmacist: Actor) -> None:
    with pytest.raises(OrderInvalid) as refused:
        entered(patient, pharmacist, units_per_day="a drop")
    assert refused.value.faults == {"units_per_day": "not-a-number"}
    assert not MedicationOrder.objects.exists()


def test_one_prescription_is_not_copied_twice_unless_the_first_copy_was_cancelled(
    order: MedicationOrder, patient: Patient, pharmacist: Actor
) -> None:
    with pytest.raises(OrderInvalid) as refused:
        entered(patient, pharmacist, prescriber="Lee Sujin")
    assert refused.value.faults == {"medicine": "known-already"}
    order_move(order_id=order.pk, to="cancelled", by=pharmacist, now=NOW, reason="typed wrong")
    assert entered(patient, pharmacist).status == "active"


def test_every_step_is_audited_and_announced(patient: Patient, pharmacist: Actor) -> None:
    told: list[int] = []

    def listen(sender: object, key: int, **_: object) -> None:
        told.append(key)

    events.medication_order_changed.connect(listen)
    try:
        order = entered(patient, pharmacist)
        assert (last_audit().action, last_audit().detail) == ("C", "paper latanoprost-0.005")
        filled(order, pharmacist)
        assert last_audit().detail == "supply 1 filled"
        order_move(order_id=order.pk, to="on-hold", by=pharmacist, now=NOW, reason="asked the doctor")
        assert (last_audit().detail, last_audit().reason) == ("on-hold", "asked the doctor")
    finally:
        events.medication_order_changed.disconnect(listen)
    assert told == [order.pk] * 3
    assert last_audit().patient_id == patient.pk


def test_an_order_is_put_on_hold_resumed_and_cancelled_with_a_reason(
    order: MedicationOrder, physician: Actor
) -> None:
    move = partial(order_move, order_id=order.pk, by=physician, now=NOW)
    with pytest.raises(ReasonMissing):
        move(to="on-hold", reason=" ")
    for status in ("on-hold", "active", "cancelled"):
        moved = move(to=status, reason="pressure is fine")
        assert (moved.status, moved.status_reason) == (status, "pressure is fine")
    with pytest.raises(OrderStepImpossible):
        move(to="active", reason="again")


def test_an_expired_order_can_be_cancelled_and_not_resumed(patient: Patient, pharmacist: Actor) -> None:
    order = entered(patient, pharmacist, valid_until=TODAY)
    assert order.status_on(TODAY) == "active"
    later = NOW.replace(day=24)
    assert order.status_on(later.date()) == "expired"
    assert order.fhir_status_on(later.date()) == "stopped"
    with pytest.raises(OrderStepImpossible):
        order_move(order_id=order.pk, to="on-hold", by=pharmacist, now=later, reason="x")
    cancelled = order_move(
        order_id=order.pk, to="cancelled", by=pharmacist, now=later, reason="wrong patient"
    )
    assert cancelled.status == "cancelled"


def test_whoever_saw_an_older_state_changes_nothing(order: MedicationOrder, pharmacist: Actor) -> None:
    seen = order_state_of(order)
    filled(order, pharmacist)
    with pytest.raises(OrderChanged):
        order_move(order_id=order.pk, to="cancelled", by=pharmacist, now=NOW, reason="x", seen=seen)


def test_a_supply_is_filled_once_and_by_a_pharmacy_with_a_name(
    order: MedicationOrder, pharmacist: Actor
) -> None:
    with pytest.raises(ReasonMissing):
        order_fill(order_id=order.pk, pharmacy=" ", by=pharmacist, now=NOW)
    filled(order, pharmacist)
    with pytest.raises(OrderFilledAlready):
        filled(order, pharmacist)


def test_a_cancelled_order_is_not_filled(order: MedicationOrder, pharmacist: Actor) -> None:
    order_move(order_id=order.pk, to="cancelled", by=pharmacist, now=NOW, reason="x")
    with pytest.raises(OrderFilledAlready):
        filled(order, pharmacist)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "expired"},
        {"status": "completed"},
        {"status": "cancelled"},
        {"supplies_released": 4},
        {"units_per_day": 0},
        {"units_per_day": 25},
        {"supply_days": 91},
        {"refills_allowed": 13},
        {"licence": ""},
        {"prescriber": ""},
        {"valid_until": TODAY.replace(year=2025)},
    ],
    ids=str,
)
def test_the_database_itself_refuses_an_order_that_cannot_be(
    order: MedicationOrder, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MedicationOrder.objects.filter(pk=order.pk).update(**wrong)
