"""Decisions that many visits share, as the rows of temporary tables."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from risk.domain.disposition import ActionKind
from risk.domain.recall import recall_cause
from risk.night.register import Keys
from risk.night.tables import rows_send
from risk.night.verdicts import Verdict
from risk.rows import parameters_of


def verdicts_send(verdicts: Sequence[Verdict], verdict: Keys) -> None:
    """Send those of `verdicts` that some visit has, each once; `verdict`: the place of each visit's, -1 for none."""
    decided = [(place, verdicts[place]) for place in np.unique(verdict[verdict >= 0]).tolist()]
    rows_send("verdict", ((place, *_whole(one)) for place, one in decided))
    actions = [
        (
            place,
            rank,
            action.kind.value,
            action.urgency.value,
            one.due[action.kind],
            action.indication,
            ",".join(action.labels),
            ",".join(action.red_flags),
        )
        for place, one in decided
        for rank, action in enumerate(one.decision.actions, start=1)
    ]
    rows_send("verdict_action", actions)
    reasons = [
        (place, action and action.kind.value, rank, reason.code, parameters_of(reason))
        for place, one in decided
        for rank, (action, reason) in enumerate(one.decision.reasons_by_action(), start=1)
    ]
    rows_send("verdict_reason", reasons)


def _whole(verdict: Verdict) -> Sequence[str | date]:
    decision = verdict.decision
    recall, due = decision.action(ActionKind.RECALL), verdict.due[ActionKind.RECALL]
    if recall is None or due is None:
        raise ValueError("every decision carries a dated recall")
    return decision.disposition.value, decision.urgency.value, due, recall_cause(recall).value
