from pharmacy.models.prescription import Prescription, PrescriptionAlert, PrescriptionStatus, RefusalCode
from pharmacy.models.safety import AllergyReport, MedicineReport, SafetyAnswers
from pharmacy.models.stock import LedgerEntry, LedgerKind, Lot, Medicine

__all__ = [
    "AllergyReport",
    "LedgerEntry",
    "LedgerKind",
    "Lot",
    "Medicine",
    "MedicineReport",
    "Prescription",
    "PrescriptionAlert",
    "PrescriptionStatus",
    "RefusalCode",
    "SafetyAnswers",
]
