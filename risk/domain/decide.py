"""The decision on one case: red flags, findings, fused risks and symptoms become actions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from risk.domain.bands import BANDS, Bands, RiskBand, band_of
from risk.domain.disposition import Action, ActionKind, CaseDecision, Reason, primary_disposition
from risk.domain.eye_pressure import CONFIRM_IN_DAYS, may_refer, pressure_row
from risk.domain.features import RiskFactors
from risk.domain.pregnancy import UNASKED_WITH_DIABETES, is_unasked_with_diabetes
from risk.domain.recall import recall_action
from risk.domain.red_flags import red_flags_raised, red_flags_unanswered
from risk.domain.referral_need import (
    UNGRADABLE_EXAMS_BEFORE_REFERRAL,
    findings_followed,
    referral_action,
    referral_needs,
    referral_row,
)
from risk.domain.urgency import Urgency, most_urgent
from screening.domain.exam_result import ExamResult
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.laterality import Laterality
from screening.domain.rules import Rule

REPEAT_IMAGING_DAYS = 28
# Policy (P), RG-01: read early enough that a referral can still keep its own date.
GRADING_DUE_IN_DAYS: dict[Urgency, int] = {
    Urgency.STAT: 0,
    Urgency.ASAP: 1,
    Urgency.URGENT: 3,
    Urgency.ROUTINE: 14,
}
HIGH_SYSTOLIC_MMHG = 140
HIGH_DIASTOLIC_MMHG = 90
HIGH_PRESSURE_ADVICE_DAYS = 28
MEASURE_PRESSURE_IN_DAYS = 0  # rule RA-02: before the patient leaves
ASK_PREGNANCY_IN_DAYS = 0  # rule RA-06: the same
# Rule RA-04: as one that is to be repeated. Advice and no recall: whether the patient has that eye is not known
# here, and whoever has one eye would be called again every four weeks for ever.
PHOTOGRAPH_EYE_IN_DAYS = 28

RULES: tuple[Rule, ...] = (
    Rule("RI-01", "An ungradable eye: repeat the photograph once", "facts 3.1", "K"),
    Rule(
        "RG-01",
        "A score too close to its threshold: a grader decides, with the urgency the finding would have",
        "product (unknown severity counts as serious)",
        "P",
    ),
    Rule("RK-01", "Already booked at an eye clinic in time and no red flag: keep it", "field I-23", "P"),
    Rule("RM-01", "Dry or gritty eyes without a red flag: propose a medicine for dry eyes", "facts 0.2", "P"),
    Rule("RM-02", "Itchy eyes without a red flag: propose a medicine for eye allergy", "facts 0.2", "P"),
    Rule(
        "RM-03",
        "Red-flag questions unanswered: to be asked before a medicine is released",
        "facts 4 rule 4",
        "P",
    ),
    Rule("RA-01", "What to watch for until the next visit", "facts 4 rule 11", "P"),
    Rule(
        "RA-04",
        "An eye without a photograph is unknown, not normal: photograph it within "
        f"{PHOTOGRAPH_EYE_IN_DAYS} days unless the patient lacks that eye (without any photograph: RI-03)",
        "product (unknown is not safe)",
        "P",
    ),
    Rule(
        "RA-02",
        "Signs of high blood pressure and no whole measurement: measure before the patient leaves",
        "facts 3.1",
        "V",
    ),
    Rule(
        "RA-03", "140/90 mmHg or more: see a physician about it within 4 weeks", "facts 3.1 (2-4 weeks)", "K"
    ),
    Rule(
        "RA-06",
        f"{UNASKED_WITH_DIABETES}: ask before the patient leaves",
        "facts 3.2, 4 rule 4; ages general knowledge",
        "K",
    ),
)


def decide_case(
    exam: ExamResult,
    factors: RiskFactors,
    fused: Mapping[Label, float],
    *,
    today: date,
    previous_ungradable_exams: int,
    bands_from: Bands = BANDS,
    release_held: bool = False,
) -> CaseDecision:
    """Decide one case.

    Parameters
    ----------
    exam : what the photographs showed.
    factors : what is known of the patient; unknown answers never lower a decision.
    fused : community risk, 0 to 1, per fused label; labels left out were not fused. It adds or raises only.
    today : the clinic's date, against which an existing appointment is measured.
    previous_ungradable_exams : earlier exams of this patient that could not be judged.
    bands_from : the clinic's policy, from which fused risk each band begins.
    release_held : a release behind these scores is on hold, so that a person reads what nobody has read (RW-05).

    Returns
    -------
    CaseDecision with at most one action of a kind, the most serious first, and always a recall.
    Source: facts 3.1, 3.2 and 4; rules RF, RR, RB, RI, RG, RK, RM, RA, RC.
    """
    bands = {label: _band(label, risk, exam, bands_from) for label, risk in fused.items()}
    needs = referral_needs(exam, factors, bands, previous_ungradable_exams=previous_ungradable_exams)
    proposed = (
        _keep_appointment(referral_action(needs), factors, today),
        _repeat_imaging(exam, previous_ungradable_exams),
        _grading(exam, factors, release_held=release_held),
        _medicine(factors),
        _advice(exam, factors),
    )
    actions = tuple(action for action in proposed if action is not None)
    mild = bool(findings_followed(exam, factors))
    recall = recall_action(actions, factors, bands, graded_mild=mild)
    actions = (*actions, recall)
    return CaseDecision(
        disposition=primary_disposition(actions),
        urgency=most_urgent(action.urgency for action in actions),
        actions=actions,
        reasons=_all_reasons(actions, bands, exam),
    )


def _band(label: Label, risk: float, exam: ExamResult, bands_from: Bands) -> RiskBand:
    """The band of a fused risk; a person who saw no sign in either eye keeps it from being a referral (RB-03)."""
    band = band_of(label, risk, bands_from)
    return RiskBand.RAISED if band is RiskBand.HIGH and exam.denied(label) else band


def _keep_appointment(referral: Action | None, factors: RiskFactors, today: date) -> Action | None:
    """The referral itself, unless an eye clinic sees the patient anyway before it is due (RK-01)."""
    appointment = factors.next_eye_appointment
    if referral is None or referral.due_in_days is None or referral.red_flags:
        return referral
    if factors.under_eye_care is not True or appointment is None:
        return referral
    days = (appointment - today).days
    if not 0 <= days <= referral.due_in_days:
        return referral
    reasons = (*referral.reasons, Reason("RK-01", (("date", appointment.isoformat()),)))
    return replace(referral, kind=ActionKind.KEEP_APPOINTMENT, due_in_days=days, reasons=reasons)


def _repeat_imaging(exam: ExamResult, previous_ungradable_exams: int) -> Action | None:
    if not exam.ungradable_eyes or previous_ungradable_exams >= UNGRADABLE_EXAMS_BEFORE_REFERRAL:
        return None
    reasons = tuple(Reason("RI-01", (("eye", eye.laterality.value),)) for eye in exam.ungradable_eyes)
    return Action(ActionKind.REPEAT_IMAGING, Urgency.ROUTINE, REPEAT_IMAGING_DAYS, reasons)


def _grading(exam: ExamResult, factors: RiskFactors, *, release_held: bool) -> Action | None:
    unsure = {f.label for eye in exam.eyes for f in eye.findings if f.decision is Decision.ABSTAIN}
    labels = tuple(label for label in DISEASES if label in unsure and label not in exam.present(DISEASES))
    reasons = [Reason("RG-01", (("label", label.value),)) for label in labels]
    if release_held and any(not eye.read for eye in exam.eyes):
        reasons.append(Reason("RW-05"))
    if not reasons:
        return None
    urgency = most_urgent((Urgency.ROUTINE, *(referral_row(label, factors).urgency for label in labels)))
    return Action(ActionKind.GRADING, urgency, GRADING_DUE_IN_DAYS[urgency], tuple(reasons), labels=labels)


def _medicine(factors: RiskFactors) -> Action | None:
    """Allergy before dryness: itching eyes are usually dry too, dry eyes seldom itch."""
    dry, itchy = factors.symptoms.dry_or_gritty, factors.symptoms.itchy
    if red_flags_raised(factors) or not (dry or itchy):
        return None
    reasons = [Reason("RM-02")] if itchy else []
    reasons += [Reason("RM-01")] if dry else []
    unanswered = red_flags_unanswered(factors)
    if unanswered:
        reasons.append(Reason("RM-03", (("symptoms", ",".join(unanswered)),)))
    indication = "ocular-allergy" if itchy else "dry-eye"
    return Action(ActionKind.MEDICINE, Urgency.ROUTINE, None, tuple(reasons), indication=indication)


def _advice(exam: ExamResult, factors: RiskFactors) -> Action:
    reasons = [Reason("RA-01"), *findings_followed(exam, factors)]
    due: list[int] = []
    reasons += [Reason("RA-04", (("eye", eye.value),)) for eye in _unseen(exam)]
    if _one_is_unseen(exam):
        due.append(PHOTOGRAPH_EYE_IN_DAYS)
    if exam.present((Label.HYPERTENSION,)) and _pressure_unknown(factors):
        reasons.append(Reason("RA-02"))
        due.append(MEASURE_PRESSURE_IN_DAYS)
    if _high_pressure(factors):
        reasons.append(Reason("RA-03"))
        due.append(HIGH_PRESSURE_ADVICE_DAYS)
    if is_unasked_with_diabetes(factors):
        reasons.append(Reason("RA-06"))
        due.append(ASK_PREGNANCY_IN_DAYS)
    if (row := pressure_row(factors)) and not may_refer(factors):
        reasons.append(Reason("RA-05"))
        due.append(CONFIRM_IN_DAYS[row.rule.id])
    return Action(ActionKind.ADVICE, Urgency.ROUTINE, min(due, default=None), tuple(reasons))


def _unseen(exam: ExamResult) -> list[Laterality]:
    photographed = {eye.laterality for eye in exam.eyes}
    return [eye for eye in Laterality if eye not in photographed]


def _one_is_unseen(exam: ExamResult) -> bool:
    """Where no eye could be photographed, a referral sees to both (RI-03)."""
    return bool(exam.eyes) and bool(_unseen(exam))


def _pressure_unknown(factors: RiskFactors) -> bool:
    """Half a measurement does not exclude a severe pressure (RF-11)."""
    return factors.systolic_mmhg is None or factors.diastolic_mmhg is None


def _high_pressure(factors: RiskFactors) -> bool:
    systolic, diastolic = factors.systolic_mmhg, factors.diastolic_mmhg
    return (systolic is not None and systolic >= HIGH_SYSTOLIC_MMHG) or (
        diastolic is not None and diastolic >= HIGH_DIASTOLIC_MMHG
    )


def _all_reasons(
    actions: tuple[Action, ...], bands: Mapping[Label, RiskBand], exam: ExamResult
) -> tuple[Reason, ...]:
    raised = [
        Reason("RB-03" if exam.denied(label) else "RB-02", (("label", label.value),))
        for label, band in bands.items()
        if band is RiskBand.RAISED
    ]
    return tuple(dict.fromkeys([reason for action in actions for reason in action.reasons] + raised))
