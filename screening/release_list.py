"""Every release that is on disk or was ever in force, as an operator wants to see it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from screening import releases
from screening.imaging.card import CardInvalid, WeightsMismatch, read_card
from screening.models import ModelRelease, ReleaseActivation


@dataclass(frozen=True)
class ReleaseLine:
    """`state`: active, registered (was in force) or on disk. `fault`: why it could not be put in force.

    `last`: when it was last put in force, None before that.
    """

    name: str
    state: str
    fault: str
    registered_at: datetime | None
    last: ReleaseActivation | None


def release_lines() -> list[ReleaseLine]:
    """One line a release, by name."""
    registered = {release.name: release for release in ModelRelease.objects.all()}
    last = {one.release_id: one for one in ReleaseActivation.objects.order_by("pk")}
    return [
        _line(name, registered.get(name), last) for name in sorted({*registered, *releases.names_on_disk()})
    ]


def _line(name: str, known: ModelRelease | None, last: dict[int, ReleaseActivation]) -> ReleaseLine:
    if known is None:
        return ReleaseLine(name, "on disk", _fault(name, None), None, None)
    state = "active" if known.active else "registered"
    return ReleaseLine(name, state, _fault(name, known.card_sha256), known.registered_at, last.get(known.pk))


def _fault(name: str, card_sha256: str | None) -> str:
    """Of the card alone: weights are read when a release is put in force, not for a list."""
    try:
        read_card(settings.RELEASES_DIR / name, card_sha256=card_sha256)
    except (CardInvalid, WeightsMismatch) as error:
        return str(error)
    return ""
