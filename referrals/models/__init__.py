from referrals.models.hospital import Capacity, Hospital, HospitalCapability, WeeklyOffer
from referrals.models.hospital_client import HospitalClient
from referrals.models.hospital_details import (
    ClosedDay,
    HospitalImport,
    HospitalInsurance,
    HospitalLanguage,
    HospitalSpecialty,
    OpeningHours,
    PatientNeeds,
)
from referrals.models.letter import ReferralLetter
from referrals.models.outcome import ReferralOutcome
from referrals.models.referral import Referral, ReferralCandidate, ReferralEvent, ReferralReason

__all__ = [
    "Capacity",
    "ClosedDay",
    "Hospital",
    "HospitalCapability",
    "HospitalClient",
    "HospitalImport",
    "HospitalInsurance",
    "HospitalLanguage",
    "HospitalSpecialty",
    "OpeningHours",
    "PatientNeeds",
    "Referral",
    "ReferralCandidate",
    "ReferralEvent",
    "ReferralLetter",
    "ReferralOutcome",
    "ReferralReason",
    "WeeklyOffer",
]
