from decimal import Decimal

import pytest

from pharmacy.importers.limits import age_bounds, read_ages, read_days, read_dose


@pytest.mark.parametrize(
    ("number", "unit", "condition", "bounds"),
    [
        (18, "세", "미만", (None, 216)),
        (18, "세", "이하", (None, 228)),
        (65, "세", "이상", (780, None)),
        (6, "개월", "미만", (None, 6)),
        (2, "주", "이하", (None, 2)),
        (18, "세", "정도", None),
        (18, "학년", "미만", None),
    ],
)
def test_an_age_is_read_in_months(number: int, unit: str, condition: str, bounds: object) -> None:
    assert age_bounds(number, unit, condition) == bounds


def test_two_ages_in_a_text_are_left_to_a_person() -> None:
    assert read_ages("만 12세 미만 소아") == (None, 144)
    assert read_ages("6개월 이상 12세 미만") is None
    assert read_ages("소아") is None


@pytest.mark.parametrize(
    ("text", "days"),
    [("5일", 5), ("2주", 14), ("1일 3회, 5일", 5), ("5일 또는 2주", None), ("", None), ("3주 2회", None)],
)
def test_a_duration_is_read_where_there_is_one(text: str, days: int | None) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("그라니세트론 9mg", (Decimal(9), "mg")),
        ("라타노프로스트 해당 제형으로 1방울", (Decimal(1), "drop")),
        ("메트포르민염산염 2,550mg", (Decimal(2550), "mg")),
        ("티오트로퓸 18㎍", (Decimal("0.018"), "mg")),
        ("미토테인 16g", (Decimal(16), "g")),
        ("메노트로핀에이치피 450IU", None),
        ("글리메피리드 8mg/메트포르민염산염 2,000mg", None),
        ("브리모니딘 3.3mg(해당 제형으로 1g)", None),
        ("터제파타이드 주 1회 15mg", None),
        ("아세트아미노펜 4000mg/kg", None),
        ("", None),
    ],
)
def test_a_dose_is_read_only_where_one_number_says_it(text: str, dose: object) -> None:
    assert read_dose(text) == dose
