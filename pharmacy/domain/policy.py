"""What the law of a country lets a machine hand out, as data.

Korea: selling outside a pharmacy is barred; the one route seen is the sandbox of 2022-06-20, for
over-the-counter items only, each sale released by a pharmacist over video. Source: facts 0.1 [V]; what
became of the sandbox after 2022 is not checked. Prescription items only as pick-up of a filled order:
field (b) 8 [K].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class LegalClass(StrEnum):
    """SUPPLEMENT is no medicine in law (Korea: health functional food [K])."""

    OVER_THE_COUNTER = "otc"
    PRESCRIPTION = "rx"
    SUPPLEMENT = "supplement"


class Handover(StrEnum):
    """How a machine may hand out a legal class; a class that a policy does not list it may not."""

    RELEASED_LIVE = "released-live"  # the licensed role talks to the patient and releases
    ORDERED = "ordered"  # on a physician's order, released by the licensed role
    FILLED_ORDER = "filled-order"  # pick-up of an order that a pharmacy has filled


@dataclass(frozen=True)
class JurisdictionPolicy:
    """`release_role` names the licensed role that must release every item (records role value).

    `labels_of` is the country whose legal classes and age limits of the formulary are read. `for_use` is
    False for an example: it is refused outside development.
    """

    name: str
    country: str
    labels_of: str
    handovers: Mapping[LegalClass, Handover]
    release_role: str
    first_supply_days_max: int
    refill_days_max: int
    guardian_under_years: int
    for_use: bool = True

    def needs_filled_order(self, legal_class: LegalClass) -> bool:
        return self.handovers.get(legal_class) is Handover.FILLED_ORDER

    def is_under_age(self, age_years: int) -> bool:
        """Whether somebody of that age needs a guardian beside them (PH-09)."""
        return age_years < self.guardian_under_years


KOREA = JurisdictionPolicy(
    name="korea",
    country="KR",
    labels_of="KR",
    handovers=MappingProxyType(
        {
            LegalClass.OVER_THE_COUNTER: Handover.RELEASED_LIVE,
            LegalClass.PRESCRIPTION: Handover.FILLED_ORDER,
            LegalClass.SUPPLEMENT: Handover.RELEASED_LIVE,
        }
    ),
    release_role="pharmacist",
    first_supply_days_max=14,
    refill_days_max=28,
    guardian_under_years=19,
)

# NOT FOR USE: no country's law. It shows what another policy can say; "ZZ" is no country in ISO 3166.
EXAMPLE_PERMISSIVE = JurisdictionPolicy(
    name="example-permissive",
    country="ZZ",
    labels_of="KR",
    handovers=MappingProxyType(
        {
            LegalClass.OVER_THE_COUNTER: Handover.RELEASED_LIVE,
            LegalClass.PRESCRIPTION: Handover.ORDERED,
            LegalClass.SUPPLEMENT: Handover.RELEASED_LIVE,
        }
    ),
    release_role="pharmacist",
    first_supply_days_max=28,
    refill_days_max=28,
    guardian_under_years=18,
    for_use=False,
)

POLICIES: tuple[JurisdictionPolicy, ...] = (KOREA, EXAMPLE_PERMISSIVE)


def policy_for(country: str, *, development: bool = False) -> JurisdictionPolicy | None:
    """The policy of a country (ISO 3166 alpha-2); None means blocked, not free.

    An example is found in development only, so that nobody goes live on it.
    """
    found = next((policy for policy in POLICIES if policy.country == country), None)
    return found if found and (found.for_use or development) else None
