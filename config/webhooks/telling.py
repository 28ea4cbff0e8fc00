"""What partners are told of: which endpoints may know of a fact, and the rows of the outbox for them.

Called inside the transaction that makes the fact. An endpoint is told of what its program may read (config/fhir/reach)
and of nothing else; a message names a resource by type and id.
"""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from config.api.status import ScreeningStatus
from config.fhir import reach
from config.webhooks import wakes
from records import outbox
from records.models import EndpointState, Topic, WebhookEndpoint
from records.outbox import Fact
from referrals.models import Referral
from risk.domain.rescoring import Cause
from risk.models import RescoreChange, RiskAssessment
from screening.models import Encounter

REPORTS = (Topic.REPORT, Topic.FINAL_REPORT)


def of_referral(*, key: int, **_: object) -> None:
    """A referral took a step."""
    organization = Referral.objects.filter(pk=key).values("organization")
    for endpoint in _endpoints(organization, [Topic.TASK]):
        if reach.referrals(endpoint.client).filter(pk=key).exists():
            _put(endpoint, [Fact("task.updated", "Task", str(key))])


def of_assessment(*, key: int, **_: object) -> None:
    """A visit was assessed."""
    of_visits(Encounter.objects.filter(assessments=key))


def of_visit(*, key: int, **_: object) -> None:
    """A visit was read by a person, or cancelled."""
    of_visits(Encounter.objects.filter(pk=key))


def of_rescored(*, key: int, **_: object) -> None:
    """A part of a night changed what visits show; visits whose answers changed were assessed one by one."""
    after = RescoreChange.objects.filter(chunk=key).exclude(cause=Cause.INPUTS).values("after")
    of_visits(Encounter.objects.filter(assessments__in=after))


def of_visits(visits: QuerySet[Encounter]) -> None:
    """Each endpoint in one query, however many visits there are."""
    for endpoint in _endpoints(visits.values("organization"), REPORTS):
        reports: QuerySet[RiskAssessment] = reach.assessments(endpoint.client)
        found = reports.filter(encounter__in=visits).order_by("pk")
        _put(endpoint, _facts(endpoint, found.values_list("encounter__public_id", "status")))


def _facts(endpoint: WebhookEndpoint, reports: Iterable[tuple[object, str]]) -> list[Fact]:
    every = any(one.topic == Topic.REPORT for one in endpoint.topics.all())
    final = ScreeningStatus.FINAL
    return [
        Fact("report.final" if status == final else "report.updated", "DiagnosticReport", str(visit))
        for visit, status in reports
        if every or status == final
    ]


def _endpoints(organizations: QuerySet[object], topics: Iterable[Topic]) -> Iterable[WebhookEndpoint]:
    """Those in use whose program's token has not ended."""
    ended = Q(client__expires_at__lte=timezone.now()) | Q(client__revoked_at__isnull=False)
    live = WebhookEndpoint.objects.exclude(ended).exclude(state=EndpointState.OFF)
    asked = live.filter(organization__in=organizations, topics__topic__in=topics).distinct()
    return asked.select_related("client").prefetch_related("topics").order_by(F("pk"))


def _put(endpoint: WebhookEndpoint, facts: list[Fact]) -> None:
    if facts:
        outbox.put(endpoint.pk, facts, now=timezone.now())
        transaction.on_commit(partial(wakes.wake, endpoint.pk))
