"""Loaded with ``-p`` before pytest-django: real PostgreSQL and Redis for the run, unless others are named."""

import os
from pathlib import Path

import psycopg
import pytest

from deploy import embedded
from deploy.demo import compile_messages

TEST_VAR = Path(__file__).resolve().parent.parent / "var" / "test"
EMBEDDED = "DATABASE_URL" not in os.environ

compile_messages()  # before Django reads the catalogue
if EMBEDDED:
    os.environ.update(
        embedded.ensure_running(TEST_VAR), DEBUG="false", HTTPS_ONLY="false", LOG_LEVEL="CRITICAL"
    )
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        # A test database need not survive a power cut.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last test run to finish stops the servers."""
    if EMBEDDED and not _others_connected():
        embedded.stop(TEST_VAR)


def _others_connected() -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchone() != (0,)
