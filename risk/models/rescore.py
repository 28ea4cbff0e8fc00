from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization
from risk.domain.bands import FUSED_LABELS, RiskBand
from risk.domain.disposition import Disposition
from risk.domain.rescoring import Cause
from risk.domain.urgency import Urgency
from risk.models.assessment import RiskAssessment
from risk.models.choices import choices_of
from screening.domain.findings import Label
from screening.models import Encounter


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Could not finish")


class RescoreRun(models.Model):
    """One scoring again of an organization's register, in parts that each stand or fall as a whole.

    What it compares with is fixed when it starts, so that one that was interrupted ends as it would have.
    `night`: the clinic's date of a run that the clock started. `everything` also takes visits without any cause;
    `since` and `of_release` leave others out.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="rescore_runs")
    night = models.DateField(null=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=100)
    unwatched = models.BooleanField(
        default=False, help_text="it began without the watch of its night (RN-05)"
    )
    everything = models.BooleanField(default=False)
    since = models.DateField(null=True)
    of_release = models.CharField(max_length=64, blank=True)

    today = models.DateField(help_text="the clinic's date when it started")
    image_release = models.CharField(max_length=64, blank=True)
    fusion_release = models.CharField(max_length=64)
    fusion_card_sha256 = models.CharField(max_length=64)
    policy_version = models.PositiveIntegerField()
    rules_version = models.CharField(max_length=16)

    state = models.CharField(max_length=16, choices=RunState, default=RunState.RUNNING)
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "night"], name="rescore_run_once_a_night"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="rescore_run_state"),
            models.CheckConstraint(
                condition=Q(state=RunState.RUNNING, finished_at__isnull=True)
                | (~Q(state=RunState.RUNNING) & Q(finished_at__isnull=False)),
                name="rescore_run_finished_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.FAILED) | ~Q(reason=""), name="rescore_run_failed_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-started_at"], name="rescore_run_newest"),
            models.Index(fields=["id"], condition=Q(state=RunState.RUNNING), name="rescore_run_running"),
        ]


class ChunkState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class RescoreChunk(models.Model):
    """The visits of a run with keys from `first` to `last`; everything of them is written in one transaction.

    The row is the queue: a claim sets the lease, and `held` until somebody says how it ended. `digest`: SHA-256 over
    what was written.
    """

    run = models.ForeignKey(RescoreRun, on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    visits = models.PositiveIntegerField(help_text="planned; some may have been cancelled since")

    state = models.CharField(max_length=16, choices=ChunkState, default=ChunkState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often it failed by itself")
    lost = models.PositiveSmallIntegerField(
        default=0, help_text="how often its worker stopped in mid-work, for whatever reason"
    )
    held = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    fused = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(
        default=0, help_text="somebody worked on them meanwhile; the next run looks again"
    )
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="rescore_chunk_once"),
            models.CheckConstraint(condition=Q(state__in=ChunkState.values), name="rescore_chunk_state"),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="rescore_chunk_range"),
            models.CheckConstraint(
                condition=Q(state=ChunkState.DONE, done_at__isnull=False)
                | (~Q(state=ChunkState.DONE) & Q(done_at__isnull=True)),
                name="rescore_chunk_done_at",
            ),
        ]


class RescoreChange(models.Model):
    """One visit whose assessment a run replaced, and what that changed. `cause` is the first of `causes`.

    `referral_changed`, `medicine_changed`, `grading_changed`: what was announced, once. `overdue`: the recall is
    late now and was not before.
    """

    run = models.ForeignKey(RescoreRun, on_delete=models.PROTECT, related_name="changes")
    chunk = models.ForeignKey(RescoreChunk, on_delete=models.PROTECT, related_name="changes")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="+")
    before = models.OneToOneField(RiskAssessment, on_delete=models.PROTECT, related_name="+")
    after = models.OneToOneField(RiskAssessment, on_delete=models.PROTECT, related_name="rescore_change")
    cause = models.CharField(max_length=16, choices=choices_of(Cause))
    causes = models.CharField(max_length=64, help_text="joined by commas")
    band_changed = models.BooleanField()
    disposition_before = models.CharField(max_length=16, choices=choices_of(Disposition))
    disposition_after = models.CharField(max_length=16, choices=choices_of(Disposition))
    urgency_before = models.CharField(max_length=8, choices=choices_of(Urgency))
    urgency_after = models.CharField(max_length=8, choices=choices_of(Urgency))
    recall_before = models.DateField(null=True)
    recall_after = models.DateField(null=True)
    overdue = models.BooleanField()
    referral_changed = models.BooleanField()
    medicine_changed = models.BooleanField()
    grading_changed = models.BooleanField()
    explained_at = models.DateTimeField(
        null=True, help_text="when contributions and open questions were found"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=list(Cause)), name="rescore_change_cause"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(explained_at__isnull=True), name="rescore_change_unexplained"
            ),
        ]


class RescoreBandChange(models.Model):
    """One label of a changed visit that is in another band now; risks are 0 to 1."""

    change = models.ForeignKey(RescoreChange, on_delete=models.PROTECT, related_name="bands", db_index=False)
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    band_before = models.CharField(max_length=8, choices=choices_of(RiskBand))
    band_after = models.CharField(max_length=8, choices=choices_of(RiskBand))
    risk_before = models.FloatField()
    risk_after = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "label"], name="rescore_band_once"),
            models.CheckConstraint(condition=Q(label__in=list(FUSED_LABELS)), name="rescore_band_label"),
        ]
