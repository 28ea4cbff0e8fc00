"""The portal as its users meet it: compiled texts, plain static files, and people who are signed in."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deploy.demo import compile_messages
from records.actor import Actor
from records.models import Membership, Organization, Patient, Role
from records.second_factor import needed
from screening.models import Encounter
from tests.factories import records as cast


@pytest.fixture(autouse=True, scope="session")
def _texts_compiled() -> None:
    compile_messages()


@pytest.fixture(autouse=True)
def _static_files_without_collecting(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def tries_of_its_own(settings: LazySettings) -> None:
    """Wrong passwords of another test do not count towards a lock-out."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": str(uuid4())}}


@pytest.fixture
def visitor(db: None) -> Client:
    """Nobody has signed in."""
    return Client(headers={"accept-language": "en"})


def signed_in(membership: Membership) -> Client:
    """A colleague at work; an administrator has shown a second factor."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(membership.practitioner.user)
    if needed(membership.role):
        cast.second_factor_shown(client, membership.practitioner.user)
    return client


@pytest.fixture
def membership(clinic: Organization) -> Membership:
    return cast.member(clinic)


@pytest.fixture
def nurse(membership: Membership) -> Client:
    """The clinic's screener, signed in, reading English."""
    return signed_in(membership)


@pytest.fixture
def colleague(clinic: Organization) -> Callable[[str], Client]:
    """Somebody of the same clinic in another role, signed in."""
    return lambda role: signed_in(cast.member(clinic, role))


@pytest.fixture
def stranger(db: None) -> Client:
    """The screener of another clinic, signed in."""
    return signed_in(cast.member(cast.clinic(), Role.SCREENER))


@pytest.fixture
def unemployed(db: None) -> Client:
    """A user whom no organization knows."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(get_user_model().objects.create_user("nobody-yet"))
    return client


@pytest.fixture
def by(membership: Membership) -> Actor:
    return membership.actor()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return cast.patient(by, mrn="A-1", sex="male", now=timezone.now())


@pytest.fixture
def visit(nurse: Client, patient: Patient) -> Encounter:
    nurse.post(
        reverse("intake-patient", args=[patient.public_id]), {"referral": "yes", "given_by": "patient"}
    )
    return Encounter.objects.get()
