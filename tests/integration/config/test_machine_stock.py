"""The machine's own count on the stock page: what differs, what to do, and since when it is silent (MS-04)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from pharmacy.models import Lot, LotCount, Machine, StockDifference
from pharmacy.tasks import compare_machines
from records.models import Membership, Organization, Role
from tests.integration.config import cast

pytestmark = pytest.mark.django_db
LIST, COMPARE = reverse("stock"), reverse("stock-compare")


@pytest.fixture
def stocked(clinic: Organization, membership: Membership) -> Lot:
    cast.stock(clinic, membership.actor())
    return Lot.objects.get(number="LOT0")


@pytest.fixture
def machine(clinic: Organization) -> Machine:
    now = timezone.now()
    return Machine.objects.create(
        organization=clinic,
        name="M",
        host="127.0.0.1",
        port=9,
        number=1,
        our_number=2,
        state="Ready",
        state_at=now,
        compared_at=now,
    )


def differing(machine: Machine, lot: Lot, counted: int = 7, **other: object) -> StockDifference:
    of = {"article": lot.gtin, "lot_number": lot.number, "expiry": lot.expiry, "booked": lot.on_hand} | other
    now = timezone.now()
    return StockDifference.objects.create(machine=machine, counted=counted, since=now, seen_at=now, **of)


def page(client: Client) -> str:
    return client.get(LIST).content.decode()


def test_a_machine_that_agrees_is_said_to_agree(nurse: Client, stocked: Lot, machine: Machine) -> None:
    shown = page(nurse)
    assert "It holds what the books say" in shown and "otherwise than the books" not in shown


def test_a_lot_of_which_the_machine_has_fewer_is_to_be_counted_and_not_given(
    nurse: Client, stocked: Lot, machine: Machine
) -> None:
    differing(machine, stocked)
    shown = page(nurse)
    assert "The machine counts 1 lot otherwise" in shown and "Count the packs of this lot" in shown
    assert "Fewer in the machine: count first" in shown
    nurse.post(reverse("stock-count", args=[stocked.pk]), {"count-in_machine": 9})
    assert LotCount.objects.count() == 1
    shown = page(nurse)
    assert "Correct the machine&#x27;s own list" in shown and "count first" not in shown


def test_what_nobody_booked_and_another_expiry_say_what_to_do(
    nurse: Client, stocked: Lot, machine: Machine
) -> None:
    differing(machine, stocked, article="1092857", lot_number="X1", booked=0)
    differing(machine, stocked, expiry=stocked.expiry + timedelta(days=1), booked=0)
    differing(machine, stocked, lot_number="", expiry=None)
    shown = page(nurse)
    for said in ("Find out where it came from", "Look at the expiry on a pack", "does not tell the lots"):
        assert said in shown


def test_a_silent_machine_is_shown_with_since_when(nurse: Client, stocked: Lot, machine: Machine) -> None:
    Machine.objects.update(state="MachineSilent", silent_since=timezone.now())
    assert "It has not answered since" in page(nurse)


def test_a_machine_that_was_not_compared_for_long_is_shown_with_since_when(
    nurse: Client, stocked: Lot, machine: Machine
) -> None:
    for minutes, said in ((14, False), (16, True)):
        Machine.objects.update(compared_at=timezone.now() - timedelta(minutes=minutes))
        assert ("It has not told what it holds since" in page(nurse)) is said
    Machine.objects.update(compared_at=None)
    assert "never compared" in page(nurse)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The messages to the worker; what the worker does is tested with the machine."""
    found: list[dict[str, object]] = []
    monkeypatch.setattr(compare_machines, "apply_async", lambda **message: found.append(message))
    return found


def test_the_button_asks_the_worker_for_this_clinic_s_machine(
    nurse: Client, machine: Machine, sent: list[dict[str, object]]
) -> None:
    told = nurse.post(COMPARE, follow=True).content.decode()
    assert "The machine is asked now" in told
    assert [message["kwargs"] for message in sent] == [{"machine_id": machine.pk}]


def test_without_a_broker_the_button_says_when_the_machine_is_asked(
    nurse: Client, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(compare_machines, "apply_async", away)
    assert "asked again within five minutes" in nurse.post(COMPARE, follow=True).content.decode()


def test_where_no_machine_stands_there_is_nothing_to_ask(
    nurse: Client, sent: list[dict[str, object]]
) -> None:
    assert nurse.post(COMPARE).status_code == 404 and not sent


def test_another_clinic_s_differences_are_not_shown(
    stranger: Client, stocked: Lot, machine: Machine, colleague: Callable[[str], Client]
) -> None:
    differing(machine, stocked)
    assert "otherwise than the books" not in page(stranger)
    auditor = page(colleague(Role.AUDITOR))
    assert "otherwise than the books" in auditor and COMPARE not in auditor
