"""Every limit by which a medicine is proposed, on both its sides; the number stands here a second time on purpose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pharmacy import domain
from pharmacy.domain import rules
from pharmacy.domain.formulary import DRY_EYE, OCULAR_ALLERGY
from pharmacy.domain.proposal import Outcome
from pharmacy.domain.safety_answers import SafetyAnswers, parse_safety_answers
from pharmacy.domain.stock import LotOnShelf
from pharmacy.errors import SafetyAnswersError
from tests.unit.numbers_of_rules import literals_in, numbers_in, unexplained
from tests.unit.pharmacy.test_proposal import CARMELLOSE, CLEAR, HYPROMELLOSE, KETOTIFEN, TODAY, propose
from tests.unit.thresholds import Side, Threshold

FROM, UP_TO = Side.FROM, Side.UP_TO
NUMBERS = numbers_in(domain)
INDICATIONS = {CARMELLOSE: DRY_EYE, HYPROMELLOSE: DRY_EYE, KETOTIFEN: OCULAR_ALLERGY}
ENTRIES = {"PH-31": CARMELLOSE, "PH-32": HYPROMELLOSE, "PH-33": KETOTIFEN}


def stopped_by_age(code: str, age_years: int, *ids: str, guardian: bool = True) -> bool:
    answers = replace(CLEAR, guardian_present=guardian)
    decision = propose(INDICATIONS[code], answers, age_years)
    return any(alert.medicine == code and alert.rule_id in ids for alert in decision.alerts)


def proposed_from(code: str, *, lasts_days: int, on_hand: int = 1) -> bool:
    """Whether this medicine is proposed from a lot that may be used up to `lasts_days`, today among them."""
    lot = LotOnShelf(1, code, TODAY + timedelta(days=lasts_days - 1), on_hand=on_hand, reserved=0)
    decision = propose(INDICATIONS[code], lots=(lot,))
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
        "policy.KOREA.guardian_under_years",
        19,
        1,
        FROM,
        lambda years: not stopped_by_age(CARMELLOSE, years, rules.PH_GUARDIAN, guardian=False),
    ),
    Threshold(
        "policy.KOREA.first_supply_days_max",
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
SYMPTOM_RELIEF = "|".join(ENTRIES)
CASES = "tests/data/prescribing_cases.csv"
EXEMPT = {
    r"formulary\.FORMULARY\..*\.doses_per_day_max": f"the most a label allows: {CASES}",
    r"formulary\.FORMULARY\.PH-3[12]\.age_limits\.KR\.lower": "nobody is younger than 0",
    rf"formulary\.FORMULARY\.(?!({SYMPTOM_RELIEF})\.).*": f"what the machine never proposes: {CASES}",
    rf"formulary\.FORMULARY\.({SYMPTOM_RELIEF})\.opened_days": "how long an opened bottle keeps: test_keeping.py",
    r"policy\.KOREA\.refill_days_max": f"what an order may give at once: {CASES}",
    r"policy\.EXAMPLE_PERMISSIVE\..*": "not for use: test_policy.py",
    r"dispensing\.RELEASE_VALID": "tests/integration/pharmacy/test_dispensing.py asks on both sides of its last second",
    r"scans\._LONGEST": "the longest code that is read: test_scans.py",
    r"dosing\.ITEMS_MAX": f"how many items one order gives: {CASES}",
    r"drug_data\..*": "test_drug_data.py asks before, on and after the day, and importers/test_limits.py the ages",
    r"drug_rule_checks\.SUBJECT_MAX": "how much of a notice's words is shown",
    r"handout_rules\..*": "times and tries of the patients' screen: tests/integration/config/test_kiosk.py",
    r"products\..*_MAX": "the width of columns",
    r"order_reading\..*_MAX": "test_order_reading.py asks on both sides of each",
    r"readings\.READINGS_MAX": "how much of a logger is read at once: test_readings.py",
    r"machine_stock\..*": "minutes, asked on both sides, and lengths of columns: both test_machine_stock.py",
    r"storage\..*": "degrees, hours and packs, each asked on both sides: test_storage.py",
    r"safety_check\._TIER_ORDER\..*": "an order, not a limit",
}
# The first line below a header, how dates and GTINs are written, months of a year, a rank among tiers.
LITERALS = {
    "labels": {2, 3, 10, 13, 14},
    "drug_rules": {2, 11, 12},
    "products": {2},
    "readings": {2},
    "safety_check": {2},
}


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=str)
def test_a_proposal_changes_exactly_at_its_limit(threshold: Threshold) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


def test_every_number_of_the_rules_is_asked_about_on_both_sides() -> None:
    assert unexplained(domain, {one.name for one in THRESHOLDS}, EXEMPT) == set()
    assert literals_in(domain) == LITERALS
