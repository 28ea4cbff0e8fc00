from records.models.audit import AuditAction, AuditEvent
from records.models.organization import Membership, Organization, OrganizationKind, Practitioner, Role
from records.models.patient import Consent, ConsentScope, Language, Patient, Sex
from records.models.work import WorkItem

__all__ = [
    "AuditAction",
    "AuditEvent",
    "Consent",
    "ConsentScope",
    "Language",
    "Membership",
    "Organization",
    "OrganizationKind",
    "Patient",
    "Practitioner",
    "Role",
    "Sex",
    "WorkItem",
]
