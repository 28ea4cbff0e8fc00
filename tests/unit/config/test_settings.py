"""What the environment says reaches Django unchanged."""

import pytest

from config.settings import env_list, postgres


def test_connection_options_of_the_database_url_reach_the_driver() -> None:
    database = postgres(
        "postgresql://nungil:pw@db.example:5433/eyes?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    )
    assert database["OPTIONS"] == {
        "options": "-c max_parallel_workers_per_gather=0",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
    }
    assert [database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "eyes", "nungil", "pw", "db.example", "5433",
    ]  # fmt: skip


def test_server_options_of_the_database_url_replace_ours() -> None:
    assert postgres("postgresql://db.example/eyes?options=-c%20jit%3Doff")["OPTIONS"] == {
        "options": "-c jit=off"
    }


def test_a_list_is_read_without_its_spaces_and_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " eye.example , 10.0.0.1,")
    assert env_list("ALLOWED_HOSTS") == ["eye.example", "10.0.0.1"]
