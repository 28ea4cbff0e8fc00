"""Writes of the pharmacy."""

from pharmacy.services.drug_data import drug_data_check, drug_data_import
from pharmacy.services.formulary import formulary_load, products_load
from pharmacy.services.orders import order_enter, order_fill, order_move
from pharmacy.services.overrides import prescription_override
from pharmacy.services.proposals import medicine_propose
from pharmacy.services.recalls import lots_quarantine_recalled, recipients_of_lots
from pharmacy.services.releases import (
    prescription_authorise,
    prescription_follow_up,
    prescription_refuse,
)
from pharmacy.services.safety import safety_answers_record
from pharmacy.services.stock import lot_receive
from pharmacy.services.supplies import diagnosis_supply_propose, order_supply_propose
from pharmacy.services.withdrawals import prescriptions_withdraw

__all__ = [
    "diagnosis_supply_propose",
    "drug_data_check",
    "drug_data_import",
    "formulary_load",
    "lot_receive",
    "lots_quarantine_recalled",
    "medicine_propose",
    "order_enter",
    "order_fill",
    "order_move",
    "order_supply_propose",
    "prescription_authorise",
    "prescription_follow_up",
    "prescription_override",
    "prescription_refuse",
    "prescriptions_withdraw",
    "products_load",
    "recipients_of_lots",
    "safety_answers_record",
]
