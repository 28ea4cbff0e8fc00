"""The part `meta` of a screening: JSON from a stranger, typed or refused with the place of the error."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from config.api.problems import Place, RequestRefused, pointer
from screening.models import PartnerScreening
from screening.services import PartnerDetails

META_MAX_BYTES = 1024 * 1024
SECTIONS = ("patient", "consent", "risk", "safety")
OWN_FIELDS = ("external_id", "captured_at", "camera", "synthetic")
EXTERNAL_ID_LONGEST = PartnerScreening._meta.get_field("external_id").max_length
EXTERNAL_ID = re.compile(rf"[!-~]{{1,{EXTERNAL_ID_LONGEST}}}")
CAMERA_LONGEST = PartnerScreening._meta.get_field("camera").max_length
CLOCKS_DIFFER_BY = timedelta(minutes=5)
CAPTURED_NOT_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
# RFC 3339: with seconds and an offset; fromisoformat alone would take much more.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Meta:
    """`answers` as `config.intake.case_submit` takes them. `text`: the same for the same content."""

    answers: Mapping[str, Any]
    details: PartnerDetails
    synthetic: bool
    text: str


def parse_meta(raw: bytes, *, now: datetime) -> Meta:
    """Raises RequestRefused; what stands in the sections is for `case_submit` to say."""
    given, text = _json_object(raw)
    for name in given:
        if name not in SECTIONS + OWN_FIELDS:
            known = ", ".join(OWN_FIELDS + SECTIONS)
            _refuse(str(name), f"is not known here; use {known}")
    details = PartnerDetails(
        external_id=_external_id(given.get("external_id")),
        captured_at=_moment(given.get("captured_at"), now=now),
        camera=_camera(given.get("camera")),
    )
    answers = {name: given[name] for name in SECTIONS if name in given}
    return Meta(answers, details, _synthetic(given.get("synthetic")), text)


def _json_object(raw: bytes) -> tuple[dict[str, Any], str]:
    if len(raw) > META_MAX_BYTES:
        raise RequestRefused("too-large")
    try:
        given = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_Object)
        # Also finds half a surrogate pair, which JSON can spell but nothing can store.
        text = json.dumps(given, sort_keys=True, ensure_ascii=False)
        text.encode("utf-8")
    except (ValueError, RecursionError) as error:
        _refuse("", "is not JSON in UTF-8; check it with a JSON tool", error)
    if (twice := _given_twice(given)) is not None:
        raise RequestRefused(
            "content-invalid", places=[Place(pointer("meta", *twice), "is given twice; send it once")]
        )
    if not isinstance(given, dict):
        _refuse("", "must be a JSON object")
    return given, text


class _Object(dict[str, Any]):
    """A JSON object that knows which name it was given twice: one of the two would be lost silently."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = Counter(name for name, _ in pairs)
        self.twice = next((name for name, times in names.items() if times > 1), None)


def _given_twice(whole: object) -> tuple[object, ...] | None:
    """The path to the first name that is given twice."""
    left: list[tuple[tuple[object, ...], object]] = [((), whole)]
    while left:
        path, part = left.pop()
        if isinstance(part, _Object) and part.twice is not None:
            return (*path, part.twice)
        inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        left += [((*path, step), value) for step, value in inner]
    return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _external_id(value: object) -> str:
    if value is None:
        _refuse("external_id", "is missing; give your own number of this screening as text")
    if not isinstance(value, str) or not EXTERNAL_ID.fullmatch(value):
        _refuse("external_id", f"must be 1 to {EXTERNAL_ID_LONGEST} visible ASCII characters without spaces")
    return value


def _camera(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse("camera", "must be text, such as maker and model")
    return _line("camera", value, CAMERA_LONGEST)


def _line(name: str, value: str, longest: int) -> str:
    text = value.strip()
    if len(value) > longest or not text.isprintable():
        _refuse(name, f"must be one line of at most {longest} characters")
    return text


def _moment(value: object, *, now: datetime) -> datetime | None:
    if value is None:
        return None
    moment = parse_moment(value) if isinstance(value, str) else None
    if moment is None:
        _refuse("captured_at", "must be a moment with its offset, such as 2026-11-24T09:30:00+09:00")
    if not CAPTURED_NOT_BEFORE <= moment <= now + CLOCKS_DIFFER_BY:
        _refuse("captured_at", "lies in the future or before 2000; check the clock of the camera")
    return moment


def parse_moment(text: str) -> datetime | None:
    """A moment of RFC 3339 in UTC, as PostgreSQL takes not every offset; None for anything else."""
    if not MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _synthetic(value: object) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        _refuse("synthetic", "must be true or false")
    return value


def _refuse(name: str, advice: str, cause: Exception | None = None) -> NoReturn:
    place = Place(pointer("meta", name) if name else pointer("meta"), advice)
    raise RequestRefused("content-invalid", places=[place]) from cause
