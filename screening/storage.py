"""Files named by their content: the same bytes are kept once, and a name never shows a half-written file."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction

from screening.errors import PhotographDamaged

# Whoever names a photograph and whoever removes one meet here; held to the end of the transaction.
CONTENT_LOCK = 0x4E554E48


class ContentStorage(FileSystemStorage):
    """Saves under exactly the given name, which must be derived from the content's SHA-256."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        """Also over a file that is there: it may be damaged, and its name says what belongs into it."""
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            try:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        return name


def original_name(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def derivative_name(sha256: str) -> str:
    return f"derivatives/{sha256[:2]}/{sha256}.jpg"


def grey_name(sha256: str) -> str:
    return f"derivatives/{sha256[:2]}/{sha256}.grey.jpg"


def map_name(sha256: str, release: str, label: str) -> str:
    """The picture of where a release saw a disease in a photograph; it lies over the display copy."""
    return f"derivatives/{sha256[:2]}/{sha256}.{release}.{label}.png"


def original_bytes(sha256: str) -> bytes:
    """The bytes as received. Raises PhotographDamaged when storage returns anything else, or nothing."""
    try:
        with default_storage.open(original_name(sha256)) as file:
            data = file.read()
    except FileNotFoundError:
        raise PhotographDamaged(
            "the stored photograph is missing; restore it from the backup, then retry"
        ) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PhotographDamaged("the stored photograph is damaged; restore it from the backup, then retry")
    return data


@transaction.atomic
def original_keep(sha256: str, data: bytes) -> None:
    """Store the bytes of a photograph that a row names, written before in the same transaction or committed."""
    _locked(sha256, "pg_advisory_xact_lock_shared")
    default_storage.save(original_name(sha256), ContentFile(data))


@transaction.atomic
def original_forget(sha256: str, *, in_use: Callable[[], bool]) -> bool:
    """Remove the bytes unless a row still has them. False where somebody stores the same just now: come again later.

    It does not wait, since whoever stores may wait for a lock of the caller.
    """
    if not _locked(sha256, "pg_try_advisory_xact_lock"):
        return False
    if not in_use():
        default_storage.delete(original_name(sha256))
    return True


def _locked(sha256: str, function: str) -> bool:
    content = int.from_bytes(bytes.fromhex(sha256[:8]), signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [CONTENT_LOCK, content])
        return bool(cursor.fetchone()[0])
