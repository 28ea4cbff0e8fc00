"""What one exam showed: both eyes, as values that every later rule reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from screening.domain.findings import Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason


@dataclass(frozen=True)
class EyeResult:
    """One eye. An ungradable eye has no findings: unknown is not normal."""

    laterality: Laterality
    gradability: Gradability
    quality_reasons: tuple[QualityReason, ...]
    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        if self.gradability is Gradability.UNGRADABLE and self.findings:
            raise ValueError("an ungradable eye cannot carry findings")


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

    def worst_logit(self, label: Label) -> float | None:
        """The larger log-odds of the gradable eyes (the smaller for normal); None when none is gradable."""
        logits = [f.logit for eye in self.eyes for f in eye.findings if f.label is label]
        if not logits:
            return None
        return min(logits) if label is Label.NORMAL else max(logits)


def merge_photographs(of_one_eye: Sequence[EyeResult]) -> EyeResult:
    """What all photographs of one eye at one visit show together, oldest first.

    A retake replaces what could not be judged. Among gradable photographs each label keeps its most serious
    finding: the machine never clears what it saw, only a person may.
    """
    gradable = [one for one in of_one_eye if one.gradability is not Gradability.UNGRADABLE]
    if not gradable:
        return of_one_eye[-1]
    by_label = {finding.label: finding for finding in gradable[0].findings}
    for finding in (finding for one in gradable[1:] for finding in one.findings):
        by_label[finding.label] = _more_serious(by_label.get(finding.label, finding), finding)
    return replace(gradable[-1], findings=tuple(by_label.values()))


def _more_serious(one: Finding, other: Finding) -> Finding:
    worst = min if one.label is Label.NORMAL else max
    return worst((one, other), key=lambda finding: finding.logit)
