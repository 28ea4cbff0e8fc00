"""Why a patient must see a hospital, and how soon: the table of criteria and timelines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from risk.domain.bands import RiskBand
from risk.domain.disposition import Action, ActionKind, Reason
from risk.domain.eye_pressure import may_refer, pressure_row
from risk.domain.features import RiskFactors
from risk.domain.red_flags import RedFlag, RedFlagRow, child_or_unknown_age, red_flags_raised
from risk.domain.severity_rows import RULES as SEVERITY_RULES
from risk.domain.severity_rows import SeverityRow, severity_row
from risk.domain.urgency import Urgency, most_urgent
from screening.domain.exam_result import ExamResult
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.rules import Rule


@dataclass(frozen=True)
class ReferralRow:
    """The row a positive finding takes while nobody has graded its severity: the serious one."""

    label: Label
    urgency: Urgency
    due_in_days: int
    applies: Callable[[RiskFactors], bool]
    rule: Rule


@dataclass(frozen=True)
class ReferralNeed:
    """One reason to refer. Several become one referral: a patient has one open request."""

    urgency: Urgency
    due_in_days: int
    reason: Reason
    label: Label | None = None
    red_flag: RedFlag | None = None


def _always(_: RiskFactors) -> bool:
    return True


def _distortion_not_denied(factors: RiskFactors) -> bool:
    return factors.symptoms.distorted_lines is not False


def _sudden_loss_not_denied(factors: RiskFactors) -> bool:
    """The signs of an occluded artery and a detached retina, which a photograph alone may call "other"."""
    asked = (factors.symptoms.sudden_vision_loss, factors.symptoms.curtain_or_flashes_with_floaters)
    return any(told is not False for told in asked)


REFERRAL_ROWS: tuple[ReferralRow, ...] = (
    ReferralRow(
        Label.DIABETES,
        Urgency.URGENT,
        14,
        _always,
        Rule(
            "RR-01",
            "Diabetic retinopathy of unknown grade: as severe or proliferative, within 14 days",
            "ADA/ICO table, facts 3.1 (severe NPDR, PDR, DME: immediate, product 1-2 weeks)",
            "V",
        ),
    ),
    ReferralRow(
        Label.GLAUCOMA,
        Urgency.ROUTINE,
        84,
        _always,
        Rule(
            "RR-02", "Suspected glaucoma: routine, within 12 weeks", "NICE NG81, facts 3.1 (4-12 weeks)", "K"
        ),
    ),
    ReferralRow(
        Label.CATARACT,
        Urgency.ROUTINE,
        126,
        _always,
        Rule("RR-03", "Cataract: routine, within 18 weeks", "NICE NG77, facts 3.1", "K"),
    ),
    ReferralRow(
        Label.CATARACT,
        Urgency.URGENT,
        14,
        child_or_unknown_age,
        Rule("RR-04", "Cataract under 18 years, or at unknown age: within 14 days", "facts 3.1", "K"),
    ),
    ReferralRow(
        Label.AMD,
        Urgency.URGENT,
        14,
        _always,
        Rule(
            "RR-05",
            "Macular degeneration of unknown stage without distortion: within 14 days",
            "NICE NG82, facts 3.1 (treatment within 14 days)",
            "V",
        ),
    ),
    ReferralRow(
        Label.AMD,
        Urgency.ASAP,
        1,
        _distortion_not_denied,
        Rule(
            "RR-06",
            "Macular degeneration and distortion present or not asked: as late wet disease, within 1 day",
            "NICE NG82, facts 3.1",
            "V",
        ),
    ),
    ReferralRow(
        Label.HYPERTENSION,
        Urgency.ASAP,
        2,
        _always,
        Rule(
            "RR-07",
            "Hypertensive retinopathy of unknown grade: as grade 3, within 48 hours including blood pressure "
            "(grade 4 shows by RF-01 or RF-11)",
            "facts 3.1 (grade 3: 24-48 h)",
            "V",
        ),
    ),
    ReferralRow(
        Label.MYOPIA,
        Urgency.ROUTINE,
        84,
        _always,
        Rule(
            "RR-08",
            "Pathologic myopia without distortion: dilated examination within 12 weeks",
            "facts 3.1",
            "K",
        ),
    ),
    ReferralRow(
        Label.MYOPIA,
        Urgency.ASAP,
        3,
        _distortion_not_denied,
        Rule(
            "RR-09",
            "Pathologic myopia and distortion present or not asked: as new vessels, within 3 days",
            "facts 3.1",
            "K",
        ),
    ),
    ReferralRow(
        Label.OTHER,
        Urgency.URGENT,
        14,
        _always,
        Rule(
            "RR-10",
            "Another abnormality is never mild: as a vein occlusion, within 14 days",
            "facts 3.1 (CRVO/BRVO 2 weeks), 1.1",
            "K",
        ),
    ),
    ReferralRow(
        Label.OTHER,
        Urgency.ASAP,
        1,
        _sudden_loss_not_denied,
        Rule(
            "RR-19",
            "Another abnormality, and sudden loss of vision or a curtain not asked: as artery occlusion or "
            "detachment, within 1 day (present: the same day, RF-01, RF-02)",
            "facts 3.1 (CRAO, detachment: same day)",
            "K",
        ),
    ),
)
HIGH_RISK_REFERRAL_DAYS = 84  # rule RB-01
UNGRADABLE_AGAIN = "RI-02"
UNGRADABLE_REFERRAL_DAYS = 91  # rules RI-02, RI-03
UNGRADABLE_EXAMS_BEFORE_REFERRAL = 1  # earlier ones; with this one the photograph has failed twice

RULES: tuple[Rule, ...] = (
    *(row.rule for row in REFERRAL_ROWS),
    *SEVERITY_RULES,
    Rule(UNGRADABLE_AGAIN, "Ungradable a second time: routine referral within 13 weeks", "facts 3.1", "K"),
    Rule(
        "RI-03",
        "No eye could be photographed: as ungradable a second time, routine referral within 13 weeks",
        "product (unknown is not safe)",
        "P",
    ),
)


def referral_row(label: Label, factors: RiskFactors) -> ReferralRow:
    """The most serious row for a positive finding of unknown severity. Source: facts 3.1, rules RR."""
    rows = [row for row in REFERRAL_ROWS if row.label is label and row.applies(factors)]
    if not rows:
        raise ValueError(f"label {label.value} has no referral row")
    return max(rows, key=lambda row: (row.urgency.rank, -row.due_in_days))


def referral_needs(
    exam: ExamResult,
    factors: RiskFactors,
    bands: Mapping[Label, RiskBand],
    *,
    previous_ungradable_exams: int,
) -> tuple[ReferralNeed, ...]:
    """Every reason to refer this case, red flags first; empty when there is none."""
    present = exam.present(DISEASES)
    needs = [_flag_need(row) for row in red_flags_raised(factors)]
    needs += [need for label in present for need in _finding_need(label, exam, factors)]
    needs += [
        _band_need(label) for label, band in bands.items() if band is RiskBand.HIGH and label not in present
    ]
    needs += _pressure_need(factors)
    if exam.ungradable_eyes and previous_ungradable_exams >= UNGRADABLE_EXAMS_BEFORE_REFERRAL:
        needs.append(ReferralNeed(Urgency.ROUTINE, UNGRADABLE_REFERRAL_DAYS, Reason(UNGRADABLE_AGAIN)))
    if not exam.eyes:
        needs.append(ReferralNeed(Urgency.ROUTINE, UNGRADABLE_REFERRAL_DAYS, Reason("RI-03")))
    return tuple(needs)


def referral_action(needs: tuple[ReferralNeed, ...]) -> Action | None:
    """One referral for all needs: the highest urgency and the earliest date. None without any need."""
    if not needs:
        return None
    return Action(
        kind=ActionKind.REFERRAL,
        urgency=most_urgent(need.urgency for need in needs),
        due_in_days=min(need.due_in_days for need in needs),
        reasons=tuple(need.reason for need in needs),
        labels=tuple(dict.fromkeys(need.label for need in needs if need.label is not None)),
        red_flags=tuple(need.red_flag for need in needs if need.red_flag is not None),
    )


def _flag_need(row: RedFlagRow) -> ReferralNeed:
    reason = Reason(row.rule.id, (("red_flag", row.flag.value),))
    return ReferralNeed(row.urgency, row.due_in_days, reason, red_flag=row.flag)


def _finding_need(label: Label, exam: ExamResult, factors: RiskFactors) -> list[ReferralNeed]:
    """The most serious need of the eyes that show it; none where a person graded it mild in each."""
    needs = [need for row in _rows_of_eyes(label, exam, factors) for need in _row_need(row)]
    return sorted(needs, key=lambda need: (-need.urgency.rank, need.due_in_days))[:1]


def _rows_of_eyes(label: Label, exam: ExamResult, factors: RiskFactors) -> list[ReferralRow | SeverityRow]:
    shows = [eye for eye in exam.eyes if eye.decision(label) is Decision.PRESENT]
    return [severity_row(label, eye.severity, factors) or referral_row(label, factors) for eye in shows]


def _row_need(row: ReferralRow | SeverityRow) -> list[ReferralNeed]:
    if row.urgency is None or row.due_in_days is None:
        return []
    return [
        ReferralNeed(row.urgency, row.due_in_days, Reason(row.rule.id, _about(row.label)), label=row.label)
    ]


def findings_followed(exam: ExamResult, factors: RiskFactors) -> tuple[Reason, ...]:
    """Why a finding is not referred: every eye that shows it was graded mild (RR-11, RR-15)."""
    rows = [
        row
        for label in exam.present(DISEASES)
        if not _finding_need(label, exam, factors)
        for row in _rows_of_eyes(label, exam, factors)
    ]
    return tuple(dict.fromkeys(Reason(row.rule.id, _about(row.label)) for row in rows))


def _band_need(label: Label) -> ReferralNeed:
    return ReferralNeed(Urgency.ROUTINE, HIGH_RISK_REFERRAL_DAYS, Reason("RB-01", _about(label)), label=label)


def _pressure_need(factors: RiskFactors) -> list[ReferralNeed]:
    row = pressure_row(factors)
    if row is None or not may_refer(factors):
        return []
    return [ReferralNeed(row.urgency, row.due_in_days, Reason(row.rule.id), label=Label.GLAUCOMA)]


def _about(label: Label) -> tuple[tuple[str, str], ...]:
    return (("label", label.value),)
