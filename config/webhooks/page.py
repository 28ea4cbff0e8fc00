"""What the pages of webhooks show: an endpoint's state, what waits, what became of the last messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.webhooks.work import NOT_LISTED
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import EndpointState, WebhookEndpoint, WebhookMessage
from records.outbox import TEST
from referrals.gateways.partner.addresses import Refused
from referrals.gateways.partner.sending import Problem

SHOWN = 25

EVENTS: Mapping[str, LazyText] = {
    TEST: gettext_lazy("Test"),
    "task.updated": gettext_lazy("Step of a referral"),
    "report.updated": gettext_lazy("New or changed result"),
    "report.final": gettext_lazy("Settled result"),
}
PROBLEMS: Mapping[str, LazyText] = {
    Problem.TIMEOUT: gettext_lazy("did not answer in time"),
    Problem.NO_CONNECTION: gettext_lazy("takes no connection"),
    Problem.TLS: gettext_lazy("has no valid certificate"),
    Problem.CUT_SHORT: gettext_lazy("broke off"),
    Refused.NO_SUCH_NAME: gettext_lazy("has a name that nobody knows"),
    Refused.NOT_PUBLIC: gettext_lazy("lies inside a network"),
    Refused.NOT_HTTPS: gettext_lazy("is not spoken to by https"),
    Refused.PORT: gettext_lazy("is at a port that is not written to"),
    Refused.UNREADABLE: gettext_lazy("has an address that cannot be read"),
    NOT_LISTED: gettext_lazy("is not on the partner's list of hosts"),
    "too-old": gettext_lazy("waited too long"),
}


@dataclass(frozen=True)
class Sent:
    """One message as the page shows it. `state`: accepted, dead, again or waiting."""

    message: WebhookMessage
    event: str
    state: str
    told: str

    @property
    def about(self) -> str:
        one = self.message
        return f"{one.resource}/{one.resource_id}" if one.resource else ""


def endpoints(*, by: Actor) -> QuerySet[WebhookEndpoint]:
    """The organization's endpoints, those in use first, with how many messages wait and were given up."""
    rows = access.within(WebhookEndpoint.objects.all(), by=by)
    counted = rows.annotate(
        waiting=Count("messages", filter=Q(messages__accepted_at=None, messages__dead_at=None)),
        dead=Count("messages", filter=Q(messages__dead_at__isnull=False)),
    )
    off_last = Case(When(state=EndpointState.OFF, then=1), default=0)
    return counted.select_related("client").prefetch_related("topics").order_by(off_last, "-pk")


def endpoint(public_id: object, *, by: Actor) -> WebhookEndpoint:
    """One of them. Raises RecordNotFound."""
    found = endpoints(by=by).filter(public_id=public_id).first()
    if found is None:
        raise RecordNotFound("no such endpoint here; check the list")
    return found


def last_messages(of: WebhookEndpoint) -> Sequence[Sent]:
    """The newest that are not given up."""
    found = of.messages.filter(dead_at=None).order_by("-pk")[:SHOWN]
    return [shown(one) for one in found]


def dead_letters(of: WebhookEndpoint) -> Sequence[Sent]:
    """The newest that were given up."""
    found = of.messages.filter(dead_at__isnull=False).order_by("-pk")[:SHOWN]
    return [shown(one) for one in found]


def shown(one: WebhookMessage) -> Sent:
    state = (
        "accepted" if one.accepted_at else "dead" if one.dead_at else "again" if one.attempts else "waiting"
    )
    return Sent(one, str(EVENTS.get(one.event, one.event)), state, told(one))


def told(one: WebhookMessage) -> str:
    """What the partner's server did at the last attempt; empty where nothing is to be said."""
    if one.accepted_at:
        return ""
    if one.problem:
        return _("The partner's server %(did)s.") % {"did": PROBLEMS.get(one.problem, one.problem)}
    return _("The partner's server answered %(status)s.") % {"status": one.status} if one.status else ""


def next_try(of: WebhookEndpoint, *, now: datetime) -> datetime | None:
    """When an endpoint that is left alone is tried again; None where it is not."""
    paused = of.paused_until
    return paused if paused is not None and paused > now and of.state != EndpointState.OFF else None
