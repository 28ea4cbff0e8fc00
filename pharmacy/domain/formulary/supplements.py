"""The supplement for confirmed intermediate macular degeneration. Source: facts 2.1, AREDS2 row.

Vitamin C 500 mg, E 400 IU, lutein 10 mg, zeaxanthin 2 mg, zinc 80 or 25 mg, copper 2 mg; no β-carotene.
"""

from pharmacy.domain import rules
from pharmacy.domain.conditions import WILSON
from pharmacy.domain.drug_rules import Route
from pharmacy.domain.formulary.entry import AMD_INTERMEDIATE, AgeLimits, FormularyEntry, Supply
from pharmacy.domain.policy import LegalClass
from pharmacy.domain.substance_types import SUPPLEMENT

_VITAMINS = ("copper", "vitamin-c", "vitamin-e", "zinc")

SUPPLEMENTS: tuple[FormularyEntry, ...] = (
    FormularyEntry(  # V campaign-archive AREDS2, V fexania; K the rest, and that Korea has it as a supplement
        code="areds2",
        rule_id=rules.PH_AREDS2,
        ingredients=("areds2", *_VITAMINS),
        atc="",
        form="capsule",
        strength="C 500 mg, E 400 IU, lutein 10 mg, zeaxanthin 2 mg, Zn 80 mg, Cu 2 mg",
        indication=AMD_INTERMEDIATE,
        supply=Supply.CONFIRMED_DIAGNOSIS,
        medicine_class=SUPPLEMENT,
        route=Route.ORAL,
        doses_per_day_max=2,
        supply_days=30,
        contraindications=(WILSON,),
        legal_class={"KR": LegalClass.SUPPLEMENT},
        age_limits={"KR": AgeLimits(lower=19)},
    ),
    FormularyEntry(  # V campaign-archive AREDS2: lung cancer 2.0 against 0.9 %; only what somebody else ordered
        code="areds-beta-carotene",
        rule_id=rules.PH_AREDS_CAROTENE,
        ingredients=("beta-carotene", *_VITAMINS),
        atc="",
        form="capsule",
        strength="C 500 mg, E 400 IU, β-carotene 15 mg, Zn 80 mg, Cu 2 mg",
        indication=AMD_INTERMEDIATE,
        supply=Supply.ORDERED,
        medicine_class=SUPPLEMENT,
        route=Route.ORAL,
        doses_per_day_max=2,
        supply_days=30,
        contraindications=(WILSON,),
        legal_class={"KR": LegalClass.SUPPLEMENT},
        age_limits={"KR": AgeLimits(lower=19)},
    ),
)
