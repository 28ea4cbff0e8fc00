from django.db import models
from django.db.models import F, Q

from records.models import Organization


class Machine(models.Model):
    """A clinic's dispensing machine and how it is reached. The two numbers are those of WWKS2 subscribers."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="machine")
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    number = models.PositiveIntegerField(help_text="the machine's own subscriber number")
    our_number = models.PositiveIntegerField(help_text="the number under which it knows us")
    state = models.CharField(
        max_length=40, blank=True, help_text="what it last said of itself; empty: never asked"
    )
    state_at = models.DateTimeField(null=True, blank=True)
    product = models.CharField(max_length=120, blank=True, help_text="maker, product and version, as it says")
    silent_since = models.DateTimeField(
        null=True, blank=True, help_text="since when it could not be asked; empty: it answers"
    )
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="when its stock was last compared with the books"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65_535), name="machine_port"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(host=""), name="machine_name_and_host"),
        ]


class Bay(models.Model):
    """Where a machine drops packs for one person at a time. Locked when nobody knows what lies in it (DM-03)."""

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="bays")
    destination = models.CharField(max_length=8, help_text="the machine's number of it")
    locked_since = models.DateTimeField(null=True, blank=True)
    lock_reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["machine", "destination"], name="bay_once_per_machine"),
            models.CheckConstraint(
                condition=Q(locked_since__isnull=True, lock_reason="")
                | Q(locked_since__isnull=False) & ~Q(lock_reason=""),
                name="bay_locked_with_reason",
            ),
        ]


class MachineEvent(models.Model):
    """What a machine or a scanner said about an order, in the order in which it was learned; never changed.

    Without a machine: what a scanner said of packs that were handed over the counter.
    """

    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    dispense = models.ForeignKey(
        "pharmacy.Dispense", on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    kind = models.CharField(max_length=24)
    detail = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(machine__isnull=False) | Q(dispense__isnull=False),
                name="machine_event_about_something",
            ),
        ]


class StockDifference(models.Model):
    """The machine counts other packs of a lot than the books have; it is never booked (MS-01). Open until they agree.

    `lot_number` empty: all lots of a product whose lots the machine does not tell. `since`: packs are apart by this
    number since then.
    """

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="differences")
    article = models.CharField(
        max_length=40, help_text="GTIN of 14 digits, or what else the machine calls it"
    )
    lot_number = models.CharField(max_length=20, blank=True)
    expiry = models.DateField(null=True, blank=True)
    booked = models.PositiveIntegerField()
    counted = models.PositiveIntegerField(help_text="by the machine")
    since = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="the last comparison that found it")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(booked=F("counted")), name="difference_is_one"),
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("since")), name="difference_seen_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(article=""), name="difference_article"),
            models.UniqueConstraint(
                fields=["machine", "article", "lot_number", "expiry"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="difference_open_once",
            ),
        ]
