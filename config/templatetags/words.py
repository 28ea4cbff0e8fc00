"""Codes into words and stored dates into local ones, for templates."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

import pharmacy.texts
import referrals.texts
import risk.texts
import screening.texts
from config.case_list import CaseState
from config.failure_words import failure_in_words
from pharmacy.models import LedgerKind, OverrideReason, PrescriptionStatus, RefusalCode
from records.models import Sex
from risk.models import RecallState

register = template.Library()

STATES: Mapping[str, LazyText] = {
    CaseState.OPEN: _("Taking photographs"),
    CaseState.WAITING: _("Waiting"),
    CaseState.FAILED: _("Failed"),
    CaseState.RESULTED: _("Resulted"),
    CaseState.CANCELLED: _("Cancelled"),
}
STEPS: Mapping[str, LazyText] = {
    "screening.score_exam": _("Scoring the photographs"),
    "screening.make_derivatives": _("Making the display copies"),
    "screening.rescore_exam": _("Scoring the photographs again"),
    "risk.assess_exam": _("Weighing the risk"),
    "config.open_grading": _("Asking a person to read the photographs"),
    "pharmacy.propose_medicine": _("Proposing a medicine"),
    "pharmacy.dispense_packs": _("Having the machine hand out a medicine"),
    "referrals.propose_referral": _("Proposing a hospital"),
    "referrals.rematch_referral": _("Proposing another hospital"),
}
LIKENESSES: Mapping[str, LazyText] = {
    "same": _("the same name and birth date"),
    "same-birth-date": _("the same birth date and a similar name"),
    "near-birth-date": _("the same name and a birth date that differs by a slip of the pen"),
    "same-name": _("the same name, a birth date is not known"),
}
EVIDENCE: Mapping[str, LazyText] = {
    "V": _("read in the source"),
    "R": _("read in a public file"),
    "K": _("not checked yet"),
    "P": _("policy of this product"),
}
TIERS: Mapping[str, LazyText] = {
    "hard": _("must not be given"),
    "soft": _("a pharmacist decides"),
    "info": _("to know"),
}
NIGHT_SHOWN = {"bands": _("In another band"), "overdue": _("Newly overdue"), "all": _("All changes")}

WORDS: Mapping[str, Mapping[str, LazyText]] = {
    "amd": screening.texts.AMD_STAGES,
    "icdr": screening.texts.ICDR,
    "night-shown": NIGHT_SHOWN,
    "override": screening.texts.OVERRIDE_REASONS,
    "read-field": {**risk.texts.LABELS, **screening.texts.GRADES},
    "read": screening.texts.READ_POSITIONS,
    "recall-state": dict(RecallState.choices),
    "action": risk.texts.ACTIONS,
    "allergy": pharmacy.texts.ALLERGIES,
    "illness": pharmacy.texts.CONDITIONS,
    "legal-class": pharmacy.texts.LEGAL_CLASSES,
    "supply": pharmacy.texts.SUPPLIES,
    "band": risk.texts.BANDS,
    "capability": referrals.texts.CAPABILITIES,
    "decision": screening.texts.DECISIONS,
    "directions": pharmacy.texts.DIRECTIONS,
    "disposition": risk.texts.DISPOSITIONS,
    "evidence": EVIDENCE,
    "eye": screening.texts.EYES,
    "gradability": screening.texts.GRADABILITIES,
    "indication": pharmacy.texts.INDICATIONS,
    "input": risk.texts.INPUTS,
    "label": risk.texts.LABELS,
    "likeness": LIKENESSES,
    "medicine": pharmacy.texts.MEDICINES,
    "prescription": dict(PrescriptionStatus.choices),
    "quality": screening.texts.QUALITY_REASONS,
    "question": risk.texts.QUESTIONS,
    "recall": risk.texts.RECALL_CAUSES,
    "red-flag": risk.texts.RED_FLAGS,
    "referral": referrals.texts.STATUSES,
    "referral-decision": referrals.texts.DECISIONS,
    "refusal": dict(RefusalCode.choices),
    "silence": referrals.texts.SILENCES,
    "rescore-cause": risk.texts.RESCORE_CAUSES,
    "retake": screening.texts.RETAKE_ADVICE,
    "safety-override": dict(OverrideReason.choices),
    "state": STATES,
    "step": STEPS,
    "difference": pharmacy.texts.DIFFERENCES,
    "storage": pharmacy.texts.STORAGES,
    "drug-data": {name: capfirst(words) for name, words in pharmacy.texts.NEEDS.items()},
    "ledger": dict(LedgerKind.choices),
    "tier": TIERS,
    "urgency": risk.texts.URGENCIES,
    "sex": dict(Sex.choices),
    "watch-help": risk.texts.MEASURES_EXPLAINED,
    "watch-level": risk.texts.LEVELS,
    "watch-measure": {**risk.texts.MEASURES, **risk.texts.INDICATORS},
}


@register.filter
def word(code: str, kind: str) -> str:
    """`{{ urgency|word:"urgency" }}`; a code of a later or earlier version without a word stays a code."""
    return str(WORDS[kind].get(code, code))


@register.filter
def rung(number: int) -> str:
    """How far an alarm has climbed, in words."""
    return str(referrals.texts.RUNGS[str(number)])


register.filter("failure", failure_in_words)


@register.filter
def day(value: date | str | None) -> str:
    """A date as ISO 8601: the same in both languages and never mistaken."""
    return value.isoformat() if isinstance(value, date) else value or ""


@register.filter
def moment(value: datetime) -> str:
    """A moment to the minute, in the clinic's time zone."""
    return f"{localtime(value):%Y-%m-%d %H:%M}"


@register.filter
def clock(value: datetime) -> str:
    """The minute of a moment whose day stands above it, in the clinic's time zone."""
    return f"{localtime(value):%H:%M}"


@register.filter
def percent(value: float | None) -> str:
    """A probability in percent: whole numbers, and one place below ten where it matters."""
    if value is None:
        return "–"
    shown = value * 100
    return f"{shown:.1f} %" if shown < 9.95 else f"{shown:.0f} %"
