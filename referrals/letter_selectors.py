"""Reads of the letters that hospitals got."""

import hashlib

from django.core.files.storage import default_storage

from referrals.domain.status import ReferralStatus
from referrals.errors import LetterDamaged
from referrals.models import Referral, ReferralEvent, ReferralLetter


def letter_name(sha256: str) -> str:
    """The name in storage of a letter with these bytes."""
    return f"letters/{sha256[:2]}/{sha256}.pdf"


def sending_of(referral: Referral) -> ReferralEvent | None:
    """The step with which it was sent last; None before it was sent."""
    sent = ReferralEvent.objects.filter(referral=referral, to_status=ReferralStatus.REQUESTED)
    return sent.select_related("hospital", "referral__encounter").order_by("-pk").first()


def letter_kept(event: ReferralEvent, language: str) -> ReferralLetter | None:
    return ReferralLetter.objects.filter(event=event, language=language).first()


def letter_bytes(letter: ReferralLetter) -> bytes:
    """The letter as the hospital got it. Raises LetterDamaged when storage returns anything else, or nothing."""
    try:
        with default_storage.open(letter_name(letter.sha256)) as file:
            data = bytes(file.read())
    except FileNotFoundError:
        raise LetterDamaged("the kept letter is missing; restore it from the backup") from None
    if hashlib.sha256(data).hexdigest() != letter.sha256:
        raise LetterDamaged("the kept letter is damaged; restore it from the backup")
    return data
