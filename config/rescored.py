"""After a part of a night: the work that follows from what it changed, and only from that."""

from django.utils import timezone

import config.grading_work
import pharmacy.tasks
import referrals.tasks
from records import work
from risk.domain.rescoring import Cause
from risk.models import RescoreChange

FOLLOWING = (
    ("referral_changed", referrals.tasks.propose_referral),
    ("medicine_changed", pharmacy.tasks.propose_medicine),
    ("grading_changed", config.grading_work.open_grading),
)


def follow_up(*, key: int, **_: object) -> None:
    """Queue it in the transaction of the part `key`. Visits whose answers changed were announced one by one."""
    changes = RescoreChange.objects.filter(chunk=key).exclude(cause=Cause.INPUTS)
    for column, task in FOLLOWING:
        found = changes.filter(**{column: True}).order_by("pk").values_list("after", flat=True)
        work.enqueue_many(task.name, found, now=timezone.now())
