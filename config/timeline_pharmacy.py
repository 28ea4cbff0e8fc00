"""Moments of a case from the physician's order and the proposal to the medicine in the hand."""

from collections.abc import Iterator

from django.db.models import Min
from django.utils.translation import gettext as _

from config.moments import Moment, listed, person
from pharmacy.dispense_texts import EVENTS, reason_text, status_text
from pharmacy.medicine_texts import MEDICINES
from pharmacy.models import (
    Dispense,
    LedgerEntry,
    LedgerKind,
    MachineEvent,
    MedicationOrder,
    Medicine,
    OrderStatus,
    Prescription,
    SupplyBasis,
)
from screening.models import Encounter

# Of these the event keeps the reason; of what was put aside, the dispense does.
SAYS_WHY = ("failed", "partial", "unknown")


def ordering(encounter: Encounter) -> Iterator[Moment]:
    """What became of the patient's orders from this visit to the next one; what was supplied stands by itself."""
    later = Encounter.objects.filter(patient=encounter.patient_id, started_at__gt=encounter.started_at)
    until = later.aggregate(first=Min("started_at"))["first"]
    orders = MedicationOrder.objects.filter(patient=encounter.patient_id).select_related("medicine")
    for order in orders.prefetch_related("fillings"):
        for moment in _order(order):
            if moment.at >= encounter.started_at and (until is None or moment.at < until):
                yield moment


def _order(order: MedicationOrder) -> Iterator[Moment]:
    name = _name(order.medicine)
    what = _("A physician's order entered")
    yield Moment(
        order.entered_at, what, listed(name, order.get_source_display()), person(order.entered_by_id)
    )
    for filling in order.fillings.all():
        what = _("Supply %(number)s of an order filled") % {"number": filling.number}
        yield Moment(filling.filled_at, what, listed(name, filling.pharmacy), person(filling.filled_by_id))
    if order.status_changed_at:
        # The last supply ends an order later, and is told by its release.
        status = OrderStatus.ACTIVE if order.status == OrderStatus.COMPLETED else OrderStatus(order.status)
        what = _("A physician's order: %(status)s") % {"status": status.label}
        why = listed(name, order.status_reason)
        yield Moment(order.status_changed_at, what, why, person(order.status_changed_by_id))


def proposing(encounter: Encounter) -> Iterator[Moment]:
    """A medicine from the proposal to what people made of it."""
    booked = LedgerEntry.objects.filter(
        prescription__encounter=encounter, kind__in=[LedgerKind.RESERVE, LedgerKind.RELEASE]
    )
    entries: dict[int, list[LedgerEntry]] = {}
    for entry in booked.order_by("pk"):
        entries.setdefault(entry.prescription_id, []).append(entry)
    for one in encounter.prescriptions.select_related("medicine").order_by("pk"):
        yield from _packs(one, entries.get(one.pk, []))
        yield from _decisions(one)


def _decisions(one: Prescription) -> Iterator[Moment]:
    if one.authorised_at:
        yield Moment(one.authorised_at, _("Medicine authorised"), who=person(one.authorised_by_id))
    if one.closed_at:
        what = _("Medicine: %(status)s") % {"status": one.get_status_display()}
        why = listed(one.get_refusal_code_display(), one.close_reason)
        yield Moment(one.closed_at, what, why, one.closed_by)
    if one.followed_up_at:
        who = person(one.followed_up_by_id)
        yield Moment(one.followed_up_at, _("Refusal followed up"), one.follow_up, who)


def _packs(one: Prescription, entries: list[LedgerEntry]) -> Iterator[Moment]:
    """The proposal, with packs or without, and what was reserved or given back since."""
    at_once = any(entry.recorded_at == one.decided_at for entry in entries)
    what = _("Medicine proposed") if at_once else _("Medicine passed to the pharmacist")
    basis = "" if one.basis == SupplyBasis.ASSESSMENT else one.get_basis_display()
    yield Moment(one.decided_at, what, listed(one.medicine and _name(one.medicine), basis))
    told = (one.decided_at, one.closed_at)
    for entry in entries:
        if entry.recorded_at not in told:
            what = _("Packs: %(what)s") % {"what": entry.get_kind_display()}
            yield Moment(entry.recorded_at, what, who=entry.actor)


def handing_out(encounter: Encounter) -> Iterator[Moment]:
    """Every release to the machine or over the counter, and what machine, scanner and people said of it."""
    dispenses = Dispense.objects.filter(prescription__encounter=encounter)
    for one in dispenses.select_related("lot", "count").prefetch_related("events").order_by("pk"):
        events = sorted(one.events.all(), key=lambda event: event.pk)
        yield _released(one)
        if one.bay_id and one.sent_at:
            yield Moment(one.sent_at, _("The machine was told"))
        for event in events:
            yield _event(one, event)
        if one.ended_at and all(event.recorded_at != one.ended_at for event in events):
            yield Moment(one.ended_at, status_text(one), reason_text(one.reason))


def _released(one: Dispense) -> Moment:
    lot = _("Lot %(lot)s") % {"lot": one.lot.number}
    what = _("Released to the machine") if one.bay_id else _("Released for the counter")
    return Moment(one.released_at, what, lot, person(one.released_by_id))


def _event(one: Dispense, event: MachineEvent) -> Moment:
    why = reason_text(event.detail) if event.kind in SAYS_WHY else ""
    if event.kind == "retained":
        why = reason_text(one.reason)
    who = {"handed-over": one.handed_over_by}
    if event.kind == "counted":
        who["counted"] = person(one.count.counted_by_id)
    return Moment(event.recorded_at, str(EVENTS.get(event.kind, event.kind)), why, who.get(event.kind, ""))


def _name(medicine: Medicine) -> str:
    return str(MEDICINES.get(medicine.code, medicine.code))
