"""When a stored decision is made again: what may cause it, what counts as a change, and which dates it then has."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from risk.domain.disposition import Action, ActionKind
from risk.domain.recall import ATTENDANCE_AFTER_DAYS, RecallCause, recall_cause
from screening.domain.rules import Rule


class Cause(StrEnum):
    """Why a visit is scored again, what says most first: of several causes the first one names the change."""

    INPUTS = "inputs"
    IMAGE = "image"
    MODEL = "model"
    POLICY = "policy"
    RULES = "rules"
    AGE = "age"


# Half a percentage point: no page shows less, and no policy moves a limit by less.
SMALLEST_CHANGE = 0.005
WATCH_WAITED_FOR_MINUTES = 60
SMALLEST_IN_WORDS = f"{SMALLEST_CHANGE:.1%}"

RULES: tuple[Rule, ...] = (
    Rule(
        "RN-01",
        f"Scored again, a visit keeps its assessment unless the decision, a band, or a risk by {SMALLEST_IN_WORDS} "
        "changes; it is always compared with the stored one, so that small steps add up",
        "product",
        "P",
    ),
    Rule(
        "RN-02",
        "Scored again, an action that was there keeps its date or gets an earlier one; a new one counts from today",
        "product (scoring again never postpones)",
        "P",
    ),
    Rule(
        "RN-03",
        "Scored again, a recall counts from the visit: the patient has not been seen since",
        "product",
        "P",
    ),
    Rule(
        "RN-04",
        "Scored again, a recall that is closed stays closed unless the patient is now wanted earlier",
        "product (nobody is called twice for the same reason)",
        "P",
    ),
    Rule(
        "RN-05",
        f"The night of a clinic begins when its watch has looked, or after {WATCH_WAITED_FOR_MINUTES} minutes without "
        "it, and then says so",
        "product (what the watch holds must not go through a register first; a watch that fails stops no night)",
        "P",
    ),
)

Dates = Mapping[ActionKind, date | None]


def may_begin(*, watched: bool, waited: timedelta) -> bool:
    """Whether the night of a clinic begins; `waited`: since the clinic's two o'clock (RN-05)."""
    return watched or waited >= timedelta(minutes=WATCH_WAITED_FOR_MINUTES)


def due_dates(
    actions: Sequence[Action], before: Dates, *, visit: date, today: date
) -> dict[ActionKind, date | None]:
    """The date of each action of a decision that is made again (RN-02, RN-03).

    Parameters
    ----------
    before : the dates of the stored decision's actions, by kind.
    visit : the clinic's date from which the stored decision counts.
    today : the clinic's date now.
    """
    dates: dict[ActionKind, date | None] = {
        action.kind: _due(action, before, visit=visit, today=today)
        for action in actions
        if action.kind is not ActionKind.RECALL
    }
    for action in actions:
        if action.kind is ActionKind.RECALL:
            dates[action.kind] = _recall_due(action, actions, dates, visit=visit)
    return dates


def _due(action: Action, before: Dates, *, visit: date, today: date) -> date | None:
    if action.due_in_days is None:
        return None
    if action.kind is ActionKind.KEEP_APPOINTMENT:  # the appointment's own date
        return visit + timedelta(days=action.due_in_days)
    fresh = today + timedelta(days=action.due_in_days)
    known = before.get(action.kind)
    return fresh if known is None else min(known, fresh)


def _recall_due(recall: Action, actions: Sequence[Action], dates: Dates, *, visit: date) -> date:
    if recall.due_in_days is None:
        raise ValueError("every decision carries a dated recall")
    cause = recall_cause(recall)
    followed = [one for one in actions if _is_followed_up(one, cause) and dates[one.kind] is not None]
    if not followed:
        return visit + timedelta(days=recall.due_in_days)
    return min(_after(one, cause, dates[one.kind]) for one in followed)


def _is_followed_up(action: Action, cause: RecallCause) -> bool:
    """Whether the recall counts from this action's date and not from the visit."""
    if cause is RecallCause.ATTENDANCE:
        return action.kind in (ActionKind.REFERRAL, ActionKind.KEEP_APPOINTMENT)
    return cause is RecallCause.REPEAT_IMAGING and action.kind is ActionKind.REPEAT_IMAGING


def _after(action: Action, cause: RecallCause, due: date | None) -> date:
    if due is None:
        raise ValueError("a referral without a date cannot be followed up")
    days = ATTENDANCE_AFTER_DAYS[action.urgency] if cause is RecallCause.ATTENDANCE else 0
    return due + timedelta(days=days)
