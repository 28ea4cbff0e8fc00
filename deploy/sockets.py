"""Where the unix sockets of a var folder lie, and who may reach them."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from deploy.errors import EmbeddedServiceError

# The kernel takes 107 bytes, and the longest name below var/ has 23: postgres/.s.PGSQL.5432.
LONGEST_VAR = 80
# A path of these needs no escaping in a connection URL nor in PostgreSQL's list of socket folders.
PLAIN = re.compile(r"[\w./-]+", re.ASCII)


def path(var: Path, name: str) -> Path:
    """The socket beside the data, or in a private temporary folder where that path is too long or not plain."""
    return var / name if _fits(var) else _private_folder(var) / Path(name).name


def prepare(var: Path, owner: int) -> None:
    """Make the private folder where one is needed, for the user id `owner` alone (no mode stops root).

    Raises EmbeddedServiceError when somebody else made a folder or link of that name first: whoever owns
    it could stand in for the servers.
    """
    if _fits(var):
        return
    folder = _private_folder(var)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise EmbeddedServiceError(f"{folder} belongs to somebody else; remove it or set another TMPDIR")
    folder.chmod(0o700)
    if found.st_uid != owner:
        os.chown(folder, owner, -1)


def _fits(var: Path) -> bool:
    return len(os.fsencode(var)) <= LONGEST_VAR and PLAIN.fullmatch(str(var)) is not None


def _private_folder(var: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nungil-{digest}"
