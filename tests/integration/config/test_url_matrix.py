"""Role × organization × address: every pattern of the router answers each reader as url_rules.py says."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
from django.conf import LazySettings, settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client

from records.models import Role
from tests.integration.config.conftest import signed_in
from tests.integration.config.looks import address_of
from tests.integration.config.url_rules import (
    ADMIN_SITE,
    KIOSK,
    PUBLIC,
    RULES,
    SIGNED_IN,
    TOKEN,
    Who,
    patterns,
    rule_of,
)
from tests.integration.config.world import World, keys_of, ordinary_day

HOW = (
    "{name}: no rule for this address. Add a row to RULES in tests/integration/config/url_rules.py: who may GET and"
    " POST it and, where it has keys, the kind of object (`of`; new kinds go to OBJECTS in world.py)."
)
# Keys of the admin site, which no rule of ours is about.
# The directory of a country belongs to no clinic.
SHARED = frozenset({"hospital"})
ADMIN_KEYS = {"object_id": "1", "id": 1, "app_label": "auth", "content_type_id": 1, "url": "x"}


@dataclass(frozen=True)
class Asked:
    """One method of one address, and what the rule says of it."""

    name: str
    method: str
    address: str
    who: Who | None
    right: tuple[int, ...]
    about: str

    def by(self, client: Client) -> HttpResponse:
        """The answer to that client; what it did, signing out included, is undone."""
        reader = Client(raise_request_exception=False, headers={"accept-language": "en"})
        reader.cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
        with transaction.atomic():
            answer = getattr(reader, self.method)(self.address)
            transaction.set_rollback(True)
        return answer

    def fault(self, client: Client, reader: str, *statuses: int, said: str = "") -> str:
        """What is wrong with the answer in one line; nothing if it has one of `statuses` and the words `said`."""
        answer = self.by(client)
        if answer.status_code not in statuses:
            return f"{self.name} as {reader}: {answer.status_code} instead of {statuses}"
        if said and said not in answer.content.decode():
            return f"{self.name} as {reader}: {answer.status_code} without saying {said!r}"
        return ""


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    names = {name for name, _ in patterns()}
    without = [HOW.format(name=name) for name in sorted(names) if rule_of(name) is None]
    assert not without, "\n".join(without)
    known = names | {f"{name.split(':')[0]}:*" for name in names}
    assert sorted(set(RULES) - known) == [], "rules of addresses that are no more"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def here(db: None) -> World:
    return ordinary_day()


def clients_of(world: World) -> dict[Role, Client]:
    return {Role(role): signed_in(member) for role, member in world.members.items()}


def asked(world: World) -> Iterator[Asked]:
    for name, pattern in patterns():
        rule = rule_of(name)
        if rule is not None and pattern.name:
            keys = ADMIN_KEYS if rule.get is ADMIN_SITE else keys_of(rule.of, world)
            address = address_of(name, pattern, keys)
            yield Asked(f"GET {name}", "get", address, rule.get, rule.shown, rule.of)
            yield Asked(f"POST {name}", "post", address, rule.post, rule.posted, rule.of)


def test_each_role_opens_what_is_its_own_and_reads_why_not_otherwise(here: World) -> None:
    clients = clients_of(here)
    wrong = [
        _fault_of_member(one, clients[role], role)
        for one in asked(here)
        if one.who not in (TOKEN, KIOSK, ADMIN_SITE)
        for role in clients
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def _fault_of_member(one: Asked, client: Client, role: Role) -> str:
    if one.who is None:
        return one.fault(client, role, 405, 403, 401)
    if one.who in (PUBLIC, SIGNED_IN) or role in one.who:
        return one.fault(client, role, *one.right)
    return one.fault(client, role, 403, said=str(role.label))


def test_a_read_is_there_for_whoever_signed_it(here: World) -> None:
    clients = clients_of(here)
    wrong = [
        one.fault(clients[role], role, status)
        for one in asked(here)
        for role, status in ((Role.GRADER, 200 if one.method == "get" else 422), (Role.PHYSICIAN, 404))
        if one.about == "read"
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_only_the_admin_site_has_addresses_without_a_name_and_they_are_as_closed(
    here: World, visitor: Client
) -> None:
    unnamed = {name for name, pattern in patterns() if not pattern.name}
    assert unnamed == {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}
    clients = clients_of(here)
    for address in ("/admin/records/membership/1/", "/admin/nothing/here/"):
        for role in set(Role) - {Role.ADMINISTRATOR}:
            assert clients[role].get(address).status_code in (302, 403, 404), f"{address} as {role}"
        assert resolve_url(settings.LOGIN_URL) in visitor.get(address).headers["Location"]


def test_a_nul_in_any_address_or_form_is_refused(here: World) -> None:
    client = clients_of(here)[Role.ADMINISTRATOR]
    form = dict.fromkeys(("sha256", "scope", "reason", "x"), "\0")
    wrong = [
        Asked(one.name, "get", one.address + end, None, (), "").fault(client, "administrator", 400, 404)
        for one in asked(here)
        for end in ("%00", "?x=%00")
    ]
    wrong += [
        f"{one.name}: {answer.status_code}"
        for one in asked(here)
        if (answer := client.post(one.address, form)).status_code not in (400, 401, 404)
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_another_organization_s_object_is_not_found(here: World) -> None:
    strangers = clients_of(ordinary_day("항구 보건소"))
    wrong = [
        one.fault(strangers[role], f"{role} of another organization", 404)
        for one in asked(here)
        if isinstance(one.who, frozenset) and one.about and one.about not in SHARED
        for role in sorted(one.who)
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_an_anonymous_visitor_is_sent_to_sign_in(here: World, visitor: Client) -> None:
    wrong = [_fault_of_visitor(one, visitor) for one in asked(here)]
    assert not any(wrong), "\n".join(filter(None, wrong))


def _fault_of_visitor(one: Asked, visitor: Client) -> str:
    if one.who is PUBLIC:
        return one.fault(visitor, "nobody", *one.right)
    if one.who in (TOKEN, None):
        return one.fault(visitor, "nobody", 401, 405, *(() if one.who is TOKEN else (302, 403)))
    place = one.by(visitor).headers.get("Location", "").split("?")[0]
    wanted = resolve_url(settings.LOGIN_URL)
    return "" if wanted in place else f"{one.name} as nobody: sent to {place!r} instead of {wanted!r}"


def test_who_has_no_role_reads_what_to_do(here: World, unemployed: Client) -> None:
    wrong = [
        one.fault(unemployed, "nobody yet", 403, said="Ask your administrator to give you a role")
        for one in asked(here)
        if isinstance(one.who, frozenset)
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_nobody_but_administrators_enters_the_admin_site(here: World, unemployed: Client) -> None:
    others = {str(role): client for role, client in clients_of(here).items() if role != Role.ADMINISTRATOR}
    wrong = [
        one.fault(client, role, 302, 403, 404)
        for one in asked(here)
        if one.who is ADMIN_SITE
        for role, client in {**others, "nobody yet": unemployed}.items()
    ]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_no_member_enters_the_patients_screen_while_signed_in(here: World) -> None:
    client = clients_of(here)[Role.ADMINISTRATOR]
    wrong = [one.fault(client, "administrator", 302) for one in asked(here) if one.who is KIOSK]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_no_member_enters_a_partner_s_door_without_a_token(here: World) -> None:
    client = clients_of(here)[Role.ADMINISTRATOR]
    wrong = [one.fault(client, "administrator", 401) for one in asked(here) if one.who is TOKEN]
    assert not any(wrong), "\n".join(filter(None, wrong))
