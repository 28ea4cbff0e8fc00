"""What the formulary says of one medicine."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pharmacy.domain.drug_rules import Route, ingredient_key
from pharmacy.domain.policy import JurisdictionPolicy, LegalClass
from pharmacy.domain.substance_types import ANTIALLERGIC

DRY_EYE: Final = "dry-eye"
OCULAR_ALLERGY: Final = "ocular-allergy"
AMD_INTERMEDIATE: Final = "amd-intermediate"
GLAUCOMA: Final = "glaucoma"
REDNESS: Final = "redness"
OTHER: Final = "other"

OTC_IN_KOREA = {"KR": LegalClass.OVER_THE_COUNTER}
PRESCRIPTION_IN_KOREA = {"KR": LegalClass.PRESCRIPTION}


class Supply(StrEnum):
    """When the machine may have anything to do with a medicine."""

    SYMPTOM_RELIEF = "symptom-relief"  # may be proposed for a symptom
    CONFIRMED_DIAGNOSIS = "confirmed-diagnosis"  # only for a diagnosis that a clinician confirmed
    ORDERED = "ordered"  # only on a physician's order, as its refill
    NEVER = "never"  # left out on purpose


@dataclass(frozen=True)
class AgeLimits:
    """Whole years in which the label of a country allows the medicine; `upper` is the first age refused."""

    lower: int = 0
    upper: int | None = None

    def allow(self, age_years: int) -> bool:
        return self.lower <= age_years and (self.upper is None or age_years < self.upper)


@dataclass(frozen=True)
class FormularyEntry:
    """One medicine. Supply is counted in packs; `supply_days` is what one supply lasts at most.

    `doses_per_day_max`: drops in each eye, or capsules. `opened_days`: how long an open bottle keeps; None for
    what is used at once. `ask_under_years`: below it a pharmacist decides. `legal_class` and `age_limits` are
    per country (ISO 3166 alpha-2); a country that is not listed is unknown, not free. `contraindications`
    stop for good and `cautions` ask (`conditions`); `forbidden_allergies` are substances beyond the
    ingredients that the label names. The rule of `rule_id` carries source and evidence.
    """

    code: str
    rule_id: str
    ingredients: tuple[str, ...]
    atc: str
    form: str
    strength: str
    indication: str
    supply: Supply
    medicine_class: str = ""
    family: str = ""
    excipients: tuple[str, ...] = ()
    route: Route = Route.OCULAR
    doses_per_day_max: int = 0
    supply_days: int = 0
    packs_per_supply: int = 1
    opened_days: int | None = None
    ask_under_years: int = 0
    contraindications: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    forbidden_allergies: tuple[str, ...] = ()
    legal_class: dict[str, LegalClass] = field(default_factory=dict)
    age_limits: dict[str, AgeLimits] = field(default_factory=dict)

    def first_supply_days(self, policy: JurisdictionPolicy) -> int:
        """Days that a supply without an order lasts where a policy holds."""
        return min(self.supply_days, policy.first_supply_days_max)

    def longest_supply_days(self, policy: JurisdictionPolicy) -> int:
        """Days that any supply of it may last where a policy holds: of a physician's order, or without one."""
        if self.supply is Supply.ORDERED:
            return min(self.supply_days, policy.refill_days_max)
        return self.first_supply_days(policy)

    @property
    def ingredient(self) -> str:
        """The key of what is in it, as drug rules name it."""
        return ingredient_key(*self.ingredients)

    @property
    def preservative_free(self) -> bool:
        return "benzalkonium" not in self.excipients

    @property
    def is_antihistamine(self) -> bool:
        return self.medicine_class == ANTIALLERGIC
