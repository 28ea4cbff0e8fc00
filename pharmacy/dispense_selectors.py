"""Reads of the dispensing machine, its bays and what was dispensed."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from pharmacy.domain.dispensing import OrderFacts
from pharmacy.domain.scans import PackLabel
from pharmacy.models import (
    Bay,
    Dispense,
    DispensedPack,
    DispenseStatus,
    LedgerKind,
    Lot,
    Machine,
    PrescriptionStatus,
)
from pharmacy.models.dispense import OPEN
from pharmacy.models.prescription import Prescription
from records import access
from records.actor import Actor


def dispense_by_key(dispense_id: int) -> Dispense:
    """One dispense with what its machine must know, for the software that carries it out."""
    rows = Dispense.objects.select_related("bay__machine", "lot", "prescription__encounter")
    return rows.get(pk=dispense_id)


def dispense_by_id(dispense_id: int, *, by: Actor, now: datetime) -> Dispense:
    """One dispense of the actor's organization, with the read audited. Raises RecordNotFound."""
    rows = Dispense.objects.select_related(
        "bay__machine",
        "lot",
        "prescription__lot",
        "prescription__medicine",
        "prescription__organization",
        "prescription__encounter__patient",
    )
    patient = "prescription.encounter.patient_id"
    return access.fetch(rows, by=by, now=now, patient=patient, pk=dispense_id)


def organizations_with_releases_over(*, now: datetime) -> list[int]:
    """Keys of organizations with a release whose time is over."""
    over = Dispense.objects.filter(status=DispenseStatus.RELEASED, expires_at__lte=now)
    return sorted(set(over.values_list("organization_id", flat=True)))


def packs_put_in(port: int) -> list[tuple[str, str, str, int]]:
    """(gtin, lot, expiry, packs) that people put into the machine at a port of this computer, less what they
    took out; for the simulated machine, which does what people would.
    """
    by_people = Q(entries__kind=LedgerKind.RECEIVE) | Q(
        entries__kind=LedgerKind.QUARANTINE, entries__dispense__isnull=True
    )
    lots = Lot.objects.filter(organization__machine__host="127.0.0.1", organization__machine__port=port)
    summed = lots.annotate(packs=Coalesce(Sum("entries__on_hand_change", filter=by_people), 0)).order_by("pk")
    return [(lot.gtin, lot.number, lot.expiry.isoformat(), lot.packs) for lot in summed]


def machine_of(*, by: Actor) -> Machine | None:
    """The machine of the actor's organization, with its bays; None where there is none."""
    return access.within(Machine.objects.prefetch_related("bays"), by=by).first()


def bays_locked(*, by: Actor) -> QuerySet[Bay]:
    """Bays that wait for a person to count, longest first."""
    rows = access.within(Bay.objects.all(), by=by, path="machine__organization_id")
    return rows.filter(locked_since__isnull=False).select_related("machine").order_by("locked_since", "pk")


def bays_free(*, by: Actor) -> QuerySet[Bay]:
    """Bays into which a medicine may be released now."""
    rows = access.within(Bay.objects.all(), by=by, path="machine__organization_id")
    taken = Dispense.objects.filter(status__in=OPEN).values("bay_id")
    return rows.filter(locked_since__isnull=True).exclude(pk__in=taken).order_by("machine_id", "destination")


def dispense_to_count(bay: Bay) -> Dispense | None:
    """The order because of which a bay is locked; its lot must be among what is counted."""
    unknown = Dispense.objects.filter(bay=bay, status=DispenseStatus.UNKNOWN)
    return unknown.select_related("lot__medicine", "prescription__encounter__patient").first()


def dispenses_under_way(*, by: Actor) -> QuerySet[Dispense]:
    """What was released to the machine and has not ended, oldest first; each leads to its patient."""
    rows = access.within(Dispense.objects.filter(status__in=OPEN, bay__isnull=False), by=by)
    linked = rows.select_related("bay", "lot", "prescription__medicine", "prescription__encounter__patient")
    return linked.order_by("released_at", "pk")


def dispense_open_of(prescription: Prescription) -> Dispense | None:
    """The release or dispense of a prescription that has not ended."""
    return Dispense.objects.filter(prescription=prescription, status__in=OPEN).first()


def machine_at_work_with(lots: Collection[int]) -> bool:
    """Whether the machine moves packs of these lots (primary keys) now."""
    return Dispense.objects.filter(lot__in=lots, status=DispenseStatus.DISPENSING).exists()


def packs_on_the_move(*, by: Actor) -> bool:
    """Whether the machine works, or left it open what it moved: packs of any lot may then lie in a bay."""
    moving = (DispenseStatus.DISPENSING, DispenseStatus.UNKNOWN)
    return access.within(Dispense.objects.filter(status__in=moving), by=by).exists()


def dispense_newest_of(prescription: Prescription) -> Dispense | None:
    """The last release of a prescription, whatever became of it; None before the first."""
    return prescription.dispenses.select_related("bay", "lot").order_by("pk").last()


def pack_left_before(organization_id: int, label: PackLabel) -> bool:
    """Whether a pack with this serial number left a clinic's shelf before."""
    rows = DispensedPack.objects.filter(organization_id=organization_id, gtin=label.gtin)
    return bool(label.serial) and rows.filter(serial=label.serial).exists()


def packs_have_serials(organization_id: int, label: PackLabel) -> bool:
    """Whether a pack of this lot with a serial number left a clinic's shelf, so that each of them has one."""
    rows = DispensedPack.objects.filter(
        organization_id=organization_id, gtin=label.gtin, lot_number=label.lot
    )
    return rows.exclude(serial="").exists()


def dispenses_given_of_pack(label: PackLabel, *, by: Actor) -> QuerySet[Dispense]:
    """Dispenses of the actor's organization that gave such a pack, and did not get it back; newest first."""
    out = DispensedPack.objects.filter(
        gtin=label.gtin,
        lot_number=label.lot,
        expiry=label.expiry,
        serial=label.serial,
        handed_over_at__isnull=False,
        returned_at__isnull=True,
    )
    rows = access.within(Dispense.objects.filter(pk__in=out.values("dispense_id")), by=by)
    linked = rows.select_related("lot__medicine", "prescription__encounter__patient")
    return linked.order_by("-handed_over_at", "-pk")


def prescriptions_for_counter(*, by: Actor, now: datetime) -> QuerySet[Prescription]:
    """Authorised medicines that wait for the counter, oldest first; none where a machine stands.

    `released` of each says whether it may be handed over now (DM-07), or waits for a release.
    """
    rows = access.within(Prescription.objects.filter(status=PrescriptionStatus.AUTHORISED), by=by)
    waiting = rows.filter(organization__machine=None, perhaps_given=False)
    # A release that ended gives nothing back: the packs stay reserved and wait for the next one.
    lives = Dispense.objects.filter(
        prescription=OuterRef("pk"), bay=None, status=DispenseStatus.RELEASED, expires_at__gt=now
    )
    held = waiting.annotate(held=Sum("entries__reserved_change"), released=Exists(lives)).filter(held__gt=0)
    linked = held.select_related("medicine", "lot", "encounter__patient", "organization")
    return linked.order_by("authorised_at", "pk")


def counter_release_of(prescription: Prescription) -> Dispense | None:
    """The release of a prescription for the counter that has not ended, even if its time is over."""
    open_ones = Dispense.objects.filter(prescription=prescription, bay=None, status=DispenseStatus.RELEASED)
    return open_ones.select_related("lot").first()


def packs_handed_over(prescription: Prescription) -> int:
    """Packs of a prescription that the patient has, over all its dispenses."""
    return sum(prescription.dispenses.values_list("packs_handed_over", flat=True))


def dispenses_given_of_lot(*, gtin: str, number: str, by: Actor) -> QuerySet[Dispense]:
    """Dispenses of which a patient still has packs of a lot, for a recall, oldest first; each leads to its patient.

    Packs that only a person's count knows to be with the patient are among them, although no scanner saw them.
    """
    rows = access.within(Dispense.objects.filter(lot__gtin=gtin, lot__number=number), by=by)
    returned = Count("dropped", filter=Q(dropped__returned_at__isnull=False))
    given = rows.annotate(returned=returned).filter(packs_handed_over__gt=F("returned"))
    return given.select_related("prescription__encounter__patient").order_by("handed_over_at", "pk")


def order_facts(prescription: Prescription, bay_id: int | None, packs: int) -> OrderFacts:
    """What a release of these packs into this bay, or over the counter, is bound to, as the rows say now (DM-01)."""
    lot = prescription.lot
    return OrderFacts(
        prescription=prescription.pk,
        patient=prescription.encounter.patient_id,
        bay=bay_id or 0,
        medicine=prescription.medicine.code,
        gtin=lot.gtin,
        lot=lot.number,
        expiry=lot.expiry,
        packs=packs,
    )
