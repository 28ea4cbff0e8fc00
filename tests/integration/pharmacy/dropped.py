"""The database connection ends at a commit, before or after the server has made it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import psycopg
from django.db import connection, connections

from tests.journeys.workers import database_url

BEFORE, AFTER = "before", "after"


@dataclass
class Watched:
    """The commits of a block, and when the connection was lost at one of them ("" for never)."""

    commits: int = 0
    lost: str = ""


@contextmanager
def connection_dropped(when: str | None, *, commit: int = 0) -> Iterator[Watched]:
    """End the connection for real at one of a block's commits, counted from 0; with None, only count them.

    BEFORE: the server never gets the COMMIT. AFTER: it has made it, and the caller never hears so; either way the
    caller gets the driver's own error.
    """
    watched, make = Watched(), connection._commit

    def make_or_lose() -> None:
        watched.commits += 1
        if when is None or watched.commits != commit + 1:
            make()
            return
        watched.lost = when
        if when == AFTER:
            make()
        _end(connection.connection.info.backend_pid)
        if when == AFTER:
            with connection.wrap_database_errors:
                connection.connection.execute("SELECT 1")
        make()

    connection._commit = make_or_lose
    try:
        yield watched
    finally:
        del connection._commit
        if watched.lost:
            # As between two tasks or requests.
            connection.close_if_unusable_or_obsolete()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within a watched block: what a test prepares, which loses no connection and is no commit of the block."""
    kept = vars(connections["default"]).pop("_commit", None)
    try:
        yield
    finally:
        if kept is not None:
            connection._commit = kept


def _end(pid: int) -> None:
    """Returns when the server has ended it."""
    assert _other().execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)
    # The server's own wait looks only every tenth of a second, which ten thousand sequences cannot spare.
    late = time.monotonic() + 10
    while _other().execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() is not None:
        assert time.monotonic() < late, "the server does not end the connection"


@cache
def _other() -> psycopg.Connection:
    return psycopg.connect(database_url(), autocommit=True)
