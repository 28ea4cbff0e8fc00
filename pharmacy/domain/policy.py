"""What the law of a country lets a machine hand out, as data.

Korea: selling outside a pharmacy is barred; the one route seen is the sandbox of 2022-06-20, for
over-the-counter items only, each sale released by a pharmacist over video. Source: facts 0.1 [V]; what
became of the sandbox after 2022 is not checked.
"""

from dataclasses import dataclass
from enum import StrEnum


class LegalClass(StrEnum):
    OVER_THE_COUNTER = "otc"
    PRESCRIPTION = "rx"


@dataclass(frozen=True)
class JurisdictionPolicy:
    """`release_role` names the licensed role that must release every item (records role value)."""

    country: str
    allowed: frozenset[LegalClass]
    release_role: str
    first_supply_days_max: int
    guardian_under_years: int


POLICIES: tuple[JurisdictionPolicy, ...] = (
    JurisdictionPolicy(
        country="KR",
        allowed=frozenset({LegalClass.OVER_THE_COUNTER}),
        release_role="pharmacist",
        first_supply_days_max=14,
        guardian_under_years=19,
    ),
)


def policy_for(country: str) -> JurisdictionPolicy | None:
    """The policy of a country (ISO 3166 alpha-2); None means blocked, not free."""
    return next((policy for policy in POLICIES if policy.country == country), None)
