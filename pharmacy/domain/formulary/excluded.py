"""What the machine never holds, each with the rule that says why. Source: facts 2.1, last rows."""

from pharmacy.domain import rules
from pharmacy.domain.conditions import HEART_OR_VESSELS, KIDNEY_DISEASE
from pharmacy.domain.drug_rules import Route
from pharmacy.domain.formulary.entry import (
    GLAUCOMA,
    OTHER,
    PRESCRIPTION_IN_KOREA,
    REDNESS,
    AgeLimits,
    FormularyEntry,
    Supply,
)
from pharmacy.domain.substance_types import ALPHA_AGONIST_DROPS, CAI_DROPS, DECONGESTANT, SULFONAMIDE


def _never(
    rule_id: str, ingredient: str, atc: str, indication: str = OTHER, route: Route = Route.OCULAR
) -> FormularyEntry:
    return FormularyEntry(
        code=ingredient,
        rule_id=rule_id,
        ingredients=(ingredient,),
        atc=atc,
        form="bottle" if route is Route.OCULAR else "injection",
        strength="",
        indication=indication,
        supply=Supply.NEVER,
        route=route,
        legal_class=PRESCRIPTION_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    )


def _redness(ingredient: str, atc: str, rule_id: str, lower: int, medicine_class: str) -> FormularyEntry:
    return FormularyEntry(
        code=f"{ingredient}-redness",
        rule_id=rule_id,
        ingredients=(ingredient,),
        atc=atc,
        form="bottle",
        strength="",
        indication=REDNESS,
        supply=Supply.NEVER,
        medicine_class=medicine_class,
        doses_per_day_max=4,
        supply_days=3,
        contraindications=(HEART_OR_VESSELS,),
        age_limits={"KR": AgeLimits(lower=lower)},
    )


EXCLUDED: tuple[FormularyEntry, ...] = (
    # K; R KIDS: combinations with naphazoline not under 12 years, by the nose
    _redness("naphazoline", "S01GA01", rules.PH_DECONGESTANT, 6, DECONGESTANT),
    _redness("tetryzoline", "S01GA02", rules.PH_DECONGESTANT, 6, DECONGESTANT),
    # V ndclist 0536-1432
    _redness("brimonidine", "S01GA07", rules.PH_BRIMONIDINE_REDNESS, 5, ALPHA_AGONIST_DROPS),
    FormularyEntry(  # R KIDS 3, 4, 10
        code="acetazolamide-250",
        rule_id=rules.PH_ACETAZOLAMIDE,
        ingredients=("acetazolamide",),
        atc="S01EC01",
        form="tablet",
        strength="250 mg",
        indication=GLAUCOMA,
        supply=Supply.NEVER,
        medicine_class=CAI_DROPS,
        family=SULFONAMIDE,
        route=Route.ORAL,
        contraindications=(KIDNEY_DISEASE,),
        forbidden_allergies=("sulfonamide",),
        legal_class=PRESCRIPTION_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    ),
    _never(rules.PH_PILOCARPINE, "pilocarpine", "S01EB01", GLAUCOMA),
    _never(rules.PH_PRESCRIPTION_ONLY, "netarsudil", "S01EX05", GLAUCOMA),
    _never(rules.PH_PRESCRIPTION_ONLY, "diquafosol", "S01XA33"),
    _never(rules.PH_PRESCRIPTION_ONLY, "ciclosporin", "S01XA18"),
    _never(rules.PH_STEROID_ANTIBIOTIC, "fluorometholone", "S01BA07"),
    _never(rules.PH_STEROID_ANTIBIOTIC, "levofloxacin", "S01AE05"),
    _never(rules.PH_ANTI_VEGF, "ranibizumab", "S01LA04", route=Route.INJECTION),
    _never(rules.PH_ANTI_VEGF, "aflibercept", "S01LA05", route=Route.INJECTION),
)
