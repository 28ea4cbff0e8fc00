from pharmacy.models.count import BayCount, LotCount
from pharmacy.models.dispense import Dispense, DispensedPack, DispenseStatus
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
from pharmacy.models.formulary import FormularyContraindication, FormularyItem, FormularyLabel, Product
from pharmacy.models.machine import Bay, Machine, MachineEvent, StockDifference
from pharmacy.models.order import MedicationOrder, OrderFilling, OrderSource, OrderStatus
from pharmacy.models.override import Override, OverrideReason
from pharmacy.models.prescription import (
    AlertStage,
    Prescription,
    PrescriptionAlert,
    PrescriptionStatus,
    RefusalCode,
    SupplyBasis,
)
from pharmacy.models.safety import AllergyReport, ConditionReport, MedicineReport, SafetyAnswers
from pharmacy.models.stock import LedgerEntry, LedgerKind, Lot, Medicine, RecallNotice
from pharmacy.models.temperature import (
    ExcursionDecision,
    ExcursionLot,
    TemperatureExcursion,
    TemperatureReading,
)

__all__ = [
    "AlertStage",
    "AllergyReport",
    "Bay",
    "BayCount",
    "ConditionReport",
    "Dispense",
    "DispenseStatus",
    "DispensedPack",
    "DrugDataImport",
    "DrugDataIssue",
    "DrugLeaflet",
    "DrugPermit",
    "DrugRecall",
    "DrugRule",
    "ExcursionDecision",
    "ExcursionLot",
    "FormularyContraindication",
    "FormularyItem",
    "FormularyLabel",
    "LedgerEntry",
    "LedgerKind",
    "Lot",
    "LotCount",
    "Machine",
    "MachineEvent",
    "MedicationOrder",
    "Medicine",
    "MedicineReport",
    "OrderFilling",
    "OrderSource",
    "OrderStatus",
    "Override",
    "OverrideReason",
    "PermittedPack",
    "Prescription",
    "PrescriptionAlert",
    "PrescriptionStatus",
    "Product",
    "RecallNotice",
    "RecalledLot",
    "RefusalCode",
    "SafetyAnswers",
    "StockDifference",
    "SupplyBasis",
    "TemperatureExcursion",
    "TemperatureReading",
    "UnjoinedIngredient",
]
