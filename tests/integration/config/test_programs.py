"""An administrator lets hospitals' programs in by FHIR, sees their keys, and ends them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import AuditEvent, Organization, PartnerKey, Role
from referrals.models import HospitalClient
from tests.factories import backends, partners
from tests.factories import records as people
from tests.integration.config.conftest import signed_in
from tests.integration.referrals.cast import hospital


@pytest.fixture
def administrator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.ADMINISTRATOR)


def send(browser: Client, **given: Any) -> tuple[int, str]:
    answer = browser.post(reverse("programs"), {"scopes": "system/Task.rus"} | given)
    return answer.status_code, answer.content.decode()


def test_a_program_is_registered_with_its_keys_and_its_hospital(
    administrator: Client, clinic: Organization, screener: Actor
) -> None:
    near, (client, token) = hospital(screener, "Near Eye"), partners.token(clinic)
    key = backends.ec_key("key-of-today")
    status, _ = send(administrator, client=client.pk, hospital=near.pk, jwks=backends.jwks(key))
    assert status == 302
    text = administrator.get(reverse("programs")).content.decode()
    for shown in (
        client.name,
        "Near Eye",
        "system/Task.rus",
        "key-of-today",
        str(client.backend_service.public_id),
    ):
        assert shown in text
    assert token not in text
    assert AuditEvent.objects.filter(organization_id=clinic.pk, detail=f"hospital:{near.pk}").exists()


def test_keys_that_are_replaced_end_with_their_tokens(administrator: Client, clinic: Organization) -> None:
    program = backends.backend(clinic)
    program.token()
    send(administrator, client=program.client.pk, jwks=backends.jwks(backends.ec_key("new-key")))
    assert program.ask().status_code == 401
    assert PartnerKey.objects.get(revoked_at=None).key_id == "new-key"


def test_a_private_key_is_refused_and_never_given_back(administrator: Client, clinic: Organization) -> None:
    client, _ = partners.token(clinic)
    private = backends.ec_key().as_dict(private=True)
    jwks = f'{{"keys": [{private}]}}'.replace("'", '"')
    status, text = send(administrator, client=client.pk, jwks=jwks, scopes="system/Task.r")
    assert (status, "never a private key" in text, private["d"] in text) == (422, True, False)
    assert 'value="system/Task.r"' in text
    assert not PartnerKey.objects.exists()


def test_scopes_of_everything_are_refused_beside_their_field(
    administrator: Client, clinic: Organization
) -> None:
    client, _ = partners.token(clinic)
    status, text = send(
        administrator, client=client.pk, scopes="system/*.rs", jwks=backends.jwks(backends.ec_key())
    )
    assert (status, "Name each kind of record" in text) == (422, True)


def test_a_program_is_linked_to_a_hospital_and_to_none(
    administrator: Client, clinic: Organization, screener: Actor
) -> None:
    near, program = hospital(screener, "Near Eye"), backends.backend(clinic)
    address = reverse("program-link", args=[program.client.pk])
    administrator.post(address, {f"{program.client.pk}-hospital": near.pk})
    assert HospitalClient.objects.get().hospital == near
    administrator.post(address, {f"{program.client.pk}-hospital": ""})
    assert not HospitalClient.objects.exists()


def test_a_program_whose_keys_are_ended_gets_nothing_more(
    administrator: Client, clinic: Organization
) -> None:
    program = backends.backend(clinic)
    assert administrator.post(reverse("program-close", args=[program.client.pk])).status_code == 302
    assert program.ask().status_code == 401
    assert AuditEvent.objects.filter(organization_id=clinic.pk, detail="1 keys ended").exists()


def test_another_clinics_program_is_not_there(clinic: Organization) -> None:
    program = backends.backend(clinic)
    stranger = signed_in(people.member(people.clinic("Elsewhere"), Role.ADMINISTRATOR))
    assert program.client.name not in stranger.get(reverse("programs")).content.decode()
    for name in ("program-close", "program-link"):
        assert stranger.post(reverse(name, args=[program.client.pk])).status_code == 404
    assert send(stranger, client=program.client.pk, jwks=backends.jwks(program.key))[0] == 422
    assert program.ask().status_code == 200
