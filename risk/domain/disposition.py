"""What is to be done with a case: the vocabulary shared with pharmacy and referrals."""

from dataclasses import dataclass
from enum import StrEnum

from risk.domain.red_flags import RedFlag
from risk.domain.urgency import Urgency
from screening.domain.findings import Label


class Disposition(StrEnum):
    """The primary one of a case; `DISPOSITION_ORDER` says which outranks which."""

    SELF_CARE = "self-care"
    MEDICINE = "medicine"
    REFER = "refer"
    REPEAT_IMAGING = "repeat-imaging"


class ActionKind(StrEnum):
    ADVICE = "advice"
    RECALL = "recall"
    MEDICINE = "medicine"
    REFERRAL = "referral"
    REPEAT_IMAGING = "repeat-imaging"
    KEEP_APPOINTMENT = "keep-appointment"
    GRADING = "grading"


@dataclass(frozen=True)
class Reason:
    """A rule id of docs/CLINICAL_RULES.md and what it was applied to."""

    code: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Action:
    """One thing to do. A decision holds at most one action of a kind.

    `due_in_days` counts from the day of the decision, None has no date; `indication` is set on a medicine
    only: "dry-eye" or "ocular-allergy".
    """

    kind: ActionKind
    urgency: Urgency
    due_in_days: int | None
    reasons: tuple[Reason, ...]
    indication: str = ""
    labels: tuple[Label, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()


@dataclass(frozen=True)
class CaseDecision:
    """One primary disposition, everything to be done, and why. `urgency`: that of the most urgent action."""

    disposition: Disposition
    urgency: Urgency
    actions: tuple[Action, ...]
    reasons: tuple[Reason, ...]

    def action(self, kind: ActionKind) -> Action | None:
        """The action of that kind, or None."""
        return next((action for action in self.actions if action.kind is kind), None)

    def reasons_by_action(self) -> list[tuple[Action | None, Reason]]:
        """The reasons of each action, then those of the case that belong to none."""
        told: list[tuple[Action | None, Reason]] = [
            (action, reason) for action in self.actions for reason in action.reasons
        ]
        known = {reason for _, reason in told}
        return told + [(None, reason) for reason in self.reasons if reason not in known]


DISPOSITION_ORDER: tuple[tuple[ActionKind, Disposition], ...] = (
    (ActionKind.REFERRAL, Disposition.REFER),
    (ActionKind.REPEAT_IMAGING, Disposition.REPEAT_IMAGING),
    (ActionKind.MEDICINE, Disposition.MEDICINE),
)


def primary_disposition(actions: tuple[Action, ...]) -> Disposition:
    """The most serious disposition that any action stands for; self-care when none does."""
    kinds = {action.kind for action in actions}
    for kind, disposition in DISPOSITION_ORDER:
        if kind in kinds:
            return disposition
    return Disposition.SELF_CARE
