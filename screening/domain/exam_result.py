"""What one exam showed: both eyes, as values that every later rule reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from screening.domain.findings import Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.severity import UNSTATED, Severity

_DECISION_ORDER = (Decision.ABSENT, Decision.ABSTAIN, Decision.PRESENT)
_SUSPECTED = (Decision.ABSTAIN, Decision.PRESENT)


@dataclass(frozen=True)
class EyeResult:
    """One eye. An ungradable eye has no findings: unknown is not normal.

    `read`: a person decided the findings. An eye that a person could not judge keeps what the machine suspected.
    `severity` of an eye that nobody read is the machine's guess; `merge_photographs` takes a person's word alone.
    """

    laterality: Laterality
    gradability: Gradability
    quality_reasons: tuple[QualityReason, ...]
    findings: tuple[Finding, ...]
    severity: Severity = UNSTATED
    read: bool = False

    def __post_init__(self) -> None:
        if self.gradability is Gradability.UNGRADABLE and self.findings and not self.read:
            raise ValueError("an ungradable eye cannot carry findings")

    def decision(self, label: Label) -> Decision | None:
        """What was decided on a label; None where nothing is known of it."""
        return next((f.decision for f in self.findings if f.label is label), None)


@dataclass(frozen=True)
class ExamResult:
    """All photographed eyes of one exam under one model release."""

    eyes: tuple[EyeResult, ...]
    release: str

    @property
    def gradable_eyes(self) -> tuple[EyeResult, ...]:
        return tuple(eye for eye in self.eyes if eye.gradability is not Gradability.UNGRADABLE)

    @property
    def ungradable_eyes(self) -> tuple[EyeResult, ...]:
        return tuple(eye for eye in self.eyes if eye.gradability is Gradability.UNGRADABLE)

    def present(self, labels: Iterable[Label]) -> tuple[Label, ...]:
        """Those of `labels` that are present in at least one eye, in the order given."""
        found = {f.label for eye in self.eyes for f in eye.findings if f.decision is Decision.PRESENT}
        return tuple(label for label in labels if label in found)

    def denied(self, label: Label) -> bool:
        """Whether a person judged both eyes and saw no sign of it."""
        clear = {
            eye.laterality
            for eye in self.gradable_eyes
            if eye.read and eye.decision(label) is Decision.ABSENT
        }
        return clear == set(Laterality)


def merge_photographs(of_one_eye: Sequence[EyeResult]) -> EyeResult:
    """What all photographs of one eye at one visit show together, oldest first.

    A retake replaces what could not be judged. Among gradable photographs each label keeps its most serious
    finding: the machine never clears what it saw, only a person may. What a person read stands until a newer
    photograph suspects more; how far a disease went is then unknown again.
    """
    gradable = [one for one in of_one_eye if one.gradability is not Gradability.UNGRADABLE]
    if not gradable:
        suspected = [one for one in of_one_eye if one.findings]
        return (suspected or of_one_eye)[-1]
    by_label = {finding.label: finding for finding in gradable[0].findings}
    for finding in (finding for one in of_one_eye for finding in one.findings):
        by_label[finding.label] = _more_serious(by_label.get(finding.label, finding), finding)
    return replace(gradable[-1], findings=tuple(by_label.values()), severity=_severity(of_one_eye))


def _more_serious(one: Finding, other: Finding) -> Finding:
    worst = min if one.label is Label.NORMAL else max
    return worst((one, other), key=_seriousness)


def _seriousness(finding: Finding) -> tuple[int, float]:
    logit = float("-inf") if finding.logit is None else finding.logit
    return _DECISION_ORDER.index(finding.decision), logit


def _severity(of_one_eye: Sequence[EyeResult]) -> Severity:
    severity = UNSTATED
    for one in of_one_eye:
        if one.read:
            severity = one.severity
            continue
        if one.decision(Label.DIABETES) in _SUSPECTED:
            severity = replace(severity, icdr=None, macular_oedema=None)
        if one.decision(Label.AMD) in _SUSPECTED:
            severity = replace(severity, amd=None)
    return severity
