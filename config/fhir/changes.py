"""`_lastUpdated` over moments that lie in several tables: what changed lately is looked up by these moments.

When a row last changed is the greatest of them, which no index holds; a program that polls would have every row that
it may read worked out, only to be told that nothing is new.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from config.fhir.search import Reader, bounds_of, moment_of
from referrals.models import Referral, ReferralEvent
from risk.models import RiskAssessment
from screening.models import Encounter, PartnerScreening, Read

# Of all clinics together. With more, what is newest meets the condition soon anyway.
FEW = 2_000
Keys = QuerySet[Any, int]


def updated(path: str) -> tuple[str, Reader]:
    """Of rows that say when they changed themselves."""
    return "date", moment_of(path)


def updated_visit(path: str = "encounter") -> tuple[str, Reader]:
    """Of rows with `changed_at` that hang on a visit."""
    return "date", _narrowed(path, _visits_since)


def updated_referral() -> tuple[str, Reader]:
    return "date", _narrowed("pk", _referrals_since)


def _narrowed(path: str, since: Callable[[datetime], Keys]) -> Reader:
    read = moment_of("changed_at")

    def narrowed(text: str) -> Q:
        condition, begin = read(text), bounds_of(text).get("gte")
        keys = [] if begin is None else list(since(begin)[: FEW + 1])
        return condition if begin is None or len(keys) > FEW else condition & Q(**{f"{path}__in": keys})

    return narrowed


def _visits_since(moment: datetime) -> Keys:
    """More than those of which `changed_at` is as late: each moment that it may be made of counts."""
    assessed = RiskAssessment.objects.filter(assessed_at__gte=moment).values_list("encounter_id", flat=True)
    cancelled = Encounter.objects.filter(cancelled_at__gte=moment).values_list("pk", flat=True)
    signed = Read.objects.filter(signed_at__gte=moment).values_list("task__encounter_id", flat=True)
    received = PartnerScreening.objects.filter(received_at__gte=moment).values_list("encounter_id", flat=True)
    return assessed.union(cancelled, signed, received, all=True)


def _referrals_since(moment: datetime) -> Keys:
    stepped = ReferralEvent.objects.filter(recorded_at__gte=moment).values_list("referral_id", flat=True)
    followed = Referral.objects.filter(followed_up_at__gte=moment).values_list("pk", flat=True)
    return stepped.union(followed, all=True)
