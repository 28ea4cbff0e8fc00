"""Which image model is in force: releases on disk, registered by the hash of their card."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from screening.errors import ReleaseUnknown
from screening.models import ModelRelease


def names_on_disk() -> list[str]:
    """Folders of RELEASES_DIR that hold a card, sorted."""
    return sorted(card.parent.name for card in settings.RELEASES_DIR.glob("*/card.json"))


def active_names() -> list[str]:
    """The name of the release in force, empty before the first activation."""
    return list(ModelRelease.objects.filter(active=True).values_list("name", flat=True))


@transaction.atomic
def release_activate(*, name: str, now: datetime) -> ModelRelease:
    """Make a release the one that new exams are scored with; it is registered on first use.

    Raises
    ------
    ReleaseUnknown
        No such folder, or its card changed since it was registered (releases are immutable).
    """
    card = _read_card(settings.RELEASES_DIR / name / "card.json")
    sha256 = hashlib.sha256(card).hexdigest()
    release, _ = ModelRelease.objects.get_or_create(
        name=name,
        defaults={
            "card_sha256": sha256,
            "data_version": json.loads(card).get("data_version", "")[:64],
            "registered_at": now,
        },
    )
    if release.card_sha256 != sha256:
        raise ReleaseUnknown(f"the card of {name} changed since it was registered; ship it under a new name")
    ModelRelease.objects.filter(active=True).exclude(pk=release.pk).update(active=False)
    release.active = True
    release.save(update_fields=["active"])
    return release


def _read_card(path: Path) -> bytes:
    if not path.is_file():
        raise ReleaseUnknown(
            f"there is no release {path.parent.name}; choose one of: {', '.join(names_on_disk())}"
        )
    return path.read_bytes()
