from referrals.models.hospital import Capacity, Hospital, HospitalCapability, WeeklyOffer
from referrals.models.referral import Referral, ReferralCandidate, ReferralEvent, ReferralReason

__all__ = [
    "Capacity",
    "Hospital",
    "HospitalCapability",
    "Referral",
    "ReferralCandidate",
    "ReferralEvent",
    "ReferralReason",
    "WeeklyOffer",
]
