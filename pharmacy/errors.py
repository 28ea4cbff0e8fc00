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


class StockChanged(PharmacyError):
    """A lot no longer holds what was to be taken from it; the work is simply tried again."""


class PrescriptionClosed(PharmacyError):
    """The prescription is no longer in a state that allows this step."""
