"""Fetching a listing page by page from a server that behaves as the data portal does."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pharmacy.errors import (
    DrugDataError,
    DrugDataRefused,
    DrugDataUnreadable,
    DrugServiceQuota,
    DrugServiceUnavailable,
)
from pharmacy.importers.live import Fetched, fetch_pages
from pharmacy.importers.portal import Service
from pharmacy.importers.reader import read_source
from tests.integration.pharmacy.drug_data import Source, elderly_row
from tests.integration.pharmacy.replay import KEY, QUOTA, Portal, serving

TODAY = date(2026, 11, 27)
ROWS = [elderly_row(f"Made {number}") for number in range(250)]


@pytest.fixture
def portal() -> Portal:
    return Portal(list(ROWS))


@pytest.fixture
def url(portal: Portal) -> Iterator[str]:
    with serving(portal) as address:
        yield address


def fetched(url: str, into: Path, key: str = KEY, rows_a_page: int = 100, today: date = TODAY) -> Fetched:
    return fetch_pages(Service(url, key, pause=lambda _: None, rows_a_page=rows_a_page), into, today=today)


def fetch(url: str, into: Path, key: str = KEY, rows_a_page: int = 100) -> int:
    return fetched(url, into, key, rows_a_page).rows


def test_every_page_is_fetched_once_and_read_as_a_file_is(portal: Portal, url: str, tmp_path: Path) -> None:
    assert fetch(url, tmp_path / "pages") == 250
    assert portal.asked == [1, 2, 3]
    reading = read_source(Source.DUR_ELDERLY, tmp_path / "pages")
    assert (reading.rows, len(reading.values), reading.complete) == (250, 250, True)


def test_a_key_that_came_encoded_is_not_encoded_twice(portal: Portal, url: str, tmp_path: Path) -> None:
    assert fetch(url, tmp_path / "pages", key="a%2Bkey%2Fof%3Dtests") == 250


def test_the_real_payloads_replayed_are_read(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "pharmacy"
    recalled = json.loads((folder / "mfds_dur" / "retrieve-stop-sale-details-list.json").read_text())
    leaflets = json.loads((folder / "mfds_easydrug" / "easydrug_eye_subset_enveloped.json").read_text())
    for source, payload in ((Source.RECALLS, recalled), (Source.LEAFLETS, leaflets)):
        rows = payload["body"]["items"]
        with serving(Portal(rows)) as url:
            assert fetch(url, tmp_path / source.value, rows_a_page=10) == len(rows)
        assert len(read_source(source, tmp_path / source.value).values) == len(rows)


def test_an_answer_that_fails_for_a_moment_is_asked_again(portal: Portal, url: str, tmp_path: Path) -> None:
    portal.instead = lambda page, attempt: (503, "") if page == 2 and attempt < 3 else None
    assert fetch(url, tmp_path / "pages") == 250
    assert portal.asked == [1, 2, 2, 2, 3]


@pytest.mark.parametrize(
    ("second", "error", "said"),
    [
        (lambda portal: portal.page(1, pageNo=2), DrugDataRefused, "page 2 repeats page 1"),
        (lambda portal: portal.page(1), DrugDataRefused, "asked for page 2, the service sent page 1"),
        (lambda portal: portal.page(2, totalCount=251), DrugDataRefused, "the list changed meanwhile"),
        (lambda portal: portal.page(2, items=""), DrugDataUnreadable, "page 2.*holds none"),
        (lambda portal: portal.page(2, items=None), DrugDataUnreadable, "page 2.*holds none"),
        (lambda portal: portal.page(2)[:-40], DrugDataUnreadable, "page 2: neither JSON nor XML"),
        (lambda portal: portal.page(2).encode("utf-16"), DrugDataUnreadable, "page 2 is not UTF-8"),
        (lambda portal: QUOTA, DrugServiceQuota, "used up"),
        (lambda portal: "<html>maintenance</html>", DrugDataUnreadable, "no answer of an MFDS service"),
    ],
)
def test_a_page_that_is_not_what_was_asked_for_ends_the_fetching(
    portal: Portal, url: str, tmp_path: Path, second: object, error: type[DrugDataError], said: str
) -> None:
    portal.instead = lambda page, _: (200, second(portal)) if page == 2 else None  # type: ignore[operator]
    with pytest.raises(error, match=said):
        fetch(url, tmp_path / "pages")
    assert portal.asked == [1, 2]


@pytest.mark.parametrize("status", [500, 429])
def test_a_service_that_stays_down_is_given_up(portal: Portal, url: str, tmp_path: Path, status: int) -> None:
    portal.instead = lambda page, attempt: (status, "")
    with pytest.raises(DrugServiceUnavailable, match=f"answers {status}; tried 3 times"):
        fetch(url, tmp_path / "pages")


def test_a_listing_of_nothing_replaces_nothing(tmp_path: Path) -> None:
    with serving(Portal([])) as url, pytest.raises(DrugDataRefused, match="nothing at all"):
        fetch(url, tmp_path / "pages")


@pytest.mark.parametrize("status", [302, 404])
def test_the_key_is_neither_sent_on_nor_said(portal: Portal, url: str, tmp_path: Path, status: int) -> None:
    portal.instead = lambda page, attempt: (status, "")
    with pytest.raises(DrugServiceUnavailable) as caught:
        fetch(url, tmp_path / "pages")
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r} {Service(url, KEY)!r}"
    assert len(portal.asked) == 1


def test_a_service_that_is_not_there_is_said_without_the_key(tmp_path: Path) -> None:
    with pytest.raises(DrugServiceUnavailable, match="no answer") as caught:
        fetch("http://127.0.0.1:9", tmp_path / "pages")
    assert KEY not in str(caught.value)


def test_a_wrong_key_is_said_with_what_to_do(url: str, tmp_path: Path) -> None:
    with pytest.raises(DrugServiceUnavailable, match="not registered"):
        fetch(url, tmp_path / "pages", key="another")


def test_more_rows_a_page_than_the_service_gives_is_an_error_of_the_service(url: str, tmp_path: Path) -> None:
    with pytest.raises(DrugServiceUnavailable, match="code 11"):
        fetch(url, tmp_path / "pages", rows_a_page=500)


def test_after_a_used_up_quota_the_next_day_goes_on_where_it_ended(
    portal: Portal, url: str, tmp_path: Path
) -> None:
    portal.instead = lambda page, attempt: (200, QUOTA) if page == 3 and attempt == 1 else None
    with pytest.raises(DrugServiceQuota):
        fetch(url, tmp_path / "pages")
    again = fetched(url, tmp_path / "pages", today=TODAY + timedelta(days=1))
    assert portal.asked == [1, 2, 3, 3]
    assert (again.rows, again.as_of) == (250, TODAY)


def test_the_same_rows_have_the_same_digest_whenever_they_were_fetched(url: str, tmp_path: Path) -> None:
    first = fetched(url, tmp_path / "first")
    assert fetched(url, tmp_path / "second", today=TODAY + timedelta(days=9)).sha256 == first.sha256


def test_kept_pages_of_another_listing_are_thrown_away(portal: Portal, url: str, tmp_path: Path) -> None:
    portal.instead = lambda page, attempt: (200, QUOTA) if page == 3 and attempt == 1 else None
    with pytest.raises(DrugServiceQuota):
        fetch(url, tmp_path / "pages")
    portal.rows.append(elderly_row("Newer"))
    with pytest.raises(DrugDataRefused, match="the list changed meanwhile"):
        fetch(url, tmp_path / "pages")
    assert fetch(url, tmp_path / "pages") == 251


def test_a_page_that_was_cut_off_while_it_was_kept_is_fetched_again(
    portal: Portal, url: str, tmp_path: Path
) -> None:
    fetch(url, tmp_path / "pages")
    kept = (tmp_path / "pages").read_bytes()
    (tmp_path / "pages").write_bytes(kept[:-99])
    assert fetch(url, tmp_path / "pages") == 250
    assert portal.asked == [1, 2, 3, 3]
    assert (tmp_path / "pages").read_bytes() == kept


def test_a_kept_page_that_is_damaged_is_said(url: str, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text('{"header": {"resultCode": "00", "fetchedOn"}}\n')
    with pytest.raises(DrugDataUnreadable, match="pages: a kept page is damaged; delete the file"):
        fetch(url, tmp_path / "pages")
