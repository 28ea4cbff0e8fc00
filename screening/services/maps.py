"""Writes of the pictures that show where a release saw a disease."""

from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from screening.domain.findings import Label
from screening.models import ModelRelease
from screening.storage import map_name


def maps_store(maps: Mapping[str, Mapping[Label, bytes]], *, release: ModelRelease) -> None:
    """Store PNG pictures by photograph (SHA-256) and label. A release is immutable, so one that is there stays."""
    for sha256, by_label in maps.items():
        for label, png in by_label.items():
            default_storage.save(map_name(sha256, release.name, label), ContentFile(png))
