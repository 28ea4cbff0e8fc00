"""What can go wrong in this app. Messages say what to do and carry no personal data."""


class RiskError(Exception):
    """Base of every error of this app."""


class ImplausibleAnswer(RiskError, ValueError):
    """An answer that cannot be true. `field` names it, `code` says why, the message says what to do."""

    def __init__(self, field: str, code: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field
        self.code = code
        self.advice = advice


class FrameMismatch(RiskError, ValueError):
    """A fusion model was handed columns, an order or a type it was not trained with."""


class FusionReleaseInvalid(RiskError):
    """The files of a fusion release do not match their card."""


class FusionTrainingDataInvalid(RiskError, ValueError):
    """The held-out rows of the image model cannot train a fusion."""


class OpenMPMissing(RiskError, ImportError):
    """Neither the system nor an installed wheel has the OpenMP runtime LightGBM links to."""


class OutcomeMissing(RiskError):
    """The image outcome to be assessed does not exist."""


class CaseChanged(RiskError):
    """While a case was being assessed its answers or its outcome were replaced."""


class RecallClosed(RiskError):
    """A contact attempt was recorded for a recall that is already closed."""


class EvaluationOutputInvalid(RiskError, ValueError):
    """The results of an evaluation cannot be written where they were asked for."""


class PolicyInvalid(RiskError, ValueError):
    """Bands that cannot be. `label` and `code` say which and why, the message what to do."""

    def __init__(self, label: str, code: str, advice: str) -> None:
        super().__init__(f"{label}: {advice}")
        self.label = label
        self.code = code
        self.advice = advice


class PolicyChanged(RiskError):
    """Somebody else changed the policy since the one a change was made from; look at theirs first."""


class PolicyUnchanged(RiskError, ValueError):
    """The limits to be saved are those in force."""


class PolicyReasonMissing(RiskError, ValueError):
    """A change of policy was given without a reason."""


class PolicyUnknown(RiskError, LookupError):
    """The organization has no policy of that version."""


class RescoreImpossible(RiskError):
    """A register cannot be scored again, or a run not be gone on with."""


class ClockBackwards(RescoreImpossible):
    """The clock shows a time before one at which something was already written down."""


class ReleaseHeld(RiskError):
    """A release that would be used is on hold in this clinic."""


class ReleaseNotInForce(RiskError, ValueError):
    """A release that nothing is scored with was to be held."""


class HoldLifted(RiskError):
    """A hold was to be lifted that somebody lifted before."""


class HoldReasonMissing(RiskError, ValueError):
    """A hold was opened or lifted without a reason."""
