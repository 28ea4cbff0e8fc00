"""Which image model is in force: releases on disk, registered by the hash of their card."""

import logging
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from screening.domain.quality import QualityThresholds
from screening.errors import ReleaseUnknown
from screening.imaging.card import Card, CardInvalid, WeightsMismatch, read_card, verify_weights
from screening.models import ModelRelease, ReleaseActivation

logger = logging.getLogger(__name__)
SOFTWARE = "software"  # nobody in particular, as where a demo sets itself up


def names_on_disk() -> list[str]:
    """Folders of RELEASES_DIR that hold a card, sorted."""
    return sorted(card.parent.name for card in settings.RELEASES_DIR.glob("*/card.json"))


def active_names() -> list[str]:
    """The name of the release in force, empty before the first activation."""
    return list(ModelRelease.objects.filter(active=True).values_list("name", flat=True))


def quality_thresholds() -> QualityThresholds:
    """The limits of photograph quality of the release in force, the general ones before the first activation."""
    name = next(iter(active_names()), "")
    return _thresholds_of(name) if name in names_on_disk() else QualityThresholds()


@lru_cache(maxsize=4)
def _thresholds_of(name: str) -> QualityThresholds:
    return read_card(settings.RELEASES_DIR / name).quality


@transaction.atomic
def release_activate(*, name: str, now: datetime, by: str = SOFTWARE) -> ModelRelease:
    """Make a release the one that new exams are scored with; it is registered on first use.

    `by`: who asked for it, as people call them; releases belong to no organization and so to none of its members.

    Raises
    ------
    ReleaseUnknown
        No such folder, its card changed since it was registered (releases are immutable), or the card or the
        weights cannot be used.
    """
    card = _checked_card(name)
    release, _ = ModelRelease.objects.get_or_create(
        name=name,
        defaults={
            "card_sha256": card.sha256,
            "data_version": card.data_version[:64],
            "registered_at": now,
        },
    )
    _refuse_changed(release, card)
    if not release.active:
        ReleaseActivation.objects.create(release=release, activated_at=now, activated_by=by)
    return _put_in_force(release)


@transaction.atomic
def release_roll_back(*, by: str, now: datetime) -> ModelRelease:
    """Withdraw the release in force and put the one before it in force again. Nothing changes on a refusal.

    Done twice it goes back by two: what was withdrawn does not come back, except by its name.

    Raises
    ------
    ReleaseUnknown
        There is none before it, or its card or weights are no longer those that were registered.
    """
    standing = ReleaseActivation.objects.filter(withdrawn_at=None).select_related("release")
    newest = list(standing.select_for_update(of=["self"]).order_by("-pk")[:2])
    if len(newest) < 2 or not newest[0].release.active:
        raise ReleaseUnknown("no release was in force before this one; activate one by its name")
    current, before = newest
    _refuse_changed(before.release, _checked_card(before.release.name))
    current.withdrawn_at, current.withdrawn_by = now, by
    current.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return _put_in_force(before.release)


def _refuse_changed(release: ModelRelease, card: Card) -> None:
    if release.card_sha256 != card.sha256:
        raise ReleaseUnknown(
            f"the card of {release.name} changed since it was registered; ship it under a new name"
        )


def _put_in_force(release: ModelRelease) -> ModelRelease:
    ModelRelease.objects.filter(active=True).exclude(pk=release.pk).update(active=False)
    release.active = True
    release.save(update_fields=["active"])
    # Releases belong to no organization, so no audit trail takes this; the log does.
    logger.info("image model release %s is active, card SHA-256 %s", release.name, release.card_sha256)
    return release


def _checked_card(name: str) -> Card:
    """The card of a release on disk whose weights are those that the card was written for."""
    if name not in names_on_disk():
        raise ReleaseUnknown(f"there is no release {name}; choose one of: {', '.join(names_on_disk())}")
    folder = settings.RELEASES_DIR / name
    try:
        card = read_card(folder)
        verify_weights(folder, card)
    except (CardInvalid, WeightsMismatch) as error:
        raise ReleaseUnknown(f"{name} cannot be activated: {error}") from error
    return card
