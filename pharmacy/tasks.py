from celery import shared_task
from django.conf import settings
from django.utils import timezone

from pharmacy import dispense_selectors, services
from pharmacy.gateways.errors import GatewayError
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
    """Ask every machine how it is, and keep its answer or why there was none."""
    for machine in Machine.objects.order_by("pk"):
        try:
            with _dispenser(machine) as asked:
                state = asked.status().state
        except GatewayError as error:
            state = type(error).__name__
        services.machine_state_note(machine_id=machine.pk, state=state, now=timezone.now())


def _dispenser(machine: Machine) -> Wwks2Dispenser:
    address = Address(machine.host, machine.port, us=machine.our_number, machine=machine.number)
    patience = Patience(reply=settings.MACHINE_REPLY_SECONDS, order=settings.MACHINE_ORDER_SECONDS)
    return Wwks2Dispenser(address, clock=timezone.now, patience=patience)
