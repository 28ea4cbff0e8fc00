"""Loaded with ``-p`` before pytest-django: real PostgreSQL and Redis for the run, unless others are named."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from deploy import embedded
from deploy.demo import compile_messages

# Servers of its own for every run: runs beside each other do no harm, and one that ends stops nobody else's.
TEST_VAR = Path(__file__).resolve().parent.parent / "var" / "test" / str(os.getpid())
# Each of the processes that share a run's tests has its own too; only whoever names servers gives them all the same.
SHARED = os.environ.setdefault("NUNGIL_TEST_SERVERS", "named" if "DATABASE_URL" in os.environ else "own")
EMBEDDED = SHARED == "own"
# Before numpy and torch are loaded: on small arrays the threads of several processes wait for each other, spinning,
# up to sixteen times as long as one alone works. Who needs more threads asks for them (torch, LightGBM, OpenVINO),
# and they sleep while they wait.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

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
    """Stop the servers of this run and remove what they kept."""
    if EMBEDDED:
        embedded.stop(TEST_VAR)
        shutil.rmtree(TEST_VAR, ignore_errors=True)
