"""DUR listings of the MFDS services as rules. Source: facts 2.2, payloads of 2.3 [R].

Rows are about products. Many products share one notice, so a rule's key is made of the notice, not of the product.
"""

import hashlib
import re
from functools import lru_cache, partial
from typing import Any

from pharmacy.domain.drug_data import ELDERLY_FROM_YEARS
from pharmacy.domain.drug_rules import DrugRule, Route, RuleKind
from pharmacy.importers.limits import read_ages, read_days, read_dose
from pharmacy.importers.reading import Row, routes_for
from pharmacy.importers.routes import Routes

_GRADE = re.compile(r"([12])\s*등급")
_INGREDIENT = ("INGR_ENG_NAME", "INGR_NAME", "INGR_KOR_NAME", "MAIN_INGR")
_FORM = ("FORM_NAME", "FORM_CODE_NAME")
_OTHER = tuple(f"MIXTURE_{name}" for name in _INGREDIENT)
_OTHER_FORM = tuple(f"MIXTURE_{name}" for name in _FORM)
_UNSTATED = (Route.UNSTATED,)
_SOURCE = "MFDS DUR"
Rules = list[DrugRule]


def pairs(row: Row) -> Rules:
    """Contraindicated together (병용금기)."""
    first, first_routes = row.ingredient(*_INGREDIENT)
    second, second_routes = row.ingredient(*_OTHER)
    if not first or not second:
        return []
    detail = row.said("PROHBT_CONTENT", "REMARK")
    other = row.code("MIXTURE_INGR_CODE") or second
    key = _key(row, RuleKind.INTERACTION, first, f"{other}-{_mark(detail)}")
    notified_on = row.day("NOTIFICATION_DATE")
    forms = row.forms(*_FORM), row.forms(*_OTHER_FORM)
    return [
        DrugRule(
            key=key,
            kind=RuleKind.INTERACTION,
            ingredient=first,
            route=route,
            source=_SOURCE,
            evidence="R",
            other_ingredient=second,
            other_route=other_route,
            detail=detail,
            notified_on=notified_on,
        )
        for route in first_routes or forms[0] or _UNSTATED
        for other_route in second_routes or forms[1] or _UNSTATED
    ]


def pregnancy(row: Row) -> Rules:
    """Contraindicated in pregnancy (임부금기); the listing seldom states the grade."""
    grade = _GRADE.search(" ".join((row.text("GRADE"), row.text("PROHBT_CONTENT"), row.text("REMARK"))))
    return _single(row, RuleKind.PREGNANCY, grade=int(grade[1]) if grade else None)


def elderly(row: Row) -> Rules:
    """With caution in the elderly (노인주의)."""
    return _single(row, RuleKind.ELDERLY, from_months=ELDERLY_FROM_YEARS * 12)


def ages(row: Row) -> Rules:
    """Contraindicated at certain ages (특정연령대금기). No payload was at hand: the words are read as [K]."""
    bounds = read_ages(row.text("PROHBT_CONTENT")) or (None, None)
    if bounds == (None, None):
        row.issues.note(
            row.number,
            "PROHBT_CONTENT",
            row.text("PROHBT_CONTENT"),
            "no age that can be read; taken as every age",
        )
    return _single(row, RuleKind.AGE, from_months=bounds[0], below_months=bounds[1])


def doses(row: Row) -> Rules:
    """The highest dose a day (용량주의)."""
    amount, unit = read_dose(row.text("PROHBT_CONTENT")) or (None, "")
    if amount is None:
        row.issues.note(
            row.number,
            "PROHBT_CONTENT",
            row.text("PROHBT_CONTENT"),
            "taken in words; a person reads the dose",
        )
    return _single(row, RuleKind.DOSE, dose_per_day_max=amount, dose_unit=unit)


def durations(row: Row) -> Rules:
    """The longest use (투여기간주의)."""
    days = read_days(row.text("PROHBT_CONTENT"))
    if days is None:
        row.issues.note(
            row.number,
            "PROHBT_CONTENT",
            row.text("PROHBT_CONTENT"),
            "no number of days; a person reads the rule",
        )
    return _single(row, RuleKind.DURATION, days_max=days)


def duplicates(row: Row) -> Rules:
    """Ingredients of one class (효능군중복)."""
    group = " ".join(part for part in (row.text("EFFECT_NAME"), row.text("SERS_NAME")) if part)
    if not group:
        row.issues.refuse(row.number, "EFFECT_NAME", None, "names no class; ask the source for the row")
        return []
    return _single(row, RuleKind.DUPLICATE_CLASS, duplicate_class=group)


def splitting(row: Row) -> Rules:
    """Not to be split (분할주의); about a product, named by its ingredients."""
    row.day("ITEM_PERMIT_DATE")
    return _single(row, RuleKind.SPLITTING)


def _single(row: Row, kind: RuleKind, *, duplicate_class: str = "", **limits: Any) -> Rules:
    ingredient, routes = row.ingredient(*_INGREDIENT)
    if not ingredient:
        return []
    detail = row.said("PROHBT_CONTENT", "REMARK") or duplicate_class
    key = _key(row, kind, ingredient, _mark(f"{detail}|{duplicate_class}"))
    stated: Routes = routes or row.forms(*_FORM)
    make = partial(
        DrugRule,
        key=key,
        kind=kind,
        ingredient=ingredient,
        source=_SOURCE,
        evidence="R",
        duplicate_class=duplicate_class,
        detail=detail,
        notified_on=row.day("NOTIFICATION_DATE"),
        **limits,
    )
    return [make(route=route) for route in routes_for(kind, ingredient, stated, duplicate_class)]


def _key(row: Row, kind: RuleKind, ingredient: str, rest: str) -> str:
    number = row.code("DUR_SEQ")
    return f"mfds-{kind}-{number}{'-' if number else ''}{row.code('INGR_CODE') or ingredient}-{rest}"


@lru_cache(maxsize=20_000)
def _mark(words: str) -> str:
    """Tells two notices about one ingredient apart, and stays the same between imports."""
    return hashlib.blake2b(words.encode(), digest_size=4).hexdigest()
