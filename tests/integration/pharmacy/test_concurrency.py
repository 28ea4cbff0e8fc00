from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmacy import selectors
from pharmacy.models import Lot, Prescription
from pharmacy.services import lot_receive, medicine_propose, prescription_refuse
from records.actor import Actor, software
from records.models import Organization
from risk.models import RiskAssessment
from tests.factories import records as cast
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, NOW, lot, visit, wish

Result = TypeVar("Result")


def together(*acts: Callable[[], Result]) -> list[Result]:
    """Run each act on its own connection, all starting at once."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result:
        try:
            start.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def proposing(of: RiskAssessment) -> Callable[[], Prescription | None]:
    by = software("pharmacy.proposer", of.encounter.organization_id)
    return lambda: medicine_propose(assessment=of, by=by, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_the_last_pack_one_gets_it_and_one_goes_to_the_pharmacist() -> None:
    clinic = cast.clinic()
    screener = cast.actor(clinic)
    stored = lot(clinic, screener, packs=1)
    wishes = [wish(visit(screener)) for _ in range(2)]
    made = together(*map(proposing, wishes))
    assert sorted(one.status for one in made) == ["needs-pharmacist", "proposed"]
    stored.refresh_from_db()
    assert (stored.on_hand, stored.reserved) == (1, 1)
    assert not selectors.lots_out_of_balance().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_assessment_reserve_one_pack() -> None:
    clinic = cast.clinic()
    screener = cast.actor(clinic)
    stored = lot(clinic, screener)
    once = wish(visit(screener))
    first, second = together(proposing(once), proposing(once))
    assert first == second
    stored.refresh_from_db()
    assert stored.reserved == 1


@pytest.mark.django_db(transaction=True)
def test_deliveries_proposals_and_refusals_at_once_neither_hang_nor_lose_a_pack() -> None:
    clinic = cast.clinic()
    screener, pharmacist = cast.actor(clinic), cast.actor(clinic, "pharmacist")
    stored = lot(clinic, screener, packs=2)
    waiting = proposing(wish(visit(screener)))()
    once = wish(visit(screener))
    together(
        lambda: prescription_refuse(
            prescription_id=waiting.pk, by=pharmacist, now=NOW, code="patient-declines"
        ),
        proposing(once),
        lambda: lot_receive(
            organization=clinic,
            medicine_code=CARMELLOSE,
            gtin=GTIN[CARMELLOSE],
            number=stored.number,
            expiry="2028-01",
            packs=4,
            by=pharmacist,
            now=NOW,
        ),
    )
    stored.refresh_from_db()
    assert (stored.on_hand, stored.reserved) == (6, 1)
    assert not selectors.lots_out_of_balance().exists()


steps = st.lists(st.sampled_from(["deliver", "deliver-short-dated", "propose", "refuse"]), max_size=8)


@given(steps)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_steps_overdraws_a_lot_or_unbalances_the_ledger(
    clinic: Organization, screener: Actor, pharmacist: Actor, sequence: list[str]
) -> None:
    with transaction.atomic():
        for step in sequence:
            take_step(step, clinic, screener, pharmacist)
            assert not selectors.lots_out_of_balance().exists()
            assert all(0 <= stored.reserved <= stored.on_hand for stored in Lot.objects.all())
        proposed = Prescription.objects.filter(status="proposed").count()
        assert sum(stored.reserved for stored in Lot.objects.all()) == proposed
        transaction.set_rollback(True)


def take_step(step: str, clinic: Organization, screener: Actor, pharmacist: Actor) -> None:
    if step == "deliver":
        lot(clinic, screener, packs=1)
    elif step == "deliver-short-dated":
        lot(clinic, screener, packs=1, expiry="2026-12")
    elif step == "propose":
        proposing(wish(visit(screener)))()
    else:
        waiting = selectors.prescriptions_waiting_for_pharmacist(by=pharmacist).first()
        if waiting is not None:
            prescription_refuse(prescription_id=waiting.pk, by=pharmacist, now=NOW, code="patient-declines")
