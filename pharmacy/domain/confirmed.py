"""Which indications of the formulary follow from what a clinician confirmed, and from nothing else (PH-63, PH-84)."""

from collections.abc import Iterable

from pharmacy.domain.formulary import AMD_INTERMEDIATE as INDICATION
from screening.domain.diagnosis import AMD_INTERMEDIATE, AMD_LATE, PRESENT, Diagnosis
from screening.domain.findings import Label


def indications_of(confirmed: Iterable[Diagnosis]) -> frozenset[str]:
    """The indications that stand confirmed; `confirmed` holds each eye once a disease.

    Late disease counts only while the other eye is known not to have it: an eye that nobody judged, or whose stage
    nobody told, is unknown.
    """
    known = [one for one in confirmed if one.label is Label.AMD and one.severity != PRESENT]
    stages = {one.laterality: one.severity for one in known}
    late = [stage in AMD_LATE for stage in stages.values()]
    one_of_two_late = sorted(late) == [False, True]
    return frozenset({INDICATION} if AMD_INTERMEDIATE in stages.values() or one_of_two_late else ())
