"""Writes about endpoints: add, test, new secret, off and on, send again. Each is audited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from config.errors import EndpointInvalid
from config.webhooks import wakes
from config.webhooks.bodies import PURPOSE
from config.webhooks.work import NOT_LISTED, is_listed, rules
from records import access, outbox
from records.actor import Actor
from records.errors import HostInvalid, RecordNotFound
from records.models import (
    AuditAction,
    EndpointState,
    OffReason,
    PartnerClient,
    Payload,
    Role,
    Topic,
    WebhookEndpoint,
    WebhookMessage,
    WebhookTopic,
)
from records.outbox import TEST, Fact
from records.sealing import seal
from records.selectors import client_in_force, partner_host_allowed
from records.services import audit_record, partner_host_add
from referrals.gateways.partner.addresses import Refused, Target, TargetRefused, read_target
from referrals.gateways.partner.signing import new_secret

# How long a partner has to put the new secret in; until then what is sent is signed with both.
BOTH_VALID = timedelta(days=1)
MOST_OF_A_CLIENT = 10


@dataclass(frozen=True)
class SecretMade:
    """`secret` exists in clear only here: it is shown once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def endpoint_add(
    *,
    client: PartnerClient,
    url: str,
    topics: Collection[Topic],
    by: Actor,
    now: datetime,
    payload: Payload = Payload.ID_ONLY,
) -> SecretMade:
    """An endpoint of a client, which is asked at once whether it answers.

    An administrator adds it, which puts its host on the partner's list, or the client itself (`by` is then the client's
    actor), at a host that is on the list.

    Raises
    ------
    EndpointInvalid
        Naming the field: url, topics or client.
    RecordNotFound, RoleRefused
    """
    if client.organization_id != by.organization_id:
        raise RecordNotFound("no such partner here; check the list")
    by_program = by.label == client.actor().label
    if not by_program:
        access.role_required(by, Role.ADMINISTRATOR)
    target = _check(client, url, topics, now)
    _list_host(client, target.host, by=by, now=now, by_program=by_program)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        organization_id=by.organization_id,
        client=client,
        url=url,
        payload=payload,
        secret=seal(secret, purpose=PURPOSE),
        made_at=now,
        changed_at=now,
        by_program=by_program,
    )
    WebhookTopic.objects.bulk_create(WebhookTopic(endpoint=endpoint, topic=topic) for topic in topics)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=endpoint)
    outbox.put(endpoint.pk, [Fact(TEST)], now=now)
    transaction.on_commit(partial(wakes.wake, endpoint.pk))
    return SecretMade(endpoint, secret)


def _check(client: PartnerClient, url: str, topics: Collection[Topic], now: datetime) -> Target:
    if not client_in_force(client, now):
        raise EndpointInvalid("client", "ended")
    if not topics:
        raise EndpointInvalid("topics", "none")
    try:
        target = read_target(url, rules())
    except TargetRefused as refused:
        raise EndpointInvalid("url", refused.why) from refused
    # Held, so that two that are added at once are both counted.
    PartnerClient.objects.select_for_update(of=("self",), no_key=True).get(pk=client.pk)
    live = WebhookEndpoint.objects.filter(client=client).exclude(state=EndpointState.OFF)
    if live.filter(url=url, topics__topic__in=topics).exists():
        raise EndpointInvalid("url", "taken")
    if live.count() >= MOST_OF_A_CLIENT:
        raise EndpointInvalid("client", "too-many")
    return target


def _list_host(client: PartnerClient, host: str, *, by: Actor, now: datetime, by_program: bool) -> None:
    """An administrator who adds an address vouches for its host; a program gets no further than the list."""
    if partner_host_allowed(client, host):
        return
    if by_program:
        raise EndpointInvalid("url", NOT_LISTED)
    try:
        partner_host_add(client_id=client.pk, host=host, by=by, now=now)
    except HostInvalid as error:
        raise EndpointInvalid("url", "hosts-full" if error.why else Refused.UNREADABLE) from error


def endpoint_locked(public_id: object, *, by: Actor) -> WebhookEndpoint:
    """An endpoint of the actor's organization, held to the end of the transaction. Raises RecordNotFound."""
    rows = access.within(WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True), by=by)
    found = rows.select_related("client").filter(public_id=public_id).first()
    if found is None:
        raise RecordNotFound("no such endpoint here; check the list")
    return found


@transaction.atomic
def endpoint_test(*, public_id: object, by: Actor, now: datetime) -> WebhookEndpoint:
    """Send a test now, whatever it was paused for; nothing where it is off. Raises RecordNotFound, RoleRefused."""
    access.role_required(by, Role.ADMINISTRATOR)
    endpoint = endpoint_locked(public_id, by=by)
    if endpoint.state != EndpointState.OFF:
        # One that failed before waits for hours, and a second would wait behind it.
        if not endpoint.messages.filter(outbox.OPEN, event=TEST).update(due_at=now):
            outbox.put(endpoint.pk, [Fact(TEST)], now=now)
        endpoint.paused_until = None
        _saved(endpoint, "test", by=by, now=now, action=AuditAction.EXECUTE)
    return endpoint


@transaction.atomic
def endpoint_rotate(*, public_id: object, by: Actor, now: datetime) -> SecretMade:
    """A new secret; the present one signs too for a day more. Raises RecordNotFound, RoleRefused."""
    access.role_required(by, Role.ADMINISTRATOR)
    endpoint = endpoint_locked(public_id, by=by)
    secret = new_secret()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, now + BOTH_VALID
    endpoint.secret = seal(secret, purpose=PURPOSE)
    _saved(endpoint, "new secret", by=by, now=now)
    return SecretMade(endpoint, secret)


@transaction.atomic
def endpoint_off(
    *, public_id: object, by: Actor, now: datetime, reason: OffReason = OffReason.BY_HAND
) -> WebhookEndpoint:
    """Nothing more is sent; what was open may be sent again once it is on. Raises RecordNotFound, RoleRefused."""
    endpoint = endpoint_locked(public_id, by=by)
    if by.label != endpoint.client.actor().label:
        access.role_required(by, Role.ADMINISTRATOR)
    if endpoint.state != EndpointState.OFF:
        outbox.switch_off(endpoint, reason, now=now)
        _saved(endpoint, f"off: {reason}", by=by, now=now)
    return endpoint


@transaction.atomic
def endpoint_on(*, public_id: object, by: Actor, now: datetime) -> WebhookEndpoint:
    """On again, once it answers a test.

    Raises
    ------
    EndpointInvalid
        The partner's token has ended, or the host is no longer on the partner's list.
    RecordNotFound, RoleRefused
    """
    access.role_required(by, Role.ADMINISTRATOR)
    endpoint = endpoint_locked(public_id, by=by)
    if not client_in_force(endpoint.client, now):
        raise EndpointInvalid("client", "ended")
    if not is_listed(endpoint):
        raise EndpointInvalid("url", NOT_LISTED)
    if endpoint.state == EndpointState.OFF:
        outbox.switch_on(endpoint, now=now)
        _saved(endpoint, "on", by=by, now=now)
    return endpoint


@transaction.atomic
def messages_replay(*, public_id: object, by: Actor, now: datetime, message_id: int | None = None) -> int:
    """Send dead letters again, all or one; returns how many. Raises RecordNotFound, RoleRefused."""
    access.role_required(by, Role.ADMINISTRATOR)
    endpoint = endpoint_locked(public_id, by=by)
    dead = WebhookMessage.objects.filter(endpoint=endpoint)
    if message_id is not None:
        dead = dead.filter(pk=message_id)
        if not dead.exists():
            raise RecordNotFound("no such message here; check the list")
    if endpoint.state == EndpointState.OFF:
        return 0
    count = outbox.replay(dead, now=now)
    if count:
        endpoint.paused_until = None
        _saved(endpoint, f"sent again: {count}", by=by, now=now, action=AuditAction.EXECUTE)
    return count


def _saved(
    endpoint: WebhookEndpoint,
    detail: str,
    *,
    by: Actor,
    now: datetime,
    action: AuditAction = AuditAction.UPDATE,
) -> None:
    endpoint.save()
    audit_record(by=by, now=now, action=action, entity=endpoint, detail=detail)
    transaction.on_commit(partial(wakes.wake, endpoint.pk))
