"""Two connections whose steps are put in order by what the server says of their locks, never by a sleep."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import psycopg
from django.db import connection, transaction

from tests.journeys.workers import database_url

Act = Callable[[], object]
BLOCKED = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
_SECONDS = 20.0


@dataclass(frozen=True)
class Interleaved:
    """What both acts came to, and whether the second had to wait for the first."""

    first: object
    second: object
    waited: bool


def interleaved(first: Act, second: Act) -> Interleaved:
    """Do all of `first` but its commit; let `second` run on another connection until it ends or waits; commit.

    Whether it waits is asked of the server (pg_blocking_pids).
    """
    held, go_on = Event(), Event()
    pids: list[int] = []

    def do_first() -> object:
        with transaction.atomic():
            result = first()
            held.set()
            assert go_on.wait(_SECONDS), "nobody let the first act commit"
        return result

    def do_second() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        return second()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(_on_its_own, do_first)
        try:
            _until(lambda: held.is_set() or one.done())
            two = pool.submit(_on_its_own, do_second)
            waited = _waits(two, pids)
        finally:
            go_on.set()
        return Interleaved(one.result(_SECONDS), two.result(_SECONDS), waited)


def one_after_the_other(first: Act, second: Act) -> Interleaved:
    """Each on a connection of its own, the second when the first has committed."""
    with ThreadPoolExecutor(1) as pool:
        done = [pool.submit(_on_its_own, act).result(_SECONDS) for act in (first, second)]
    return Interleaved(*done, waited=False)


def _on_its_own(act: Act) -> object:
    try:
        return act()
    finally:
        connection.close()


def _waits(running: Future, pids: list[int]) -> bool:
    """True once the server says that it waits for a lock, False once it is done."""
    found = False
    with psycopg.connect(database_url(), autocommit=True) as asking:

        def settled() -> bool:
            nonlocal found
            found = bool(pids) and asking.execute(BLOCKED, [pids[0]]).fetchone() == (True,)
            return found or running.done()

        _until(settled)
    return found


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline, "neither done nor waiting"
        time.sleep(0.001)
