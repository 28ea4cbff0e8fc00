"""A clinic on an ordinary day: one of everything that an address can be about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage

from pharmacy.models import Prescription
from records.actor import Actor
from records.models import Membership, Organization, Role, WorkItem
from referrals.models import Referral
from risk.models import Recall
from screening.models import Encounter, GradingTask
from screening.storage import derivative_name
from tests.factories import partners, screening
from tests.factories import records as people
from tests.factories.maps import RELEASE, stored
from tests.integration.config import cast

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


def ordinary_day(name: str = "언덕 보건소") -> World:
    clinic = people.clinic(name)
    members = {role: people.member(clinic, role) for role in Role}
    screener = members[Role.SCREENER].actor()
    cast.hospital(screener, f"언덕병원 {clinic.pk}")
    cast.stock(clinic, screener)
    failed = cast.failed(screener, name="정하늘", seed=40)
    return World(clinic, members, _cases(screener) | {"failed": _visit_of(failed)}, failed)


def _cases(by: Actor) -> dict[str, Encounter]:
    found = (screening.eye("R", G=0.9), screening.eye("L"))
    return {
        "resulted": cast.screened(by, *found, name="홍길동", seed=10, symptoms={"dry_or_gritty": True}),
        "retake": cast.screened(by, screening.ungradable("R"), screening.eye("L"), name="김영희", seed=20),
        "waiting": cast.submitted(by, name="박민수", seed=30),
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


def _proposed(model: type[Prescription | Referral], world: World) -> Prescription | Referral:
    """What the software proposed in the case with a full result."""
    return model.objects.get(encounter=world.case["resulted"])


# The kinds of objects: the keys of an address, by the state that the object is in; the first is the common one.
OBJECTS: Mapping[str, Callable[[World], dict[str, Keys]]] = {
    "": lambda world: {"": {}},
    "case": lambda world: {state: {"public_id": visit.public_id} for state, visit in world.case.items()},
    "map": _map,
    "patient": lambda world: {"": {"public_id": world.case["resulted"].patient.public_id}},
    "photograph": _photograph,
    "recall": lambda world: {"": {"recall_id": _recall(world.case["resulted"])}},
    "grading": lambda world: {"": {"task_id": GradingTask.objects.get(encounter=world.case["retake"]).pk}},
    "read": lambda world: {"": {"read_id": 0}},
    "partner": lambda world: {"": {"client_id": partners.token(world.clinic)[0].pk}},
    "medicine": lambda world: {"": {"prescription_id": _proposed(Prescription, world).pk}},
    "referral": lambda world: {"": {"referral_id": _proposed(Referral, world).pk}},
    "key": lambda world: {"": {"pk": 1}},
    "failed work": lambda world: {"": {"item_id": world.failed.pk}},
}


def keys_of(kind: str, world: World) -> Keys:
    """The keys of the common object of its kind."""
    return next(iter(OBJECTS[kind](world).values()))
