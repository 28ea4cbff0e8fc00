"""Proposals of a period counted in the database, by what they were about; five queries for any number of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.db.models.functions import Coalesce

from pharmacy.models import AlertStage, Prescription, PrescriptionAlert, PrescriptionStatus
from records import access
from records.actor import Actor
from referrals.models import Referral, ReferralCandidate, ReferralReason
from risk.domain.overrides import Tally


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Counts:
    """`reasons`: how often each code was given for a refusal, of medicines and of referrals."""

    alerts: list[Tally]
    medicines: list[Tally]
    rules: list[Tally]
    hospitals: list[Tally]
    medicine_reasons: list[tuple[str, int]]
    referral_reasons: list[tuple[str, int]]

    @property
    def empty(self) -> bool:
        return not (self.medicines or self.rules or self.hospitals)


def decisions_counted(*, since: datetime, until: datetime, by: Actor) -> Counts:
    """What was proposed from `since` to before `until` in the actor's organization."""
    period = {"decided_at__gte": since, "decided_at__lt": until}
    medicines = access.within(Prescription.objects.filter(**period), by=by)
    referrals = access.within(Referral.objects.filter(**period), by=by)
    alerts = PrescriptionAlert.objects.filter(
        prescription__in=medicines, stage=AlertStage.PRESCRIBING
    ).exclude(tier="info")
    reasons = ReferralReason.objects.filter(referral__in=referrals, hospital=None)
    first = ReferralCandidate.objects.filter(referral__in=referrals, rank=1)
    return Counts(
        alerts=_tallies(alerts, "rule_id", "prescription", _medicine("prescription__")),
        medicines=_tallies(medicines.exclude(medicine=None), "medicine__code", "pk", _medicine("")),
        rules=_tallies(reasons, "rule_id", "referral", _referral("referral__")),
        hospitals=_tallies(first, "hospital__name", "referral", _referral("referral__", changed=True)),
        medicine_reasons=_codes(medicines),
        referral_reasons=_codes(referrals),
    )


def _tallies(rows: QuerySet[Any], key: str, whole: str, of: dict[str, Any]) -> list[Tally]:
    found = rows.values(key).annotate(
        proposed=Count(whole, distinct=True),
        median=Median(of["time"]),
        **{name: Count(whole, distinct=True, filter=of[name]) for name in ("released", "refused", "changed")},
    )
    return [
        Tally(
            key=row[key],
            proposed=row["proposed"],
            released=row["released"],
            refused=row["refused"],
            changed=row["changed"],
            median_hours=row["median"].total_seconds() / 3600 if row["median"] else None,
        )
        for row in found.order_by("-proposed", key)
    ]


def _medicine(path: str) -> dict[str, Any]:
    """A released medicine that was refused afterwards is refused. Withdrawn ones are decided by nobody."""
    refused = Q(**{f"{path}status": PrescriptionStatus.REFUSED})
    closed = F(f"{path}closed_at")
    return {
        "released": Q(**{f"{path}status": PrescriptionStatus.AUTHORISED}),
        "refused": refused,
        "changed": Q(pk__in=[]),
        "time": Coalesce(F(f"{path}authorised_at"), closed) - F(f"{path}decided_at"),
    }


def _referral(path: str, *, changed: bool = False) -> dict[str, Any]:
    """`changed`: another hospital than the candidate was authorised."""
    named = Q(**{f"{path}authorised_at__isnull": False, f"{path}refused_at__isnull": True})
    same = Q(**{f"{path}hospital": F("hospital")})
    time = Coalesce(F(f"{path}authorised_at"), F(f"{path}refused_at")) - F(f"{path}decided_at")
    return {
        "released": named & same if changed else named,
        "refused": Q(**{f"{path}refused_at__isnull": False}),
        "changed": named & ~same if changed else Q(pk__in=[]),
        "time": time,
    }


def _codes(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    counted = rows.exclude(refusal_code="").values("refusal_code").annotate(count=Count("pk"))
    return [(row["refusal_code"], row["count"]) for row in counted.order_by("-count", "refusal_code")]
