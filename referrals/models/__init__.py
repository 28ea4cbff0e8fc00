from referrals.models.hospital import Capacity, Hospital, HospitalCapability, WeeklyOffer
from referrals.models.hospital_client import HospitalClient
from referrals.models.outcome import ReferralOutcome
from referrals.models.referral import Referral, ReferralCandidate, ReferralEvent, ReferralReason

__all__ = [
    "Capacity",
    "Hospital",
    "HospitalCapability",
    "HospitalClient",
    "Referral",
    "ReferralCandidate",
    "ReferralEvent",
    "ReferralOutcome",
    "ReferralReason",
    "WeeklyOffer",
]
