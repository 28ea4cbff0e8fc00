"""Files named by their content: the same bytes are kept once, and a name never shows a half-written file."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from screening.errors import PhotographDamaged


class ContentStorage(FileSystemStorage):
    """Saves under exactly the given name, which must be derived from the content's SHA-256."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(target)
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
