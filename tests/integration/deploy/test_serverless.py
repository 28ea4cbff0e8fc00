"""A command that only reads and writes files starts no server, and none can be reached through it."""

import os
import subprocess
import sys
from pathlib import Path

import manage
from deploy import serverless

PROJECT = Path(manage.__file__).parent


def test_a_command_without_need_of_a_server_leaves_no_trace_of_one(tmp_path: Path) -> None:
    var = tmp_path / "var"
    environment = {"PATH": os.environ["PATH"], "NUNGIL_VAR": str(var)}
    for name in manage.NEEDS_NO_SERVER & {"evaluate_scorer"}:
        done = subprocess.run(
            [sys.executable, PROJECT / "manage.py", name, "--help"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert "embedded servers" not in done.stderr
    assert {path.name for path in var.iterdir()} <= {"uploads"}, "no server's files"


def test_the_address_of_the_missing_server_says_that_there_is_none(monkeypatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    made = serverless.environment()
    assert "has-no-server.invalid" in made["DATABASE_URL"] and "has-no-server.invalid" in made["REDIS_URL"]
    assert made["SECRET_KEY"] != serverless.environment()["SECRET_KEY"]


def test_settings_of_the_caller_stay(monkeypatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://here")
    assert serverless.environment()["REDIS_URL"] == "redis://here"
