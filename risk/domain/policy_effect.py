"""What a policy makes of a visit that is already decided: whether a hospital or an early recall follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from risk.domain.bands import RiskBand
from screening.domain.findings import Label


@dataclass(frozen=True)
class DecidedVisit:
    """What no policy touches.

    `referred_anyway`: a finding, a red flag or a photograph that failed twice asks for a hospital. `found`: labels
    with a finding, graded mild or not; `denied`: labels of which a person saw no sign in either eye.
    """

    referred_anyway: bool
    found: frozenset[Label] = frozenset()
    denied: frozenset[Label] = frozenset()


@dataclass(frozen=True)
class Effect:
    """`referred`: to a hospital, or an appointment is kept in its place; `recalled`: in six months and nothing more."""

    referred: bool
    recalled: bool


def effect_of(visit: DecidedVisit, bands: Mapping[Label, RiskBand]) -> Effect:
    """What follows from these bands, as `risk.domain.decide.decide_case` decides it (rules RB-01, RB-02, RB-03)."""
    high = {label for label, band in bands.items() if band is RiskBand.HIGH}
    raised = {label for label, band in bands.items() if band is RiskBand.RAISED} | (high & visit.denied)
    referred = visit.referred_anyway or bool(high - visit.found - visit.denied)
    return Effect(referred, recalled=bool(raised) and not referred)
