import uuid

from django.db import models
from django.db.models import F, Q

from records.models.organization import Practitioner
from records.models.partner import PartnerClient


class BackendService(models.Model):
    """A partner's program at the FHIR door (SMART Backend Services): what it may ask for, and as whom.

    It proves itself with a key of its own (`PartnerKey`); the REST token of its client opens nothing there.
    """

    client = models.OneToOneField(PartnerClient, on_delete=models.PROTECT, related_name="backend_service")
    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, help_text="its OAuth client_id"
    )
    scopes = models.CharField(
        max_length=1000, help_text="SMART v2, such as system/Patient.rs system/Task.rus"
    )
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=""), name="backend_service_has_scopes"),
        ]


class PartnerKey(models.Model):
    """A public key that a program signs with. A key that is taken out of use stays as evidence."""

    service = models.ForeignKey(BackendService, on_delete=models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=128)
    algorithm = models.CharField(max_length=8, choices=[("ES384", "ES384"), ("RS384", "RS384")])
    jwk = models.TextField(help_text="JSON of the public members")
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "key_id"],
                condition=Q(revoked_at__isnull=True),
                name="partner_key_id_once_in_force",
            ),
            models.CheckConstraint(
                condition=Q(algorithm__in=["ES384", "RS384"]), name="partner_key_algorithm"
            ),
        ]


class BackendToken(models.Model):
    """An access token of a few minutes. Only its SHA-256 is kept; it has 256 random bits."""

    key = models.ForeignKey(PartnerKey, on_delete=models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=1000)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="backend_token_expires_later"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="backend_token_oldest")]


class SpentAssertion(models.Model):
    """A signed assertion that was used. Its `jti` may not come again while the assertion would be valid."""

    service = models.ForeignKey(BackendService, on_delete=models.CASCADE, related_name="+")
    jti_sha256 = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "jti_sha256"], name="assertion_spent_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="spent_assertion_oldest")]
