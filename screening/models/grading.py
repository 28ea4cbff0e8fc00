from django.db import models
from django.db.models import Q

from records.models import Organization, Practitioner
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.grading import OPEN_STAGES, Cause, OverrideReason, Position, Stage
from screening.domain.laterality import Laterality
from screening.domain.quality import QualityReason
from screening.domain.severity import ICDR_GRADES, AmdStage
from screening.domain.urgency import Urgency
from screening.models.encounter import Encounter, FundusImage


class GradingTask(models.Model):
    """A visit that people read. At most one of a visit is open.

    `second_wanted`: drawn for a second reader when it was opened. `held_by` reads it until `held_until`.
    `effect_at`: when its reads last changed what the visit shows. A quality case points with `quality_of` at the
    settled task it repeats and with `reader` at the one person it measures; it never changes the visit.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="grading_tasks")
    cause = models.CharField(max_length=16, choices=[(c.value, c.value) for c in Cause])
    stage = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Stage], default=Stage.FIRST)
    urgency = models.CharField(max_length=8, choices=[(u.value, u.value) for u in Urgency])
    due_by = models.DateField()
    second_wanted = models.BooleanField()
    opened_at = models.DateTimeField()
    held_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    held_until = models.DateTimeField(null=True)
    effect_at = models.DateTimeField(null=True)
    quality_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="quality_cases", null=True)
    reader = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=list(Cause)), name="grading_cause"),
            models.CheckConstraint(condition=Q(stage__in=list(Stage)), name="grading_stage"),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="grading_urgency"),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False),
                name="grading_held_until",
            ),
            models.CheckConstraint(
                condition=Q(cause=Cause.QUALITY, quality_of__isnull=False, reader__isnull=False)
                | (~Q(cause=Cause.QUALITY) & Q(quality_of__isnull=True, reader__isnull=True)),
                name="grading_quality_case",
            ),
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(stage__in=list(OPEN_STAGES), quality_of__isnull=True),
                name="grading_one_open_per_visit",
            ),
            models.UniqueConstraint(fields=["quality_of", "reader"], name="quality_case_once_per_reader"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_by"],
                condition=Q(stage__in=list(OPEN_STAGES)),
                name="grading_waiting",
            ),
        ]


class Read(models.Model):
    """One signed read. The database refuses to change it; an amendment is a further version with its reason."""

    task = models.ForeignKey(GradingTask, on_delete=models.PROTECT, related_name="reads")
    position = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Position])
    grader = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="reads")
    signed_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField(default=1)
    amend_reason = models.CharField(max_length=300, blank=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__in=list(Position)), name="read_position"),
            models.CheckConstraint(
                condition=Q(version=1, amend_reason="") | (Q(version__gt=1) & ~Q(amend_reason="")),
                name="read_amended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["task", "position"],
                condition=Q(superseded_at__isnull=True),
                name="read_one_current_per_position",
            ),
            models.UniqueConstraint(
                fields=["task", "grader"],
                condition=Q(superseded_at__isnull=True),
                name="read_by_different_people",
            ),
            models.UniqueConstraint(fields=["task", "position", "version"], name="read_version_once"),
        ]
        indexes = [models.Index(fields=["signed_at"], name="read_by_time")]


class Unblinding(models.Model):
    """A person who looked at a result instead of giving the blinded read they still could; they give it no more."""

    task = models.ForeignKey(GradingTask, on_delete=models.PROTECT, related_name="unblindings")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "practitioner"], name="unblinding_once"),
        ]


class EyeRead(models.Model):
    """One eye as read in `image`, the newest photograph of it then. Empty or null grades are not stated."""

    read = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="eyes")
    image = models.ForeignKey(FundusImage, on_delete=models.PROTECT, related_name="+")
    laterality = models.CharField(max_length=1, choices=[(eye.value, eye.name.title()) for eye in Laterality])
    ungradable_reason = models.CharField(
        max_length=32, blank=True, choices=[(r.value, r.value) for r in QualityReason]
    )
    icdr = models.PositiveSmallIntegerField(null=True)
    macular_oedema = models.BooleanField(null=True)
    amd = models.CharField(
        max_length=8, blank=True, choices=[(stage.value, stage.value) for stage in AmdStage]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read", "laterality"], name="eye_read_once"),
            models.CheckConstraint(condition=Q(laterality__in=list(Laterality)), name="eye_read_laterality"),
            models.CheckConstraint(
                condition=Q(ungradable_reason__in=["", *QualityReason]), name="eye_read_ungradable_reason"
            ),
            models.CheckConstraint(
                condition=Q(icdr__isnull=True) | Q(icdr__in=list(ICDR_GRADES)), name="eye_read_icdr"
            ),
            models.CheckConstraint(condition=Q(amd__in=["", *AmdStage]), name="eye_read_amd"),
            models.CheckConstraint(
                condition=Q(ungradable_reason="") | Q(icdr__isnull=True, macular_oedema__isnull=True, amd=""),
                name="eye_read_ungradable_has_no_grade",
            ),
        ]

    @property
    def is_clear(self) -> bool:
        """Judged, and nothing found."""
        return not self.ungradable_reason and not any(finding.present for finding in self.findings.all())


class FindingRead(models.Model):
    """One disease on one eye as a person decided it. `machine`: what the release had decided then, if anything.

    `override_reason` is there exactly where a reader who saw the machine's decision decided against it.
    """

    eye = models.ForeignKey(EyeRead, on_delete=models.PROTECT, related_name="findings")
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    present = models.BooleanField()
    machine = models.CharField(max_length=8, blank=True, choices=[(d.value, d.value) for d in Decision])
    overrides = models.BooleanField()
    override_reason = models.CharField(
        max_length=24, blank=True, choices=[(r.value, r.value) for r in OverrideReason]
    )
    override_text = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["eye", "label"], name="finding_read_once"),
            models.CheckConstraint(condition=Q(label__in=list(DISEASES)), name="finding_read_label"),
            models.CheckConstraint(condition=Q(machine__in=["", *Decision]), name="finding_read_machine"),
            models.CheckConstraint(
                condition=Q(overrides=False, override_reason="", override_text="")
                | Q(overrides=True, override_reason__in=list(OverrideReason)),
                name="finding_read_override_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(override_reason=OverrideReason.OTHER) | ~Q(override_text=""),
                name="finding_read_other_has_words",
            ),
            models.CheckConstraint(
                condition=Q(overrides=False)
                | Q(machine=Decision.PRESENT, present=False)
                | Q(machine=Decision.ABSENT, present=True),
                name="finding_read_overrides_a_decision",
            ),
        ]
