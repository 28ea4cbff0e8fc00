"""Whose portal is announced when another program took the port meanwhile."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.errors import ProcessError
from deploy.processes import Processes


def started(var: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the processes themselves."""
    quiet = SimpleNamespace(startProcess=lambda *_: None)
    monkeypatch.setattr(Processes, "_supervisor", lambda _: quiet)
    Processes(var, port).start_services()


def test_a_port_that_another_program_holds_is_never_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ProcessError, match=f"another program holds port {port}"):
            started(tmp_path, port, monkeypatch)


def test_the_web_server_of_the_same_folder_is_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
    ours = {"NUNGIL_VAR": str(tmp_path), "SUPERVISOR_PROCESS_NAME": "web", "PYTHONUNBUFFERED": "1"}
    web = subprocess.Popen(
        [sys.executable, "-c", f"{listen}; time.sleep(60)"],
        env=os.environ | ours,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert web.stdout
    try:
        started(tmp_path, int(web.stdout.readline()), monkeypatch)
    finally:
        web.kill()
        web.wait()
