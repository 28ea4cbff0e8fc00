from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.readings import READINGS_MAX, TakenReading, read_celsius, read_log
from pharmacy.errors import TemperatureInvalid

SEOUL = ZoneInfo("Asia/Seoul")
MORNING = TakenReading(datetime(2026, 11, 27, 0, 30, tzinfo=UTC), Decimal("5.4"))


@pytest.mark.parametrize(
    "text",
    [
        "time,celsius\n2026-11-27 09:30,5.4\n",
        "\ufefftime;celsius\r\n2026-11-27T09:30:00;5,4\r\n",
        "no,Celsius,Time\n1,5.40,2026-11-27T00:30:00+00:00\n",
        "time,celsius\n2026-11-27 09:30,5.4\n2026-11-27 09:30,5.4\n",
    ],
    ids=["local time", "semicolons and commas", "columns in another order, with a zone", "a line twice"],
)
def test_a_logger_s_file_is_read_as_its_thermometer_meant_it(text: str) -> None:
    assert read_log(text, zone=SEOUL) == [MORNING]


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        ("", "file", 1),
        ("time,temperature\n2026-11-27 09:30,5\n", "file", 1),
        ("time,celsius,celsius\n2026-11-27 09:30,5,6\n", "file", 1),
        ("time,celsius\n", "file", 0),
        ("time,celsius\n2026-11-27 09:30\n", "file", 2),
        ("time,celsius\n2026-11-27 09:30,5\n2026-02-30 09:30,5\n", "time", 3),
        ("time,celsius\nyesterday,5\n", "time", 2),
        ("time,celsius\n2026-11-27 09:30,warm\n", "celsius", 2),
        ("time,celsius\n2026-11-27 09:30,NaN\n", "celsius", 2),
        ("time,celsius\n2026-11-27 09:30,5\n2026-11-27 09:30,6\n", "time", 3),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_and_field(text: str, field: str, line: int) -> None:
    with pytest.raises(TemperatureInvalid) as caught:
        read_log(text, zone=SEOUL)
    assert (caught.value.field, caught.value.line) == (field, line)


@pytest.mark.parametrize(
    ("written", "possible"), [("-40", True), ("-40.1", False), ("60", True), ("60.1", False)]
)
def test_what_no_thermometer_beside_medicines_shows_is_a_slip_of_the_pen(
    written: str, possible: bool
) -> None:
    if possible:
        assert read_celsius(written) == Decimal(written)
    else:
        with pytest.raises(TemperatureInvalid, match="read it again"):
            read_celsius(written)


def test_a_file_of_more_readings_than_are_read_at_once_is_taken_in_parts() -> None:
    lines = [f"{datetime.fromtimestamp(60 * one, UTC).isoformat()},5" for one in range(READINGS_MAX + 1)]
    assert len(read_log("\n".join(["time,celsius", *lines[:-1]]), zone=UTC)) == READINGS_MAX
    with pytest.raises(TemperatureInvalid, match="in parts"):
        read_log("\n".join(["time,celsius", *lines]), zone=UTC)


@given(st.text())
def test_any_text_is_read_or_refused_with_what_to_correct(text: str) -> None:
    try:
        assert read_log(text, zone=SEOUL)
    except TemperatureInvalid as refused:
        assert refused.field in ("file", "time", "celsius")
