"""The hospitals a person may choose among for a referral: those that can treat it, the nearest first."""

from django.utils.translation import gettext as _

from records.selectors import local_date
from referrals import near_selectors, selectors
from referrals.domain.matching import Need
from referrals.domain.travel import estimated_km
from referrals.models import Hospital, Referral
from risk.domain.urgency import Urgency

NEAREST = 50


def hospital_choices(referral: Referral) -> list[tuple[int, str]]:
    """Key and name with the estimated distance of the nearest 50 open hospitals that can treat it.

    The present one is left out: choosing it would change nothing. A place is not asked for: it may be agreed there.
    """
    clinic = referral.organization
    home = selectors.start_of(referral.encounter)
    since = local_date(referral.decided_at, clinic)
    need = Need(Urgency(referral.urgency), referral.due_by, selectors.capabilities_needed(referral))
    reach = near_selectors.hospitals_near(
        need, home, clinic.country, today=since, limit=NEAREST + 1, with_places=False
    )
    others = [one for one in reach.profiles if one.key != referral.hospital_id]
    nearest = sorted((estimated_km(home, one.place), one.key) for one in others)[:NEAREST]
    names = Hospital.objects.in_bulk([key for _km, key in nearest])
    return [
        (key, _("%(hospital)s, about %(km)s km") % {"hospital": names[key].name, "km": f"{km:.1f}"})
        for km, key in nearest
    ]
