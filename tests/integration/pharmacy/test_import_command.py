"""manage.py import_drug_data, as somebody types it."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from pharmacy.drug_data_selectors import drug_data_days
from pharmacy.models import DrugDataImport, DrugRule
from records.actor import Actor
from records.models import Organization
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, lot
from tests.integration.pharmacy.drug_data import Source, elderly_row, recall_row, stored
from tests.integration.pharmacy.replay import KEY, QUOTA, Portal, serving

BROKEN = [elderly_row("Timolol"), elderly_row("X") | {"INGR_ENG_NAME": None}]


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("import_drug_data", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_file_is_imported_and_said(tmp_path: Path) -> None:
    said = run(
        "dur-elderly", "--file", stored(tmp_path, [elderly_row("Timolol"), elderly_row("X")]), "--by", "Kim"
    )
    assert "2 rows, 2 to store, 0 rows refused, 0 noted, 1 names join no ingredient of ours" in said
    assert "do not count for dispensing" in said
    assert DrugDataImport.objects.get().imported_by == "Kim"


@pytest.mark.django_db
def test_data_with_their_day_count_for_dispensing(tmp_path: Path) -> None:
    said = run("dur-elderly", "--file", stored(tmp_path, [elderly_row("Timolol")]), "--as-of", "2026-11-20")
    assert "do not count" not in said
    assert list(drug_data_days()) == [Source.DUR_ELDERLY]


@pytest.mark.django_db
def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path: Path) -> None:
    said = run("dur-elderly", "--file", stored(tmp_path, [elderly_row("Timolol")]), "--dry-run")
    assert "1 rows, 1 to store" in said
    assert "nothing was stored" in said
    assert not DrugDataImport.objects.exists()


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.django_db
def test_rows_that_cannot_be_taken_are_reported_and_nothing_is_stored(tmp_path: Path, dry: bool) -> None:
    report = tmp_path / "report.json"
    with pytest.raises(CommandError, match="1 of 2 rows cannot be taken"):
        run(
            *("dur-elderly", "--file", stored(tmp_path, BROKEN), "--report", report),
            *(["--dry-run"] if dry else []),
        )
    refused = [issue for issue in json.loads(report.read_text()) if issue["refused"]]
    assert [(issue["file"], issue["row"], issue["column"]) for issue in refused] == [
        ("made.json", 2, "INGR_ENG_NAME")
    ]
    assert "ask the source" in refused[0]["advice"]
    assert not DrugDataImport.objects.exists()


@pytest.mark.django_db
def test_a_report_lists_every_name_that_joins_nothing_and_starts_no_formula(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    run(
        "dur-elderly",
        "--file",
        stored(tmp_path, [elderly_row("=1+1"), elderly_row("Timolol")]),
        "--report",
        report,
    )
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["column"], row["value"]) for row in rows] == [
        ("1", "ingredient", "'=1"),
        ("1", "ingredient", "1"),
    ]


@pytest.mark.django_db
def test_importing_again_says_that_nothing_changed(tmp_path: Path) -> None:
    path = stored(tmp_path, [elderly_row("Timolol")])
    run("dur-elderly", "--file", path)
    assert "the same data are in force" in run("dur-elderly", "--file", path)
    assert DrugRule.objects.count() == 1


def test_recalls_put_the_packs_in_the_machines_into_quarantine(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    said = run("recalls", "--file", stored(tmp_path, [recall_row(GTIN[CARMELLOSE], ours.number)]))
    assert f"lot {ours.number} ({ours.gtin}) is in quarantine" in said
    ours.refresh_from_db()
    assert ours.recalled_at


@pytest.fixture
def portal(settings: Settings) -> Portal:
    settings.MFDS_SERVICE_KEY = KEY
    return Portal([elderly_row(f"Made {number}") for number in range(120)])


@pytest.mark.django_db
def test_the_live_service_is_imported_as_of_today(portal: Portal, settings: Settings) -> None:
    with serving(portal) as settings.MFDS_URL:
        said = run("dur-elderly", "--live")
    assert "120 rows, 120 to store" in said
    made = DrugDataImport.objects.get()
    assert made.file == "live:DURPrdlstInfoService03/getOdsnAtentInfoList03"
    assert drug_data_days() == {Source.DUR_ELDERLY: made.as_of}


@pytest.mark.django_db
def test_fetching_the_same_again_changes_nothing(portal: Portal, settings: Settings) -> None:
    with serving(portal) as settings.MFDS_URL:
        run("dur-elderly", "--live")
        assert "the same data are in force" in run("dur-elderly", "--live")


@pytest.mark.django_db
def test_a_quota_that_is_used_up_keeps_what_was_in_force(portal: Portal, settings: Settings) -> None:
    with serving(portal) as settings.MFDS_URL:
        run("dur-elderly", "--live")
        portal.rows.append(elderly_row("Newer"))
        portal.instead = lambda page, _: (200, QUOTA) if page == 2 else None
        with pytest.raises(CommandError, match="used up"):
            run("dur-elderly", "--live")
    assert DrugRule.objects.count() == 120


@pytest.mark.django_db
def test_without_a_key_nobody_is_asked(settings: Settings) -> None:
    settings.MFDS_SERVICE_KEY = ""
    with pytest.raises(CommandError, match="set MFDS_SERVICE_KEY"):
        run("dur-elderly", "--live")


def test_a_table_without_a_service_wants_its_file() -> None:
    with pytest.raises(CommandError, match="has no live service"):
        run("kids-age", "--live")


def test_a_file_in_another_encoding_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "cp949.sql"
    path.write_bytes("INSERT INTO t (a) VALUES ('점안제');".encode("cp949"))
    with pytest.raises(CommandError, match="not UTF-8 at byte"):
        run("kids-age", "--file", path)
