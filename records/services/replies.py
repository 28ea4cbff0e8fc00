"""One request, one fact: a request that is sent again gets the reply it got the first time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction

from records.errors import KeyInUse, KeyOfAnotherRequest
from records.models import IdempotentReply, PartnerClient

# Longer than any request may take: past it nobody works on the request any more.
CLAIM_LASTS = timedelta(minutes=2)
REPLY_LASTS = timedelta(hours=24)
# A claim older than this is most likely that of a server that died.
USUALLY_DONE_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True)
class ReplyStored:
    status: int
    body: str


def reply_claim(
    *, client: PartnerClient, key: str, request_sha256: str, now: datetime
) -> IdempotentReply | ReplyStored:
    """Claim a request, or find the reply it got before. A claim must be settled or dropped.

    Raises
    ------
    KeyOfAnotherRequest
        The key was used for a request with other content.
    KeyInUse
        The same request is under way.
    """
    try:
        with transaction.atomic():
            return IdempotentReply.objects.create(
                client=client, key=key, request_sha256=request_sha256, claimed_at=now
            )
    except IntegrityError as error:
        if "idempotency_key_once_per_client" not in str(error):
            raise
        return _known(client, key, request_sha256, now)


def _known(
    client: PartnerClient, key: str, request_sha256: str, now: datetime
) -> IdempotentReply | ReplyStored:
    reply = IdempotentReply.objects.filter(client=client, key=key).first()
    if reply is None:
        raise KeyInUse("the first request with this key is just ending; send it again")
    if now - reply.claimed_at >= (CLAIM_LASTS if reply.status is None else REPLY_LASTS):
        return _taken_over(reply, request_sha256, now)
    if reply.request_sha256 != request_sha256:
        raise KeyOfAnotherRequest("this key was used for another request; use a new key for each screening")
    if reply.status is None:
        seconds = _worth_waiting(now - reply.claimed_at)
        raise KeyInUse(
            "the first request with this key is under way; wait and send it again", seconds=seconds
        )
    return ReplyStored(reply.status, reply.body)


def _worth_waiting(age: timedelta) -> int:
    """Seconds until a claim of that age is settled, or may be taken over."""
    return 1 if age < USUALLY_DONE_WITHIN else max(1, ceil((CLAIM_LASTS - age).total_seconds()))


def _taken_over(reply: IdempotentReply, request_sha256: str, now: datetime) -> IdempotentReply:
    same = IdempotentReply.objects.filter(pk=reply.pk, claimed_at=reply.claimed_at)
    if not same.update(claimed_at=now, request_sha256=request_sha256, status=None, body=""):
        raise KeyInUse("the first request with this key is under way; wait and send it again")
    reply.claimed_at, reply.request_sha256 = now, request_sha256
    return reply


def reply_settle(*, claim: IdempotentReply, status: int, body: str) -> None:
    """Store the reply, in the transaction that makes the fact.

    Raises
    ------
    KeyInUse
        The claim was taken over meanwhile: what this transaction made must be rolled back.
    """
    mine = IdempotentReply.objects.filter(pk=claim.pk, claimed_at=claim.claimed_at, status=None)
    if not mine.update(status=status, body=body):
        raise KeyInUse("this request took too long and is done by another one; ask for its result")


def reply_drop(*, claim: IdempotentReply) -> None:
    """Free the key of a request that was refused and made nothing."""
    IdempotentReply.objects.filter(pk=claim.pk, claimed_at=claim.claimed_at, status=None).delete()


def replies_forget(*, now: datetime) -> int:
    """Delete replies that nobody may ask for any more. Returns how many."""
    return IdempotentReply.objects.filter(claimed_at__lt=now - REPLY_LASTS).delete()[0]
