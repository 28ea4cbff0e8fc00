"""Writes to the register."""

from records.services.audit import audit_record
from records.services.consents import consent_give, consent_withdraw
from records.services.patients import patient_register

__all__ = ["audit_record", "consent_give", "consent_withdraw", "patient_register"]
