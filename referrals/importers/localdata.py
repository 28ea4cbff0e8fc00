"""Hospitals of LOCALDATA (01_01_01_P): CSV in CP949, metres in EPSG:5174. Source: facts 3.4 [R]."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from records.import_issues import Issues
from referrals.domain.directory import DEPARTMENTS
from referrals.importers.cells import ADDRESS_MAX, ID_MAX, NAME_MAX, PHONE_MAX, csv_rows, cut
from referrals.importers.coordinates import from_central_belt, read_place
from referrals.importers.listing import Listing, care_level_of

OPEN = "영업/정상"
_X, _Y = "좌표정보(x)", "좌표정보(y)"
COLUMNS = ("관리번호", "사업장명", "영업상태명", "업태구분명", "진료과목내용명", _X, _Y)
# Tertiary hospitals are among the general ones here, so their level stays unknown.
TYPES = {"종합병원": "11", "병원": "21", "치과병원": "41", "한방병원": "92"}


def listings(path: Path, issues: Issues) -> Iterator[Listing | None]:
    """A listing a row; None for one that is refused, or is closed and so needs no place."""
    for number, row in enumerate(csv_rows(path, COLUMNS, "cp949"), start=1):
        yield _listing(number, row, issues)


def closed_ids(path: Path) -> Iterator[str]:
    """The numbers of hospitals that are closed, suspended or struck off."""
    return (row["관리번호"] for row in csv_rows(path, COLUMNS, "cp949") if row["영업상태명"] != OPEN)


def _listing(number: int, row: Mapping[str, str], issues: Issues) -> Listing | None:
    if row["영업상태명"] != OPEN:
        return None
    if not row["관리번호"] or not row["사업장명"]:
        issues.refuse(number, "사업장명", row["사업장명"], "a hospital needs a name and a number")
        return None
    try:
        place = read_place(*from_central_belt(row[_X], row[_Y]), "KR")
    except ValueError as error:
        issues.refuse(number, _X, f"{row[_X]} {row[_Y]}", _advice(row, error))
        return None
    kind = row["업태구분명"]
    type_code = TYPES.get(kind, "28" if kind.startswith("요양병원") else "")
    departments = {word.strip() for word in row["진료과목내용명"].split(",")}
    return Listing(
        row=number,
        source_id=cut(row["관리번호"], ID_MAX),
        name=cut(row["사업장명"], NAME_MAX),
        country="KR",
        place=place,
        address=cut(row.get("도로명전체주소") or row.get("소재지전체주소"), ADDRESS_MAX),
        phone=cut(row.get("소재지전화"), PHONE_MAX),
        type_code=type_code,
        care_level=None if type_code == "11" else care_level_of(type_code),
        specialties=frozenset(DEPARTMENTS[word] for word in departments if word in DEPARTMENTS),
    )


def _advice(row: Mapping[str, str], error: ValueError) -> str:
    return str(error) if row[_X] and row[_Y] else "it has no coordinates; enter its place by hand"
