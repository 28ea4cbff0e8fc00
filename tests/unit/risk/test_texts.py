import re

import pytest
from django.utils import translation

from risk import texts
from risk.domain.bands import RiskBand
from risk.domain.disposition import ActionKind, Disposition
from risk.domain.indicators import Indicator
from risk.domain.next_question import POSSIBLE_ANSWERS
from risk.domain.plausibility import Implausibility
from risk.domain.policy import PolicyFault
from risk.domain.recall import RecallCause
from risk.domain.red_flags import RedFlag
from risk.domain.rules import RULES
from risk.domain.urgency import Urgency
from risk.domain.watching import Level, Measure
from risk.fusion.explain import PHOTOGRAPH
from risk.fusion.frame import COLUMN_NAMES
from screening.domain.findings import DISEASES
from screening.domain.laterality import Laterality

# Refusals, simulator, limits, questions, the night, the programme; and of the watch all but the hold itself.
WATCH = ("RW-01", "RW-02", "RW-03", "RW-04", "RW-06")
NO_REASONS = ("RP-", "RE-", "RT-", "RQ-", "RN-", "PI-", *WATCH)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (texts.DISPOSITIONS, Disposition),
        (texts.URGENCIES, Urgency),
        (texts.ACTIONS, ActionKind),
        (texts.BANDS, RiskBand),
        (texts.LABELS, DISEASES),
        (texts.EYES, Laterality),
        (texts.RED_FLAGS, RedFlag),
        (texts.RECALL_CAUSES, RecallCause),
        (texts.IMPLAUSIBLE, Implausibility),
        (texts.POLICY_FAULTS, PolicyFault),
        (texts.QUESTIONS, POSSIBLE_ANSWERS),
        (texts.MEASURES, Measure),
        (texts.MEASURES_EXPLAINED, Measure),
        (texts.INDICATORS, Indicator),
        (texts.LEVELS, Level),
        (texts.INPUTS, (PHOTOGRAPH, *COLUMN_NAMES)),
        (texts.REASONS, [rule.id for rule in RULES if not rule.id.startswith(NO_REASONS)]),
    ],
)
def test_every_code_has_words_and_every_word_a_code(words: dict[str, object], codes: list[str]) -> None:
    assert set(words) == {str(code) for code in codes}


@pytest.mark.parametrize(
    ("disposition", "kept", "words"),
    [
        (Disposition.SELF_CARE, False, "Nothing to treat now"),
        (Disposition.SELF_CARE, True, "Keep the appointment at the eye clinic"),
        (Disposition.MEDICINE, False, "A medicine can help"),
        (Disposition.MEDICINE, True, "Keep the appointment at the eye clinic. A medicine can help"),
    ],
)
def test_whoever_an_eye_clinic_expects_is_not_told_that_there_is_nothing(
    disposition: Disposition, words: str, *, kept: bool
) -> None:
    kinds = [ActionKind.ADVICE, *([ActionKind.KEEP_APPOINTMENT] if kept else [])]
    with translation.override("en"):
        assert texts.decision_text(disposition, kinds) == words


def test_a_reason_is_worded_with_what_it_applied_to() -> None:
    with translation.override("en"):
        assert texts.reason_text("RI-01", "eye=L") == (
            "The photograph of the left eye cannot be judged. Take it again."
        )
        assert "2026-12-01" in texts.reason_text("RK-01", "date=2026-12-01")
        assert texts.reason_text("RR-02", "label=G") == "The photograph shows signs of glaucoma."


def test_every_placeholder_is_a_parameter_of_its_rule() -> None:
    expected = {
        "RI-01": "eye",
        "RA-04": "eye",
        "RB-01": "label",
        "RB-02": "label",
        "RB-03": "label",
        "RG-01": "label",
        "RK-01": "date",
    }
    found = {code: re.findall(r"%\((\w+)\)s", str(text)) for code, text in texts.REASONS.items()}
    assert {code: names for code, names in found.items() if names} == {c: [n] for c, n in expected.items()}


def test_sentences_are_short() -> None:
    longest = max((str(text) for text in texts.REASONS.values()), key=len)
    assert len(longest) <= 100, longest
