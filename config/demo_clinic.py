"""The demo clinic: its people, the hospitals around it, and what lies in its dispensing machine. All invented."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import transaction

import pharmacy.selectors
import pharmacy.services
import referrals.services
from config.demo_drug_data import demo_drug_data
from pharmacy.domain.formulary import PROPOSED
from pharmacy.errors import MedicineReleased
from pharmacy.models import Lot
from records import access
from records.actor import Actor, software
from records.models import Membership, Organization, OrganizationKind, Practitioner, Role
from records.selectors import local_date
from referrals.domain.capabilities import Capability
from referrals.domain.status import UNSENT, ReferralStatus
from referrals.models import Hospital, Referral
from risk.domain.urgency import Urgency
from screening import releases

CLINIC = "눈길 데모 의원 (Nungil demo clinic)"
PLACE = (37.5826, 127.0190)
# No such number can be called.
TELEPHONE = "02-0000-0000"
STAFF_NAMES = {
    Role.SCREENER: "서지안",
    Role.GRADER: "문가람",
    Role.PHYSICIAN: "배도현",
    Role.PHARMACIST: "송하늘",
    Role.COORDINATOR: "유나래",
    Role.ADMINISTRATOR: "남궁솔",
    Role.AUDITOR: "권다온",
}
PACKS = 400
SHELF_LIFE_DAYS = 540
RESTARTED = "the demo was started again"


@dataclass(frozen=True)
class DemoHospital:
    name: str
    place: tuple[float, float]
    capabilities: frozenset[Capability]
    per_week: dict[Urgency, int]


_RETINA = frozenset({Capability.EYE_CLINIC, Capability.OCT, Capability.LASER, Capability.ANTI_VEGF})
_GENERAL = frozenset({Capability.EYE_CLINIC, Capability.CATARACT_SURGERY, Capability.PERIMETRY})
_EMERGENCY = frozenset(
    {Capability.EMERGENCY_EYE, Capability.EMERGENCY_MEDICINE, Capability.INTERNAL_MEDICINE}
)
_SMALL = {Urgency.ROUTINE: 20, Urgency.URGENT: 6}
_LARGE = {Urgency.ROUTINE: 60, Urgency.URGENT: 40, Urgency.ASAP: 20}
HOSPITALS: tuple[DemoHospital, ...] = (
    DemoHospital(
        "데모 성북안과의원", (37.5894, 127.0167), frozenset({Capability.EYE_CLINIC, Capability.OCT}), _SMALL
    ),
    DemoHospital("데모 동대문안과", (37.5744, 127.0396), _GENERAL | {Capability.OCT}, _SMALL),
    DemoHospital("데모 망막센터", (37.5663, 126.9779), _RETINA, _LARGE),
    DemoHospital("데모 시립병원", (37.6117, 127.0980), _GENERAL | _RETINA | _EMERGENCY, _LARGE),
    DemoHospital("데모 대학병원", (37.5015, 127.0049), frozenset(Capability), _LARGE),
    DemoHospital("데모 의정부병원", (37.7381, 127.0337), _GENERAL | _RETINA | _EMERGENCY, _LARGE),
)


def require_embedded() -> None:
    """Raise CommandError unless the embedded servers are used: invented people belong to no real database."""
    if not settings.EMBEDDED:
        raise CommandError(
            "the demo clinic is made on the embedded servers only: unset DATABASE_URL, "
            "or name a member of staff (manage.py screen --username NAME)"
        )


@transaction.atomic
def prepare(*, now: datetime) -> Organization:
    """Make the clinic and everything around it, once; later calls change nothing."""
    if not releases.active_names():
        releases.release_activate(name=releases.names_on_disk()[-1], now=now)
    clinic = _made_before() or _open()
    by = software("demo", clinic.pk)
    _install_machine(by, now)
    _fill_machine(clinic, by, now)
    _register_hospitals(by, now)
    demo_drug_data(now=now, today=local_date(now, clinic))
    return clinic


def _made_before() -> Organization | None:
    """Known by its screener: its administrator may have given it another name."""
    screener = {"role": Role.SCREENER, "practitioner__user__username": Role.SCREENER.value}
    found = Membership.objects.filter(**screener, practitioner__name=STAFF_NAMES[Role.SCREENER])
    return next((one.organization for one in found.select_related("organization")), None)


def _open() -> Organization:
    made = Organization.objects.create(
        name=CLINIC,
        kind=OrganizationKind.CLINIC,
        country="KR",
        latitude=PLACE[0],
        longitude=PLACE[1],
        telephone=TELEPHONE,
    )
    _hire_staff(made)
    return made


def screener() -> Actor:
    """The demo clinic's screener as an actor."""
    return Membership.objects.get(organization=_made_before(), role=Role.SCREENER).actor()


def staff_renew_passwords() -> list[tuple[str, str, str]]:
    """(username, role, new random password) of everyone at the demo clinic."""
    renewed = []
    for membership in Membership.objects.filter(organization=_made_before()).select_related(
        "practitioner__user"
    ):
        password = secrets.token_urlsafe(12)
        user = membership.practitioner.user
        user.set_password(password)
        user.save(update_fields=["password"])
        renewed.append((user.get_username(), membership.role, password))
    return renewed


def _hire_staff(clinic: Organization) -> None:
    for role, name in STAFF_NAMES.items():
        user = get_user_model().objects.create_user(username=role.value, is_staff=role == Role.ADMINISTRATOR)
        practitioner = Practitioner.objects.create(user=user, name=name)
        Membership.objects.create(practitioner=practitioner, organization=clinic, role=role)


@transaction.atomic
def close_last_demo(clinic: Organization, now: datetime) -> None:
    """Give back packs and hospital places, so that every start tells the same story."""
    pharmacist, coordinator = (
        Membership.objects.get(organization=clinic, role=role).actor()
        for role in (Role.PHARMACIST, Role.COORDINATOR)
    )
    for prescription in pharmacy.selectors.prescriptions_waiting_for_pharmacist(by=pharmacist):
        with suppress(MedicineReleased):  # the visit had another one, which stands
            pharmacy.services.prescriptions_withdraw(
                encounter=prescription.encounter, by=pharmacist, now=now, reason=RESTARTED
            )
    for referral in access.within(Referral.objects.filter(status__in=UNSENT), by=coordinator):
        referrals.services.referral_move(
            referral_id=referral.pk,
            status=ReferralStatus.CANCELLED,
            by=coordinator,
            now=now,
            reason=RESTARTED,
        )


def _install_machine(by: Actor, now: datetime) -> None:
    """The simulated machine that `make demo` runs; its port may differ from start to start."""
    if settings.SIMULATOR_PORT:
        pharmacy.services.machine_register(
            name="Simulated machine",
            host="127.0.0.1",
            port=settings.SIMULATOR_PORT,
            number=777,
            our_number=100,
            bays=("1",),
            by=by,
            now=now,
        )


def _fill_machine(clinic: Organization, by: Actor, now: datetime) -> None:
    """Store the formulary, and top up what earlier demos handed out."""
    pharmacy.services.formulary_load(now=now)
    expiry: date = now.date() + timedelta(days=SHELF_LIFE_DAYS)
    for position, entry in enumerate(PROPOSED):
        stocked = Lot.objects.filter(organization=clinic, medicine__code=entry.code)
        if sum(lot.on_hand - lot.reserved for lot in stocked) >= PACKS // 2:
            continue
        pharmacy.services.lot_receive(
            organization=clinic,
            medicine_code=entry.code,
            gtin=_gtin(position),
            number=f"DEMO-{now:%y%m%d}",
            expiry=expiry.isoformat(),
            packs=PACKS,
            by=by,
            now=now,
        )


def _gtin(position: int) -> str:
    """An invented GTIN-14 with a right check digit, in the range that GS1 reserves for use within a company."""
    body = f"0200000000{position:03d}"
    weighted = sum(int(digit) * (3, 1)[index % 2] for index, digit in enumerate(body))
    return body + str(-weighted % 10)


def _register_hospitals(by: Actor, now: datetime) -> None:
    known = set(Hospital.objects.filter(source="demo").values_list("source_id", flat=True))
    for number, hospital in enumerate(HOSPITALS, start=1):
        if str(number) in known:
            continue
        referrals.services.hospital_register(
            by=by,
            now=now,
            source="demo",
            source_id=str(number),
            name=hospital.name,
            country="KR",
            place=hospital.place,
            capabilities=hospital.capabilities,
            offers=hospital.per_week,
        )
