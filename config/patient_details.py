"""The `patient` section of the answers: typed, and compared with the patient who already has the number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from config.errors import AnotherPatient, AnswersInvalid
from records.errors import CharacterUnseen, PatientInvalid
from records.models import Language, Patient, Sex
from records.visible import is_visible_line

FIELDS = ("mrn", "name", "birth_date", "sex", "language", "latitude", "longitude")
DEGREES_UP_TO = {"latitude": 90, "longitude": 180}


@dataclass(frozen=True)
class PatientDetails:
    """What was given of a patient. `place` is (latitude, longitude) of the home; None: not known."""

    mrn: str
    name: str
    birth_date: date | None
    sex: str
    language: str
    place: tuple[float, float] | None


def parse_patient_details(details: Mapping[str, Any]) -> PatientDetails:
    """Typed details; whether they can be right is for `records.services.patient_register` to say.

    Raises
    ------
    AnswersInvalid
        A field that is missing or is none of `FIELDS`.
    PatientInvalid
        A value of the wrong type, naming the field.
    """
    if not {"mrn", "name"} <= set(details) <= set(FIELDS):
        raise AnswersInvalid("patient", f"needs mrn and name, and takes {', '.join(FIELDS)}")
    return PatientDetails(
        mrn=_text("mrn", details["mrn"]).strip(),
        name=_text("name", details["name"]).strip(),
        birth_date=_date(details.get("birth_date")),
        sex=_text("sex", details.get("sex"), unknown=Sex.UNKNOWN),
        language=_text("language", details.get("language"), unknown=Language.KOREAN),
        place=_place(details),
    )


def check_same_person(known: Patient, given: PatientDetails) -> None:
    """Refuse to file a case under the patient who has this record number when the details tell of another.

    A birth date that only one side knows is a difference; a sex that was not given is none.

    Raises
    ------
    AnotherPatient
        Which detail differs, but not its value.
    """
    differs = {
        "birth date": known.birth_date != given.birth_date,
        "name": _comparable(known.name) != _comparable(given.name),
        "sex": given.sex not in (Sex.UNKNOWN, known.sex),
    }
    for detail, is_another in differs.items():
        if is_another:
            raise AnotherPatient(known, detail)


def _comparable(name: str) -> str:
    """Spacing, capitals and how the letters are encoded do not make another name."""
    return " ".join(normalize("NFKC", name).split()).casefold()


def _text(field: str, value: object, *, unknown: str | None = None) -> str:
    if value is None and unknown is not None:
        return unknown
    if not isinstance(value, str):
        raise PatientInvalid(field, "must be plain text; write it in quotation marks")
    if value.strip() and not is_visible_line(value.strip()):
        raise CharacterUnseen(field)
    return value


def _date(value: object) -> date | None:
    if value is None:
        return None
    try:
        read = date.fromisoformat(_text("birth_date", value))
    except ValueError as error:
        raise PatientInvalid("birth_date", "is not a date; write YYYY-MM-DD") from error
    if read.isoformat() != value:
        raise PatientInvalid("birth_date", "is not written as YYYY-MM-DD; write it so")
    return read


def _place(details: Mapping[str, Any]) -> tuple[float, float] | None:
    latitude, longitude = (_degrees(field, details.get(field)) for field in DEGREES_UP_TO)
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise PatientInvalid(missing, "is missing; give both coordinates of the home or neither")
    return latitude, longitude


def _degrees(field: str, value: object) -> float | None:
    if value is None:
        return None
    limit = DEGREES_UP_TO[field]
    # The comparison is also false for NaN.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
        raise PatientInvalid(field, f"must be a number of degrees from -{limit} to {limit}")
    return float(value)
