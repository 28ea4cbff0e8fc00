"""Writes of the pharmacy."""

from pharmacy.services.drug_data import drug_data_check, drug_data_import
from pharmacy.services.proposals import medicine_propose
from pharmacy.services.recalls import lots_quarantine_recalled, recipients_of_lots
from pharmacy.services.releases import (
    prescription_authorise,
    prescription_follow_up,
    prescription_refuse,
)
from pharmacy.services.safety import safety_answers_record
from pharmacy.services.stock import lot_receive
from pharmacy.services.withdrawals import prescriptions_withdraw

__all__ = [
    "drug_data_check",
    "drug_data_import",
    "lot_receive",
    "lots_quarantine_recalled",
    "medicine_propose",
    "prescription_authorise",
    "prescription_follow_up",
    "prescription_refuse",
    "prescriptions_withdraw",
    "recipients_of_lots",
    "safety_answers_record",
]
