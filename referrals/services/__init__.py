"""Writes of hospitals and referrals."""

from referrals.services.answers import (
    referral_answer,
    referral_resume,
)
from referrals.services.appointments import (
    appointment_book,
    appointment_missed,
)
from referrals.services.by_hand import hospital_add, hospital_amend
from referrals.services.camp import (
    camp_assign,
    camp_preview,
)
from referrals.services.contacts import (
    contact_record,
)
from referrals.services.departments import hospital_departments, hospital_open
from referrals.services.details import (
    hospital_access,
    hospital_close_days,
    hospital_equip,
    hospital_insure,
    hospital_speak,
    needs_record,
)
from referrals.services.directory import (
    hospitals_import,
)
from referrals.services.hospital_clients import (
    hospital_client_link,
    hospital_client_unlink,
)
from referrals.services.hospital_visits import (
    hospital_visit,
)
from referrals.services.hospitals import (
    hospital_register,
)
from referrals.services.lateness import (
    late_date_keep,
)
from referrals.services.letters import (
    letter_keep,
)
from referrals.services.offers import (
    offer_set,
    week_set,
)
from referrals.services.proposals import (
    places_to_route,
    referral_propose,
)
from referrals.services.refusals import (
    referral_follow_up,
    referral_refuse,
)
from referrals.services.rematching import (
    referral_rematch,
)
from referrals.services.silences import (
    alarms_raise,
)
from referrals.services.steps import referral_authorise_and_send, referral_move
from referrals.services.withdrawals import (
    referrals_withdraw,
)

__all__ = [
    "alarms_raise",
    "appointment_book",
    "appointment_missed",
    "camp_assign",
    "camp_preview",
    "contact_record",
    "hospital_access",
    "hospital_add",
    "hospital_amend",
    "hospital_client_link",
    "hospital_client_unlink",
    "hospital_close_days",
    "hospital_departments",
    "hospital_equip",
    "hospital_insure",
    "hospital_open",
    "hospital_register",
    "hospital_speak",
    "hospital_visit",
    "hospitals_import",
    "late_date_keep",
    "letter_keep",
    "needs_record",
    "offer_set",
    "places_to_route",
    "referral_answer",
    "referral_authorise_and_send",
    "referral_follow_up",
    "referral_move",
    "referral_propose",
    "referral_refuse",
    "referral_rematch",
    "referral_resume",
    "referrals_withdraw",
    "week_set",
]
