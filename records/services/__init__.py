"""Writes to the register."""

from records.services.audit import audit_record
from records.services.backend_services import (
    backend_service_close,
    backend_service_register,
    backend_token_issue,
    backend_tokens_forget,
)
from records.services.consents import consent_give, consent_withdraw
from records.services.organizations import ORGANIZATION_AMENDABLE, organization_amend
from records.services.partner_hosts import partner_host_add, partner_host_remove
from records.services.partners import (
    FOUND_FOR,
    found_patients_forget,
    partner_client_create,
    partner_client_revoke,
    partner_client_used,
    patient_found,
)
from records.services.patients import AMENDABLE, patient_amend, patient_register
from records.services.replies import replies_forget, reply_claim, reply_drop, reply_settle
from records.services.staff import colleague_add

__all__ = [
    "AMENDABLE",
    "FOUND_FOR",
    "ORGANIZATION_AMENDABLE",
    "audit_record",
    "backend_service_close",
    "backend_service_register",
    "backend_token_issue",
    "backend_tokens_forget",
    "colleague_add",
    "consent_give",
    "consent_withdraw",
    "found_patients_forget",
    "organization_amend",
    "partner_client_create",
    "partner_client_revoke",
    "partner_client_used",
    "partner_host_add",
    "partner_host_remove",
    "patient_amend",
    "patient_found",
    "patient_register",
    "replies_forget",
    "reply_claim",
    "reply_drop",
    "reply_settle",
]
