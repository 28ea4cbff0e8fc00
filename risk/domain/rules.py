"""Every rule of this app, as docs/CLINICAL_RULES.md lists them, and the version a decision was made under."""

from risk.domain import (
    bands,
    decide,
    epidemiology,
    eye_pressure,
    indicators,
    next_question,
    plausibility,
    policy,
    recall,
    red_flags,
    referral_need,
    rescoring,
    watching,
)
from screening.domain.rules import Rule

# Raise with every change of a rule, a number or a table in this package: it is stored with each assessment.
RULES_VERSION = "2026.11.7"

RULES: tuple[Rule, ...] = (
    *red_flags.RULES,
    *referral_need.RULES,
    *eye_pressure.RULES,
    *bands.RULES,
    *policy.RULES,
    *next_question.RULES,
    *decide.RULES,
    *recall.RULES,
    *plausibility.RULES,
    *epidemiology.RULES,
    *rescoring.RULES,
    *watching.RULES,
    *indicators.RULES,
)
