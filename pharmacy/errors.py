"""What can go wrong in the pharmacy; every message says what to do and names no person."""


class PharmacyError(Exception):
    """Base of the pharmacy's anticipated errors."""


class SafetyAnswersError(PharmacyError):
    """A safety questionnaire that cannot be read. `field` names the question to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class LotInvalid(PharmacyError):
    """A delivery that cannot be booked. `field` names the detail to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class ScanInvalid(PharmacyError):
    """A scanned code that names no pack. `part` is what is wrong with it."""

    def __init__(self, part: str, advice: str) -> None:
        super().__init__(f"{part}: {advice}")
        self.part = part


class CountInvalid(PharmacyError):
    """A count that cannot be right. `field` names the number to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class CountImpossible(PharmacyError):
    """Nobody can count while packs of the lot move, or where nothing waits to be counted."""


class LotPromised(PharmacyError):
    """Fewer packs are there than are promised; some prescriptions must be refused first."""


class LotBlocked(PharmacyError):
    """The lot was recalled or expires too soon: its packs are not given to anybody (PD-05)."""


class BayUnavailable(PharmacyError):
    """The bay is locked until somebody counts, or another order lies in it."""


class ReleaseTaken(PharmacyError):
    """The medicine is released already; one release at a time."""


class DispenseClosed(PharmacyError):
    """The dispense is no longer in a state that allows this step."""


class PackMismatch(PharmacyError):
    """The scanned packs are not those that were released; they stay where they are (PD-04)."""


class StockChanged(PharmacyError):
    """A lot no longer holds what was to be taken from it; the work is simply tried again."""


class MedicineReleased(PharmacyError):
    """A person released a medicine of the visit, so that it can no longer be withdrawn by itself."""


class PrescriptionClosed(PharmacyError):
    """The prescription is no longer in a state that allows this step."""


class PrescriptionChanged(PharmacyError):
    """It is no longer in the state that whoever decides saw."""


class ReasonMissing(PharmacyError):
    """A medicine is not refused, nor a refusal followed up, without words where no code says enough."""


class WarningSignsOpen(PharmacyError):
    """Warning signs that nobody asked about must be asked before the medicine is released (RM-03)."""
