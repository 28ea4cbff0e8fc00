"""Program × address: what one partner's program reaches is there for no other, whatever it asks and by which door."""

import json
from collections.abc import Callable, Iterable

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpResponse

from config.webhooks import wakes
from records.models import BackendService, Organization
from records.scopes import read_scopes, write_scopes
from referrals.models import Hospital
from tests.factories import bundles
from tests.factories import records as people
from tests.integration.config import cast
from tests.integration.config.partner_doors import Door, doors
from tests.integration.config.partner_world import (
    EVERYTHING,
    MRN,
    NAME,
    WAITING,
    Program,
    Reached,
    program_of,
    reached,
)
from tests.integration.config.url_rules import RULES, TOKEN


@pytest.fixture(autouse=True)
def _asked_often(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    for name in ("REQUESTS_PER_MINUTE", "WRONG_TOKENS_PER_MINUTE", "OTHER_PATIENTS_PER_HOUR"):
        setattr(settings, f"API_{name}", 100_000)
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)


@pytest.fixture
def here(clinic: Organization) -> Reached:
    return reached(clinic)


def other_hospital(here: Reached) -> Hospital:
    cast.hospital(people.actor(here.clinic), "Valley Hospital")
    return Hospital.objects.get(name="Valley Hospital")


def wrong(here: Reached, ask: Callable[[Door], tuple[HttpResponse, tuple[int, ...]]]) -> list[str]:
    """What is wrong with each answer, in one line."""
    return [fault for door in doors(here) if (fault := _fault(door, *ask(door)))]


def _fault(door: Door, answer: HttpResponse, statuses: Iterable[int]) -> str:
    if answer.status_code not in statuses:
        return f"{door}: {answer.status_code} instead of {statuses}: {answer.content[:200]!r}"
    told = answer.content.decode()
    if answer.status_code < 300 and not _empty(told):
        return f"{door}: {told[:200]}"
    return next((f"{door}: tells {word}" for word in (NAME, MRN, "1960-05-01") if word in told), "")


def _empty(told: str) -> bool:
    """A list of nothing."""
    body = json.loads(told)
    if body.get("resourceType"):
        return body["resourceType"] == "Bundle" and body["type"] == "searchset" and "entry" not in body
    return not (body.get("screenings") or body.get("referrals"))


def test_every_address_that_takes_a_token_is_tried(here: Reached) -> None:
    tokens = {name for name, rule in RULES.items() if TOKEN in (rule.get, rule.post)}
    assert {door.name for door in doors(here)} == tokens


def test_whose_it_is_reaches_it(here: Reached) -> None:
    """So that no refusal of another comes from an address that leads nowhere."""
    answers = [(door, door.by(door.token(here.program))) for door in doors(here) if door.own]
    faults = [
        f"{door}: {one.status_code} {one.content[:300]!r}"
        for door, one in answers
        if one.status_code not in door.own
    ]
    empty = [
        str(door)
        for door, one in answers
        if 200 in door.other and one.status_code == 200 and _empty(one.content.decode())
    ]
    assert not faults + empty, "\n".join(faults + empty)


def test_without_a_token_and_with_that_of_the_other_door_nothing_opens(here: Reached) -> None:
    faults = wrong(here, lambda door: (door.by(""), (401,)))
    faults += wrong(here, lambda door: (door.by(door.token(here.program, other=True)), (401,)))
    assert not faults, "\n".join(faults)


def _of_another_clinic(here: Reached) -> Program:
    """It speaks for the same hospital, for another clinic."""
    return program_of(people.clinic("항구 보건소"), here.referral.hospital)


def _for_another_hospital(here: Reached) -> Program:
    return program_of(here.clinic, other_hospital(here))


@pytest.mark.parametrize("stranger", [_of_another_clinic, _for_another_hospital])
def test_another_s_program_is_refused_or_finds_nothing(
    here: Reached, stranger: Callable[[Reached], Program]
) -> None:
    calling = stranger(here)
    faults = wrong(here, lambda door: (door.by(door.token(calling)), door.other))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("stranger", [_of_another_clinic, _for_another_hospital])
def test_the_same_bytes_that_another_program_sends_are_its_own(
    here: Reached, stranger: Callable[[Reached], Program]
) -> None:
    given = {"resourceType": "Binary"} | bundles.content(WAITING)
    made = Door("fhir-search", "post", "/fhir/Binary", given).by(stranger(here).fhir)
    assert made.status_code == 201
    assert json.loads(made.content)["id"] != here.waiting.rpartition("/")[2]


def test_each_address_of_fhir_takes_its_own_scope(here: Reached) -> None:
    """All other scopes open nothing of it."""
    faults = []
    for door in doors(here):
        if door.scope:
            _take_away(here.program, *door.scope)
            answer = door.by(here.program.fhir)
            refused = f"system/{'.'.join(door.scope)}"
            if answer.status_code != 403 or refused not in answer.content.decode():
                faults.append(f"{door}: {answer.status_code} {answer.content[:200]!r}")
    assert not faults, "\n".join(faults)


def _take_away(program: Program, kind: str, letter: str) -> None:
    left = {
        name: letters - {letter} if name == kind else letters
        for name, letters in read_scopes(EVERYTHING).items()
    }
    BackendService.objects.filter(pk=program.service.pk).update(scopes=write_scopes(left))
