import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization, Patient, Practitioner
from screening.domain.laterality import Laterality


class Encounter(models.Model):
    """One visit. Its public id is the id of the whole case, from photograph to outcome.

    A cancelled visit stays as a record of what was done and is neither photographed nor assessed again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    started_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=100, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by="", cancel_reason="")
                | Q(cancelled_at__isnull=False) & ~Q(cancelled_by="") & ~Q(cancel_reason=""),
                name="encounter_cancelled_by_whom_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-started_at"], name="encounter_newest"),
            models.Index(
                fields=["organization", "-started_at"],
                condition=Q(cancelled_at__isnull=False),
                name="encounter_cancelled_newest",
            ),
            # A partner's program asks what is new, of whichever clinic.
            models.Index(
                fields=["cancelled_at"],
                condition=Q(cancelled_at__isnull=False),
                name="encounter_cancelled_by_time",
            ),
        ]


class ExamStatus(models.TextChoices):
    OPEN = "open", _("Taking photographs")
    SUBMITTED = "submitted", _("Waiting for the result")
    RESULTED = "resulted", _("Resulted")
    CANCELLED = "cancelled", _("Cancelled")


class NotDoneReason(models.TextChoices):
    """Why nobody could take a photograph (FHIR: not-done). A person takes over, rule RI-03."""

    EYES_STAY_SHUT = "eyes-stay-shut", _("The eyes cannot be opened or held still")
    DECLINED = "declined", _("The patient does not want to be photographed")
    UNWELL = "unwell", _("The patient is not well enough")
    NO_CAMERA = "no-camera", _("The camera does not work")
    OTHER = "other", _("Another reason")


class Exam(models.Model):
    """One sitting of photography. Cancelled: its visit was, before there was a result.

    With `not_done_reason` it ended without a photograph, and its outcome has no eye.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="exams")
    status = models.CharField(max_length=16, choices=ExamStatus, default=ExamStatus.OPEN)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    not_done_reason = models.CharField(max_length=16, choices=NotDoneReason, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ExamStatus.values), name="exam_status"),
            models.CheckConstraint(
                condition=Q(not_done_reason="")
                | Q(not_done_reason__in=NotDoneReason.values, submitted_at__isnull=False),
                name="exam_not_done_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=ExamStatus.OPEN, submitted_at__isnull=True)
                | Q(status=ExamStatus.CANCELLED)
                | (~Q(status=ExamStatus.OPEN) & Q(submitted_at__isnull=False)),
                name="exam_submitted_at",
            ),
            models.UniqueConstraint(
                fields=["encounter"], condition=Q(status=ExamStatus.OPEN), name="exam_one_open_per_encounter"
            ),
        ]


class ImagesInForce(models.Manager["FundusImage"]):
    """Photographs that were not taken back. `exam.images` follows it; a foreign key to an image does not."""

    def get_queryset(self) -> models.QuerySet["FundusImage"]:
        return super().get_queryset().filter(entered_in_error_at__isnull=True)


class FundusImage(models.Model):
    """One photograph of one eye, as received. The bytes lie in storage under their SHA-256.

    A photograph taken back before submission (wrong eye, wrong patient) stays as evidence in `with_retracted`.
    """

    public_id = models.UUIDField(
        null=True,
        unique=True,
        editable=False,
        help_text="under which a partner's program sent it ahead of its order",
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="images")
    laterality = models.CharField(max_length=1, choices=[(eye.value, eye.name.title()) for eye in Laterality])
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    camera = models.CharField(
        max_length=100, blank=True, db_default="", help_text="maker and model, as the file says"
    )
    synthetic = models.BooleanField(default=False, help_text="drawn by the renderer, not taken of a person")
    possible_mix_up = models.BooleanField(
        default=False, help_text="the same bytes are already filed under another patient of this organization"
    )
    captured_at = models.DateTimeField(null=True, blank=True, help_text="as whoever sent it says")
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    display_sha1 = models.CharField(
        max_length=40, blank=True, db_default="", help_text="of the copy that others see, which FHIR asks for"
    )
    display_bytes = models.PositiveIntegerField(null=True, blank=True)
    entered_in_error_at = models.DateTimeField(null=True, blank=True)

    objects = ImagesInForce()
    with_retracted = models.Manager["FundusImage"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "laterality"],
                condition=Q(entered_in_error_at__isnull=True),
                name="image_one_per_eye",
            ),
            models.UniqueConstraint(
                fields=["exam", "sha256"],
                condition=Q(entered_in_error_at__isnull=True),
                name="image_not_for_both_eyes",
            ),
            models.CheckConstraint(condition=Q(laterality__in=list(Laterality)), name="image_laterality"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="image_dimensions"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="image_by_content"),
            models.Index(fields=["received_at"], name="image_by_time"),
        ]
