"""An order allows a supply or says why not; dose and days of the order are what is checked (PH-60 to 62, 69, 70)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from pharmacy.domain import rules
from pharmacy.domain.formulary import entry_by_code
from pharmacy.domain.order_status import FHIR_STATUS, STEPS, OrderStatus, check_step, status_on
from pharmacy.domain.orders import PhysicianOrder
from pharmacy.domain.policy import KOREA
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.safety_check import check_medicine
from pharmacy.errors import OrderStepImpossible
from pharmacy.texts import alert_text
from tests.unit.pharmacy.cases import CLEAR, TODAY

LATANOPROST = entry_by_code("latanoprost-0.005")
ORDER = PhysicianOrder(LATANOPROST.code, TODAY, 1, filled=True, doses_per_day=1, supply_days=28)
S = OrderStatus


def stops(order: PhysicianOrder | None) -> list[tuple[str, str]]:
    case = SafetyCase(CLEAR, 70, KOREA, TODAY, order=order)
    return [(one.rule_id, one.subject) for one in check_medicine(LATANOPROST, case) if one.stops]


def test_a_filled_order_that_has_a_supply_left_allows_it_on_its_last_day() -> None:
    assert stops(ORDER) == []


@pytest.mark.parametrize(
    ("otherwise", "stop"),
    [
        ({"valid_until": TODAY - timedelta(days=1)}, (rules.PH_ORDER_OVER, "2026-11-01")),
        ({"refills_left": 0}, (rules.PH_ORDER_OVER, "used-up")),
        ({"status": S.COMPLETED, "refills_left": 0}, (rules.PH_ORDER_OVER, "used-up")),
        ({"status": S.CANCELLED}, (rules.PH_ORDER_OVER, "cancelled")),
        ({"status": S.ON_HOLD}, (rules.PH_ORDER_OVER, "on-hold")),
        ({"filled": False}, (rules.PH_ORDER_NOT_FILLED, "")),
        ({"medicine": "timolol-0.5"}, (rules.PH_NO_ORDER, "")),
        ({"doses_per_day": 2}, (rules.PH_DOSE, "2")),
        ({"supply_days": 29}, (rules.PH_DURATION, "29")),
    ],
)
def test_an_order_that_does_not_allow_it_stops_with_its_rule(
    otherwise: dict[str, object], stop: tuple[str, str]
) -> None:
    assert stops(replace(ORDER, **otherwise)) == [stop]


def test_without_an_order_there_is_no_prescription_item() -> None:
    assert stops(None) == [(rules.PH_NO_ORDER, "")]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (replace(ORDER, status=S.CANCELLED), "it was cancelled"),
        (replace(ORDER, status=S.ON_HOLD), "it is on hold"),
        (replace(ORDER, refills_left=0), "every supply of it was released"),
        (replace(ORDER, valid_until=TODAY - timedelta(days=1)), "it ended on 2026-11-01"),
    ],
)
def test_why_an_order_allows_nothing_is_said_in_words(order: PhysicianOrder, said: str) -> None:
    case = SafetyCase(CLEAR, 70, KOREA, TODAY, order=order)
    with translation.override("en"):
        assert said in " ".join(alert_text(one) for one in check_medicine(LATANOPROST, case))


def test_an_order_expires_the_day_after_its_last_one_unless_it_is_over_already() -> None:
    after = TODAY + timedelta(days=1)
    assert status_on(S.ACTIVE, TODAY, TODAY) is S.ACTIVE
    assert status_on(S.ACTIVE, TODAY, after) is status_on(S.ON_HOLD, TODAY, after) is S.EXPIRED
    assert status_on(S.CANCELLED, TODAY, after) is S.CANCELLED
    assert status_on(S.COMPLETED, TODAY, after) is S.COMPLETED


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("wanted", list(S))
def test_a_person_makes_the_steps_of_the_table_and_no_others(current: S, wanted: S) -> None:
    if wanted in STEPS[current]:
        assert check_step(current, wanted) is wanted
    else:
        with pytest.raises(OrderStepImpossible):
            check_step(current, wanted)


def test_nothing_leads_out_of_a_cancelled_or_a_completed_order() -> None:
    assert STEPS[S.CANCELLED] == STEPS[S.COMPLETED] == ()


def test_every_status_has_one_of_fhirs() -> None:
    allowed = {"active", "on-hold", "cancelled", "completed", "stopped"}
    assert {FHIR_STATUS[status] for status in S} <= allowed
