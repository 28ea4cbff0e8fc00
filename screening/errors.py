"""What can go wrong at intake and scoring; every message says what to do and names no person."""

from collections.abc import Mapping
from datetime import datetime


class ScreeningError(Exception):
    """Base of this app's anticipated errors."""


class ExamNotOpen(ScreeningError):
    """Photographs can only be added to an exam that is still open."""


class EncounterCancelled(ScreeningError):
    """The visit was cancelled: nothing is added to it and nothing is decided for it."""


class CancelReasonMissing(ScreeningError):
    """A visit is not cancelled without a reason."""


class DiagnosisInvalid(ScreeningError):
    """A confirmed diagnosis that cannot be taken. `field` names what to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class ExamIncomplete(ScreeningError):
    """The exam cannot be submitted yet."""


class ExamHasPhotographs(ScreeningError):
    """A sitting that has photographs was not left undone."""


class NotDoneReasonMissing(ScreeningError):
    """Nobody is left without a photograph without a reason."""


class TooManyPhotographs(ScreeningError):
    """There is one photograph for each eye already."""


class LateralityTaken(ScreeningError):
    """This eye already has a photograph in this exam."""


class SamePhotographBothEyes(ScreeningError):
    """The very same file was given for the right and the left eye."""


class ExternalIdTaken(ScreeningError):
    """A partner used the same number of its own for two screenings."""


class TooManyUploads(ScreeningError):
    """A partner sent many photographs and ordered none of them. `until`: when the first of them is forgotten."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many photographs wait for an order; order them first")
        self.until = until


class UploadGone(ScreeningError):
    """A photograph does not wait for an order: it was ordered, its day is over, or it never was."""


class UploadDescribed(ScreeningError):
    """A waiting photograph was said to be of another person or eye."""


class PhotographDamaged(ScreeningError):
    """The stored bytes are no longer those that were received, or are gone."""


class ReleaseUnknown(ScreeningError):
    """No such release, or none is active."""


class GradingError(ScreeningError):
    """Base of what can go wrong when people read photographs."""


class TaskHeld(GradingError):
    """Another reader has opened this case and still holds it. `until` is when it is free again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("another reader has this case open; take the next one, or come back later")
        self.until = until


class TaskMoved(GradingError):
    """The case waits for another read than the one that was made; somebody was faster."""


class ReaderRepeated(GradingError):
    """The same person may not read a case twice: the second pair of eyes must be another person's."""


class ReaderUnblinded(GradingError):
    """Whoever looked at the result of a case cannot give its blinded read any more."""


class ReadingInvalid(GradingError):
    """A read is incomplete or contradicts itself. `problems` names (eye, field) and the code of each."""

    def __init__(self, problems: Mapping[tuple[str, str], str]) -> None:
        named = ", ".join(f"{eye}-{field} {code}" for (eye, field), code in sorted(problems.items()))
        super().__init__(f"the read is not complete: {named}")
        self.problems = dict(problems)


class ReasonMissing(GradingError):
    """A signed read is only amended with a reason."""


class NotSettled(GradingError):
    """Only a case on which two readers agree, or which an arbiter decided, can measure others."""
