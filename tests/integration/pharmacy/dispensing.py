"""What tests of the dispensing machine stand on: a machine, an authorised medicine, packs as it drops them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from pharmacy.domain.drug_data import NEEDS
from pharmacy.gateways.dispenser import Answer, Outcome, PackScan
from pharmacy.models import Bay, Dispense, DrugDataImport, Lot, Machine, Prescription
from pharmacy.services import dispense_begin, dispense_release, prescription_authorise
from records.actor import Actor, software
from records.models import Organization
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW, lot, visit, wish
from tests.integration.pharmacy.test_concurrency import proposing

SOON = NOW + timedelta(minutes=1)
DAY = NOW.date()


@dataclass(frozen=True)
class Scene:
    """A clinic with a machine of one bay, and its people."""

    clinic: Organization
    screener: Actor
    pharmacist: Actor
    bay: Bay

    @property
    def software(self) -> Actor:
        return software("pharmacy.dispenser", self.clinic.pk)

    def lot(self, **given: object) -> Lot:
        return lot(self.clinic, self.screener, **given)

    def authorised(self, packs: int = 1) -> Prescription:
        """A prescription of so many packs of the lot that expires first, with a pharmacist's name under it."""
        made = proposing(wish(visit(self.screener)))()
        assert made.status == "proposed", "no lot holds a free pack"
        for _ in range(packs - made.packs):
            self.reserve_more(made)
        return prescription_authorise(prescription_id=made.pk, by=self.pharmacist, now=NOW)

    def reserve_more(self, made: Prescription) -> None:
        """The formulary gives one pack a supply; some orders of these tests have several."""
        with transaction.atomic():
            made.entries.filter(kind="reserve").update(reserved_change=F("reserved_change") + 1)
            Lot.objects.filter(pk=made.lot_id).update(reserved=F("reserved") + 1)
        made.packs += 1
        made.save(update_fields=["packs"])

    def released(self, of: Prescription | None = None, packs: int = 1) -> Dispense:
        of = of or self.authorised(packs)
        return dispense_release(prescription_id=of.pk, bay_id=self.bay.pk, by=self.pharmacist, now=NOW)

    def begun(self, packs: int = 1) -> Dispense:
        """A dispense whose order the machine has."""
        made = self.released(packs=packs)
        assert dispense_begin(dispense_id=made.pk, by=self.software, now=SOON) is not None
        return made

    def begun_at(self, bay: Bay) -> Dispense:
        """As `begun`, at another bay."""
        of = self.authorised()
        made = dispense_release(prescription_id=of.pk, bay_id=bay.pk, by=self.pharmacist, now=NOW)
        assert dispense_begin(dispense_id=made.pk, by=self.software, now=SOON) is not None
        return made


def fresh_drug_data(day: date = DAY) -> None:
    """Every need of drug data is met on that day, by listings without a rule."""
    for need in NEEDS:
        DrugDataImport.objects.get_or_create(
            source=need.sources[0],
            superseded_at=None,
            defaults={
                "file": "none.json",
                "sha256": "0" * 64,
                "as_of": day,
                "complete": True,
                "rows_read": 0,
                "rows_refused": 0,
                "values_stored": 0,
                "imported_at": NOW,
                "imported_by": "test",
                "reader": "test",
                "checked_at": NOW,
            },
        )


def scene(port: int = 6050) -> Scene:
    clinic = cast.clinic()
    bay = bay_of(clinic, port)
    return Scene(clinic, cast.actor(clinic), cast.actor(clinic, "pharmacist"), bay)


def bay_of(clinic: Organization, port: int = 6050) -> Bay:
    """The one bay of a new machine of a clinic, where drug data are fresh."""
    fresh_drug_data()
    machine = Machine.objects.create(
        organization=clinic, name="Machine", host="127.0.0.1", port=port, number=777, our_number=100
    )
    return Bay.objects.create(machine=machine, destination="1")


def dropped(of: Dispense, *serials: str, outcome: Outcome = Outcome.COMPLETED, **other: str) -> Answer:
    """The machine's answer that it dropped packs of the released lot; `other` changes what their labels say."""
    return Answer(outcome, tuple(PackScan(of.lot.gtin, one, scan(of.lot, one, **other)) for one in serials))


def scan(of: Lot, serial: str, *, gtin: str = "", number: str = "", expiry: str = "") -> str:
    """The GS1 code of a pack of a lot."""
    day = expiry or of.expiry.strftime("%y%m%d")
    return f"01{gtin or of.gtin}17{day}10{number or of.number}\x1d21{serial}"


def books(of: Lot) -> dict[str, int]:
    """What a lot says it holds, without zeros."""
    of.refresh_from_db()
    numbers = {name: getattr(of, name) for name in ("on_hand", "reserved", "in_bay", "quarantined")}
    return {name: packs for name, packs in numbers.items() if packs}
