"""All processes of one machine under supervisor: started together, restarted when they die, stopped together."""

import getpass
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from deploy import embedded

CONFIGURATION = Path(__file__).with_name("supervisord.conf")
SERVICES = ("web", "worker-default", "worker-gpu", "beat")


class ProcessError(Exception):
    """A process did not start; the message names its log."""


class Processes:
    """The supervised processes of one var folder. `environment` reaches the embedded services."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.environment: dict[str, str] = {}

    def start_databases(self) -> None:
        """Start supervisor with PostgreSQL and Redis, and wait until both answer."""
        (self.var / "log").mkdir(parents=True, exist_ok=True)
        embedded.stop(self.var)  # what manage.py may have left running would not be supervised
        command, user = embedded.postgres_command(self.var)
        self.environment = embedded.environment(self.var)
        subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(CONFIGURATION)],
            env=os.environ | self.environment | self._placeholders(command, user),
            check=True,
        )
        embedded.wait_until_ready(self.var)

    def _placeholders(self, postgres: list[str], postgres_user: str) -> dict[str, str]:
        return {
            "PYTHON": sys.executable,
            "PORT": str(self.port),
            "POSTGRES": " ".join(postgres),
            "POSTGRES_USER": postgres_user,
            "REDIS": " ".join(embedded.redis_command(self.var)),
            "RUN_AS": getpass.getuser(),
            "SUPERVISOR_SOCKET": str(self._socket),
        }

    def start_services(self) -> None:
        """Start web, workers and beat, and wait until the web server accepts connections."""
        for name in SERVICES:
            self._supervisor().startProcess(name, False)  # noqa: FBT003 (XML-RPC knows no keywords)
        _wait_for_port(self.port, log=self.var / "log" / "web.log")

    def stop(self) -> None:
        """Stop everything and wait until the last process is gone."""
        pidfile = self.var / "supervisord.pid"
        if not pidfile.exists():
            return
        pid = int(pidfile.read_text())
        os.kill(pid, 15)
        embedded.wait_gone(pid, seconds=60)

    @property
    def _socket(self) -> Path:
        digest = hashlib.sha256(str(self.var).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"nungil-supervisor-{digest}.sock"

    def _supervisor(self) -> "xmlrpc.client.ServerProxy":
        transport = SupervisorTransport(serverurl=f"unix://{self._socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor


def free_port(preferred: int = 8000) -> int:
    """`preferred` when nobody listens there, else any free port of 127.0.0.1."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProcessError("no free port on 127.0.0.1")


def _wait_for_port(port: int, *, log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise ProcessError(f"the web server does not answer; see {log}")
