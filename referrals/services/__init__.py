"""Writes of hospitals and referrals."""

from referrals.services.hospitals import hospital_register
from referrals.services.proposals import referral_propose
from referrals.services.steps import referral_move

__all__ = ["hospital_register", "referral_move", "referral_propose"]
