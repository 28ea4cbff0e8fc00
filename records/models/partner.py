from django.db import models
from django.db.models import F, Q

from records.actor import Actor
from records.models.organization import Organization, Practitioner


class PartnerClient(models.Model):
    """A program of a partner that may call the REST interface for one organization.

    Only the SHA-256 of its token is kept: the token has 256 random bits, so nothing slower is needed.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="partner_clients")
    name = models.CharField(max_length=100)
    token_prefix = models.CharField(max_length=16, help_text="the first characters, to tell tokens apart")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(revoked_at__isnull=True),
                name="partner_client_name_once_in_force",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="partner_client_expires_later",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="partner_client_revoked_by_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def actor(self) -> Actor:
        return Actor(organization_id=self.organization_id, label=f"partner:{self.pk}")


class PartnerHost(models.Model):
    """A host at which a partner's program may be told things; `*.` before it stands for one label more."""

    client = models.ForeignKey(PartnerClient, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=253)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "host"],
                condition=Q(removed_at__isnull=True),
                name="partner_host_once_on_the_list",
            ),
            models.CheckConstraint(condition=~Q(host=""), name="partner_host_named"),
        ]

    def __str__(self) -> str:
        return self.host


class FoundPatient(models.Model):
    """Whom a partner's program found or registered by record number: for a while it may send photographs of them.

    It may not read them (ADR 13): that comes with a screening.
    """

    client = models.ForeignKey(PartnerClient, on_delete=models.CASCADE, related_name="found")
    patient = models.ForeignKey("records.Patient", on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "patient"], name="found_patient_once_per_client"),
        ]
        indexes = [models.Index(fields=["found_at"], name="found_patient_oldest")]


class IdempotentReply(models.Model):
    """A request that a client may send again, and the reply it then gets again.

    Without a reply the request is under way. The reply is stored in the transaction that made the fact, so a
    request that never got one has made nothing and may be taken over once its claim is old.
    """

    client = models.ForeignKey(PartnerClient, on_delete=models.CASCADE, related_name="replies")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, help_text="JSON as sent; it names records by key only")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_key_once_per_client"),
            models.CheckConstraint(
                condition=Q(status__isnull=True, body="") | (Q(status__isnull=False) & ~Q(body="")),
                name="idempotent_reply_whole",
            ),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="idempotent_reply_oldest")]
