from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from config.fhir.errors import FhirRefused
from config.fhir.search import cursor_of, moment_of, read_page, token_of

DAY = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2026-11-24", {"at__gte": DAY, "at__lt": DAY + timedelta(days=1)}),
        ("ge2026-11-24", {"at__gte": DAY}),
        ("gt2026-11-24", {"at__gte": DAY + timedelta(days=1)}),
        ("le2026-11-24", {"at__lt": DAY + timedelta(days=1)}),
        ("lt2026-11-24", {"at__lt": DAY}),
        ("lt2026-11-24T09:00:00+09:00", {"at__lt": DAY}),
    ],
)
def test_a_prefix_bounds_what_is_found(value: str, bounds: dict[str, datetime]) -> None:
    assert dict(moment_of("at")(value).children) == bounds


@given(st.text())
def test_a_date_of_a_stranger_is_read_or_refused(value: str) -> None:
    try:
        moment_of("at")(value)
    except FhirRefused as refused:
        assert refused.status == 400


@given(st.integers(0, 9), st.integers(1, 2**62), st.integers(0, 99))
def test_a_cursor_leads_back_to_where_it_was_made(source: int, key: int, skip: int) -> None:
    page = read_page(QueryDict(f"_cursor={cursor_of(source, key, skip)}"))
    assert (page.source, page.before, page.skip) == (source, key, skip)


def test_a_page_is_never_longer_than_is_allowed() -> None:
    assert read_page(QueryDict("_count=100000")).count == 100


def test_codes_are_alternatives() -> None:
    read = token_of("status", {"a": ("x", "y"), "b": ("z",)})
    assert dict(read("a,b").children) == {"status__in": ["x", "y", "z"]}
    with pytest.raises(FhirRefused):
        read("a,c")
