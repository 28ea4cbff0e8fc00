"""What a medicine in use means for an eye medicine. Source: interactions column of facts 2.1."""

from dataclasses import dataclass

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.formulary.entry import FormularyEntry
from pharmacy.domain.substance_types import (
    AIRWAY_OPENING,
    ALPHA_AGONIST_DROPS,
    ANTICOAGULANT,
    ANTIHYPERTENSIVE,
    BETA_BLOCKER,
    BETA_BLOCKER_DROPS,
    CAI_DROPS,
    CAI_ORAL,
    CHELATED,
    CNS_DEPRESSANT,
    DECONGESTANT,
    GLUCOSE_LOWERING,
    GLYCOSIDE,
    HEART_SLOWING,
    MAO_INHIBITOR,
    SALICYLATE,
    SUPPLEMENT,
    TRICYCLIC,
)
from pharmacy.domain.substances import substances_named_in


@dataclass(frozen=True)
class Interaction:
    """A class of eye medicines with a medicine in use that has one of the effects."""

    rule_id: str
    tier: Tier
    medicine_class: str
    effects: frozenset[str]


def _row(rule_id: str, tier: Tier, medicine_class: str, *effects: str) -> Interaction:
    return Interaction(rule_id, tier, medicine_class, frozenset(effects))


INTERACTIONS: tuple[Interaction, ...] = (
    _row(rules.PH_MAO_INHIBITOR, Tier.HARD, ALPHA_AGONIST_DROPS, MAO_INHIBITOR),
    _row(rules.PH_MAO_INHIBITOR, Tier.HARD, DECONGESTANT, MAO_INHIBITOR),
    _row(rules.PH_HEART_SLOWED, Tier.SOFT, BETA_BLOCKER_DROPS, BETA_BLOCKER, HEART_SLOWING),
    _row(rules.PH_AIRWAYS, Tier.SOFT, BETA_BLOCKER_DROPS, AIRWAY_OPENING),
    _row(rules.PH_SEDATION, Tier.SOFT, ALPHA_AGONIST_DROPS, CNS_DEPRESSANT, TRICYCLIC),
    _row(rules.PH_PRESSURE_LOWERED, Tier.INFO, ALPHA_AGONIST_DROPS, ANTIHYPERTENSIVE, GLYCOSIDE),
    _row(rules.PH_CAI_TWICE, Tier.SOFT, CAI_DROPS, CAI_ORAL),
    _row(rules.PH_SALICYLATE, Tier.SOFT, CAI_DROPS, SALICYLATE),
    _row(rules.PH_WARFARIN, Tier.SOFT, SUPPLEMENT, ANTICOAGULANT),
    _row(rules.PH_CHELATION, Tier.INFO, SUPPLEMENT, CHELATED),
    _row(rules.PH_LOW_SUGAR, Tier.INFO, BETA_BLOCKER_DROPS, GLUCOSE_LOWERING),
)


def check_interactions(entry: FormularyEntry, reported: tuple[str, ...] | None) -> tuple[Alert, ...]:
    """Alerts of PH-72 to PH-81. An unknown list is stopped by the duplicate check (PH-03)."""
    named = tuple(substance for text in reported or () for substance in substances_named_in(text))
    return tuple(
        Alert(row.rule_id, row.tier, entry.code, substance.code)
        for row in INTERACTIONS
        if row.medicine_class == entry.medicine_class
        for substance in named
        if row.effects & substance.effects
    )
