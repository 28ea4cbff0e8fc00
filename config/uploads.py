"""Where large uploads lie while their request lasts, and how what a killed process left there goes away."""

import time
from contextlib import suppress
from pathlib import Path

from celery import shared_task
from django.conf import settings

# Longer than any request lasts.
LEFT_BEHIND_SECONDS = 60 * 60


def prepare() -> None:
    """Make the folder, for this service alone; Django checks at its start that it is there."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)


def folder() -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def uploads_clear(*, now: float) -> int:
    """Remove files that nobody writes any more. `now`: seconds since 1970. Returns how many."""
    removed = 0
    for path in folder().glob("*"):
        # A request that ends meanwhile removes its own.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < now - LEFT_BEHIND_SECONDS:
                path.unlink()
                removed += 1
    return removed


@shared_task(name="config.clear_uploads")
def clear_uploads(**_: object) -> None:
    uploads_clear(now=time.time())
