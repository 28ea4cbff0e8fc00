"""Prescribing cases as a pharmacist writes them, read into what the safety check reads.

An empty cell is "asked, and nothing"; "?" is not known. Lists are parted by ";". An order, where a medicine
needs one, is in force, filled by a pharmacy, at the dose of the label and for 28 days, unless the cell says
what is otherwise. `recent` is "code@days ago" or "code@days ago@days it lasts".
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pharmacy.domain.duplicates import RecentSupply
from pharmacy.domain.formulary import FormularyEntry, Supply, entry_by_code
from pharmacy.domain.orders import PhysicianOrder
from pharmacy.domain.policy import KOREA
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.domain.safety_case import SafetyCase
from risk.domain.features import Smoking

TODAY = date(2026, 11, 2)
PATH = Path(__file__).parents[2] / "data" / "prescribing_cases.csv"
YES_NO = {"yes": True, "no": False, "": False, "?": None}
SMOKING = {"": Smoking.NEVER, "?": Smoking.UNKNOWN, "current": Smoking.CURRENT, "former": Smoking.FORMER}
CLEAR = SafetyAnswers(
    allergies=(),
    current_medicines=(),
    pregnant_or_breastfeeding=False,
    contact_lenses=False,
    eye_surgery_last_3_months=False,
    narrow_angle=False,
    guardian_present=None,
    conditions=(),
)


def rows() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def case_of(row: Mapping[str, str]) -> tuple[FormularyEntry, SafetyCase]:
    entry = entry_by_code(row["medicine"])
    case = SafetyCase(
        answers=_answers(row),
        age_years=None if row["age"] == "?" else int(row["age"]),
        policy=KOREA,
        today=TODAY,
        red_flags=tuple(names(row["red_flags"]) or ()),
        recent=tuple(_supply(text) for text in names(row["recent"]) or ()),
        smoking=SMOKING[row["smoking"]],
        confirmed=_confirmed(row["confirmed"]),
        order=order_for(entry, row["order"]),
    )
    return entry, case


def names(cell: str) -> tuple[str, ...] | None:
    return None if cell == "?" else tuple(part.strip() for part in cell.split(";") if part.strip())


def order_for(entry: FormularyEntry, cell: str = "") -> PhysicianOrder | None:
    if entry.supply is not Supply.ORDERED or cell == "none":
        return None
    order = PhysicianOrder(
        entry.code, TODAY + timedelta(days=90), 3, True, entry.doses_per_day_max, supply_days=28
    )
    if cell.endswith(" a day"):
        return replace(order, doses_per_day=_number(cell.removesuffix(" a day")))
    if cell.endswith(" days"):
        return replace(order, supply_days=_number(cell.removesuffix(" days")))
    changed = {
        "": {},
        "unfilled": {"filled": False},
        "lapsed": {"valid_until": TODAY - timedelta(days=1)},
        "last day": {"valid_until": TODAY},
        "used up": {"refills_left": 0},
    }
    return replace(order, **changed[cell]) if cell in changed else replace(order, medicine=cell)


def _number(written: str) -> int | None:
    return None if written == "?" else int(written)


def _answers(row: Mapping[str, str]) -> SafetyAnswers:
    return SafetyAnswers(
        allergies=names(row["allergies"]),
        current_medicines=names(row["medicines"]),
        conditions=names(row["illnesses"]),
        pregnant_or_breastfeeding=YES_NO[row["pregnant"]],
        contact_lenses=YES_NO[row["lenses"]],
        eye_surgery_last_3_months=YES_NO[row["surgery"]],
        narrow_angle=YES_NO[row["narrow_angle"]],
        guardian_present=YES_NO[row["guardian"]],
    )


def _confirmed(cell: str) -> frozenset[str] | None:
    return None if cell in ("", "?") else frozenset({cell} - {"none"})


def _supply(text: str) -> RecentSupply:
    medicine, ago, *days = text.split("@")
    return RecentSupply(medicine, TODAY - timedelta(days=int(ago)), int(days[0]) if days else 14)
