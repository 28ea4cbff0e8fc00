from datetime import date, timedelta

import pytest

from pharmacy.domain.drug_data import (
    DUR_STALE_AFTER_DAYS,
    NEEDS,
    RECALLS_STALE_AFTER_DAYS,
    DrugDataSource,
    ImportFacts,
    stale_needs,
    why_not_import,
)

TODAY = date(2026, 11, 27)
ALL_NEW = {source: TODAY for need in NEEDS for source in need.sources}
WHOLE = ImportFacts(rows=100, refused=0, complete=True)


def names(as_of: dict[DrugDataSource, date]) -> list[str]:
    return [stale.need.name for stale in stale_needs(as_of, TODAY)]


def test_without_any_data_everything_is_stale() -> None:
    assert names({}) == [need.name for need in NEEDS]


def test_new_data_keep_nothing_shut() -> None:
    assert names(ALL_NEW) == []


def test_either_of_two_sources_of_a_kind_is_enough() -> None:
    old = TODAY - timedelta(days=999)
    assert names(ALL_NEW | {DrugDataSource.DUR_PAIRS: old}) == []
    assert names(ALL_NEW | {DrugDataSource.DUR_PAIRS: old, DrugDataSource.KIDS_PAIRS: old}) == ["interaction"]


@pytest.mark.parametrize(
    ("source", "days", "name"),
    [
        (DrugDataSource.KIDS_LACTATION, DUR_STALE_AFTER_DAYS, "lactation"),
        (DrugDataSource.RECALLS, RECALLS_STALE_AFTER_DAYS, "recalls"),
    ],
)
def test_data_are_stale_the_day_after_their_last_one(source: DrugDataSource, days: int, name: str) -> None:
    assert names(ALL_NEW | {source: TODAY - timedelta(days=days)}) == []
    assert names(ALL_NEW | {source: TODAY - timedelta(days=days + 1)}) == [name]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (ImportFacts(100, 0, complete=True), ""),
        (ImportFacts(50, 0, complete=True), ""),
        (ImportFacts(49, 0, complete=True), "49 rows where 100 are in force"),
        (ImportFacts(100, 1, complete=True), "1 of 100 rows cannot be taken"),
        (ImportFacts(100, 0, complete=False), "it would lose rules"),
    ],
)
def test_a_listing_replaces_another_only_when_nothing_is_lost(new: ImportFacts, said: str) -> None:
    why = why_not_import(new, WHOLE, incomplete=False, fewer=False)
    assert said in why
    assert bool(why) is bool(said)


def test_a_trial_never_replaces_a_whole_listing() -> None:
    trial = ImportFacts(100, 3, complete=False)
    assert why_not_import(trial, None, incomplete=True, fewer=False) == ""
    assert "would lose rules" in why_not_import(trial, WHOLE, incomplete=True, fewer=True)
