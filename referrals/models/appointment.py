from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from referrals.models.referral import Referral


class AppointmentStatus(models.TextChoices):
    """FHIR Appointment.status, as far as a referral needs it."""

    BOOKED = "booked", _("Booked")
    FULFILLED = "fulfilled", _("Attended")
    NO_SHOW = "noshow", _("Did not attend")
    CANCELLED = "cancelled", _("Cancelled")


class ReferralAppointment(models.Model):
    """When a hospital expects a patient. One that was missed stays, and another may be booked."""

    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    starts_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=100)
    status = models.CharField(max_length=16, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was told what became of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(status=AppointmentStatus.BOOKED),
                name="appointment_one_booked",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AppointmentStatus.values), name="appointment_status"
            ),
            models.CheckConstraint(
                condition=Q(status=AppointmentStatus.BOOKED, ended_at__isnull=True)
                | (~Q(status=AppointmentStatus.BOOKED) & Q(ended_at__isnull=False)),
                name="appointment_ended_at",
            ),
        ]
        indexes = [models.Index(fields=["referral", "status"], name="appointment_of_referral")]
