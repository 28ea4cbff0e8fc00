"""The embedded servers as two starts, an awkward path, a stale pid file and a nosy neighbour meet them."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy import embedded, postgres, redis, sockets
from deploy.errors import EmbeddedServiceError

START = "from pathlib import Path; from deploy import embedded; embedded.ensure_running(Path({!r}))"


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A folder whose path fits no socket and no URL."""
    folder = tmp_path / ("눈길 50% " + "x" * 60) / "var"
    yield folder
    embedded.stop(folder)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_three_first_starts_at_once_share_one_pair_of_servers_that_is_the_owners_alone(var: Path) -> None:
    parent = var.parent
    parent.mkdir(mode=0o700)
    starts = [subprocess.Popen([sys.executable, "-c", START.format(str(var))]) for _ in range(3)]
    assert [start.wait(timeout=60) for start in starts] == [0, 0, 0]

    with psycopg.connect(postgres.url(var)) as connection:
        assert connection.execute("SHOW log_min_error_statement").fetchone() == ("panic",)
        assert connection.execute("SHOW log_error_verbosity").fetchone() == ("terse",)
    socket = sockets.path(var, "postgres/.s.PGSQL.5432")
    assert not socket.is_relative_to(var)
    for private in (socket, socket.parent, redis.socket_path(var), var / "postgres.log", var / "secret-key"):
        assert private.stat().st_mode & 0o077 == 0, private
    # Another user may have to pass through the parents, but never to list them.
    assert parent.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) == 0

    servers = postgres.process(var), redis.process(var)
    assert all(servers)
    embedded.stop(var)
    assert not any(server and server.is_running() for server in servers)


def test_a_stale_pid_file_neither_kills_a_stranger_nor_stops_a_start(
    var: Path, stranger: subprocess.Popen[bytes]
) -> None:
    embedded.ensure_running(var)
    embedded.stop(var)
    (var / "redis.pid").write_text(f"{stranger.pid}\n")
    (var / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{var / 'postgres'}\n")

    embedded.stop(var)
    assert stranger.poll() is None
    embedded.ensure_running(var)
    assert stranger.poll() is None
    server = postgres.process(var)
    assert server is not None
    assert psutil.pid_exists(server.pid)


def test_a_socket_folder_that_somebody_else_made_is_refused(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    folder = sockets.path(var, "redis.sock").parent
    folder.symlink_to(tmp_path)
    with pytest.raises(EmbeddedServiceError, match="somebody else"):
        sockets.prepare(var, os.geteuid())


def test_a_relative_var_folder_is_made_absolute(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from deploy import embedded; print(embedded.VAR)"],
        env=os.environ | {"NUNGIL_VAR": "here", "PYTHONPATH": str(Path(embedded.__file__).parents[1])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(tmp_path / "here")
