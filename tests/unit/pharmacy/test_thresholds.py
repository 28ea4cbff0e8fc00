"""Every limit by which a medicine is proposed, on both its sides; the number stands here a second time on purpose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pharmacy import domain
from pharmacy.domain import rules
from pharmacy.domain.formulary import DRY_EYE, OCULAR_ALLERGY
from pharmacy.domain.proposal import Outcome, propose_medicine
from pharmacy.domain.safety_answers import SafetyAnswers, parse_safety_answers
from pharmacy.domain.stock import LotOnShelf
from pharmacy.errors import SafetyAnswersError
from tests.unit.numbers_of_rules import literals_in, numbers_in, unexplained
from tests.unit.pharmacy.test_proposal import CARMELLOSE, CLEAR, HYPROMELLOSE, KETOTIFEN, SHELF, TODAY
from tests.unit.thresholds import Side, Threshold

FROM, UP_TO = Side.FROM, Side.UP_TO
NUMBERS = numbers_in(domain)
INDICATIONS = {CARMELLOSE: DRY_EYE, HYPROMELLOSE: DRY_EYE, KETOTIFEN: OCULAR_ALLERGY}
ENTRIES = {"PH-31": CARMELLOSE, "PH-32": HYPROMELLOSE, "PH-33": KETOTIFEN}


def stopped_by_age(code: str, age_years: int, *ids: str, guardian: bool = True) -> bool:
    answers = replace(CLEAR, guardian_present=guardian)
    decision = propose_medicine(
        INDICATIONS[code], answers, age_years=age_years, country="KR", lots=SHELF, today=TODAY
    )
    return any(alert.medicine == code and alert.rule_id in ids for alert in decision.alerts)


def proposed_from(code: str, *, lasts_days: int, on_hand: int = 1) -> bool:
    """Whether this medicine is proposed from a lot that may be used up to `lasts_days`, today among them."""
    lot = LotOnShelf(1, code, TODAY + timedelta(days=lasts_days - 1), on_hand=on_hand, reserved=0)
    decision = propose_medicine(
        INDICATIONS[code], CLEAR, age_years=44, country="KR", lots=(lot,), today=TODAY
    )
    return decision.outcome is Outcome.PROPOSED


def read(**answers: object) -> SafetyAnswers | None:
    try:
        return parse_safety_answers(answers)
    except SafetyAnswersError:
        return None


def of_entry(rule: str, code: str) -> list[Threshold]:
    entry = f"formulary.FORMULARY.{rule}"
    return [
        Threshold(
            f"{entry}.ask_under_years",
            6,
            1,
            FROM,
            lambda years: not stopped_by_age(code, years, rules.PH_AGE_ASK, rules.PH_AGE_LABEL),
        ),
        Threshold(
            f"{entry}.supply_days", 14, 1, FROM, lambda days: proposed_from(code, lasts_days=days + 30)
        ),
        Threshold(
            f"{entry}.packs_per_supply",
            1,
            1,
            FROM,
            lambda packs: proposed_from(code, lasts_days=99, on_hand=packs),
        ),
    ]


THRESHOLDS = [
    *(limit for rule, code in ENTRIES.items() for limit in of_entry(rule, code)),
    Threshold(
        "formulary.FORMULARY.PH-33.age_limits.KR.lower",
        6,
        1,
        FROM,
        lambda years: not stopped_by_age(KETOTIFEN, years, rules.PH_AGE_LABEL),
    ),
    Threshold(
        "formulary.FORMULARY.PH-33.age_limits.KR.upper",
        65,
        1,
        FROM,
        lambda years: stopped_by_age(KETOTIFEN, years, rules.PH_AGE_LABEL),
    ),
    Threshold(
        "policy.POLICIES.KR.guardian_under_years",
        19,
        1,
        FROM,
        lambda years: not stopped_by_age(CARMELLOSE, years, rules.PH_GUARDIAN, guardian=False),
    ),
    Threshold(
        "policy.POLICIES.KR.first_supply_days_max",
        14,
        1,
        FROM,
        lambda days: proposed_from(CARMELLOSE, lasts_days=days + 30),
    ),
    Threshold(
        "stock.EXPIRY_MARGIN_DAYS",
        30,
        1,
        FROM,
        lambda margin: proposed_from(CARMELLOSE, lasts_days=14 + margin),
    ),
    Threshold(
        "safety_answers.TEXT_MAX", 120, 1, UP_TO, lambda length: read(allergies=["x" * length]) is not None
    ),
    Threshold(
        "safety_answers.LIST_MAX",
        30,
        1,
        UP_TO,
        lambda count: read(allergies=[f"drug {place}" for place in range(count)]) is not None,
    ),
]
EXEMPT = {
    r"formulary\.FORMULARY\..*\.doses_per_day_max": "what the label says; nothing is decided by it",
    r"formulary\.FORMULARY\.PH-3[12]\.age_limits\.KR\.lower": "nobody is younger than 0",
}
LITERALS = {"labels": {2, 3, 10, 13, 14}}  # how dates and GTINs are written


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=str)
def test_a_proposal_changes_exactly_at_its_limit(threshold: Threshold) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


def test_every_number_of_the_rules_is_asked_about_on_both_sides() -> None:
    assert unexplained(domain, {one.name for one in THRESHOLDS}, EXEMPT) == set()
    assert literals_in(domain) == LITERALS
