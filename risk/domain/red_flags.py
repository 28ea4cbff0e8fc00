"""Answers that send a patient to a hospital whatever the photographs show."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from risk.domain.eye_pressure import is_emergency
from risk.domain.features import RiskFactors
from risk.domain.urgency import Urgency
from screening.domain.rules import Rule

# Source: NICE NG136 as cited in facts 3.1 (V): either pressure alone is enough.
SEVERE_SYSTOLIC_MMHG = 180
SEVERE_DIASTOLIC_MMHG = 120
GIANT_CELL_ARTERITIS_FROM_AGE_YEARS = 50  # facts 3.2 (K)
CHILD_UP_TO_AGE_YEARS = 17  # facts 3.1: leukocoria in a child is urgent (K)


class RedFlag(StrEnum):
    SUDDEN_VISION_LOSS = "sudden-vision-loss"
    CURTAIN_OR_FLASHES = "curtain-or-flashes"
    PAINFUL_RED_EYE = "painful-red-eye"
    HALOS_WITH_HEADACHE = "halos-with-headache"
    TRAUMA_OR_CHEMICAL = "trauma-or-chemical"
    DOUBLE_VISION = "double-vision"
    DISTORTED_LINES = "distorted-lines"
    GIANT_CELL_ARTERITIS = "giant-cell-arteritis"
    PAIN_AFTER_SURGERY = "pain-after-surgery"
    WHITE_PUPIL_IN_CHILD = "white-pupil-in-child"
    SEVERE_BLOOD_PRESSURE = "severe-blood-pressure"
    VERY_HIGH_EYE_PRESSURE = "very-high-eye-pressure"


@dataclass(frozen=True)
class RedFlagRow:
    """One red flag: when it is raised and how soon the patient must be seen (0 days is the same day)."""

    flag: RedFlag
    urgency: Urgency
    due_in_days: int
    raised_by: Callable[[RiskFactors], bool]
    rule: Rule


def _giant_cell_arteritis(factors: RiskFactors) -> bool:
    old_enough = factors.age_years is None or factors.age_years >= GIANT_CELL_ARTERITIS_FROM_AGE_YEARS
    return old_enough and factors.symptoms.jaw_pain_or_scalp_tenderness is True


def child_or_unknown_age(factors: RiskFactors) -> bool:
    """Whether the rules of children apply: unknown is not safe."""
    return factors.age_years is None or factors.age_years <= CHILD_UP_TO_AGE_YEARS


def _white_pupil_in_child(factors: RiskFactors) -> bool:
    return child_or_unknown_age(factors) and factors.symptoms.white_pupil is True


def _severe_blood_pressure(factors: RiskFactors) -> bool:
    systolic, diastolic = factors.systolic_mmhg, factors.diastolic_mmhg
    return (systolic is not None and systolic >= SEVERE_SYSTOLIC_MMHG) or (
        diastolic is not None and diastolic >= SEVERE_DIASTOLIC_MMHG
    )


def _same_day(
    flag: RedFlag,
    raised_by: Callable[[RiskFactors], bool],
    rule_id: str,
    text: str,
    source: str,
    evidence: str,
) -> RedFlagRow:
    return RedFlagRow(flag, Urgency.STAT, 0, raised_by, Rule(rule_id, text, source, evidence))


RED_FLAGS: tuple[RedFlagRow, ...] = (
    _same_day(
        RedFlag.SUDDEN_VISION_LOSS,
        lambda factors: factors.symptoms.sudden_vision_loss is True,
        "RF-01",
        "Sudden loss of vision: hospital the same day",
        "facts 3.1 (artery occlusion, detachment), 3.2",
        "K",
    ),
    _same_day(
        RedFlag.CURTAIN_OR_FLASHES,
        lambda factors: factors.symptoms.curtain_or_flashes_with_floaters is True,
        "RF-02",
        "New floaters with flashes, a curtain or lost field: hospital the same day",
        "facts 3.2 (droracle 877161, secondary source)",
        "V",
    ),
    _same_day(
        RedFlag.PAINFUL_RED_EYE,
        lambda factors: factors.symptoms.painful_red_eye is True,
        "RF-03",
        "Painful red eye, light hurts, or pain under a contact lens: hospital the same day",
        "facts 3.2",
        "K",
    ),
    _same_day(
        RedFlag.HALOS_WITH_HEADACHE,
        lambda factors: factors.symptoms.halos_with_headache is True,
        "RF-04",
        "Halos with headache or nausea (acute angle closure): hospital the same day",
        "facts 3.1 (glaucoma row), 3.2",
        "K",
    ),
    _same_day(
        RedFlag.TRAUMA_OR_CHEMICAL,
        lambda factors: factors.symptoms.trauma_or_chemical is True,
        "RF-05",
        "Injury or chemical in the eye: hospital the same day",
        "facts 3.2",
        "K",
    ),
    _same_day(
        RedFlag.DOUBLE_VISION,
        lambda factors: factors.symptoms.double_vision is True,
        "RF-06",
        "New double vision or unequal pupils: hospital the same day",
        "facts 3.2",
        "K",
    ),
    RedFlagRow(
        RedFlag.DISTORTED_LINES,
        Urgency.ASAP,
        1,
        lambda factors: factors.symptoms.distorted_lines is True,
        Rule(
            "RF-07",
            "Straight lines look bent (late wet macular degeneration suspected): macula service within 1 day",
            "NICE NG82 as cited in facts 3.1; 3.2",
            "V",
        ),
    ),
    _same_day(
        RedFlag.GIANT_CELL_ARTERITIS,
        _giant_cell_arteritis,
        "RF-08",
        "Jaw pain on chewing or tender scalp at 50 years or over, or at unknown age: hospital the same day",
        "facts 3.2",
        "K",
    ),
    _same_day(
        RedFlag.PAIN_AFTER_SURGERY,
        lambda factors: factors.symptoms.pain_after_eye_surgery is True,
        "RF-09",
        "Pain after eye surgery: hospital the same day",
        "facts 3.2",
        "K",
    ),
    RedFlagRow(
        RedFlag.WHITE_PUPIL_IN_CHILD,
        Urgency.URGENT,
        14,
        _white_pupil_in_child,
        Rule(
            "RF-10",
            "White pupil under 18 years, or at unknown age: hospital within 14 days",
            "facts 3.1 (cataract row), 3.2",
            "K",
        ),
    ),
    _same_day(
        RedFlag.SEVERE_BLOOD_PRESSURE,
        _severe_blood_pressure,
        "RF-11",
        "Systolic 180 mmHg or more, or diastolic 120 mmHg or more: emergency the same day, because "
        "confusion, chest pain and kidney injury were not asked and unknown counts as present",
        "NICE NG136 as cited in facts 3.1; 3.2",
        "V",
    ),
    _same_day(
        RedFlag.VERY_HIGH_EYE_PRESSURE,
        is_emergency,
        "RF-12",
        "Eye pressure of 40 mmHg or more in either eye, by any method: hospital the same day",
        "facts 3.1 (glaucoma row)",
        "K",
    ),
)

# Answers that could still raise a flag while they are unknown.
RED_FLAG_SYMPTOMS: tuple[str, ...] = (
    "sudden_vision_loss",
    "curtain_or_flashes_with_floaters",
    "painful_red_eye",
    "halos_with_headache",
    "trauma_or_chemical",
    "double_vision",
    "distorted_lines",
    "jaw_pain_or_scalp_tenderness",
    "pain_after_eye_surgery",
)
CHILD_SYMPTOM = "white_pupil"  # raises a flag in children only (RF-10), so only there is it an open question
RULES: tuple[Rule, ...] = tuple(row.rule for row in RED_FLAGS)


def red_flags_raised(factors: RiskFactors) -> tuple[RedFlagRow, ...]:
    """The red flags these answers raise, in table order. An unknown answer raises none. Source: facts 3.2."""
    return tuple(row for row in RED_FLAGS if row.raised_by(factors))


def red_flags_unanswered(factors: RiskFactors) -> tuple[str, ...]:
    """The red-flag symptoms nobody asked about, by field name."""
    asked = (*RED_FLAG_SYMPTOMS, *([CHILD_SYMPTOM] if child_or_unknown_age(factors) else []))
    return tuple(name for name in asked if getattr(factors.symptoms, name) is None)
