"""Ages, doses and durations as notices write them. What cannot be read is None and stays in words."""

import re
from decimal import Decimal
from functools import lru_cache

_AGE = re.compile(r"(?:만\s*)?(\d{1,3})\s*(세|개월|주|일)\s*(미만|이하|이상|초과)")
_MONTHS = {"세": 12, "년": 12, "개월": 1}
_DAYS = re.compile(r"(\d{1,3})\s*(일|주)(?!\s*\d*회)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DOSE = re.compile(
    r"(?<![\d.,])(\d[\d,]{0,9}(?:\.\d{1,5})?)\s*(mg|g|㎍|μg|µg|ug|mcg|밀리그램|그램|방울)(?![A-Za-z가-힣/])"
)
_UNITS = {
    "방울": ("drop", "1"),
    "g": ("g", "1"),
    "그램": ("g", "1"),
    "mg": ("mg", "1"),
    "밀리그램": ("mg", "1"),
}
_MICROGRAM = ("mg", "0.001")

Bounds = tuple[int | None, int | None]


def age_bounds(number: int, unit: str, condition: str) -> Bounds | None:
    """Ages concerned as (from_months, below_months): 18 세 미만 is (None, 216), 18 세 이하 (None, 228).

    None for a condition or unit that is not one of ours. Weeks and days count to the month they end in.
    """
    if unit in ("주", "일"):
        number, unit = -(-number * (7 if unit == "주" else 1) // 28), "개월"
    step = _MONTHS.get(unit)
    if step is None:
        return None
    edges: dict[str, Bounds] = {
        "미만": (None, max(number * step, 1)),
        "이하": (None, (number + 1) * step),
        "이상": (number * step, None),
        "초과": ((number + 1) * step, None),
    }
    return edges.get(condition)


@lru_cache(maxsize=5_000)
def read_ages(text: str) -> Bounds | None:
    """The ages of a text that names one bound; None for none or several."""
    found = _AGE.findall(text)
    return age_bounds(int(found[0][0]), found[0][1], found[0][2]) if len(found) == 1 else None


@lru_cache(maxsize=5_000)
def read_days(text: str) -> int | None:
    """The days of a text that names one duration, such as "5일" or "2주"; None for none or several."""
    found = _DAYS.findall(text)
    return int(found[0][0]) * (7 if found[0][1] == "주" else 1) if len(found) == 1 else None


@lru_cache(maxsize=20_000)
def read_dose(text: str) -> tuple[Decimal, str] | None:
    """The highest daily dose of a text with one number, as amount and "drop", "mg" or "g".

    None for several ingredients, for doses a week, and for other units: a person reads those.
    """
    found = _DOSE.findall(text)
    if len(found) != 1 or len(_NUMBER.findall(text)) != 1 or re.search(r"주\s*\d*\s*회|1주|매주", text):
        return None
    amount, written = found[0]
    unit, factor = _UNITS.get(written, _MICROGRAM)
    return Decimal(amount.replace(",", "")) * Decimal(factor), unit
