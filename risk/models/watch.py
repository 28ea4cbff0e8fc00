from django.db import models
from django.db.models import F, Q

from records.models import Organization, Practitioner
from risk.domain.indicators import Indicator
from risk.domain.watching import Grouping, Level, Measure
from risk.models.choices import choices_of
from screening.domain.findings import Label

MEASURES = [*Measure, *Indicator]


class Watch(models.Model):
    """What one night saw of a clinic's scores, photographs, reads and programme; one a night at most.

    `image_release` and `fusion_release`: those in force, whose scores were looked at.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="watches")
    night = models.DateField(help_text="the clinic's date")
    made_at = models.DateTimeField()
    image_release = models.CharField(max_length=64)
    fusion_release = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "night"], name="watch_once_a_night"),
        ]


class WatchFigure(models.Model):
    """One measure of one group that night (risk.domain.watching.Figure). `member`: which camera, sex or age band, empty
    for the whole clinic; `label` empty where the measure is of no disease.
    """

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="figures")
    measure = models.CharField(max_length=32, choices=[(m.value, m.value) for m in MEASURES])
    grouping = models.CharField(max_length=8, choices=choices_of(Grouping))
    member = models.CharField(max_length=100, blank=True)
    label = models.CharField(max_length=1, blank=True, choices=[(one.value, one.value) for one in Label])
    n = models.PositiveIntegerField()
    reference_n = models.PositiveIntegerField(default=0)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    level = models.CharField(max_length=8, choices=choices_of(Level))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "measure", "grouping", "member", "label"], name="watch_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=[m.value for m in MEASURES]), name="watch_figure_measure"
            ),
            models.CheckConstraint(condition=Q(grouping__in=list(Grouping)), name="watch_figure_grouping"),
            models.CheckConstraint(condition=Q(label__in=["", *Label]), name="watch_figure_label"),
            models.CheckConstraint(condition=Q(level__in=list(Level)), name="watch_figure_level"),
            models.CheckConstraint(
                condition=Q(level=Level.TOO_FEW, value__isnull=True)
                | (~Q(level=Level.TOO_FEW) & Q(value__isnull=False)),
                name="watch_figure_too_few_has_no_value",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True)
                | Q(low__isnull=False, high__isnull=False, low__lte=F("high")),
                name="watch_figure_interval",
            ),
        ]

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of people and not an index or a ratio."""
        return self.measure == Measure.UNGRADABLE or self.measure in list(Indicator)


class ReleaseHold(models.Model):
    """A release that a clinic must not rely on until a physician has looked (RW-05). It is in force until it is lifted.

    `watch`: the night whose figures opened it; null where a person did, and then `opened_by` and `reason` say who and
    why.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="release_holds")
    release = models.CharField(max_length=64, help_text="name of an image or a risk release")
    opened_at = models.DateTimeField()
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="holds", null=True)
    opened_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=300, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    lift_reason = models.CharField(max_length=300, blank=True)
    as_it_is_now = models.BooleanField(
        default=False, help_text="lifted because things stay so: what comes is compared with what came since"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "release"],
                condition=Q(lifted_at__isnull=True),
                name="release_hold_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(watch__isnull=False, opened_by__isnull=True, reason="")
                | Q(watch__isnull=True, opened_by__isnull=False) & ~Q(reason=""),
                name="release_hold_opened_by_a_night_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason=""),
                name="release_hold_lifted_by_whom_and_why",
            ),
        ]

    @property
    def in_force(self) -> bool:
        return self.lifted_at is None
