import json
import logging
import time
from math import inf

import pytest

from referrals.domain.travel import Place
from referrals.gateways.osrm import minutes_by_road
from tests.factories.roads import router

HOME = Place(36.0, 128.0)
NORTH, FAR = Place(36.06, 128.0), Place(36.6, 128.5)


def test_one_question_brings_the_minutes_to_every_place() -> None:
    with router() as (url, asked):
        assert minutes_by_road(url + "/", HOME, [NORTH, FAR]) == pytest.approx([1.0, 10.0])
    assert asked == [
        "/table/v1/driving/128.000000,36.000000;128.000000,36.060000;128.500000,36.600000?sources=0&annotations=duration"
    ]


def test_a_place_without_a_way_is_endlessly_far_and_the_others_keep_theirs() -> None:
    with router(lambda points: [0.0, None, 600.0]) as (url, _):
        assert minutes_by_road(url, HOME, [NORTH, FAR]) == [inf, 10.0]


def test_nobody_is_asked_about_no_place() -> None:
    with router() as (url, asked):
        assert minutes_by_road(url, HOME, []) == []
    assert asked == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (400, json.dumps({"code": "InvalidQuery"}).encode()),
        (200, json.dumps({"code": "NoTable"}).encode()),
        (200, b"<html>"),
        (200, b"\xff\xfe"),
        (200, b"[]"),
        (200, b'{"code": "Ok"}'),
        (200, b'{"code": "Ok", "durations": []}'),
        (200, b'{"code": "Ok", "durations": [null]}'),
        (200, b'{"code": "Ok", "durations": [[0, 60]]}'),
        (200, b'{"code": "Ok", "durations": [[0, 60, -1]]}'),
        (200, b'{"code": "Ok", "durations": [[0, 60, NaN]]}'),
        (200, b'{"code": "Ok", "durations": [[0, 60, "soon"]]}'),
        (200, b"[" * 100_000),
        (200, b" " * (2**20 + 1)),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_answer_that_cannot_be_right_gives_no_minutes_at_all(status: int, body: bytes) -> None:
    with router(status=status, body=body) as (url, _):
        assert minutes_by_road(url, HOME, [NORTH, FAR]) == [None, None]


def test_a_router_that_hangs_is_given_up_in_time() -> None:
    with router(delay_s=1.0) as (url, _):
        started = time.monotonic()
        assert minutes_by_road(url, HOME, [NORTH], timeout_s=0.1) == [None]
        assert time.monotonic() - started < 0.9


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc", "", "http://"])
def test_without_a_server_there_are_no_minutes(url: str) -> None:
    assert minutes_by_road(url, HOME, [NORTH]) == [None]


def test_the_log_says_that_it_failed_and_not_where_somebody_lives(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        minutes_by_road("http://127.0.0.1:9", HOME, [NORTH])
    assert "estimated" in caplog.text
    assert "36.0" not in caplog.text
