"""What somebody else did while a page was open, in words for whoever comes second."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.moments import names_of
from pharmacy.models import Prescription, PrescriptionStatus
from referrals.models import Referral
from referrals.texts import STATUSES


def medicine_meanwhile(one: Prescription) -> str:
    if one.followed_up_at and one.followed_up_by:
        return _said(one.followed_up_by.name, _("Refusal followed up"), one.followed_up_at)
    if one.closed_at:
        return _said(_name(one.closed_by), str(PrescriptionStatus(one.status).label), one.closed_at)
    if one.authorised_at and one.authorised_by:
        return _said(one.authorised_by.name, str(PrescriptionStatus.AUTHORISED.label), one.authorised_at)
    return _("This proposal changed in the meantime. Look at it again.")


def referral_meanwhile(one: Referral) -> str:
    if one.followed_up_at and one.followed_up_by:
        return _said(one.followed_up_by.name, _("Refusal followed up"), one.followed_up_at)
    last = one.history.order_by("pk").last()
    if last is None:
        return _("This proposal changed in the meantime. Look at it again.")
    return _said(_name(last.actor), str(STATUSES[last.to_status]), last.recorded_at)


def _name(label: str) -> str:
    """The name behind an actor's label."""
    return names_of([label]).get(label, _("the software"))


def _said(who: str, what: str, at: datetime) -> str:
    return _("Your decision was not stored, because %(who)s was first: “%(what)s”, %(at)s.") % {
        "who": who,
        "what": what,
        "at": f"{localtime(at):%Y-%m-%d %H:%M}",
    }
