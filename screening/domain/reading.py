"""What a person read in the photographs: one eye, two readers compared, and what then counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from screening.domain.exam_result import EyeResult
from screening.domain.findings import DISEASES, Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.severity import UNSTATED, Severity, worst_severity


@dataclass(frozen=True)
class EyeReading:
    """One eye as a person read it. `ungradable` says why it could not be judged, None that it could.

    A gradable eye has every disease decided: `present` or, left out, absent.
    """

    laterality: Laterality
    ungradable: QualityReason | None = None
    present: frozenset[Label] = frozenset()
    severity: Severity = UNSTATED


Reading = tuple[EyeReading, ...]


def differences(one: Reading, other: Reading) -> tuple[tuple[Laterality, str], ...]:
    """The (eye, field) in which two readings differ; empty when they agree. A field is a label or a grade."""
    theirs = {eye.laterality: eye for eye in other}
    return tuple(
        (eye.laterality, field)
        for eye in one
        for field in _eye_differences(eye, theirs.get(eye.laterality, EyeReading(eye.laterality)))
    )


def _eye_differences(one: EyeReading, other: EyeReading) -> list[str]:
    if (one.ungradable is None) != (other.ungradable is None):
        return ["gradability"]
    graded = ("icdr", "macular_oedema", "amd")
    found = [label.value for label in DISEASES if label in one.present ^ other.present]
    return found + [name for name in graded if getattr(one.severity, name) != getattr(other.severity, name)]


def more_serious(one: Reading, other: Reading) -> Reading:
    """What holds while two readers disagree: of each eye everything that either of them saw (GR-03)."""
    theirs = {eye.laterality: eye for eye in other}
    mine = {eye.laterality: eye for eye in one}
    eyes = sorted(mine.keys() | theirs.keys(), reverse=True)
    return tuple(
        _more_serious_eye(mine[eye], theirs[eye])
        if eye in mine and eye in theirs
        else mine.get(eye) or theirs[eye]
        for eye in eyes
    )


def _more_serious_eye(one: EyeReading, other: EyeReading) -> EyeReading:
    reasons = sorted(reason for reason in (one.ungradable, other.ungradable) if reason is not None)
    return EyeReading(
        laterality=one.laterality,
        ungradable=reasons[0] if reasons else None,
        present=one.present | other.present,
        severity=UNSTATED if reasons else _more_serious_severity(one, other),
    )


def _more_serious_severity(one: EyeReading, other: EyeReading) -> Severity:
    """A reader who denies a disease has no say in how far it went."""
    diabetes = [eye.severity for eye in (one, other) if Label.DIABETES in eye.present]
    amd = [eye.severity for eye in (one, other) if Label.AMD in eye.present]
    return worst_severity(diabetes, amd)


def eye_as_read(machine: EyeResult, reading: EyeReading) -> EyeResult:
    """The result of an eye once a person has read it. The machine's scores stay beside the person's decision.

    What a person cannot judge they have not cleared: the machine's suspicion stands, its "absent" does not (GR-04).
    """
    if reading.ungradable is not None:
        suspected = reading.present | {f.label for f in machine.findings if f.decision is Decision.PRESENT}
        decisions = {label: True for label in DISEASES if label in suspected}
    else:
        decisions = {Label.NORMAL: not reading.present} | {
            label: label in reading.present for label in DISEASES
        }
    gradability, reasons = _judged(machine, reading)
    return replace(
        machine,
        gradability=gradability,
        quality_reasons=reasons,
        findings=tuple(
            _decided(machine.findings, label, Decision.PRESENT if present else Decision.ABSENT)
            for label, present in decisions.items()
        ),
        severity=reading.severity,
        read=True,
    )


def _judged(machine: EyeResult, reading: EyeReading) -> tuple[Gradability, tuple[QualityReason, ...]]:
    if reading.ungradable is not None:
        return Gradability.UNGRADABLE, (reading.ungradable,)
    if machine.gradability is Gradability.UNGRADABLE:
        return Gradability.GRADABLE, ()
    return machine.gradability, machine.quality_reasons


def _decided(scored: Sequence[Finding], label: Label, decision: Decision) -> Finding:
    for finding in scored:
        if finding.label is label:
            return replace(finding, decision=decision)
    return Finding(label, None, None, None, decision)


def overridden(machine: EyeResult | None, reading: EyeReading) -> frozenset[Label]:
    """The diseases that the machine decided one way and the person the other; what it left open is none."""
    if machine is None or reading.ungradable is not None:
        return frozenset()
    said = {f.label: f.decision for f in machine.findings if f.decision is not Decision.ABSTAIN}
    return frozenset(
        label
        for label in DISEASES
        if label in said and (said[label] is Decision.PRESENT) != (label in reading.present)
    )


def problems_of(reading: EyeReading, decided: Mapping[Label, bool | None]) -> dict[str, str]:
    """What is wrong with a reading, as {field: code}; `decided` is what was answered for each disease."""
    if reading.ungradable is not None:
        return {}
    problems = {label.value: "undecided" for label in DISEASES if decided.get(label) is None}
    diabetes, amd = Label.DIABETES in reading.present, Label.AMD in reading.present
    severity = reading.severity
    if severity.icdr is not None and diabetes != (severity.icdr > 0):
        problems["icdr"] = "contradiction"
    if severity.macular_oedema and not diabetes:
        problems["macular_oedema"] = "contradiction"
    if severity.amd is not None and not amd:
        problems["amd"] = "contradiction"
    return problems
