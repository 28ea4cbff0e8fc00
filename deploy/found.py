"""Which running processes belong to a var folder: by what they carry in their environment, never by a pid file."""

import contextlib
import signal
from collections.abc import Collection, Iterator
from pathlib import Path

import psutil

SUPERVISOR = "supervisor.supervisord"
PATIENCE_SECONDS = 10


def supervisors(var: Path) -> list[psutil.Process]:
    """The running supervisor of a var folder; empty where none runs."""
    return [process for process, _ in _of(var) if SUPERVISOR in _command(process)]


def stop_services(var: Path, names: Collection[str]) -> None:
    """Stop services that outlived their supervisor, children included, and wait until they are gone."""
    left = [process for process, carried in _of(var) if carried.get("SUPERVISOR_PROCESS_NAME") in names]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        left = psutil.wait_procs(left, timeout=PATIENCE_SECONDS)[1]


def listens(var: Path, name: str, port: int) -> bool:
    """Whether a service of a var folder accepts connections on this TCP port."""
    mine = [process for process, carried in _of(var) if carried.get("SUPERVISOR_PROCESS_NAME") == name]
    return any(port in _ports(process) for process in mine)


def _ports(process: psutil.Process) -> set[int]:
    try:
        held = process.net_connections("tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return set()
    return {one.laddr.port for one in held if one.status == psutil.CONN_LISTEN}


def environment(process: psutil.Process) -> dict[str, str]:
    """What a process carries; nothing where it has ended or belongs to somebody else."""
    try:
        return process.environ()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return {}


def _of(var: Path) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    for process in psutil.process_iter():
        carried = environment(process)
        if carried.get("NUNGIL_VAR") == str(var):
            yield process, carried


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []
