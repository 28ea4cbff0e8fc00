"""What can go wrong at intake and scoring; every message says what to do and names no person."""


class ScreeningError(Exception):
    """Base of this app's anticipated errors."""


class ExamNotOpen(ScreeningError):
    """Photographs can only be added to an exam that is still open."""


class EncounterCancelled(ScreeningError):
    """The visit was cancelled: nothing is added to it and nothing is decided for it."""


class CancelReasonMissing(ScreeningError):
    """A visit is not cancelled without a reason."""


class ExamIncomplete(ScreeningError):
    """The exam cannot be submitted yet."""


class LateralityTaken(ScreeningError):
    """This eye already has a photograph in this exam."""


class SamePhotographBothEyes(ScreeningError):
    """The very same file was given for the right and the left eye."""


class ExternalIdTaken(ScreeningError):
    """A partner used the same number of its own for two screenings."""


class PhotographDamaged(ScreeningError):
    """The stored bytes are no longer those that were received, or are gone."""


class ReleaseUnknown(ScreeningError):
    """No such release, or none is active."""
