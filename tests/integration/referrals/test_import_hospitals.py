from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from records.actor import Actor
from referrals import services
from referrals.domain.capabilities import Capability
from referrals.models import Capacity, Hospital, HospitalImport
from tests.integration.referrals.cast import NOW
from tests.unit.referrals.importers.cast import EGEN, HIRA, answer

pytestmark = pytest.mark.django_db
HEADER = "source_id,name,kind,address,tel,dept_names,lat,lon\n"
NORTH = 'N1,North,병원,1 Road,02-1,"안과, 내과",37.6,126.9\n'


def run(source: str, path: Path, *more: str, capsys: Any) -> str:
    call_command("import_hospitals", source, str(path), "--by", "test", *more)
    return str(capsys.readouterr().out)


def csv(folder: Path, *rows: str) -> Path:
    path = folder / "hospitals.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_a_dry_run_counts_and_stores_nothing(tmp_path: Path, capsys: Any) -> None:
    assert "1 added" in run("csv", csv(tmp_path, NORTH), "--dry-run", capsys=capsys)
    assert not Hospital.objects.exists()
    assert not HospitalImport.objects.exists()


def test_the_same_file_again_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    path = csv(tmp_path, NORTH)
    run("csv", path, capsys=capsys)
    before = Hospital.objects.values().get()
    assert "0 added, 0 changed, 1 unchanged" in run("csv", path, capsys=capsys)
    assert Hospital.objects.values().get() == before


def test_a_changed_row_renews_its_hospital(tmp_path: Path, capsys: Any) -> None:
    run("csv", csv(tmp_path, NORTH), capsys=capsys)
    moved = csv(tmp_path, NORTH.replace("37.6", "37.7").replace("안과, 내과", "내과"))
    assert "0 added, 1 changed" in run("csv", moved, capsys=capsys)
    hospital = Hospital.objects.get()
    assert hospital.latitude == 37.7
    assert [row.code for row in hospital.capabilities.all()] == [Capability.INTERNAL_MEDICINE]
    assert [row.code for row in hospital.specialties.all()] == ["01"]


def test_what_a_person_told_stays(tmp_path: Path, screener: Actor, capsys: Any) -> None:
    run("csv", csv(tmp_path, NORTH), capsys=capsys)
    told = services.hospital_register(
        source="csv",
        source_id="N1",
        name="North",
        country="KR",
        place=(37.6, 126.9),
        capabilities=["oct"],
        offers={"urgent": 2},
        by=screener,
        now=NOW,
    )
    Capacity.objects.create(hospital=told, monday="2026-11-23", urgency="urgent", places=2, taken=1)
    Hospital.objects.filter(pk=told.pk).update(active=False, phone="02-9")
    elsewhere = NORTH.replace("North", "South").replace("37.6", "37.7").replace("병원", "종합병원")
    assert "1 changed" in run("csv", csv(tmp_path, elsewhere), capsys=capsys)
    before = told.type_code
    told.refresh_from_db()
    assert (told.name, told.active, told.phone, told.latitude) == ("North", False, "02-9", 37.6)
    assert told.type_code != before
    assert [row.code for row in told.capabilities.all()] == ["oct"]
    assert [(row.urgency, row.places) for row in told.offers.all()] == [("urgent", 2)]
    assert [row.taken for row in told.weeks.all()] == [1]


def test_hospitals_from_before_the_directories_are_a_persons(tmp_path: Path, capsys: Any) -> None:
    run("csv", csv(tmp_path, NORTH), capsys=capsys)
    Hospital.objects.create(source="own", source_id="1", name="Old", country="KR", latitude=37, longitude=127)
    step = import_module("referrals.migrations.0006_people_confirmed").Migration.operations[0]
    with connection.cursor() as cursor:
        cursor.execute(step.sql)
    assert [one.name for one in Hospital.objects.exclude(confirmed_at=None)] == ["Old"]


def test_what_a_directory_does_not_tell_is_left_alone(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "answer.json"
    path.write_text(answer({"item": EGEN}))
    run("e-gen", path, capsys=capsys)
    beds_only = {key: EGEN[key] for key in ("hpid", "dutyName", "wgs84Lat", "wgs84Lon")}
    path.write_text(answer({"item": beds_only | {"hvec": -2, "hvidate": "20261127101500"}}))
    assert "1 changed" in run("e-gen", path, capsys=capsys)
    hospital = Hospital.objects.get()
    assert (hospital.emergency_beds, hospital.phone) == (-2, "02-000-0000")
    assert [(row.day, row.opens, row.closes) for row in hospital.hours.all()] == [(1, 540, 1110)]


def test_refused_rows_are_in_the_report_and_the_others_are_stored(tmp_path: Path, capsys: Any) -> None:
    report = tmp_path / "report.csv"
    path = csv(tmp_path, NORTH, NORTH.replace("N1", "N2").replace("37.6,126.9", "126.9,37.6"))
    run("csv", path, "--report", str(report), capsys=capsys)
    assert [one.source_id for one in Hospital.objects.all()] == ["N1"]
    assert "hospitals.csv,2,lat,126.9 37.6,latitude and longitude are swapped,True" in report.read_text()


def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(CommandError, match="check the path"):
        run("hira", tmp_path / "none.json", capsys=capsys)
    path = tmp_path / "answer.json"
    path.write_text(answer({"item": HIRA})[:-5])
    with pytest.raises(CommandError, match="no JSON"):
        run("hira", path, capsys=capsys)
    assert not HospitalImport.objects.exists()


@pytest.fixture
def hospitals(shared: Path) -> Path:
    return shared / "data" / "hospitals"


def eye_clinics() -> int:
    return Hospital.objects.filter(active=True, capabilities__code=Capability.EYE_CLINIC).count()


def test_the_real_localdata_file_is_read_whole(hospitals: Path, capsys: Any) -> None:
    path = hospitals / "kr_localdata_hospitals_cp949_epsg5174.csv"
    said = run("localdata", path, capsys=capsys)
    assert "6992 rows, 4378 hospitals, 296 rows refused, 2318 closed" in said
    assert (Hospital.objects.count(), eye_clinics()) == (4378, 244)
    assert "0 added, 0 changed, 4378 unchanged" in run("localdata", path, capsys=capsys)


def test_the_real_korean_eye_departments_are_read_whole(hospitals: Path, capsys: Any) -> None:
    run("csv", hospitals / "kr_ophthalmology_hospitals_wgs84_acute.csv", capsys=capsys)
    assert (Hospital.objects.count(), eye_clinics()) == (238, 238)


def test_the_real_indian_eye_hospitals_are_read_whole(hospitals: Path, capsys: Any) -> None:
    run("csv", hospitals / "in_eye_hospitals.csv", "--country", "IN", "--eye", capsys=capsys)
    assert (Hospital.objects.filter(country="IN").count(), eye_clinics()) == (870, 870)


def test_a_hospital_that_closed_is_found_no_more(tmp_path: Path, hospitals: Path, capsys: Any) -> None:
    whole = (hospitals / "kr_localdata_hospitals_cp949_epsg5174.csv").read_text("cp949")
    lines = whole.splitlines()[:3]
    path = tmp_path / "two.csv"
    path.write_text("\n".join(lines), "cp949")
    run("localdata", path, capsys=capsys)
    path.write_text("\n".join(lines).replace("영업/정상", "폐업", 1), "cp949")
    assert "1 newly closed" in run("localdata", path, capsys=capsys)
    assert Hospital.objects.filter(active=True).count() == 1
