"""Fixtures that every test may ask for."""

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from records.actor import Actor
from records.models import Organization
from tests import migrated
from tests.factories import records as cast
from tests.services import EMBEDDED

# The default run is deterministic: generated tests draw the same examples every time.
hypothesis.settings.register_profile("nungil", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("nungil")


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """The servers of a run go with it, and the database that is on them already is the one that was kept."""
    return django_db_keepdb or EMBEDDED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_use_migrations: bool) -> None:
    if EMBEDDED and django_db_use_migrations:
        migrated.restore()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_use_migrations: bool) -> None:
    if EMBEDDED and django_db_use_migrations:
        migrated.keep()


@pytest.fixture(autouse=True, scope="session")
def _flush_passes_the_audit_trigger() -> Iterator[None]:
    """Only the emptying of tables between transactional tests may pass the append-only trigger."""
    teardown = TransactionTestCase._fixture_teardown

    def teardown_without_triggers(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        teardown(self)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")

    TransactionTestCase._fixture_teardown = teardown_without_triggers
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Every client starts the middleware anew, which would look at each static file on the disk again."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_what_was_found(self: WhiteNoiseMiddleware) -> None:
        if not found:
            others, self.files = self.files, found
            look(self)
            self.files = others
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add_what_was_found
    yield
    WhiteNoiseMiddleware.add_files_from_finders = look


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Media and audit heads of a test never meet those of another; passwords need not be slow to hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_HEAD_DIR = tmp_path / "audit-heads"


@pytest.fixture
def clinic(db: None) -> Organization:
    return cast.clinic()


@pytest.fixture
def screener(clinic: Organization) -> Actor:
    return cast.actor(clinic)


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the project; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent: real photographs and corpora are not part of the project")
    return SHARED
