"""A clinic on an ordinary day: one of everything that an address can be about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.utils import timezone

from pharmacy.models import Lot, MedicationOrder, Prescription, TemperatureExcursion
from pharmacy.selectors import kept_back_by_stock
from pharmacy.services import formulary_load
from records.actor import Actor
from records.models import Membership, Organization, Role, WorkItem
from records.services import partner_host_add
from referrals.letter_selectors import letter_kept, sending_of
from referrals.models import Hospital, Referral
from referrals.services import letter_keep, referral_authorise_and_send
from risk.models import Recall, ReleaseHold, RiskAssessment
from screening.models import ConfirmedDiagnosis, Encounter, GradingTask
from screening.services import grading_claim, read_sign
from screening.storage import derivative_name
from tests.factories import backends, endpoints, grading, partners, screening, stocks, watches
from tests.factories import records as people
from tests.factories.maps import RELEASE, stored
from tests.factories.nights import night
from tests.integration.config import at_machine, cast, handed_out, ordered, ways

Keys = dict[str, Any]


@dataclass(frozen=True)
class World:
    """`case`: by the state of its visit, the first being the one with a full result."""

    clinic: Organization
    members: Mapping[str, Membership]
    case: Mapping[str, Encounter]
    failed: WorkItem
    more: dict[str, Any] = field(default_factory=dict)

    def by(self, role: str) -> Actor:
        return self.members[role].actor()


def ordinary_day(name: str = "언덕 보건소", *, drawn: bool = False) -> World:
    """`drawn`: the photographs look like an eye, which takes a moment longer."""
    clinic = people.clinic(name)
    members = {role: people.member(clinic, role) for role in Role}
    screener = members[Role.SCREENER].actor()
    cast.hospital(screener, f"언덕병원 {clinic.pk}")
    cast.stock(clinic, screener)
    formulary_load(now=timezone.now())
    failed = cast.failed(screener, name="정하늘", seed=40, drawn=drawn)
    cases = _cases(screener, drawn=drawn) | {"failed": _visit_of(failed)}
    ordered.orders(cases["resulted"], members[Role.PHARMACIST].actor(), members[Role.PHYSICIAN].actor())
    night(clinic, RiskAssessment.objects.get(encounter=cases["resulted"], superseded_at=None))
    watches.hold(watches.watches(clinic, nights=30 if drawn else 2)[-1])
    stocks.too_warm(screener)
    return World(clinic, members, cases, failed)


def _cases(by: Actor, **more: bool) -> dict[str, Encounter]:
    found = (screening.eye("R", G=0.9), screening.eye("L"))
    retake = (screening.ungradable("R"), screening.eye("L"))
    return {
        "resulted": cast.screened(
            by, *found, name="홍길동", seed=10, symptoms={"dry_or_gritty": True}, **more
        ),
        "retake": cast.screened(by, *retake, name="김영희", seed=20, **more),
        "open": cast.begun(by, name="이서연", mrn=f"P-{by.organization_id}-50", seed=50, **more),
        "waiting": cast.submitted(by, name="박민수", seed=30, **more),
    }


def _visit_of(item: WorkItem) -> Encounter:
    return Encounter.objects.get(exams=item.key)


def _map(world: World) -> dict[str, Keys]:
    """Where the image model saw the glaucoma of the case with a full result."""
    photograph = _photograph(world)[""]
    stored(photograph["sha256"], "G")
    return {"": photograph | {"release": RELEASE, "label": "G"}}


def _recall(visit: Encounter) -> int:
    return Recall.objects.filter(assessment__encounter=visit).latest("pk").pk


def _photograph(world: World) -> dict[str, Keys]:
    case = world.case["resulted"]
    image = case.exams.get().images.first()
    assert image and default_storage.exists(derivative_name(image.sha256))
    return {"": {"public_id": case.public_id, "sha256": image.sha256}}


def _grading(world: World) -> dict[str, Keys]:
    """A task that nobody has opened yet, and one that the grader is reading."""
    waiting = GradingTask.objects.get(encounter=world.case["retake"])
    reading = grading.task(world.case["resulted"])
    grading_claim(task_id=reading.pk, by=world.by(Role.GRADER), now=timezone.now())
    return {"": {"task_id": waiting.pk}, "open": {"task_id": reading.pk}}


def _read(world: World) -> dict[str, Keys]:
    """What the grader signed, of a case of its own."""
    if "read" not in world.more:
        case = cast.screened(world.by(Role.SCREENER), name="윤서연", seed=50)
        task, by, now = grading.task(case), world.by(Role.GRADER), timezone.now()
        grading_claim(task_id=task.pk, by=by, now=now)
        signed = read_sign(task_id=task.pk, position="first", entries=grading.both(), by=by, now=now)
        world.more["read"] = signed.pk
    return {"": {"read_id": world.more["read"]}}


def _machine_day(world: World) -> dict[str, int]:
    """A pack in one bay and an order that got stuck in another, made once a world."""
    if "in bay" not in world.more:
        screener = world.by(Role.SCREENER)
        machine = at_machine.machine(world.clinic, screener, "1", "2")
        first, second = machine.bays.order_by("pk")
        lying, _code = at_machine.dropped_into_bay(
            at_machine.authorised(world.clinic, screener, "최지우"), first
        )
        stuck = at_machine.stuck(at_machine.authorised(world.clinic, screener, "장하준"), second)
        world.more.update({"in bay": lying.pk, "locked": second.pk, "given": lying.prescription_id})
        world.more["stuck"] = stuck.prescription_id
    return world.more


def _medicines(world: World) -> dict[str, Keys]:
    """A proposal, one that lies in a bay, one that is stuck in the machine, and one that waits for stock."""
    proposal = _proposed(Prescription, world).pk
    day = _machine_day(world)
    states = {"": proposal, "in-bay": day["given"], "stuck": day["stuck"], "for-stock": _for_stock(world)}
    return {state: {"prescription_id": pk} for state, pk in states.items()}


def _for_stock(world: World) -> int:
    """The supply of a filled order whose medicine nobody has stocked, made once a world."""
    if "for stock" not in world.more:
        screener, pharmacist = world.by(Role.SCREENER), world.by(Role.PHARMACIST)
        visit = cast.screened(screener, name="오세영", seed=60, safety={"conditions": []})
        supply = handed_out.supply_of_filled_order(visit, pharmacist)
        assert kept_back_by_stock(supply)
        world.more["for stock"] = supply.pk
    return world.more["for stock"]


def _endpoints(world: World) -> dict[str, Keys]:
    """One in use, one that does not answer and has given up on a message, and one that is off; made once a world."""
    if "endpoints" not in world.more:
        world.more["endpoints"] = endpoints.in_every_state(world.clinic)
    return {state: {"public_id": one.public_id} for state, one in world.more["endpoints"].items()}


def _dead_letter(world: World) -> Keys:
    keys = _endpoints(world)["silent"]
    return keys | {"message_id": world.more["endpoints"]["silent"].messages.get(dead_at__isnull=False).pk}


def _excursion(world: World) -> int:
    """One that the pharmacist decides."""
    return TemperatureExcursion.objects.filter(organization=world.clinic).latest("pk").pk


def _ways(world: World) -> dict[str, int]:
    """Referrals on their way: silent, missed, treated, sent back with the one that followed, and late; once a world."""
    if "silent" not in world.more:
        world.more.update(ways.ways(world.by))
    return world.more


def _referrals(world: World) -> dict[str, Keys]:
    states = {"": _proposed(Referral, world).pk} | {
        state: _ways(world)[state] for state in ("silent", "missed", "treated", "sent-back", "again", "late")
    }
    return {state: {"referral_id": pk} for state, pk in states.items()}


def _proposed(model: type[Prescription | Referral], world: World) -> Prescription | Referral:
    """What the software proposed in the case with a full result."""
    return model.objects.filter(encounter=world.case["resulted"]).earliest("pk")


def _sent(world: World) -> Referral:
    """A case of its own, sent by the physician, made once a world."""
    if "sent" not in world.more:
        case = cast.screened(
            world.by(Role.SCREENER), screening.eye("R", G=0.9), screening.eye("L"), name="한지민", seed=60
        )
        one = Referral.objects.get(encounter=case)
        physician, now = world.by(Role.PHYSICIAN), timezone.now()
        world.more["sent"] = referral_authorise_and_send(referral_id=one.pk, by=physician, now=now)
    return world.more["sent"]


def _letter(world: World) -> UUID:
    sending = sending_of(_sent(world))
    assert sending is not None
    kept = letter_kept(sending, "ko") or letter_keep(
        event=sending,
        public_id=uuid4(),
        language="ko",
        version=1,
        data=b"%PDF",
        by=world.by(Role.COORDINATOR),
        now=timezone.now(),
    )
    return kept.public_id


def _partner_host(world: World) -> Keys:
    client, _ = partners.token(world.clinic)
    by = world.by(Role.ADMINISTRATOR)
    listed = partner_host_add(client_id=client.pk, host="hospital.example", by=by, now=timezone.now())
    return {"client_id": client.pk, "host_id": listed.pk}


# The kinds of objects: the keys of an address, by the state that the object is in; the first is the common one.
OBJECTS: Mapping[str, Callable[[World], dict[str, Keys]]] = {
    "": lambda world: {"": {}},
    "case": lambda world: {state: {"public_id": visit.public_id} for state, visit in world.case.items()},
    "map": _map,
    "patient": lambda world: {"": {"public_id": world.case["resulted"].patient.public_id}},
    "photograph": _photograph,
    "recall": lambda world: {"": {"recall_id": _recall(world.case["resulted"])}},
    "grading": _grading,
    "read": _read,
    "partner": lambda world: {"": {"client_id": partners.token(world.clinic)[0].pk}},
    "partner host": lambda world: {"": _partner_host(world)},
    "program": lambda world: {"": {"client_id": backends.backend(world.clinic).client.pk}},
    "endpoint": _endpoints,
    "subscription": lambda world: {"": {"key": _endpoints(world)[""]["public_id"]}},
    "dead letter": lambda world: {"": _dead_letter(world)},
    "order": lambda world: {
        order.status_on(timezone.localdate()): {
            "public_id": world.case["resulted"].public_id,
            "order_id": order.pk,
        }
        for order in MedicationOrder.objects.filter(organization=world.clinic).order_by("pk")
    },
    "diagnosis": lambda world: {
        "": {
            "public_id": world.case["resulted"].public_id,
            "diagnosis_id": ConfirmedDiagnosis.objects.filter(organization=world.clinic).latest("pk").pk,
        }
    },
    "medicine": _medicines,
    "in bay": lambda world: {"": {"dispense_id": _machine_day(world)["in bay"]}},
    "locked bay": lambda world: {"": {"bay_id": _machine_day(world)["locked"]}},
    "authorised": lambda world: {"": {"prescription_id": _machine_day(world)["given"]}},
    "referral": _referrals,
    "treated": lambda world: {"": {"referral_id": _ways(world)["treated"]}},
    "hospital": lambda world: {"": {"hospital_id": Hospital.objects.earliest("pk").pk}},
    "silence": lambda world: {
        "": {"alarm_id": _ways(world)["silence"]},
        "missed": {"alarm_id": _ways(world)["missed silence"]},
    },
    "sent referral": lambda world: {"": {"referral_id": _sent(world).pk}},
    "letter": lambda world: {"": {"public_id": _letter(world)}},
    "task": lambda world: {"": {"kind": "Task", "key": str(_proposed(Referral, world).pk)}},
    "task version": lambda world: {
        "": {"kind": "Task", "key": str(_proposed(Referral, world).pk), "number": "1"}
    },
    "task list": lambda world: {"": {"kind": "Task"}},
    "hold": lambda world: {"": {"hold_id": ReleaseHold.objects.get(organization=world.clinic).pk}},
    "paper": lambda world: {"": {"which": "label"}},
    "lot": lambda world: {"": {"lot_id": Lot.objects.filter(organization=world.clinic).order_by("pk")[0].pk}},
    "excursion": lambda world: {"": {"excursion_id": _excursion(world)}},
    "leaflet part": lambda world: {"": {"number": 1}},
    "key": lambda world: {"": {"pk": 1}},
    "failed work": lambda world: {"": {"item_id": world.failed.pk}},
}


def keys_of(kind: str, world: World) -> Keys:
    """The keys of the common object of its kind."""
    return next(iter(OBJECTS[kind](world).values()))
