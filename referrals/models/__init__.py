from referrals.models.hospital import Capacity, Hospital, HospitalCapability, WeeklyOffer
from referrals.models.hospital_details import (
    ClosedDay,
    HospitalImport,
    HospitalInsurance,
    HospitalLanguage,
    HospitalSpecialty,
    OpeningHours,
    PatientNeeds,
)
from referrals.models.referral import Referral, ReferralCandidate, ReferralEvent, ReferralReason

__all__ = [
    "Capacity",
    "ClosedDay",
    "Hospital",
    "HospitalCapability",
    "HospitalImport",
    "HospitalInsurance",
    "HospitalLanguage",
    "HospitalSpecialty",
    "OpeningHours",
    "PatientNeeds",
    "Referral",
    "ReferralCandidate",
    "ReferralEvent",
    "ReferralReason",
    "WeeklyOffer",
]
