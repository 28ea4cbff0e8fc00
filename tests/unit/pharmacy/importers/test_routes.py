import csv

import pytest

from pharmacy.domain.drug_rules import Route, RuleKind
from pharmacy.importers.routes import ROUTE_NOTES, form_routes, name_routes, noted_routes, notice_routes


@pytest.mark.parametrize(
    ("written", "routes"),
    [
        ("나정", {Route.ORAL}),
        ("용액주사제", {Route.INJECTION}),
        ("연질캡슐제, 액상", {Route.ORAL}),
        ("점안제 / 복합제", {Route.OCULAR}),
        ("점안겔제", {Route.OCULAR}),
        ("안연고제", {Route.OCULAR}),
        ("연고제", {Route.SKIN}),
        ("점비액제 / 복합제", {Route.NASAL}),
        ("정제, 구강붕해정, 주사제", {Route.ORAL, Route.INJECTION}),
        ("주사제, 외용액제(2%, 4%)", {Route.INJECTION, Route.SKIN}),
        ("질정", {Route.OTHER}),
        ("모든제형 / 단일제·복합제 포함", set()),
        ("", set()),
    ],
)
def test_a_form_says_its_route(written: str, routes: set[Route]) -> None:
    assert set(form_routes(written)) == routes


@pytest.mark.parametrize(
    ("written", "routes"),
    [
        ("(점안제) 안전성 및 유효성 미확립", {Route.OCULAR}),
        ("(정제) 독성. (점안제) 수축", {Route.ORAL, Route.OCULAR}),
        ("외용액제, 연고제", {Route.SKIN}),
        ("추체외로증상 (정제) 특히", set()),
        ("(레티놀) 최기형", set()),
        ("안전성 및 유효성 미확립", set()),
    ],
)
def test_a_notice_is_limited_only_by_forms_it_begins_with(written: str, routes: set[Route]) -> None:
    assert set(notice_routes(written)) == routes


def test_a_name_may_say_its_route() -> None:
    assert set(name_routes("Ketoconazole(전신제제)")) == {Route.ORAL, Route.INJECTION}
    assert name_routes("rifampicin(rifampin)") == ()


def test_where_nothing_is_stated_the_notes_say_or_nobody_does() -> None:
    assert set(noted_routes(RuleKind.AGE, "levofloxacin")) == {Route.ORAL, Route.INJECTION}
    assert noted_routes(RuleKind.DUPLICATE_CLASS, "ketotifen", "호흡기관용약 7-1") == (Route.ORAL,)
    assert noted_routes(RuleKind.PREGNANCY, "levofloxacin") == (Route.UNSTATED,)


def test_every_note_gives_its_source_and_evidence() -> None:
    with ROUTE_NOTES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(
        row["source"] and row["why"] and row["evidence"] in "VRKP" and RuleKind(row["kind"]) for row in rows
    )
