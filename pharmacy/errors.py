"""What can go wrong in the pharmacy; every message says what to do and names no person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pharmacy.domain.alerts import Alert
    from pharmacy.domain.drug_data import StaleNeed
    from pharmacy.domain.scans import PackLabel


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
        self.advice = advice
        self.field = field


class ScanInvalid(PharmacyError):
    """A scanned code that names no pack. `part` is what is wrong with it."""

    def __init__(self, part: str, advice: str) -> None:
        super().__init__(f"{part}: {advice}")
        self.advice = advice
        self.part = part


class LotNotNamed(ScanInvalid):
    """The bars of a pack name its product alone, which is no proof of its lot. `gtin` has 14 digits."""

    def __init__(self, advice: str, gtin: str) -> None:
        super().__init__("bars", advice)
        self.gtin = gtin


class CountInvalid(PharmacyError):
    """A count that cannot be right. `field` names the number to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.advice = advice
        self.field = field


class TemperatureInvalid(PharmacyError):
    """A temperature that cannot be right. `field` is what to correct, `line` of a logger's file; 0 for none."""

    def __init__(self, field: str, advice: str, line: int = 0) -> None:
        super().__init__(f"line {line}, {field}: {advice}" if line else f"{field}: {advice}")
        self.advice = advice
        self.field = field
        self.line = line


class ExcursionChanged(PharmacyError):
    """The excursion was decided, or has more readings, since whoever decides looked at it."""


class CountImpossible(PharmacyError):
    """Nobody can count while packs of the lot move, or where nothing waits to be counted."""


class LotPromised(PharmacyError):
    """Fewer packs are there than are promised; some prescriptions must be refused first."""


class LotBlocked(PharmacyError):
    """The lot was recalled or expires too soon: its packs are not given to anybody (DM-05).

    `why` is "recalled", "expires-too-soon", "temperature", or empty where it has expired.
    """

    def __init__(self, advice: str, why: str = "") -> None:
        super().__init__(advice)
        self.why = why


class DrugDataStale(PharmacyError):
    """Drug data are missing or too old to stand on (PD-01, PD-02): import them; referral goes on meanwhile."""

    def __init__(self, stale: tuple[StaleNeed, ...]) -> None:
        names = ", ".join(one.need.name for one in stale)
        super().__init__(f"drug data are missing or too old ({names}); import them first, or refer")
        self.stale = stale


class BayUnavailable(PharmacyError):
    """The bay is locked until somebody counts, or another order lies in it. `locked` says which."""

    def __init__(self, advice: str, *, locked: bool = False) -> None:
        super().__init__(advice)
        self.locked = locked


class ReleaseMissing(PharmacyError):
    """No release holds for a hand-over, so that the licensed role must release it, or release it again (DM-07).

    `why` is "none" (never released, or what was released ended), "over" (its time) or "changed" (the rows no longer
    say what was released).
    """

    def __init__(self, advice: str, why: str) -> None:
        super().__init__(advice)
        self.why = why


class MachineThere(PharmacyError):
    """A dispensing machine stands in the clinic; nothing is handed over the counter beside it (DM-07)."""


class ReleaseTaken(PharmacyError):
    """The medicine is released already; one release at a time."""


class DispenseClosed(PharmacyError):
    """The dispense is no longer in a state that allows this step."""


class PackMismatch(PharmacyError):
    """The scanned packs are not those that were released; they stay where they are (DM-04).

    `differs` says in what: "product", "lot", "expiry", "pack" (the right label, but scanned twice, given before, or
    another pack than the one that was dropped) or "missing"; `label` is the wrong one, None for a missing one.
    """

    def __init__(self, advice: str, differs: str = "", label: PackLabel | None = None) -> None:
        super().__init__(advice)
        self.differs = differs
        self.label = label


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


class SafetyStops(PharmacyError):
    """Safety stops stand. `alerts` are those that nobody answered, or that nobody may set aside."""

    def __init__(self, alerts: tuple[Alert, ...]) -> None:
        ids = ", ".join(dict.fromkeys(alert.rule_id for alert in alerts))
        super().__init__(f"{ids} stops this medicine; answer a soft stop with a reason, or refuse")
        self.alerts = alerts


class OverrideUnfounded(PharmacyError):
    """A reason was given against a stop that is not there."""


class OutOfStock(PharmacyError):
    """The machine holds no usable pack of the medicine."""


class OrderInvalid(PharmacyError):
    """A physician's order that cannot be taken. `faults` names for each field to correct why (order_reading.Fault)."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {fault}" for field, fault in sorted(faults.items())))
        self.faults = dict(faults)


class OrderStepImpossible(PharmacyError):
    """An order cannot go from its present status to another one by a person's decision."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"an order that is {current} cannot become {wanted}; look at its present status")
        self.current = current


class OrderChanged(PharmacyError):
    """The order is no longer in the state that whoever decides saw."""


class OrderFilledAlready(PharmacyError):
    """Every supply of the order that may be filled is filled, or it allows none now."""


class SupplyOpen(PharmacyError):
    """A supply for the same reason already waits to be decided in this visit."""


class VisitNotAssessed(PharmacyError):
    """Nothing is supplied in a visit that has no result yet, or was cancelled: warning signs are not known."""


class FormularyChanged(PharmacyError):
    """A version of the formulary is stored with other content than the code has under that version."""


class ProductInvalid(PharmacyError):
    """A row of a list of products that cannot be stored. `line` and `field` name what to correct."""

    def __init__(self, line: int, field: str, advice: str) -> None:
        super().__init__(f"line {line}, {field}: {advice}")
        self.line = line
        self.field = field


class DrugRuleInvalid(PharmacyError):
    """A rule of drug data that cannot be right. `field` names what to look at."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class DrugDataError(PharmacyError):
    """Base of what keeps drug data from being imported; nothing is changed then."""


class DrugDataUnreadable(DrugDataError):
    """A file or answer that is not what it should be. The message says where and what to do."""


class DrugDataRefused(DrugDataError):
    """The data can be read, but not all of it is there, or rows of it cannot be taken."""


class DrugServiceUnavailable(DrugDataError):
    """A live service gave no answer, not a whole one, or said no."""


class DrugServiceQuota(DrugServiceUnavailable):
    """The day's requests to a live service are used up."""
