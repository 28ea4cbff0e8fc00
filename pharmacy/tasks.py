from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from pharmacy import dispense_selectors, services
from pharmacy.gateways.errors import GatewayError, MachineSilent
from pharmacy.gateways.wwks2.client import Address, Patience, Wwks2Dispenser
from pharmacy.models import Machine
from records import work
from records.actor import software
from risk import selectors as risk_selectors


@shared_task(name="pharmacy.propose_medicine")
def propose_medicine(*, key: int, **_: object) -> None:
    work.run("pharmacy.propose_medicine", key, do=_propose)


def _propose(assessment_id: int) -> None:
    assessment = risk_selectors.assessment_by_id(assessment_id)
    by = software("pharmacy.proposer", assessment.encounter.organization_id)
    services.medicine_propose(assessment=assessment, by=by, now=timezone.now())


@shared_task(name="pharmacy.dispense_packs")
def dispense_packs(*, key: int, **_: object) -> None:
    work.run("pharmacy.dispense_packs", key, do=_dispense)


def _dispense(dispense_id: int) -> None:
    """The order is noted as sent before it is, and no transaction is open while the machine works."""
    dispense = dispense_selectors.dispense_by_key(dispense_id)
    by = software("pharmacy.dispenser", dispense.organization_id)
    order = services.dispense_begin(dispense_id=dispense_id, by=by, now=timezone.now())
    if order is None:
        return
    with _dispenser(dispense.bay.machine) as machine:
        answer = machine.dispense(order, str(dispense_id))
    services.answer_note(dispense_id=dispense_id, answer=answer, by=by, now=timezone.now())


@shared_task(name="pharmacy.expire_releases")
def expire_releases(**_: object) -> None:
    """End every clinic's releases whose ten minutes are over."""
    for organization_id in dispense_selectors.organizations_with_releases_over(now=timezone.now()):
        services.releases_expire(by=software("pharmacy.expiry", organization_id), now=timezone.now())


@shared_task(name="pharmacy.check_machines")
def check_machines(**_: object) -> None:
    """Ask every machine how it is, and keep its answer or since when there is none."""
    for machine in Machine.objects.order_by("pk"):
        with _asking(machine) as asked:
            state = asked.status().state
            services.machine_state_note(machine_id=machine.pk, state=state, now=timezone.now())


@shared_task(name="pharmacy.compare_machines")
def compare_machines(*, machine_id: int | None = None, **_: object) -> None:
    """Compare what every machine, or this one, counts in itself with the books (MS-01). Losing a message loses nothing:
    beat asks again.
    """
    rows = Machine.objects.order_by("pk")
    for machine in rows if machine_id is None else rows.filter(pk=machine_id):
        with _asking(machine) as asked:
            _compare(machine, asked)


def _compare(machine: Machine, asked: Wwks2Dispenser) -> None:
    asked_at = timezone.now()
    product, state = asked.hello(), asked.status().state
    services.machine_state_note(machine_id=machine.pk, state=state, product=product, now=timezone.now())
    try:
        held = asked.stock()
    except MachineSilent:
        # It may be there and only not tell this; the page then says since when it was not compared.
        asked.keep_alive()
        return
    by = software("pharmacy.comparer", machine.organization_id)
    services.machine_stock_note(
        machine_id=machine.pk, held=held, asked_at=asked_at, by=by, now=timezone.now()
    )


@contextmanager
def _asking(machine: Machine) -> Iterator[Wwks2Dispenser]:
    """Questions to one machine; where it does not answer, that is noted and the next machine is asked."""
    try:
        with _dispenser(machine) as asked:
            yield asked
    except GatewayError as error:
        services.machine_silence_note(machine_id=machine.pk, why=type(error).__name__, now=timezone.now())


def _dispenser(machine: Machine) -> Wwks2Dispenser:
    address = Address(machine.host, machine.port, us=machine.our_number, machine=machine.number)
    patience = Patience(reply=settings.MACHINE_REPLY_SECONDS, order=settings.MACHINE_ORDER_SECONDS)
    return Wwks2Dispenser(address, clock=timezone.now, patience=patience)
