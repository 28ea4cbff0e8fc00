"""A small cast: a clinic with its people, and patients."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.test import Client

from records import services
from records.actor import Actor
from records.models import ConsentScope, Membership, Organization, Patient, Practitioner, Role

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_number = count(1)


def clinic(name: str = "", **fields: Any) -> Organization:
    place = {"latitude": 37.57, "longitude": 126.98}
    return Organization.objects.create(
        name=name or f"Clinic {next(_number)}", kind="clinic", country="KR", **place | fields
    )


def member(organization: Organization, role: str = Role.SCREENER) -> Membership:
    user = get_user_model().objects.create_user(
        username=f"{role}-{next(_number)}", password="a long password 1"
    )
    practitioner = Practitioner.objects.create(user=user, name=f"{role.title()} Kim")
    return Membership.objects.create(practitioner=practitioner, organization=organization, role=role)


def actor(organization: Organization, role: str = Role.SCREENER) -> Actor:
    return member(organization, role).actor()


def patient(by: Actor, *, consented: bool = True, now: datetime = NOW, **fields: Any) -> Patient:
    details: dict[str, Any] = {
        "mrn": f"MRN-{next(_number)}",
        "name": "Hong Gil-dong",
        "birth_date": date(1960, 5, 1),
    }
    registered = services.patient_register(by=by, now=now, **details | fields)
    if consented:
        services.consent_give(patient=registered, scope=ConsentScope.SCREENING, by=by, now=now)
    return registered


def second_factor_shown(client: Client, user: Any) -> None:
    """The signed-in session has passed an authenticator app, as an administrator's must."""
    app, _ = Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
    )
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", id=app.pk, type=app.type)
    request.session.save()
