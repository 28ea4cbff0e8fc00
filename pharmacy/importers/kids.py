"""The tables of the Korea Institute of Drug Safety (KIDS) as rules. Source: facts 2.3, real exports of 2026-02 [R].

Rows are about ingredients and mix routes; a route is stated by a form in the remarks or in brackets, or not at all.
"""

from dataclasses import replace
from functools import partial

from pharmacy.domain.drug_data import ELDERLY_FROM_YEARS
from pharmacy.domain.drug_rules import DrugRule, Route, RuleKind
from pharmacy.importers.limits import age_bounds, read_dose
from pharmacy.importers.reading import Row, by_route, routes_for
from pharmacy.importers.routes import Routes, form_routes, notice_routes

# The columns of English names hold 20 characters.
_CUT_AT = 19
Rules = list[DrugRule]


def pairs(row: Row) -> Rules:
    """Contraindicated together (tb_pp_m_dur_conc_bann)."""
    first, first_routes = row.ingredient("igrd_nm_1")
    second, second_routes = row.ingredient("igrd_nm_2")
    if not first or not second:
        return []
    rule = _rule(row, RuleKind.INTERACTION, "conc", "cth_condi_sn", first)(
        other_ingredient=second,
        detail=row.said("condi_rsn", "rmrk_cn"),
        notified_on=row.day("ancmnt_aplcn_ymd"),
    )
    # A note speaks of one ingredient's own rules; of a pair only what the names say is known.
    others = second_routes or (Route.UNSTATED,)
    return [
        replace(one, other_route=other)
        for one in by_route(rule, first_routes or (Route.UNSTATED,))
        for other in others
    ]


def pregnancy(row: Row) -> Rules:
    """Contraindicated in pregnancy, grade 1 or 2 (tb_pp_m_dur_prgnt_bann)."""
    ingredient, routes = row.ingredient("igrd_nm")
    if not ingredient:
        return []
    detail = row.text("dtl_info_cn")
    make = _rule(row, RuleKind.PREGNANCY, "prgnt", "pgw_condi_sn", ingredient)
    return _routed(
        make(grade=_grade(row), detail=detail, notified_on=row.day("ancmnt_ymd")),
        routes or notice_routes(detail),
    )


def ages(row: Row) -> Rules:
    """Contraindicated at certain ages (tb_pp_m_dur_age_bann)."""
    ingredient, routes = row.ingredient("igrd_nm")
    if not ingredient:
        return []
    detail = row.text("dtl_info_cn")
    lower, below = _ages(row)
    make = _rule(row, RuleKind.AGE, "age", "age_condi_sn", ingredient)
    rule = make(from_months=lower, below_months=below, detail=detail, notified_on=row.day("ancmnt_ymd"))
    return _routed(rule, routes or notice_routes(detail))


def doses(row: Row) -> Rules:
    """The highest dose a day (tb_pp_m_dur_cpct)."""
    ingredient, routes = row.ingredient("gnrl_nm", "mdcn_nm")
    if not ingredient:
        return []
    words = row.text("day_max_admin_cpct_cn")
    amount, unit = read_dose(words) or (None, "")
    if amount is None:
        row.issues.note(row.number, "day_max_admin_cpct_cn", words, "taken in words; a person reads the dose")
    make = _rule(row, RuleKind.DOSE, "cpct", "cpct_cutn_sn", ingredient)
    rule = make(dose_per_day_max=amount, dose_unit=unit, detail=row.said("day_max_admin_cpct_cn", "dtl_cn"))
    return _routed(rule, routes or form_routes(row.text("dtl_cn")))


def durations(row: Row) -> Rules:
    """The longest use, days (tb_pp_m_dur_dosage)."""
    ingredient, routes = row.ingredient("gnrl_nm", "mdcn_nm")
    if not ingredient:
        return []
    days = _whole_number(row.text("max_admin_prd_day_cnt"))
    if days is None:
        written = row.text("max_admin_prd_day_cnt")
        row.issues.note(
            row.number, "max_admin_prd_day_cnt", written, "no number of days; a person reads the rule"
        )
    make = _rule(row, RuleKind.DURATION, "dosage", "admin_prd_cutn_sn", ingredient)
    rule = make(days_max=days, detail=row.text("rmrk_cn"))
    return _routed(rule, routes or form_routes(rule.detail))


def duplicates(row: Row) -> Rules:
    """Ingredients of one class (tb_pp_m_dur_eftgrp)."""
    ingredient, routes = row.ingredient("gnrl_nm", "item_nm")
    group = " ".join(part for part in (row.text("eff_group_nm"), row.text("group_nm")) if part)
    if ingredient and not group:
        row.issues.refuse(row.number, "eff_group_nm", None, "names no class; ask the source for the row")
    if not ingredient or not group:
        return []
    make = _rule(row, RuleKind.DUPLICATE_CLASS, "eftgrp", "eff_group_dpcn_sn", ingredient)
    return _routed(make(duplicate_class=group, detail=group), routes)


def lactation(row: Row) -> Rules:
    """With caution while breastfeeding (tb_pp_m_dur_nursw)."""
    ingredient, routes = _named_by_code(row)
    if not ingredient:
        return []
    make = _rule(row, RuleKind.LACTATION, "nursw", "lacp_sn", ingredient)
    return _routed(make(detail=row.text("rmrk_cn"), notified_on=row.day("pbanc_ymd")), routes)


def elderly(row: Row) -> Rules:
    """With caution in the elderly (tb_pp_m_dur_snctz)."""
    ingredient, routes = _named_by_code(row)
    if not ingredient:
        return []
    make = _rule(row, RuleKind.ELDERLY, "snctz", "snctz_cutn_sn", ingredient)
    rule = make(from_months=ELDERLY_FROM_YEARS * 12, detail=row.said("mdcn_dtl_cn", "rmrk_cn"))
    return _routed(rule, routes or form_routes(row.text("mdcn_dtl_cn")))


def _rule(row: Row, kind: RuleKind, table: str, number: str, ingredient: str) -> "partial[DrugRule]":
    written = row.text(number) or f"line{row.number}"
    return partial(
        DrugRule,
        key=f"kids-{table}-{written}",
        kind=kind,
        ingredient=ingredient,
        route=Route.UNSTATED,
        source="KIDS DUR",
        evidence="R",
    )


def _routed(rule: DrugRule, stated: Routes) -> Rules:
    return by_route(rule, routes_for(rule.kind, rule.ingredient, stated, rule.duplicate_class))


def _named_by_code(row: Row) -> tuple[str, Routes]:
    written = str(row.cells.get("igrd_cd") or "")
    if len(written) >= _CUT_AT:
        row.issues.note(
            row.number, "igrd_cd", written, "may be cut off at 20 characters; compare the Korean name"
        )
    return row.ingredient("igrd_cd", "igrd_nm")


def _grade(row: Row) -> int | None:
    written = row.text("condi_grd_cd")
    if written in ("1", "2"):
        return int(written)
    row.issues.note(
        row.number, "condi_grd_cd", written, "no grade 1 or 2; the rule is taken without, a person reads it"
    )
    return None


def _whole_number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 3 else None


def _ages(row: Row) -> tuple[int | None, int | None]:
    written, unit, condition = (
        row.text(name) for name in ("rlvt_age", "rlvt_age_unit_nm", "age_prcs_cnd_nm")
    )
    number = _whole_number(written)
    if number is not None and not unit:
        # Years protect more people than months would.
        row.issues.note(row.number, "rlvt_age_unit_nm", None, f"no unit; {number} is read as years")
        unit = "세"
    bounds = age_bounds(number, unit, condition) if number is not None else None
    if bounds is None:
        said = f"{written} {unit} {condition}"
        row.issues.note(row.number, "rlvt_age", said, "no age that can be read; taken as every age")
    return bounds or (None, None)
