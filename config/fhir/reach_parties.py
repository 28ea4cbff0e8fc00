"""Who a program's own rows name: the clinic, the hospital that it speaks for, and the people who signed for them.

Directory data and names of staff, which the rows themselves tell; nothing of any other clinic or hospital.
"""

from django.db.models import Q, QuerySet

from config.fhir import reach, reach_medicines
from records import access
from records.models import Organization, PartnerClient, Practitioner
from referrals.models import Hospital


def clinics(client: PartnerClient) -> QuerySet[Organization]:
    """The client's own, which asks."""
    return access.within(Organization.objects.all(), by=client.actor(), path="pk")


def hospitals(client: PartnerClient) -> QuerySet[Hospital]:
    """The one that is asked: no program sees a referral to another. Hospitals belong to no clinic."""
    return Hospital.objects.filter(pk__in=reach.hospitals(client))


def practitioners(client: PartnerClient) -> QuerySet[Practitioner]:
    """Who authorised a referral that was sent to it, or a medicine of a visit, or handed that out."""
    signed = (
        reach.referrals(client).values("authorised_by"),
        reach_medicines.prescriptions(client).values("authorised_by"),
        reach_medicines.dispenses(client).values("released_by"),
    )
    named = Q()
    for people in signed:
        named |= Q(pk__in=people)
    return Practitioner.objects.filter(named)
