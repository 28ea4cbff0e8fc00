"""Putting drug data in force: whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from pharmacy.errors import DrugDataRefused, DrugDataUnreadable
from pharmacy.importers.reader import read_source
from pharmacy.models import DrugDataImport, DrugRule
from pharmacy.services import drug_data_import
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.drug_data import Source, elderly_row, imported, pair_row, stored

DAY = date(2026, 11, 20)


def names() -> list[str]:
    return list(DrugRule.objects.order_by("ingredient").values_list("ingredient", flat=True))


@pytest.mark.django_db
def test_an_import_says_what_came_from_where_when_and_by_whom(tmp_path: Path) -> None:
    made = imported(
        Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("Timolol"), elderly_row("X")]), as_of=DAY
    )
    assert (made.source, made.file, made.imported_by, made.imported_at) == (
        "dur-elderly",
        "made.json",
        "tester",
        NOW,
    )
    assert (made.rows_read, made.values_stored, made.rows_refused, made.as_of) == (2, 2, 0, DAY)
    assert [(one.name, one.rows) for one in made.unjoined.all()] == [("x", 1)]


@pytest.mark.django_db
def test_the_same_data_again_change_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path, [elderly_row("Timolol")])
    first = imported(Source.DUR_ELDERLY, path, as_of=DAY)
    rule = DrugRule.objects.get()
    again = imported(Source.DUR_ELDERLY, path, as_of=DAY, now=NOW + timedelta(days=1))
    assert (again.pk, DrugRule.objects.get().pk, DrugDataImport.objects.count()) == (first.pk, rule.pk, 1)


@pytest.mark.django_db
def test_the_same_data_of_a_later_day_are_as_new_as_that_day(tmp_path: Path) -> None:
    path = stored(tmp_path, [elderly_row("Timolol")])
    imported(Source.DUR_ELDERLY, path, as_of=DAY)
    assert imported(Source.DUR_ELDERLY, path, as_of=DAY + timedelta(days=3)).as_of == DAY + timedelta(days=3)
    assert imported(Source.DUR_ELDERLY, path, as_of=DAY).as_of == DAY + timedelta(days=3)


@pytest.mark.django_db
def test_newer_data_replace_the_sources_own_rules_and_no_others(tmp_path: Path) -> None:
    imported(Source.DUR_PAIRS, stored(tmp_path, [pair_row("Timolol", "Verapamil")]))
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A"), elderly_row("B")]))
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("B"), elderly_row("C")]))
    assert names() == ["b", "c", "timolol"]
    assert DrugDataImport.objects.filter(superseded_at=None).count() == 2


@pytest.mark.django_db
def test_rows_that_cannot_be_taken_keep_what_was_in_force(tmp_path: Path) -> None:
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A")]))
    broken = stored(tmp_path, [elderly_row("B"), elderly_row("C") | {"INGR_ENG_NAME": None}])
    with pytest.raises(DrugDataRefused, match="1 of 2 rows cannot be taken"):
        imported(Source.DUR_ELDERLY, broken)
    assert names() == ["a"]


@pytest.mark.django_db
def test_a_listing_that_lost_most_of_its_rows_waits_for_a_person(tmp_path: Path) -> None:
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row(name) for name in "ABCDE"]))
    few = read_source(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A")]))
    with pytest.raises(DrugDataRefused, match="1 rows where 5 are in force"):
        drug_data_import(source=Source.DUR_ELDERLY, reading=few, by="x", now=NOW)
    drug_data_import(source=Source.DUR_ELDERLY, reading=few, by="x", now=NOW, fewer=True)
    assert names() == ["a"]


@pytest.mark.django_db
def test_a_trial_never_replaces_a_whole_listing(tmp_path: Path) -> None:
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A")]))
    with pytest.raises(DrugDataRefused, match="would lose rules"):
        imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("B")]), incomplete=True)
    assert names() == ["a"]


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_off_leaves_what_was_in_force(tmp_path: Path) -> None:
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A")]))
    reading = read_source(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("B")]))

    own = connection.connection.info.backend_pid

    def cut(_: int) -> None:
        with psycopg.connect(connection.connection.info.dsn, autocommit=True) as another:
            another.execute("SELECT pg_terminate_backend(%s)", [own])

    with pytest.raises(psycopg.OperationalError):
        drug_data_import(source=Source.DUR_ELDERLY, reading=reading, by="x", now=NOW, progress=cut)
    connection.close()
    assert names() == ["a"]
    assert DrugDataImport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_source_at_once_leave_one_in_force(tmp_path: Path) -> None:
    files = [stored(tmp_path, [elderly_row(name)], f"{name}.json") for name in "AB"]

    def one(path: Path) -> None:
        try:
            imported(Source.DUR_ELDERLY, path)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, files))
    assert DrugDataImport.objects.filter(superseded_at=None).count() == 1
    assert len(names()) == 1


@pytest.mark.parametrize(
    ("source", "rows", "said"),
    [
        (Source.DUR_PREGNANCY, [elderly_row("A")], "says 노인주의, and dur-pregnancy is 임부금기"),
        (Source.DUR_PAIRS, [elderly_row("A")], "no MIXTURE_INGR_CODE; this is not the listing dur-pairs"),
        (Source.DUR_ELDERLY, [], "holds no row"),
    ],
)
def test_another_listing_is_not_taken_for_this_one(
    tmp_path: Path, source: Source, rows: list[dict[str, str | None]], said: str
) -> None:
    with pytest.raises(DrugDataUnreadable, match=said):
        read_source(source, stored(tmp_path, rows))


def test_another_table_is_not_taken_for_this_one(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text("INSERT INTO tb_pp_m_dur_snctz (igrd_cd) VALUES ('x');")
    with pytest.raises(DrugDataUnreadable, match="rows of tb_pp_m_dur_snctz stand where"):
        read_source(Source.KIDS_AGE, path)
