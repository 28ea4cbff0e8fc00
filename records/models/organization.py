from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.actor import Actor


class OrganizationKind(models.TextChoices):
    CLINIC = "clinic", _("Clinic")
    HOSPITAL = "hospital", _("Hospital")


class Organization(models.Model):
    """A tenant: nothing of one organization is visible to another."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=16, choices=OrganizationKind)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2; decides the medicine policy")
    time_zone = models.CharField(max_length=64, default="Asia/Seoul")
    telephone = models.CharField(
        max_length=32, blank=True, help_text="at which a patient reaches a person; empty: not known"
    )
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganizationKind.values), name="organization_kind"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="organization_place",
            ),
            models.CheckConstraint(
                condition=Q(telephone="") | Q(telephone__regex=r"^\+?[0-9][0-9 -]{2,30}$"),
                name="organization_telephone",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Practitioner(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practitioner"
    )
    name = models.CharField(max_length=200)
    must_change_password = models.BooleanField(
        default=False, help_text="somebody else set the password and knows it"
    )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    SCREENER = "screener", _("Screener")
    GRADER = "grader", _("Grader")
    PHYSICIAN = "physician", _("Physician")
    PHARMACIST = "pharmacist", _("Pharmacist")
    COORDINATOR = "coordinator", _("Referral coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Membership(models.Model):
    """One practitioner's role in one organization."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "organization", "role"], name="membership_once_per_role"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
        ]

    def actor(self) -> Actor:
        return Actor(
            organization_id=self.organization_id,
            label=f"practitioner:{self.practitioner_id}",
            role=self.role,
            practitioner_id=self.practitioner_id,
        )
