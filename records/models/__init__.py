from records.models.audit import AuditAction, AuditEvent
from records.models.backend_service import BackendService, BackendToken, PartnerKey, SpentAssertion
from records.models.organization import Membership, Organization, OrganizationKind, Practitioner, Role
from records.models.partner import FoundPatient, IdempotentReply, PartnerClient, PartnerHost
from records.models.patient import (
    INTAKE_SCOPES,
    Consent,
    ConsentScope,
    Language,
    Patient,
    PatientAmendment,
    Sex,
)
from records.models.webhook import (
    EndpointState,
    OffReason,
    Payload,
    Topic,
    WebhookEndpoint,
    WebhookMessage,
    WebhookTopic,
)
from records.models.work import WorkItem

__all__ = [
    "INTAKE_SCOPES",
    "AuditAction",
    "AuditEvent",
    "BackendService",
    "BackendToken",
    "Consent",
    "ConsentScope",
    "EndpointState",
    "FoundPatient",
    "IdempotentReply",
    "Language",
    "Membership",
    "OffReason",
    "Organization",
    "OrganizationKind",
    "PartnerClient",
    "PartnerHost",
    "PartnerKey",
    "Patient",
    "PatientAmendment",
    "Payload",
    "Practitioner",
    "Role",
    "Sex",
    "SpentAssertion",
    "Topic",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookTopic",
    "WorkItem",
]
