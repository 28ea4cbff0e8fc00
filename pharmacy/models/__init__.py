from pharmacy.models.drug_data import (
    DrugDataImport,
    DrugDataIssue,
    DrugLeaflet,
    DrugPermit,
    DrugRecall,
    DrugRule,
    PermittedPack,
    RecalledLot,
    UnjoinedIngredient,
)
from pharmacy.models.prescription import Prescription, PrescriptionAlert, PrescriptionStatus, RefusalCode
from pharmacy.models.safety import AllergyReport, MedicineReport, SafetyAnswers
from pharmacy.models.stock import LedgerEntry, LedgerKind, Lot, Medicine

__all__ = [
    "AllergyReport",
    "DrugDataImport",
    "DrugDataIssue",
    "DrugLeaflet",
    "DrugPermit",
    "DrugRecall",
    "DrugRule",
    "LedgerEntry",
    "LedgerKind",
    "Lot",
    "Medicine",
    "MedicineReport",
    "PermittedPack",
    "Prescription",
    "PrescriptionAlert",
    "PrescriptionStatus",
    "RecalledLot",
    "RefusalCode",
    "SafetyAnswers",
    "UnjoinedIngredient",
]
