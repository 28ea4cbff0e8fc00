"""The database of a test run as its migrations leave it, kept from one run for the next.

Nearly all of the time that migrating takes is Django's: it draws every model anew for each of its hundreds of steps. So
the first run keeps what came of it, under a name made of the migrations themselves; a changed one has another name.
PostgreSQL words some conditions in another way when it reads them again (each value of a list is cast, not the list);
they mean the same.
"""

import hashlib
import subprocess
import tempfile
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.db import connection

from deploy.postgres import binaries
from tests.services import TEST_VAR

KEPT = TEST_VAR.parent.parent / "migrated"


def restore() -> None:
    """Make the test database from what was kept; nothing where there is nothing. Django then migrates what is left."""
    kept, name = _place(), connection.creation._get_test_db_name()
    if not kept.is_file():
        return
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    _run(
        "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={kept}", f"--dbname={_url(name)}"
    )


def keep() -> None:
    """Keep the migrated test database, whole or not at all; whoever did so already is not overwritten."""
    kept = _place()
    if kept.is_file():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        dump = Path(folder) / "dump.sql"
        name = str(connection.settings_dict["NAME"])
        _run("pg_dump", "--no-owner", f"--file={dump}", f"--dbname={_url(name)}")
        dump.rename(kept)


def _place() -> Path:
    seen = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda one: one.label):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            seen.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return KEPT / f"{seen.hexdigest()[:32]}.sql"


def _url(name: str) -> str:
    return f"postgresql://{connection.settings_dict['USER']}@/{name}?host={connection.settings_dict['HOST']}"


def _run(program: str, *words: str) -> None:
    subprocess.run([binaries() / program, *words], check=True, stdout=subprocess.DEVNULL)
