"""Which letter a hospital gets: made once for a sending and a language, and from then on these very bytes (ADR 15)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.utils import timezone, translation

from config.letter.contents import VERSION, letter_of
from config.letter.paper import letter_pdf
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import Language
from referrals.domain.status import UNSENT, ReferralStatus
from referrals.letter_selectors import letter_bytes, letter_kept, sending_of
from referrals.models import Referral, ReferralEvent, ReferralLetter
from referrals.services import letter_keep

logger = logging.getLogger(__name__)

LOADED = ("hospital", "organization", "assessment", "authorised_by", "encounter__patient")
# The whole address of a letter, from its public id.
Address = Callable[[UUID], str]


@dataclass(frozen=True)
class Paper:
    """`kept`: what the hospital got; None in a draft."""

    data: bytes
    language: str
    kept: ReferralLetter | None = None


def letter_paper(referral: Referral, *, language: str, address: Address, by: Actor, now: datetime) -> Paper:
    """The letter of a referral: as the hospital got it, or a draft before it was sent.

    Raises
    ------
    RecordNotFound
        It ended without having been sent.
    LetterDamaged
    """
    sending = sending_of(referral)
    if sending is None:
        if referral.status not in UNSENT:
            raise RecordNotFound("no letter was ever sent; there is none to show")
        return Paper(_drawn(referral, language, now, ""), language)
    return _kept_paper(referral, sending, language=language, address=address, by=by, now=now)


def _kept_paper(
    referral: Referral, sending: ReferralEvent, *, language: str, address: Address, by: Actor, now: datetime
) -> Paper:
    kept = letter_kept(sending, language)
    if kept is None:
        public_id = uuid4()
        data = _drawn(referral, language, now, address(public_id))
        kept = letter_keep(
            event=sending, public_id=public_id, language=language, version=VERSION, data=data, by=by, now=now
        )
    return Paper(letter_bytes(kept), language, kept)


def _drawn(referral: Referral, language: str, now: datetime, address: str) -> bytes:
    with translation.override(language), timezone.override(referral.organization.time_zone):
        return letter_pdf(letter_of(referral, now=now, address=address))


def letter_at_sending(referral: Referral, *, address: Address, by: Actor, now: datetime) -> None:
    """Make the letter in every language as soon as the referral was sent, so that each says what stood then, also
    one that is first asked for months later.

    A letter that cannot be made does not undo the sending; it is made when it is first asked for.
    """
    if referral.status != ReferralStatus.REQUESTED:
        return
    rows = Referral.objects.select_related(*LOADED).prefetch_related("reasons")
    whole = rows.get(pk=referral.pk)
    for language in Language.values:
        try:
            letter_paper(whole, language=language, address=address, by=by, now=now)
        except Exception:
            logger.exception("The letter of referral %s in %s could not be made", referral.pk, language)
