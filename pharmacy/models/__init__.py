from pharmacy.models.count import BayCount, LotCount
from pharmacy.models.dispense import Dispense, DispensedPack, DispenseStatus
from pharmacy.models.machine import Bay, Machine, MachineEvent
from pharmacy.models.prescription import Prescription, PrescriptionAlert, PrescriptionStatus, RefusalCode
from pharmacy.models.safety import AllergyReport, MedicineReport, SafetyAnswers
from pharmacy.models.stock import LedgerEntry, LedgerKind, Lot, Medicine

__all__ = [
    "AllergyReport",
    "Bay",
    "BayCount",
    "Dispense",
    "DispenseStatus",
    "DispensedPack",
    "LedgerEntry",
    "LedgerKind",
    "Lot",
    "LotCount",
    "Machine",
    "MachineEvent",
    "Medicine",
    "MedicineReport",
    "Prescription",
    "PrescriptionAlert",
    "PrescriptionStatus",
    "RefusalCode",
    "SafetyAnswers",
]
