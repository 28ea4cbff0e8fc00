"""What the shelf of a clinic has lived through."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from pharmacy.domain.readings import TakenReading
from pharmacy.domain.storage import Storage
from pharmacy.services import temperature_note
from records.actor import Actor


def too_warm(by: Actor, *, now: datetime | None = None) -> None:
    """A refrigerator that was too warm yesterday, with nothing in it, and a month of readings before."""
    now = now or timezone.now()
    degrees = ["4.5", "5.1", "4.8", "6.2", "5.5", "7.4"]
    taken = [
        TakenReading(now - timedelta(hours=8 * n), Decimal(degrees[n % len(degrees)]))
        for n in range(80, 3, -1)
    ]
    taken.append(TakenReading(now - timedelta(hours=20), Decimal("11.2")))
    temperature_note(storage=Storage.FRIDGE, readings=taken, from_logger=True, by=by, now=now)
