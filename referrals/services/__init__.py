"""Writes of hospitals and referrals."""

from referrals.services.answers import (
    referral_answer,
)
from referrals.services.directory import (
    hospitals_import,
)
from referrals.services.hospital_clients import (
    hospital_client_link,
    hospital_client_unlink,
)
from referrals.services.hospitals import (
    hospital_register,
)
from referrals.services.letters import (
    letter_keep,
)
from referrals.services.proposals import (
    places_to_route,
    referral_propose,
)
from referrals.services.refusals import (
    referral_follow_up,
    referral_refuse,
)
from referrals.services.steps import (
    referral_authorise_and_send,
    referral_move,
)
from referrals.services.withdrawals import (
    referrals_withdraw,
)

__all__ = [
    "hospital_client_link",
    "hospital_client_unlink",
    "hospital_register",
    "hospitals_import",
    "letter_keep",
    "places_to_route",
    "referral_answer",
    "referral_authorise_and_send",
    "referral_follow_up",
    "referral_move",
    "referral_propose",
    "referral_refuse",
    "referrals_withdraw",
]
