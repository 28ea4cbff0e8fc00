"""What lies in the bays and waits at the counter, what the machine has, and which bays are locked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.blinding import visits_blinded
from config.handout.roles import HANDING_OUT
from config.live import digest_of, unchanged
from pharmacy.dispense_selectors import (
    bays_locked,
    dispense_to_count,
    dispenses_under_way,
    machine_of,
    prescriptions_for_counter,
)
from pharmacy.dispense_texts import reason_text
from pharmacy.domain.dispensing import COUNT_ROLES
from pharmacy.models import Bay, DispenseStatus, Prescription
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Patient

COUNTER_MOST = 50
LISTS = ("in_bay", "moving", "counter", "unreleased")


@require_safe
@members_only(*HANDING_OUT)
def hand_over(request: HttpRequest, *, by: Actor) -> HttpResponse:
    under_way = list(dispenses_under_way(by=by))
    counter = list(prescriptions_for_counter(by=by, now=timezone.now())[:COUNTER_MOST])
    blinded = visits_blinded(
        [one.encounter_id for one in counter] + [one.prescription.encounter_id for one in under_way], by=by
    )
    rows = [_row(one.prescription, one.pk, str(one.status), blinded) for one in under_way]
    locked = [_locked(bay) for bay in bays_locked(by=by)]
    shown = {
        "in_bay": [row for row in rows if row["status"] == DispenseStatus.IN_BAY],
        "moving": [
            row for row in rows if row["status"] in (DispenseStatus.RELEASED, DispenseStatus.DISPENSING)
        ],
        "counter": [_row(one, one.pk, "", blinded) for one in counter if one.released],
        "unreleased": [_row(one, one.pk, "", blinded) for one in counter if not one.released],
        "locked": locked,
    }
    machine = machine_of(by=by)
    digest = digest_of(([(key, *_facts(row)) for key in LISTS for row in shown[key]], locked))
    if unchanged(request, digest):
        return HttpResponse(status=204)
    list_read(request, "hand-over", _patients(shown), by=by)
    context = shown | {"machine": machine, "digest": digest, "may_count": by.role in COUNT_ROLES}
    return render(request, "config/dispense/list.html", context)


def _row(one: Prescription, key: int, status: str, blinded: frozenset[int]) -> dict[str, Any]:
    """`medicine` is empty for whoever may still read the case blinded."""
    patient: Patient = one.encounter.patient
    hidden = one.encounter_id in blinded
    code = one.medicine.code if one.medicine and not hidden else ""
    return {"key": key, "status": status, "patient": patient, "medicine": code, "packs": one.packs}


def _facts(row: dict[str, Any]) -> tuple[object, ...]:
    return (row["key"], row["status"], row["medicine"])


def _patients(shown: dict[str, list[dict[str, Any]]]) -> list[int]:
    return [row["patient"].pk for key in LISTS for row in shown[key]]


def _locked(bay: Bay) -> dict[str, Any]:
    order = dispense_to_count(bay)
    since = bay.locked_since
    return {
        "bay": bay.pk,
        "number": bay.destination,
        "since": since,
        "why": reason_text(order.reason if order else ""),
    }
