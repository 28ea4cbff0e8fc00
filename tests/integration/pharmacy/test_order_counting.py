"""However an order is used, no more of it is released than was ordered (PH-83)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmacy import selectors
from pharmacy.errors import PharmacyError, PrescriptionClosed, SafetyStops
from pharmacy.models import MedicationOrder, Prescription
from pharmacy.services import order_fill, order_move, prescription_authorise, prescription_refuse
from records.actor import Actor
from records.models import Organization, Patient
from tests.factories import records as people
from tests.integration.pharmacy.cast import LATANOPROST, NOW, lot
from tests.integration.pharmacy.orders import TODAY, assessed_visit, entered, filled, proposed, released
from tests.integration.pharmacy.test_concurrency import together


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


@pytest.fixture
def patient(screener: Actor) -> Patient:
    return people.patient(screener)


def test_the_last_supply_completes_an_order_and_one_more_is_refused(
    clinic: Organization, screener: Actor, pharmacist: Actor, patient: Patient
) -> None:
    lot(clinic, screener, LATANOPROST)
    order = entered(patient, pharmacist, refills="1")
    for days in (0, 28):
        released(order, assessed_visit(screener, patient), pharmacist, later(days))
    order.refresh_from_db()
    assert (order.status, order.supplies_left) == ("completed", 0)
    with pytest.raises(SafetyStops) as stopped:
        proposed(order, assessed_visit(screener, patient), pharmacist, later(56))
    assert [(one.rule_id, one.subject) for one in stopped.value.alerts] == [("PH-62", "used-up")]


def test_a_supply_refused_after_its_release_is_given_back_and_stays_filled(
    clinic: Organization, screener: Actor, pharmacist: Actor, patient: Patient
) -> None:
    lot(clinic, screener, LATANOPROST)
    order = entered(patient, pharmacist, refills="0")
    first = released(order, assessed_visit(screener, patient), pharmacist)
    order.refresh_from_db()
    assert order.status == "completed"
    prescription_refuse(prescription_id=first.pk, by=pharmacist, now=NOW, code="pack-unusable")
    order.refresh_from_db()
    assert (order.status, order.supplies_released) == ("active", 0)
    again = proposed(order, assessed_visit(screener, patient), pharmacist)
    assert prescription_authorise(prescription_id=again.pk, by=pharmacist, now=NOW).status == "authorised"


def test_a_proposal_that_is_refused_was_never_counted(
    clinic: Organization, screener: Actor, pharmacist: Actor, patient: Patient
) -> None:
    lot(clinic, screener, LATANOPROST)
    order = filled(entered(patient, pharmacist), pharmacist)
    supply = proposed(order, assessed_visit(screener, patient), pharmacist)
    prescription_refuse(prescription_id=supply.pk, by=pharmacist, now=NOW, code="patient-declines")
    order.refresh_from_db()
    assert order.supplies_released == 0


def outcome(act: Callable[[], Prescription]) -> Callable[[], str]:
    def tried() -> str:
        try:
            return str(act().status)
        except (SafetyStops, PrescriptionClosed) as refused:
            return type(refused).__name__

    return tried


def releasing(supply: Prescription, by: Actor) -> Callable[[], str]:
    return outcome(lambda: prescription_authorise(prescription_id=supply.pk, by=by, now=NOW))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_release_the_same_supply_at_once_one_does() -> None:
    clinic = people.clinic()
    screener, pharmacist = people.actor(clinic), people.actor(clinic, "pharmacist")
    lot(clinic, screener, LATANOPROST)
    here = assessed_visit(screener)
    order = filled(entered(here.patient, pharmacist, refills="0"), pharmacist)
    supply = proposed(order, here, pharmacist)
    done = together(releasing(supply, pharmacist), releasing(supply, pharmacist))
    assert sorted(done) == ["PrescriptionClosed", "authorised"]
    order.refresh_from_db()
    assert (order.supplies_released, order.status) == (1, "completed")


@pytest.mark.django_db(transaction=True)
def test_of_the_last_supply_proposed_in_two_visits_and_released_at_once_one_is_given() -> None:
    clinic = people.clinic()
    screener, pharmacist = people.actor(clinic), people.actor(clinic, "pharmacist")
    lot(clinic, screener, LATANOPROST)
    here = assessed_visit(screener)
    order = filled(entered(here.patient, pharmacist, refills="0"), pharmacist)
    supplies = [proposed(order, here, pharmacist)]
    # The first proposal counts as a recent supply of the second one; it was proposed long enough ago here.
    Prescription.objects.update(decided_at=later(-40))
    supplies.append(proposed(order, assessed_visit(screener, here.patient), pharmacist))
    Prescription.objects.update(decided_at=later(-40))
    done = together(*(releasing(supply, pharmacist) for supply in supplies))
    assert sorted(done) == ["SafetyStops", "authorised"]
    order.refresh_from_db()
    assert (order.supplies_released, order.status) == (1, "completed")
    assert not selectors.lots_out_of_balance().exists()


STEPS = (
    "enter",
    "fill",
    "propose",
    "release",
    "refuse",
    "hold",
    "resume",
    "cancel",
    "a month passes",
    "half a year passes",
)


class Story:
    """One patient's orders as the steps of a test drive them; what the software refuses is left undone."""

    def __init__(self, patient: Patient, screener: Actor, pharmacist: Actor, refills: int) -> None:
        self.patient, self.screener, self.by = patient, screener, pharmacist
        self.refills, self.days = refills, 0
        self.done: list[str] = []

    @property
    def now(self) -> datetime:
        return later(self.days)

    def take(self, step: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "enter": self.enter,
            "fill": lambda: order_fill(order_id=self.order, pharmacy="Hill", by=self.by, now=self.now),
            "propose": self.propose,
            "release": self.release,
            "refuse": self.refuse,
            "hold": lambda: self.move("on-hold"),
            "resume": lambda: self.move("active"),
            "cancel": lambda: self.move("cancelled"),
            "a month passes": lambda: self.passes(30),
            "half a year passes": lambda: self.passes(181),
        }
        try:
            with transaction.atomic():
                acts[step]()
                self.done.append(step)
        except (PharmacyError, LookupError):
            pass

    @property
    def order(self) -> int:
        newest = MedicationOrder.objects.order_by("pk").last()
        if newest is None:
            raise LookupError
        return newest.pk

    def enter(self) -> None:
        today = TODAY + timedelta(days=self.days)
        entered(
            self.patient,
            self.by,
            self.now,
            refills=str(self.refills),
            written_on=today,
            valid_until=today + timedelta(days=180),
        )

    def propose(self) -> None:
        order = MedicationOrder.objects.get(pk=self.order)
        proposed(order, assessed_visit(self.screener, self.patient), self.by, self.now)

    def release(self) -> None:
        prescription_authorise(prescription_id=self.newest("proposed"), by=self.by, now=self.now)

    def refuse(self) -> None:
        prescription_refuse(
            prescription_id=self.newest("proposed", "authorised"),
            by=self.by,
            now=self.now,
            code="patient-declines",
        )

    def newest(self, *statuses: str) -> int:
        found = Prescription.objects.filter(status__in=statuses).order_by("pk").last()
        if found is None:
            raise LookupError
        return found.pk

    def move(self, to: str) -> None:
        order_move(order_id=self.order, to=to, by=self.by, now=self.now, reason="a step of a story")

    def passes(self, days: int) -> None:
        self.days += days


@given(
    steps=st.lists(st.sampled_from(STEPS), max_size=14),
    refills=st.integers(0, 2),
    eager=st.integers(0, 4),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_steps_releases_more_than_was_ordered(
    clinic: Organization, screener: Actor, pharmacist: Actor, steps: list[str], refills: int, eager: int
) -> None:
    """`eager`: rounds of filling, proposing and releasing before the drawn steps, up to beyond what is ordered."""
    with transaction.atomic():
        lot(clinic, screener, LATANOPROST, packs=20, expiry="2031-01")
        story = Story(people.patient(screener), screener, pharmacist, refills)
        story.take("enter")
        for step in ("fill", "propose", "release", "a month passes") * eager + tuple(steps):
            story.take(step)
            check_counts()
        assert "release" in story.done or not eager
        transaction.set_rollback(True)


def check_counts() -> None:
    for order in MedicationOrder.objects.all():
        given_out = order.supplies.filter(status="authorised").count()
        assert given_out == order.supplies_released <= order.refills_allowed + 1
        assert given_out <= order.fillings.count()
        assert (order.status == "completed") <= (order.supplies_left == 0)
    assert not selectors.lots_out_of_balance().exists()
