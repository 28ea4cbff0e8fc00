"""The outbox against real servers that hang, fail for a day, break off, or want no more: nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from config.errors import EndpointInvalid
from config.webhooks import wakes, work
from config.webhooks.endpoints import (
    endpoint_off,
    endpoint_on,
    endpoint_rotate,
    endpoint_test,
    messages_replay,
)
from records import outbox
from records.models import (
    EndpointState,
    OffReason,
    Organization,
    PartnerClient,
    Role,
    WebhookEndpoint,
    WebhookMessage,
)
from records.services import partner_client_revoke
from tests.factories import endpoints, receivers
from tests.factories import records as cast
from tests.factories.receivers import Receiver, receiver

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhooks go to this machine, none takes long, and no broker is asked."""
    settings.WEBHOOK_LOOPBACK, settings.WEBHOOK_SECONDS = True, 1
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)


@pytest.fixture
def partner() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


class Clock:
    """The time of a test, moved by hand; the sweep looks at it as the workers do."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta, *, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time go by, with everything that is due on the way."""
        ends = self.now + time
        while self.now < ends:
            self.now = min(self.now + step, ends)
            self.sweep()

    def sweep(self) -> None:
        self.now = max(self.now, timezone.now())
        outbox.bury_old(now=self.now)
        for key in outbox.endpoints_due(now=self.now):
            while work.deliver(key, clock=self):
                pass


@pytest.fixture
def clock() -> Clock:
    return Clock()


def told(partner: Receiver) -> list[str]:
    """The ids of the Tasks that it was told of, in the order they came."""
    bodies = (json.loads(one.body) for one in partner.got)
    return [body["data"]["id"] for body in bodies if body["data"]]


def open_messages() -> int:
    return WebhookMessage.objects.filter(outbox.OPEN).count()


def test_a_new_endpoint_is_told_nothing_until_it_answered_a_test(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    partner.answer = receivers.status(404)
    endpoint = endpoints.made(clinic, partner.url).endpoint
    endpoints.message(endpoint, 1)
    clock.sweep()
    endpoint.refresh_from_db()
    assert (endpoint.state, told(partner)) == (EndpointState.REQUESTED, [])
    partner.answer = receivers.status(200)
    clock.pass_(timedelta(minutes=10))
    endpoint.refresh_from_db()
    assert (endpoint.state, told(partner)) == (EndpointState.ACTIVE, ["1"])


def test_what_arrives_is_verified_by_the_reference_library(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    made = endpoints.made(clinic, partner.url)
    endpoints.message(made.endpoint, 12)
    clock.sweep()
    bodies = [Webhook(made.secret).verify(one.body, one.headers) for one in partner.got]
    assert [body["type"] for body in bodies] == ["endpoint.test", "task.updated"]
    assert bodies[1]["data"] == {"resourceType": "Task", "id": "12"}
    assert set(bodies[1]) == {"type", "timestamp", "data"}


def test_both_secrets_verify_for_a_day_and_then_the_new_one_alone(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    made = endpoints.made(clinic, partner.url)
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    new = endpoint_rotate(public_id=made.endpoint.public_id, by=by, now=clock()).secret
    clock.sweep()
    (got,) = partner.got
    assert Webhook(made.secret).verify(got.body, got.headers) == Webhook(new).verify(got.body, got.headers)
    clock.now += DAY
    endpoints.message(made.endpoint, 1)
    clock.sweep()
    assert len(partner.got[0].headers["webhook-signature"].split()) == 2
    assert len(partner.got[-1].headers["webhook-signature"].split()) == 1


def test_secrets_lie_in_no_row_in_clear(clinic: Organization) -> None:
    made = endpoints.made(clinic)
    assert made.secret.removeprefix("whsec_") not in str(WebhookEndpoint.objects.values().get())


def test_steps_of_one_referral_arrive_in_their_order_and_once(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    for key in (1, 2, 1, 3, 1):
        endpoints.message(endpoint, key, now=clock())
    clock.sweep()
    clock.pass_(timedelta(hours=1))
    assert told(partner) == ["1", "2", "1", "3", "1"]
    assert len({one.headers["webhook-id"] for one in partner.got}) == 5


def test_a_step_that_fails_holds_up_the_next_step_of_its_referral_and_no_other(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    for key in (1, 1, 2):
        endpoints.message(endpoint, key, now=clock())
    refused: list[str] = []

    def first_of_one_fails(handler: Any, got: receivers.Got) -> None:
        fails = b'"id":"1"' in got.body and len(refused) < 2
        refused.extend(["1"] if fails else [])
        receivers.reply(handler, 500 if fails else 200)

    partner.answer = first_of_one_fails
    clock.sweep()
    clock.sweep()
    assert told(partner) == ["1", "2"]
    clock.pass_(timedelta(hours=1))
    assert told(partner) == ["1", "2", "1", "1", "1"]
    assert open_messages() == 0


@pytest.mark.parametrize(
    "trouble",
    [receivers.status(500), receivers.hang, receivers.cut_short, receivers.cut_at_once, "redirect"],
    ids=["500", "hangs", "breaks off", "closes at once", "redirects to itself"],
)
def test_a_day_of_trouble_loses_nothing_and_keeps_the_order(
    clinic: Organization, partner: Receiver, clock: Clock, trouble: Any
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.status(307, Location=partner.url) if trouble == "redirect" else trouble
    for key in (7, 8, 7, 9):
        endpoints.message(endpoint, key, now=clock())
    clock.pass_(DAY, step=timedelta(minutes=30))
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.ERROR
    assert len(partner.got) <= 12, "an endpoint in trouble is hardly asked"
    assert open_messages() == 4
    partner.got.clear()
    partner.answer = receivers.status(200)
    clock.pass_(DAY, step=timedelta(minutes=30))
    endpoint.refresh_from_db()
    assert (told(partner), open_messages()) == (["7", "8", "7", "9"], 0)
    assert (endpoint.state, endpoint.failures) == (EndpointState.ACTIVE, 0)


def test_after_a_week_what_nobody_took_is_a_dead_letter_that_can_be_sent_again(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.status(500)
    for key in (1, 2):
        endpoints.message(endpoint, key, now=clock())
    clock.pass_(timedelta(days=8), step=timedelta(hours=1))
    dead = WebhookMessage.objects.filter(dead_at__isnull=False)
    assert (dead.count(), open_messages()) == (2, 0)
    ids = [work.headers_of(one, endpoint, b"", now=clock())["webhook-id"] for one in dead.order_by("pk")]
    partner.got.clear()
    partner.answer = receivers.status(200)
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    assert messages_replay(public_id=endpoint.public_id, by=by, now=clock()) == 2
    clock.sweep()
    assert (told(partner), open_messages(), dead.count()) == (["1", "2"], 0, 0)
    assert [one.headers["webhook-id"] for one in partner.got] == ids


def test_who_answers_410_is_switched_off_and_what_was_open_can_be_sent_once_it_is_on(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.status(410)
    for key in (1, 2):
        endpoints.message(endpoint, key, now=clock())
    clock.pass_(DAY)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.off_reason, len(partner.got)) == (EndpointState.OFF, OffReason.GONE, 1)
    partner.got.clear()
    partner.answer = receivers.status(200)
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    assert messages_replay(public_id=endpoint.public_id, by=by, now=clock()) == 0, "it is off"
    endpoint_on(public_id=endpoint.public_id, by=by, now=clock())
    messages_replay(public_id=endpoint.public_id, by=by, now=clock())
    clock.sweep()
    assert told(partner) == ["1", "2"]


def test_a_busy_partner_is_left_alone_as_long_as_it_asks(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.status(429, Retry_After="3600")
    for key in range(5):
        endpoints.message(endpoint, key, now=clock())
    clock.pass_(timedelta(minutes=59))
    assert len(partner.got) == 1
    partner.answer = receivers.status(200)
    clock.pass_(timedelta(minutes=6))
    assert told(partner)[1:] == ["0", "1", "2", "3", "4"]


def test_one_that_hangs_takes_one_time_limit_and_then_nothing(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.hang
    for key in range(50):
        endpoints.message(endpoint, key, now=clock())
    began = timezone.now()
    clock.sweep()
    clock.sweep()
    assert timezone.now() - began < timedelta(seconds=2.5)
    assert len(partner.got) == 1


def test_while_one_worker_sends_no_other_does(clinic: Organization, partner: Receiver, clock: Clock) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    endpoints.message(endpoint, 1, now=clock())
    lease = outbox.claim(endpoint.pk, now=clock())
    assert lease is not None
    assert not work.deliver(endpoint.pk, clock=clock)
    assert partner.got == []
    assert outbox.endpoints_due(now=clock()) == []


def test_a_worker_that_was_overtaken_books_nothing(clinic: Organization, clock: Clock) -> None:
    endpoint = endpoints.active(clinic)
    endpoints.message(endpoint, 1, now=clock())
    slow = outbox.claim(endpoint.pk, now=clock())
    assert slow is not None
    (message,) = outbox.next_messages(slow, now=clock(), limit=1)
    clock.now += timedelta(hours=1)
    other = outbox.claim(endpoint.pk, now=clock())
    assert other is not None
    booked = outbox.settle(slow, message, status=500, problem="", accepted=False, now=clock(), chance=0.5)
    message.refresh_from_db()
    assert (booked, message.attempts) == (False, 0)
    outbox.release(slow)
    endpoint.refresh_from_db()
    assert endpoint.lease_until == other.until


def test_what_a_killed_worker_had_claimed_is_sent_when_its_lease_has_ended(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    endpoints.message(endpoint, 1, now=clock())
    outbox.claim(endpoint.pk, now=clock())
    clock.pass_(timedelta(minutes=5))
    assert told(partner) == ["1"]


def test_a_partner_whose_token_has_ended_is_told_nothing_more(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    endpoints.message(endpoint, 1, now=clock())
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    client = PartnerClient.objects.get()
    partner_client_revoke(client_id=client.pk, by=by, now=clock(), reason="contract ended")
    clock.sweep()
    endpoint.refresh_from_db()
    assert (partner.got, endpoint.off_reason) == ([], OffReason.CLIENT_ENDED)


def test_a_host_that_is_taken_off_the_list_gets_nothing_and_once_it_is_back_everything(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    endpoint.client.hosts.update(removed_at=clock())
    endpoints.message(endpoint, 1, now=clock())
    clock.pass_(timedelta(minutes=10))
    tried = endpoint.messages.get(resource_id="1")
    assert (partner.got, tried.status, tried.problem) == ([], None, work.NOT_LISTED)
    endpoints.allowed(endpoint.client)
    clock.pass_(timedelta(hours=1))
    assert told(partner) == ["1"]


def test_an_endpoint_is_not_switched_on_while_its_host_is_off_the_list(
    clinic: Organization, clock: Clock
) -> None:
    endpoint, by = endpoints.active(clinic), cast.actor(clinic, Role.ADMINISTRATOR)
    endpoint_off(public_id=endpoint.public_id, by=by, now=clock())
    endpoint.client.hosts.update(removed_at=clock())
    with pytest.raises(EndpointInvalid, match=work.NOT_LISTED):
        endpoint_on(public_id=endpoint.public_id, by=by, now=clock())
    endpoints.allowed(endpoint.client, "saebit.example")
    endpoint_on(public_id=endpoint.public_id, by=by, now=clock())
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.REQUESTED


def test_a_round_ends_when_the_endpoint_is_switched_off_in_its_middle(
    clinic: Organization, partner: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    for key in range(5):
        endpoints.message(endpoint, key, now=clock())
    by, send = cast.actor(clinic, Role.ADMINISTRATOR), work.send

    def switched_off_meanwhile(*args: Any, **more: Any) -> Any:
        endpoint_off(public_id=endpoint.public_id, by=by, now=clock())
        return send(*args, **more)

    monkeypatch.setattr(work, "send", switched_off_meanwhile)
    clock.sweep()
    endpoint.refresh_from_db()
    assert (len(partner.got), endpoint.state) == (1, EndpointState.OFF)


def test_a_test_goes_out_at_once_whatever_the_endpoint_is_paused_for(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    partner.answer = receivers.cut_at_once
    endpoints.message(endpoint, 1, now=clock())
    clock.sweep()
    partner.answer = receivers.status(200)
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    endpoint_test(public_id=endpoint.public_id, by=by, now=clock())
    clock.sweep()
    assert json.loads(partner.got[-1].body)["type"] == "endpoint.test"


def test_a_second_test_is_sent_at_once_although_an_earlier_one_waits_to_be_tried_again(
    clinic: Organization, partner: Receiver, clock: Clock
) -> None:
    endpoint = endpoints.active(clinic, partner.url)
    by = cast.actor(clinic, Role.ADMINISTRATOR)
    partner.answer = receivers.cut_at_once
    endpoint_test(public_id=endpoint.public_id, by=by, now=clock())
    clock.sweep()
    partner.answer = receivers.status(200)
    endpoint_test(public_id=endpoint.public_id, by=by, now=clock())
    clock.sweep()
    assert not endpoint.messages.filter(accepted_at=None).exists()


def test_many_partners_of_whom_one_hangs_all_hear_within_its_time_limit(
    clinic: Organization, clock: Clock
) -> None:
    with ExitStack() as stack:
        quick = [stack.enter_context(receiver()) for _ in range(5)]
        slow = stack.enter_context(receiver(receivers.hang))
        for one in (slow, *quick):
            endpoint = endpoints.active(clinic, one.url)
            for key in range(10):
                endpoints.message(endpoint, key, now=clock())
        began = timezone.now()
        clock.sweep()
        assert timezone.now() - began < timedelta(seconds=4), "even one after the other"
        assert [len(one.got) for one in quick] == [10] * 5


def test_what_ended_long_ago_is_forgotten_and_what_is_open_is_not(clinic: Organization, clock: Clock) -> None:
    endpoint = endpoints.active(clinic)
    endpoints.message(endpoint, 1, now=clock())
    assert outbox.forget(now=clock() + outbox.KEPT + DAY) == 1
    assert open_messages() == 1
