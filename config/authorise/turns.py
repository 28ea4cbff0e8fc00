"""Whose turn a proposal is: the roles that take its next step, and what the page calls the state."""

from pharmacy.domain import rules as pharmacy_rules
from pharmacy.domain.policy import policy_for
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.models.prescription import OPEN_STATUSES
from records.models import Role
from referrals.domain.decisions import follow_up_role
from referrals.domain.status import ReferralStatus
from referrals.models import Referral

REFERRAL_TURNS = {
    ReferralStatus.PROPOSED: Role.PHYSICIAN,
    ReferralStatus.NEEDS_COORDINATOR: Role.COORDINATOR,
    ReferralStatus.AUTHORISED: Role.COORDINATOR,
}


def release_role(country: str) -> Role:
    """Who releases medicines in a country; where the law is not known, a pharmacist still looks at them."""
    policy = policy_for(country)
    return Role(policy.release_role) if policy else Role.PHARMACIST


def medicine_turn(prescription: Prescription) -> Role | None:
    """None when nobody has to do anything with it any more."""
    if prescription.status in OPEN_STATUSES:
        return release_role(prescription.organization.country)
    if prescription.status == PrescriptionStatus.REFUSED and not prescription.followed_up_at:
        return Role(pharmacy_rules.FOLLOW_UP_ROLES[0])
    return None


def referral_turn(referral: Referral) -> Role | None:
    """None when nobody has to do anything with it before the hospital answers, or after it took the patient."""
    role = follow_up_role(referral.status, referral.end_code)
    if role and not referral.followed_up_at:
        return Role(role)
    return REFERRAL_TURNS.get(ReferralStatus(referral.status))
