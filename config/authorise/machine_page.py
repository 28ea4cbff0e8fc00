"""Where an authorised medicine stands with the machine, what may be done about it, and what keeps it back."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from config.authorise.turns import release_role
from config.authorise.waiting import alert_values
from config.dispense.refusals import blocked_words
from config.live import digest_of
from config.reason_words import alert_words
from pharmacy import dispense_selectors, selectors
from pharmacy.dispense_texts import EVENTS, reason_text, stale_text, status_text
from pharmacy.drug_data_selectors import drug_data_stale
from pharmacy.models import (
    Bay,
    Dispense,
    DispenseStatus,
    LedgerKind,
    Machine,
    Prescription,
    PrescriptionStatus,
)
from pharmacy.models.dispense import OPEN
from pharmacy.services.release_checks import lot_blocked
from pharmacy.services.replacing import REPLACEABLE
from pharmacy.services.second_check import stops_now
from records.actor import Actor
from records.models import Role
from records.selectors import local_date

ENDING = (Role.PHARMACIST, Role.PHYSICIAN)


@dataclass(frozen=True)
class MachineView:
    """`held`, `given`: packs still reserved, and with the patient. `obstacles`: why nothing can be given now.

    `may_release`: for the counter, where no machine stands (DM-07). `to_counter`: staff can hand it over now.
    """

    machine: Machine | None
    dispense: Dispense | None
    why: str
    events: tuple[tuple[datetime, str], ...]
    held: int
    given: int
    obstacles: tuple[str, ...]
    bays: tuple[Bay, ...]
    may_give: bool
    may_release: bool
    may_cancel: bool
    may_replace: bool
    may_end: bool

    @property
    def is_open(self) -> bool:
        """Whether the machine has it, or is about to."""
        return self.dispense is not None and self.dispense.status in OPEN

    @property
    def to_counter(self) -> bool:
        return self.is_open and self.dispense is not None and self.dispense.bay_id is None

    @property
    def status(self) -> str:
        return status_text(self.dispense) if self.dispense else ""

    @property
    def digest(self) -> str:
        shown = self.dispense and (self.dispense.pk, self.dispense.status)
        counts = (self.held, self.given, [bay.pk for bay in self.bays])
        return digest_of((shown, self.why, self.events, counts, self.obstacles, self.may_replace))


def machine_view(one: Prescription, *, by: Actor, now: datetime) -> MachineView | None:
    """None before the medicine is authorised."""
    if one.status != PrescriptionStatus.AUTHORISED:
        return None
    machine = dispense_selectors.machine_of(by=by)
    newest = dispense_selectors.dispense_newest_of(one)
    held, given = selectors.packs_reserved_for(one), dispense_selectors.packs_handed_over(one)
    opened = newest is not None and newest.status in OPEN
    releases = by.role == release_role(one.organization.country)
    waits = held > 0 and not opened
    gives = releases and waits and not one.perhaps_given
    bays = tuple(dispense_selectors.bays_free(by=by)) if machine and waits else ()
    obstacles = _obstacles(one, machine, bays, now) if waits else ()
    return MachineView(
        machine=machine,
        dispense=newest,
        why=reason_text(newest.reason) if newest else "",
        events=_events(newest),
        held=held,
        given=given,
        obstacles=obstacles,
        bays=bays,
        may_give=gives and machine is not None and not obstacles,
        may_release=gives and machine is None and not obstacles,
        may_cancel=releases and newest is not None and newest.status == DispenseStatus.RELEASED,
        may_replace=releases and _replaceable(one, newest, held, given),
        may_end=by.role in ENDING and waits,
    )


def gives_at_once(*, by: Actor) -> str:
    """Where an authorised medicine may go on to in the same press: "machine" (its one bay is free) or "counter"."""
    machine = dispense_selectors.machine_of(by=by)
    if machine is None:
        return "counter"
    free = machine.bays.count() == 1 and dispense_selectors.bays_free(by=by).count() == 1
    return "machine" if free else ""


def _obstacles(
    one: Prescription, machine: Machine | None, bays: tuple[Bay, ...], now: datetime
) -> tuple[str, ...]:
    found = []
    if machine and not bays:
        found.append(no_bay_words(machine))
    if blocked := lot_blocked(one, now):
        found.append(blocked_words(blocked))
    if stale := drug_data_stale(local_date(now, one.organization)):
        found.append(stale_text(stale))
    for alert in stops_now(one, now=now):
        stops = alert_words(alert_values(alert))
        found.append(_("A safety check stops this medicine now: %(stops)s") % {"stops": stops})
    return tuple(found)


def no_bay_words(machine: Machine) -> str:
    """Why none of its bays is free."""
    if all(bay.locked_since for bay in machine.bays.all()):
        return _("The bay is locked until somebody counts what lies in it.")
    return _("Another order lies in the bay. Wait until it is handed over.")


def _replaceable(one: Prescription, newest: Dispense | None, held: int, given: int) -> bool:
    if newest is None or newest.status not in REPLACEABLE or one.packs - given - held < 1:
        return False
    return not selectors.supply_ended(one) and not newest.entries.filter(kind=LedgerKind.RESERVE).exists()


def _events(newest: Dispense | None) -> tuple[tuple[datetime, str], ...]:
    if newest is None:
        return ()
    said = [
        (event.recorded_at, str(EVENTS.get(event.kind, event.kind))) for event in newest.events.order_by("pk")
    ]
    first = [
        (newest.released_at, _("Released to the machine") if newest.bay_id else _("Released for the counter"))
    ]
    sent = [(newest.sent_at, _("The machine was told"))] if newest.sent_at and newest.bay_id else []
    return (*first, *sent, *said)
