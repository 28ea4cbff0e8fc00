from pathlib import Path

import pytest

from referrals.domain.capabilities import Capability
from referrals.domain.hours import OpenSpan
from referrals.errors import DirectoryUnreadable
from referrals.importers.reader import Directory
from tests.unit.referrals.importers.cast import HIRA, answer, read, read_item, read_localdata


@pytest.mark.parametrize(
    ("code", "type_code", "level"),
    [(31, "31", 1), ("71", "71", 1), (21, "21", 2), ("11", "11", 2), (1, "01", 3), ("41", "41", None)],
)
def test_hira_tells_the_type_and_so_the_level_of_medical_aid(
    tmp_path: Path, code: object, type_code: str, level: int | None
) -> None:
    (hospital,) = read_item(tmp_path, Directory.HIRA, clCd=code).listings
    assert (hospital.type_code, hospital.care_level) == (type_code, level)
    assert hospital.capabilities is None


def test_hiras_long_numbers_are_shortened_and_stay_different(tmp_path: Path) -> None:
    other = HIRA | {"ykiho": HIRA["ykiho"] + "x"}
    ids = {one.source_id for one in read(tmp_path, Directory.HIRA, answer({"item": [HIRA, other]})).listings}
    assert len(ids) == 2
    assert max(map(len, ids)) <= 64


@pytest.mark.parametrize("changes", [{"yadmNm": ""}, {"ykiho": None}, {"clCd": "3x"}, {"clCd": 310}])
def test_a_hospital_without_name_number_or_sound_type_is_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    assert read_item(tmp_path, Directory.HIRA, **changes).refused == 1


def test_the_same_hospital_twice_in_a_file_is_refused_the_second_time(tmp_path: Path) -> None:
    reading = read(tmp_path, Directory.HIRA, answer({"item": [HIRA, HIRA]}))
    assert len(reading.listings) == 1
    assert [(issue.row, issue.advice) for issue in reading.issues] == [(2, "row 1 is the same hospital")]


@pytest.mark.parametrize(
    ("opens", "closes", "span"),
    [
        ("0900", "1830", (540, 1110)),
        (900, 1830, (540, 1110)),
        ("0000", "2400", (0, 1440)),
        ("2100", "0600", (1260, 1800)),
        ("1800", "3000", (1080, 1800)),
    ],
)
def test_hours_are_written_hhmm_and_may_go_into_the_next_day(
    tmp_path: Path, opens: object, closes: object, span: tuple[int, int]
) -> None:
    (hospital,) = read_item(tmp_path, Directory.EGEN, dutyTime8s=opens, dutyTime8c=closes).listings
    assert hospital.hours == {OpenSpan(1, 540, 1110), OpenSpan(8, *span)}


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("0960", "1830"), ("noon", "1830"), ("0900", ""), ("2400", "2500"), ("0900", "3001")],
)
def test_hours_that_cannot_be_right_leave_out_that_day_with_a_note(
    tmp_path: Path, opens: str, closes: str
) -> None:
    reading = read_item(tmp_path, Directory.EGEN, dutyTime2s=opens, dutyTime2c=closes)
    assert [(issue.column, issue.refused) for issue in reading.issues] == [("dutyTime2s", False)]
    assert reading.listings[0].hours == {OpenSpan(1, 540, 1110)}


@pytest.mark.parametrize("beds", [-3, "-3", 0, 12])
def test_free_beds_may_be_below_zero(tmp_path: Path, beds: object) -> None:
    (hospital,) = read_item(tmp_path, Directory.EGEN, hvec=beds, hvidate="20261127101500").listings
    assert hospital.emergency_beds == int(str(beds))
    assert hospital.emergency_beds_at
    assert hospital.emergency_beds_at.isoformat() == "2026-11-27T10:15:00+09:00"


@pytest.mark.parametrize(
    ("beds", "at"), [("many", "20261127101500"), (1, "today"), (10_000, "20261127101500"), (3, None)]
)
def test_a_count_of_beds_without_sense_or_time_says_nothing(tmp_path: Path, beds: object, at: object) -> None:
    (hospital,) = read_item(tmp_path, Directory.EGEN, hvec=beds, hvidate=at).listings
    assert (hospital.emergency_beds, hospital.emergency_beds_at) == (None, None)


def test_closed_hospitals_of_localdata_are_out_and_named(tmp_path: Path) -> None:
    reading = read_localdata(tmp_path, {}, {"관리번호": "P2", "영업상태명": "폐업"})
    assert [one.source_id for one in reading.listings] == ["P1"]
    assert (reading.closed, reading.rows, reading.issues) == ({"P2"}, 2, ())


@pytest.mark.parametrize(
    ("kind", "capabilities"),
    [
        ("병원", {Capability.EYE_CLINIC, Capability.INTERNAL_MEDICINE}),
        ("종합병원", {Capability.EYE_CLINIC, Capability.INTERNAL_MEDICINE}),
        ("요양병원(일반요양병원)", set()),
        ("한방병원", set()),
    ],
)
def test_an_eye_department_counts_in_acute_hospitals_only(
    tmp_path: Path, kind: str, capabilities: set[Capability]
) -> None:
    (hospital,) = read_localdata(tmp_path, {"업태구분명": kind}).listings
    assert hospital.specialties == {"01", "12"}
    assert hospital.capabilities == capabilities


def test_without_coordinates_the_row_is_refused(tmp_path: Path) -> None:
    reading = read_localdata(tmp_path, {"좌표정보(x)": "", "좌표정보(y)": ""})
    assert [issue.row for issue in reading.issues if issue.refused] == [1]


def test_a_plain_file_without_numbers_joins_again_by_name_and_address(tmp_path: Path) -> None:
    text = "name,address,lat,lon\nEye  Clinic,1 Road,{},77.6\n"
    first, again = (
        read(tmp_path, Directory.CSV, text.format(latitude), country="IN", eye=True)
        for latitude in (14.67, 14.68)
    )
    assert first.listings[0].source_id == again.listings[0].source_id
    assert first.listings[0].capabilities == {Capability.EYE_CLINIC}


@pytest.mark.parametrize(
    ("directory", "text", "encoding"),
    [
        (Directory.CSV, "name,latitude\nA,1\n", "utf-8"),
        (Directory.CSV, "title,lat,lon\nA,37.5,127\n", "utf-8"),
        (Directory.CSV, "name,lat,lon\n가,37.5,127\n", "cp949"),
        (Directory.CSV, "name,lat,lon\nA\0,37.5,127\n", "utf-8"),
        (Directory.CSV, 'name,lat,lon\n"A,37.5,127\n', "utf-8"),
        (Directory.LOCALDATA, "관리번호\n1\n", "cp949"),
        (Directory.LOCALDATA, "관리번호\n1\n", "utf-8"),
    ],
)
def test_a_file_of_another_kind_is_refused_whole(
    tmp_path: Path, directory: Directory, text: str, encoding: str
) -> None:
    with pytest.raises(DirectoryUnreadable):
        read(tmp_path, directory, text, encoding)
