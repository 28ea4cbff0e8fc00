"""What the machine may propose: symptom relief only, never a treatment of a fundus finding.

No fundus diagnosis has an over-the-counter cure (facts 0.2). Redness relievers, steroids, antibiotics,
oral acetazolamide and glaucoma drops are left out on purpose (facts 2.1).
"""

from dataclasses import dataclass

from pharmacy.domain import rules
from pharmacy.domain.policy import LegalClass
from pharmacy.domain.substances import ANTIALLERGIC, CELLULOSE_ETHER, TEARS

FORMULARY_VERSION = "2026.11-1"
DRY_EYE = "dry-eye"
OCULAR_ALLERGY = "ocular-allergy"


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

    `ask_under_years`: below it a pharmacist decides. `legal_class` and `age_limits` are per country
    (ISO 3166 alpha-2); a country that is not listed is unknown, not free.
    """

    code: str
    rule_id: str
    ingredient: str
    atc: str
    form: str
    strength: str
    indication: str
    medicine_class: str
    family: str
    excipients: tuple[str, ...]
    doses_per_day_max: int
    supply_days: int
    packs_per_supply: int
    ask_under_years: int
    legal_class: dict[str, LegalClass]
    age_limits: dict[str, AgeLimits]

    @property
    def preservative_free(self) -> bool:
        return "benzalkonium" not in self.excipients

    @property
    def is_antihistamine(self) -> bool:
        return self.medicine_class == ANTIALLERGIC


_OTC_IN_KOREA = {"KR": LegalClass.OVER_THE_COUNTER}

# In order of preference within an indication.
FORMULARY: tuple[FormularyEntry, ...] = (
    FormularyEntry(  # V dailypop 2018, donga 2024-11-19 (at most 6 a day), pressna (over the counter)
        code="carmellose-0.5-unit-dose",
        rule_id=rules.PH_CARMELLOSE,
        ingredient="carmellose",
        atc="S01XA20",
        form="unit-dose",
        strength="0.5 %",
        indication=DRY_EYE,
        medicine_class=TEARS,
        family=CELLULOSE_ETHER,
        excipients=(),
        doses_per_day_max=6,
        supply_days=14,
        packs_per_supply=1,
        ask_under_years=6,
        legal_class=_OTC_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    ),
    FormularyEntry(  # R ATC; K dose and preservative
        code="hypromellose-0.3",
        rule_id=rules.PH_HYPROMELLOSE,
        ingredient="hypromellose",
        atc="S01KA02",
        form="bottle",
        strength="0.3 %",
        indication=DRY_EYE,
        medicine_class=TEARS,
        family=CELLULOSE_ETHER,
        excipients=("benzalkonium",),
        doses_per_day_max=6,
        supply_days=14,
        packs_per_supply=1,
        ask_under_years=6,
        legal_class=_OTC_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    ),
    FormularyEntry(  # V DailyMed 0fe119ad; V dailypop: the Korean leaflet excludes under 6 and from 65
        code="ketotifen-0.025",
        rule_id=rules.PH_KETOTIFEN,
        ingredient="ketotifen",
        atc="S01GX08",
        form="bottle",
        strength="0.025 %",
        indication=OCULAR_ALLERGY,
        medicine_class=ANTIALLERGIC,
        family="",
        excipients=("benzalkonium",),
        doses_per_day_max=2,
        supply_days=14,
        packs_per_supply=1,
        ask_under_years=6,
        legal_class=_OTC_IN_KOREA,
        age_limits={"KR": AgeLimits(lower=6, upper=65)},
    ),
)


def entries_for(indication: str) -> tuple[FormularyEntry, ...]:
    """The medicines for an indication, best first; empty when the formulary has none."""
    return tuple(entry for entry in FORMULARY if entry.indication == indication)


def entry_by_code(code: str) -> FormularyEntry:
    """The entry of a code. Raises KeyError for a code that is not in this formulary version."""
    for entry in FORMULARY:
        if entry.code == code:
            return entry
    raise KeyError(code)
