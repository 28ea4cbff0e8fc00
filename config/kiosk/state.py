"""What the session of an opened kiosk holds: who opened it, wrong tries, and the key of the patient before it.

Opening signs the member of staff out, so that the screen can do nothing in their name; nobody is signed in to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.http import HttpRequest

from pharmacy.domain.handout_rules import IDLE_CLOSE, IDLE_WAITING, OPEN_LONGEST
from records.actor import Actor, software
from records.models import Membership, Organization

KIOSK = "kiosk"


@dataclass(frozen=True)
class Kiosk:
    """`by`: the software on behalf of whoever opened it, with the rights of no role.
    `scanner`: one is at the screen.
    """

    organization: Organization
    by: Actor
    scanner: bool = False


@dataclass(frozen=True)
class Guest:
    """The patient before the screen. `agreed` to be given this medicine, the key of a prescription; 0: to none."""

    patient_id: int
    agreed: int = 0


def kiosk_open(request: HttpRequest, membership: Membership, *, now: datetime, scanner: bool = False) -> None:
    """Sign the member out and leave a session that opens the kiosk's pages, and nothing else."""
    logout(request)
    opened = {"membership": membership.pk, "opened": now.timestamp(), "wrong": []}
    request.session[KIOSK] = opened | {"scanner": scanner}
    request.session.set_expiry(OPEN_LONGEST)


def kiosk_of(request: HttpRequest, *, now: datetime) -> Kiosk | None:
    """The opened kiosk of a session; None where there is none, its day is over or its opener's role ended."""
    held = request.session.get(KIOSK)
    if held is None or now.timestamp() - held["opened"] >= OPEN_LONGEST.total_seconds():
        return None
    members = Membership.objects.filter(pk=held["membership"], active=True)
    opener = members.select_related("organization").first()
    if opener is None:
        return None
    by = software(f"kiosk opened by {opener.actor().label}", opener.organization_id)
    return Kiosk(opener.organization, by, bool(held.get("scanner")))


def kiosk_close(request: HttpRequest) -> None:
    """A session in which somebody signs in opens the kiosk no longer."""
    request.session.pop(KIOSK, None)


def guest_of(request: HttpRequest, *, now: datetime) -> Guest | None:
    """Who stands before the screen; None once nobody has touched it for too long (PL-07)."""
    held = request.session[KIOSK].get("guest")
    longest = (IDLE_WAITING + IDLE_CLOSE).total_seconds()
    if held is None or now.timestamp() - held["seen"] >= longest:
        return None
    return Guest(held["patient"], held["agreed"])


def guest_set(request: HttpRequest, guest: Guest, *, now: datetime) -> None:
    _change(request, guest={"patient": guest.patient_id, "agreed": guest.agreed, "seen": now.timestamp()})


def guest_leave(request: HttpRequest) -> None:
    if request.session[KIOSK].get("guest") is not None:
        _change(request, guest=None)


def wrong_since(request: HttpRequest, *, now: datetime, within: timedelta) -> list[float]:
    """When wrong pairs of identifiers were given here lately, in seconds since 1970."""
    after = (now - within).timestamp()
    return [moment for moment in request.session[KIOSK]["wrong"] if moment > after]


def wrong_note(request: HttpRequest, moments: list[float]) -> None:
    _change(request, wrong=moments)


def _change(request: HttpRequest, **parts: object) -> None:
    # The session notices an assignment, not a change inside.
    request.session[KIOSK] = request.session[KIOSK] | parts
