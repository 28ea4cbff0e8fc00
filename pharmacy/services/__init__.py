"""Writes of the pharmacy."""

from pharmacy.services.formulary import formulary_load, products_load
from pharmacy.services.overrides import prescription_override
from pharmacy.services.proposals import medicine_propose
from pharmacy.services.releases import (
    prescription_authorise,
    prescription_follow_up,
    prescription_refuse,
)
from pharmacy.services.safety import safety_answers_record
from pharmacy.services.stock import lot_receive
from pharmacy.services.withdrawals import prescriptions_withdraw

__all__ = [
    "formulary_load",
    "lot_receive",
    "medicine_propose",
    "prescription_authorise",
    "prescription_follow_up",
    "prescription_override",
    "prescription_refuse",
    "prescriptions_withdraw",
    "products_load",
    "safety_answers_record",
]
