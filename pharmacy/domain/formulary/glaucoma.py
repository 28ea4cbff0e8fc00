"""Glaucoma drops: only the refill of a physician's order; a photograph never starts them (facts 0.2).

Source: facts 2.1. An open bottle keeps 28 days (facts 2.1, 2.5). "Adult" is read as 19 years in Korea [K].
"""

from typing import Any

from pharmacy.domain import rules
from pharmacy.domain.conditions import (
    ASTHMA_OR_COPD,
    EYE_INFLAMMATION,
    HEART_FAILURE,
    KIDNEY_DISEASE,
    LIVER_DISEASE,
    SLOW_HEART,
)
from pharmacy.domain.formulary.entry import (
    GLAUCOMA,
    PRESCRIPTION_IN_KOREA,
    AgeLimits,
    FormularyEntry,
    Supply,
)
from pharmacy.domain.substance_types import (
    ALPHA_AGONIST_DROPS,
    BETA_BLOCKER_DROPS,
    CAI_DROPS,
    PROSTAGLANDIN,
    SULFONAMIDE,
)

_ADULT = AgeLimits(lower=19)
_PRESERVED = ("benzalkonium",)


def _refill(
    code: str, rule_id: str, ingredient: str, atc: str, *, age: AgeLimits = _ADULT, **more: Any
) -> FormularyEntry:
    return FormularyEntry(
        code=code,
        rule_id=rule_id,
        ingredients=(ingredient,),
        atc=atc,
        form="bottle",
        indication=GLAUCOMA,
        supply=Supply.ORDERED,
        supply_days=28,
        opened_days=28,
        excipients=_PRESERVED,
        legal_class=PRESCRIPTION_IN_KOREA,
        age_limits={"KR": age},
        **more,
    )


def _prostaglandin(ingredient: str, strength: str, rule_id: str, atc: str, age: AgeLimits) -> FormularyEntry:
    return _refill(
        f"{ingredient}-{strength}",
        rule_id,
        ingredient,
        atc,
        age=age,
        strength=f"{strength} %",
        medicine_class=PROSTAGLANDIN,
        doses_per_day_max=1,  # R KIDS cpct: one drop a day
        cautions=(EYE_INFLAMMATION,),
    )


def _beta_blocker(ingredient: str, strength: str, rule_id: str, atc: str, age: AgeLimits) -> FormularyEntry:
    return _refill(
        f"{ingredient}-{strength}",
        rule_id,
        ingredient,
        atc,
        age=age,
        strength=f"{strength} %",
        medicine_class=BETA_BLOCKER_DROPS,
        doses_per_day_max=2,  # V doctor123 3836, MIMS iotim
        contraindications=(ASTHMA_OR_COPD, SLOW_HEART, HEART_FAILURE),
    )


def _inhibitor(ingredient: str, strength: str, atc: str) -> FormularyEntry:
    return _refill(
        f"{ingredient}-{strength}",
        rules.PH_CAI_DROPS,
        ingredient,
        atc,
        strength=f"{strength} %",
        medicine_class=CAI_DROPS,
        family=SULFONAMIDE,
        doses_per_day_max=3,  # V MIMS Trusopt
        contraindications=(KIDNEY_DISEASE,),
        cautions=(LIVER_DISEASE,),
        forbidden_allergies=("sulfonamide",),
    )


# V MIMS: some labels of timolol exclude children under 12; the stricter one is taken.
_TIMOLOL_AGE = AgeLimits(lower=12)

GLAUCOMA_REFILLS: tuple[FormularyEntry, ...] = (
    _prostaglandin("latanoprost", "0.005", rules.PH_LATANOPROST, "S01EE01", _ADULT),
    _prostaglandin("travoprost", "0.004", rules.PH_PROSTAGLANDINS, "S01EE04", AgeLimits(lower=18)),
    _prostaglandin("tafluprost", "0.0015", rules.PH_PROSTAGLANDINS, "S01EE05", AgeLimits(lower=18)),
    _prostaglandin("bimatoprost", "0.01", rules.PH_PROSTAGLANDINS, "S01EE03", AgeLimits(lower=18)),
    _beta_blocker("timolol", "0.25", rules.PH_TIMOLOL, "S01ED01", _TIMOLOL_AGE),
    _beta_blocker("timolol", "0.5", rules.PH_TIMOLOL, "S01ED01", _TIMOLOL_AGE),
    _beta_blocker("carteolol", "1", rules.PH_CARTEOLOL, "S01ED05", _ADULT),
    _beta_blocker("betaxolol", "0.5", rules.PH_CARTEOLOL, "S01ED02", _ADULT),
    *(
        _refill(
            f"brimonidine-{strength}",
            rules.PH_BRIMONIDINE,
            "brimonidine",
            "S01EA05",
            age=AgeLimits(lower=2),  # R KIDS 21: not under 2 years
            strength=f"{strength} %",
            medicine_class=ALPHA_AGONIST_DROPS,
            doses_per_day_max=3,
            ask_under_years=8,  # V prescriberpoint: somnolence in 50 to 83 % at 2 to 7 years
        )
        for strength in ("0.1", "0.15", "0.2")
    ),
    _inhibitor("dorzolamide", "2", "S01EC03"),
    _inhibitor("brinzolamide", "1", "S01EC04"),
)
