import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models.organization import Organization
from records.models.partner import PartnerClient


class EndpointState(models.TextChoices):
    """FHIR subscription-status: `requested` until it answered once, `error` while it does not answer."""

    REQUESTED = "requested", _("Not answered yet")
    ACTIVE = "active", _("In use")
    ERROR = "error", _("Does not answer")
    OFF = "off", _("Switched off")


class Topic(models.TextChoices):
    """What an endpoint is told of; the value is the criteria of a FHIR Subscription."""

    TASK = "Task?", _("Steps of referrals")
    REPORT = "DiagnosticReport?", _("New and changed results")
    FINAL_REPORT = "DiagnosticReport?status=final", _("Results that people have settled")


class Payload(models.TextChoices):
    ID_ONLY = "id-only", _("Kind, id and time")
    EMPTY = "empty", _("Nothing")


class OffReason(models.TextChoices):
    BY_HAND = "by-hand", _("Switched off here")
    GONE = "gone", _("The partner answered that the address is gone (410)")
    DELETED = "deleted", _("The partner deleted the subscription")
    CLIENT_ENDED = "client-ended", _("The partner's token has ended")


class WebhookEndpoint(models.Model):
    """Where a partner's program is told that something it may read has changed.

    Both secrets are sealed (records/sealing.py); the former one signs too until `former_until`.
    `lease_until`, `failures` and `paused_until` are the queue's: who sends now, how many sends failed since the
    last that was accepted, and until when nothing is tried.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="webhook_endpoints")
    client = models.ForeignKey(PartnerClient, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(max_length=500)
    payload = models.CharField(max_length=8, choices=Payload, default=Payload.ID_ONLY)
    state = models.CharField(max_length=10, choices=EndpointState, default=EndpointState.REQUESTED)
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    versions = models.PositiveIntegerField(default=1)
    by_program = models.BooleanField(
        default=False, help_text="the program subscribed by itself, through FHIR"
    )
    off_reason = models.CharField(max_length=16, choices=OffReason, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EndpointState.values), name="webhook_state"),
            models.CheckConstraint(condition=Q(payload__in=Payload.values), name="webhook_payload"),
            models.CheckConstraint(
                condition=Q(state=EndpointState.OFF, off_reason__in=OffReason.values)
                | ~Q(state=EndpointState.OFF) & Q(off_reason=""),
                name="webhook_off_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until__isnull=True)
                | ~Q(former_secret="") & Q(former_until__isnull=False),
                name="webhook_former_secret_ends",
            ),
            models.CheckConstraint(condition=~Q(secret=""), name="webhook_has_a_secret"),
        ]


class WebhookTopic(models.Model):
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=40, choices=Topic)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "topic"], name="webhook_topic_once"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="webhook_topic"),
        ]


class WebhookMessage(models.Model):
    """One thing to tell one endpoint: open until it was accepted or given up.

    It names a resource by type and id and holds nothing else about it. `public_id` is its webhook-id, the same at
    every attempt. `status` and `problem` are what became of the last attempt.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=32)
    resource = models.CharField(max_length=32, blank=True, help_text="FHIR type; empty: a test")
    resource_id = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()
    queued_at = models.DateTimeField(help_text="when it was written, or sent again by hand")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=32, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(dead_at__isnull=True),
                name="webhook_message_one_end",
            ),
            models.CheckConstraint(
                condition=Q(queued_at__gte=F("happened_at")), name="webhook_message_after"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "id"],
                condition=Q(accepted_at__isnull=True, dead_at__isnull=True),
                name="webhook_open",
            ),
            models.Index(
                fields=["endpoint", "resource", "resource_id", "id"],
                condition=Q(accepted_at__isnull=True, dead_at__isnull=True),
                name="webhook_open_in_order",
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_newest"),
            models.Index(fields=["endpoint", "-id"], condition=Q(dead_at__isnull=False), name="webhook_dead"),
            models.Index(fields=["queued_at"], name="webhook_oldest"),
        ]
