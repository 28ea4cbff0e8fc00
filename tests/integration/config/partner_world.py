"""One of everything that a partner's program may reach, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from config.fhir.kinds import KINDS
from records.models import BackendService, Organization, Role
from referrals.models import Hospital, Referral
from screening.domain.findings import Label
from screening.models import Encounter
from screening.services import grading_claim, read_sign
from tests.factories import backends, bundles, endpoints, grading, partners, screening
from tests.factories import records as people
from tests.factories.partners import Partner
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir.test_subscriptions import asked
from tests.integration.config.fhir_case import Caller, checked

# One holds nothing; of the other, every program reads its own clinic's and hospital's (fhir/test_parties.py).
OF_NOBODY = ("ImagingStudy", "Organization")
EVERYTHING = " ".join([*(kind.scope for kind in KINDS.values()), "system/Subscription.crd"])
NAME = "Seo Ji-an"
# As the intake of the cast writes it.
MRN = f"P-{NAME}-0"
# Of which photograph the one is that waits for its order.
WAITING = 7


@dataclass(frozen=True)
class Program:
    """One client with its token of each door."""

    rest: str
    fhir: str
    service: BackendService

    @property
    def caller(self) -> Caller:
        return Caller(backends.Backend(self.service, backends.ec_key()), self.fhir)


@dataclass(frozen=True)
class Reached:
    """What there is to reach, and the program whose it is."""

    program: Program
    referral: Referral
    screening: str
    fhir: Mapping[str, tuple[str, str]]
    waiting: str
    subscription: str

    @property
    def clinic(self) -> Organization:
        return self.referral.organization


def program_of(clinic: Organization, hospital: Hospital) -> Program:
    client, token = partners.token(clinic)
    backend = backends.backend(clinic, scopes=EVERYTHING, client=client)
    fhir_case.client_speaks_for(client, hospital)
    return Program(token, backend.token(), backend.service)


def reached(clinic: Organization) -> Reached:
    """One of everything: a referral that was read and supplied, a screening by each door, and photographs ahead."""
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.ungradable("L"), name=NAME)
    fhir_case.supplied(referral)
    _read(referral.encounter)
    program = program_of(clinic, referral.hospital)
    calling = program.caller
    checked(calling.post("/fhir", bundles.transaction(clinic)))
    person = uploaded.person(calling, clinic, "P-2")
    waiting = uploaded.media(calling, person, seed=WAITING)
    by_rest = Partner(program.rest).send(partners.meta(patient={"mrn": "P-3", "name": "Kim Yeong-ja"}))
    assert by_rest.status_code == 202, by_rest.content
    endpoints.allowed(calling.backend.client, urlsplit(endpoints.PUBLIC_URL).hostname)
    subscription = checked(calling.post("/fhir/Subscription", asked(endpoints.PUBLIC_URL)), 201)
    return Reached(
        program,
        referral,
        str(by_rest.json()["id"]),
        {kind: _one(calling, referral, kind) for kind in KINDS if kind not in OF_NOBODY},
        uploaded.address(waiting),
        str(subscription["id"]),
    )


def _read(visit: Encounter) -> None:
    """By a person, so that the report has a provenance beside the software."""
    by, now = people.actor(visit.organization, Role.GRADER), timezone.now()
    task = grading.task(visit)
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)


def _one(calling: Caller, referral: Referral, kind: str) -> tuple[str, str]:
    """The id and version of one resource of a kind."""
    visit = referral.encounter
    image = visit.exams.get().images.earliest("pk")
    known = {
        "Patient": visit.patient.public_id,
        "Binary": image.pk,
        "Media": image.pk,
        "ServiceRequest": referral.pk,
        "Task": referral.pk,
        "DiagnosticReport": visit.public_id,
    }
    found = (
        calling.get(f"{kind}/{known[kind]}", accept="application/fhir+json")
        if kind in known
        else calling.get(kind)["entry"][0]["resource"]
    )
    return found["id"], found["meta"]["versionId"]
