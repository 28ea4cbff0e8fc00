"""Everything a safety check knows of one person and one supply. What is not known is None or UNKNOWN."""

from dataclasses import dataclass, field
from datetime import date

from pharmacy.domain.drug_rules import DrugRules
from pharmacy.domain.duplicates import RecentSupply
from pharmacy.domain.formulary.entry import FormularyEntry, Supply
from pharmacy.domain.orders import PhysicianOrder
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_answers import SafetyAnswers
from risk.domain.features import Smoking


@dataclass(frozen=True)
class SafetyCase:
    """`age_years` are completed years. `red_flags` are codes of the assessment's red flags.

    `recent` are earlier supplies of ours, without the one that is checked. `confirmed` are the diagnoses
    that a clinician confirmed, by the indication of the formulary; None when nobody was asked.
    """

    answers: SafetyAnswers
    age_years: int | None
    policy: JurisdictionPolicy
    today: date
    red_flags: tuple[str, ...] = ()
    recent: tuple[RecentSupply, ...] = ()
    smoking: Smoking = Smoking.UNKNOWN
    confirmed: frozenset[str] | None = None
    order: PhysicianOrder | None = None
    drug_rules: DrugRules = field(default_factory=DrugRules)

    def doses_per_day(self, entry: FormularyEntry) -> int | None:
        """What the order says, and for what needs none the most that the label allows."""
        if entry.supply is not Supply.ORDERED:
            return entry.doses_per_day_max
        return self.order.doses_per_day if self.order else None

    def supply_days(self, entry: FormularyEntry) -> int | None:
        """Days that this supply is to last."""
        if entry.supply is Supply.ORDERED:
            return self.order.supply_days if self.order else None
        return entry.first_supply_days(self.policy)
