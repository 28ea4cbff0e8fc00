"""All processes of one machine under supervisor: started together, restarted when they die, stopped together."""

import os
import shlex
import socket
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from deploy import embedded, found, postgres, redis, sockets
from deploy.errors import ProcessError

CONFIGURATION = Path(__file__).with_name("supervisord.conf")
SERVICES = ("web", "worker-default", "worker-gpu", "worker-webhooks", "beat", "dispenser")
MACHINE_PORT = 6050  # where WWKS2 machines listen by custom


class Processes:
    """The supervised processes of one var folder. `environment` reaches the embedded services."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var.resolve(), port
        self.environment: dict[str, str] = {}
        self._started = False

    def start_databases(self) -> None:
        """Start supervisor with PostgreSQL and Redis, and wait until both answer.

        Raises ProcessError when the processes of this var folder run already.
        """
        with embedded.lock(self.var):
            self._refuse_second()
            self._started = True
            (self.var / "log").mkdir(exist_ok=True)
            embedded.prepare(self.var)
            found.stop_services(self.var, SERVICES)  # orphans of a supervisor that was killed
            embedded.stop(self.var)  # what manage.py may have left running would not be supervised
            postgres.prepare(self.var)
            self.environment = embedded.environment(self.var) | {
                "SIMULATOR_PORT": str(free_port(MACHINE_PORT))
            }
            self._start_supervisor()
            embedded.wait_until_ready(self.var)

    def _refuse_second(self) -> None:
        for running in found.supervisors(self.var):
            port = found.environment(running).get("PORT", "?")
            raise ProcessError(
                f"Nungil runs already in {self.var}: http://127.0.0.1:{port}/\n"
                f"Stop it with Ctrl-C where it was started (or `kill {running.pid}`), or set another NUNGIL_VAR."
            )

    def _start_supervisor(self) -> None:
        subprocess.run(
            [sys.executable, "-m", found.SUPERVISOR, "-c", str(CONFIGURATION)],
            env=os.environ | self.environment | self._placeholders(),
            check=True,
        )

    def _placeholders(self) -> dict[str, str]:
        return {
            "PYTHON": shlex.quote(sys.executable),
            "PORT": str(self.port),
            "POSTGRES": shlex.join(postgres.command(self.var)),
            "POSTGRES_USER": str(postgres.user_id()),
            "REDIS": shlex.join(redis.command(self.var)),
            "RUN_AS": str(os.geteuid()),
            "SUPERVISOR_SOCKET": str(self._socket),
        }

    def start_services(self) -> None:
        """Start web, workers and beat, and wait until our own web server accepts connections.

        Raises ProcessError when it does not, or when another program holds its port.
        """
        for name in SERVICES:
            self._supervisor().startProcess(name, False)  # noqa: FBT003 (XML-RPC knows no keywords)
        self._wait_for_web()

    def _wait_for_web(self, *, seconds: float = 120) -> None:
        """Whoever answers on the port is no proof: it must be the web server of this var folder that listens there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answers = _answers(self.port)
            if found.listens(self.var, "web", self.port):
                return
            if answers:
                raise ProcessError(
                    f"another program holds port {self.port} of 127.0.0.1; stop it or try again"
                )
            time.sleep(0.2)
        raise ProcessError(f"the web server does not answer; see {self.var / 'log' / 'web.log'}")

    def stop(self) -> None:
        """Stop everything that was started here, supervised or orphaned, and wait until it is gone."""
        if not self._started:
            return
        for running in found.supervisors(self.var):
            running.terminate()
            embedded.wait_gone(running, seconds=60)
        found.stop_services(self.var, SERVICES)
        embedded.stop(self.var)

    @property
    def _socket(self) -> Path:
        return sockets.path(self.var, "supervisor.sock")

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


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
