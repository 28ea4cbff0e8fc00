"""What a measured eye pressure asks for by itself, whatever the photograph shows."""

from dataclasses import dataclass

from risk.domain.features import IopMethod, RiskFactors
from risk.domain.urgency import Urgency
from screening.domain.rules import Rule

EMERGENCY_FROM_MMHG = 40.0  # rule RF-12


@dataclass(frozen=True)
class PressureRow:
    """From this pressure on, by Goldmann applanation in the higher eye, a patient is referred so soon."""

    from_mmhg: float
    urgency: Urgency
    due_in_days: int
    rule: Rule


# The most serious first.
PRESSURE_ROWS: tuple[PressureRow, ...] = (
    PressureRow(
        32.0,
        Urgency.URGENT,
        14,
        Rule("RR-18", "Eye pressure of 32 mmHg or more: hospital within 14 days", "facts 3.1", "K"),
    ),
    PressureRow(
        24.0,
        Urgency.ROUTINE,
        84,
        Rule(
            "RR-17",
            "Eye pressure of 24 mmHg or more by Goldmann, or by an unknown method: routine, within 12 weeks",
            "NICE NG81 1.1.1-1.1.5, facts 3.1",
            "V",
        ),
    ),
)
# A reading that must not refer by itself is measured again in time for the referral it might become.
CONFIRM_IN_DAYS: dict[str, int] = {"RR-18": 7, "RR-17": 28}
NOT_GOLDMANN = (IopMethod.NON_CONTACT, IopMethod.REBOUND)

RULES: tuple[Rule, ...] = (
    *(row.rule for row in PRESSURE_ROWS),
    Rule(
        "RA-05",
        "24 mmHg or more, not by Goldmann: measure again by Goldmann within 28 days, from 32 within 7; no referral yet",
        "NICE NG81 (never on non-contact alone), facts 3.1; days P",
        "V",
    ),
)


def higher_pressure(factors: RiskFactors) -> float | None:
    """The higher known pressure of both eyes, mmHg."""
    measured = (factors.measurements.iop_right_mmhg, factors.measurements.iop_left_mmhg)
    return max((value for value in measured if value is not None), default=None)


def is_emergency(factors: RiskFactors) -> bool:
    """By any method: a wrong reading is soon mended, a missed angle closure is not."""
    pressure = higher_pressure(factors)
    return pressure is not None and pressure >= EMERGENCY_FROM_MMHG


def pressure_row(factors: RiskFactors) -> PressureRow | None:
    """The row a pressure falls into, whatever it was measured by; None below all of them, or unmeasured."""
    pressure = higher_pressure(factors)
    if pressure is None:
        return None
    return next((row for row in PRESSURE_ROWS if pressure >= row.from_mmhg), None)


def may_refer(factors: RiskFactors) -> bool:
    """Whether the pressure counts by itself; one of unknown method does, because unknown is not safe."""
    return factors.measurements.iop_method not in NOT_GOLDMANN
