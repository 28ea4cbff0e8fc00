"""Writes of the pharmacy."""

from pharmacy.services.proposals import medicine_propose
from pharmacy.services.releases import prescription_authorise, prescription_refuse
from pharmacy.services.safety import safety_answers_record
from pharmacy.services.stock import lot_receive

__all__ = [
    "lot_receive",
    "medicine_propose",
    "prescription_authorise",
    "prescription_refuse",
    "safety_answers_record",
]
