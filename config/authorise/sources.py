"""The rows of the list as queries: six small partial indexes, in one order, read page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from config.authorise.turns import REFERRAL_TURNS, release_role
from config.blinding import without_blinded
from pharmacy.domain import rules as pharmacy_rules
from pharmacy.models import Prescription, PrescriptionStatus, SupplyBasis
from pharmacy.models.prescription import OPEN_STATUSES
from records import access
from records.actor import Actor
from records.models import Organization, Role
from referrals.domain.decisions import FOLLOW_UP_ROLES, SENT_BACK, SENT_BACK_ROLE
from referrals.domain.status import UNSENT
from referrals.models import Referral
from risk.domain.urgency import Urgency

Proposal = Prescription | Referral
MEDICINES, REFERRALS = "medicines", "referrals"
KINDS = (MEDICINES, REFERRALS)


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands: the most urgent first, then the earliest due, medicines before referrals."""

    rank: int
    due: str
    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind[0]}{self.pk}"


def place_of(row: Proposal) -> Place:
    kind = MEDICINES if isinstance(row, Prescription) else REFERRALS
    return Place(row.rank, row.due.isoformat(), kind, row.pk)


def waiting_rows(kind: str, *, mine: bool, after: Place | None, limit: int, by: Actor) -> list[Proposal]:
    """The first `limit` rows after a place, of one kind or ("") of both.

    Of one kind without those whom the reader may still read blinded: the kind is their result (GR-07).
    """
    rows = [row for source in _sources(kind, mine=mine, by=by) for row in _beyond(source, after)[:limit]]
    return sorted(rows, key=place_of)[:limit]


def place_read(text: str, *, by: Actor) -> Place | None:
    """The place of the row that `after` in an address names, also when it has left the list; None without one."""
    model = {"m": Prescription, "r": Referral}.get(text[:1])
    if model is None or not text[1:].isascii() or not text[1:].isdigit() or len(text) > 18:
        return None
    row = _ordered(access.within(model.objects.all(), by=by)).filter(pk=int(text[1:])).first()
    return place_of(row) if row else None


def _sources(kind: str, *, mine: bool, by: Actor) -> Iterator[QuerySet[Proposal]]:
    medicines = _live(access.within(Prescription.objects.all(), by=by))
    referrals = _live(access.within(Referral.objects.all(), by=by))
    if kind:
        medicines, referrals = without_blinded(medicines, by=by), without_blinded(referrals, by=by)
    role = Role(by.role)
    if kind in ("", MEDICINES):
        country = Organization.objects.values_list("country", flat=True).get(pk=by.organization_id)
        if not mine or role == release_role(country):
            yield _in_force(medicines).filter(status__in=OPEN_STATUSES)
        if not mine or role in pharmacy_rules.FOLLOW_UP_ROLES:
            yield _in_force(medicines).filter(status=PrescriptionStatus.REFUSED, followed_up_at__isnull=True)
    if kind in ("", REFERRALS):
        unsent = [one for one in UNSENT if not mine or REFERRAL_TURNS[one] is role]
        yield _in_force(referrals).filter(status__in=list(UNSENT)).filter(status__in=unsent)
        codes = [code for code, whose in FOLLOW_UP_ROLES.items() if not mine or whose == role]
        yield referrals.filter(refused_at__isnull=False, followed_up_at__isnull=True, refusal_code__in=codes)
        yield (
            referrals.filter(followed_up_at__isnull=True)
            .exclude(cancel_code="")
            .filter(cancel_code__in=codes)
        )
        if not mine or role == SENT_BACK_ROLE:
            yield referrals.filter(
                status__in=list(SENT_BACK), followed_up_at__isnull=True, replaced_by__isnull=True
            )


def _live(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Without those of a cancelled visit."""
    return _ordered(rows.filter(encounter__cancelled_at=None))


def _in_force(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Without wishes of an assessment that a newer one replaced. What a person refused, or a hospital sent back, is
    no wish any more: somebody finds out what the patient does instead, whatever was assessed since (REFR-26).
    """
    in_force = Q(assessment__superseded_at=None)
    if rows.model is Prescription:
        in_force |= ~Q(basis=SupplyBasis.ASSESSMENT)
    return rows.filter(in_force)


def _ordered(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    urgency = "urgency" if rows.model is Referral else "assessment__urgency"
    due = F("due_by") if rows.model is Referral else TruncDate("decided_at")
    ranks = [When(**{urgency: one.value, "then": Value(-one.rank)}) for one in Urgency]
    return rows.annotate(rank=Case(*ranks), due=due).order_by("rank", "due", "pk")


def _beyond(rows: QuerySet[Proposal], after: Place | None) -> QuerySet[Proposal]:
    if after is None:
        return rows
    kind = REFERRALS if rows.model is Referral else MEDICINES
    same_day = Q(rank=after.rank, due=after.due)
    later = Q(rank__gt=after.rank) | Q(rank=after.rank, due__gt=after.due)
    if kind == after.kind:
        return rows.filter(later | same_day & Q(pk__gt=after.pk))
    return rows.filter(later | same_day) if kind > after.kind else rows.filter(later)
