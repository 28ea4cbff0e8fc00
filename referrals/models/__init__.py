from referrals.models.alarm import (
    AlarmRung,
    ContactOutcome,
    ContactParty,
    ReferralAlarm,
    ReferralContact,
)
from referrals.models.appointment import AppointmentStatus, ReferralAppointment
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
    "AlarmRung",
    "AppointmentStatus",
    "Capacity",
    "ClosedDay",
    "ContactOutcome",
    "ContactParty",
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
    "ReferralAlarm",
    "ReferralAppointment",
    "ReferralCandidate",
    "ReferralContact",
    "ReferralEvent",
    "ReferralLetter",
    "ReferralOutcome",
    "ReferralReason",
    "WeeklyOffer",
]
