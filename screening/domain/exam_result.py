"""What one exam showed: both eyes, as values that every later rule reads."""

from collections.abc import Iterable
from dataclasses import dataclass

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
