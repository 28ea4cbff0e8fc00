"""Every page of the URL table in every state worth a look: what people see, for tests of words and of pictures."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, reverse

from records.models import Role
from tests.integration.config.url_rules import ADMIN_SITE, PUBLIC, SIGNED_IN, Rule, patterns, rule_of
from tests.integration.config.world import OBJECTS, Keys, World


@dataclass(frozen=True)
class Look:
    """One state of one page, as one role sees it; no role: nobody has signed in."""

    name: str
    role: Role | None
    address: str


def address_of(name: str, pattern: URLPattern, keys: Keys) -> str:
    wanted = {key: keys[key] for key in pattern.pattern.regex.groupindex}
    return reverse(name, kwargs=wanted) if wanted else reverse(name)


def looks(world: World) -> Iterator[Look]:
    """Every page, once for each state of its object and each of its own states."""
    for name, pattern in patterns():
        rule = rule_of(name)
        if rule is not None and rule.page:
            yield from _looks_at(name, pattern, rule, world)


def _looks_at(name: str, pattern: URLPattern, rule: Rule, world: World) -> Iterator[Look]:
    for state, keys in OBJECTS[rule.of](world).items():
        address = address_of(name, pattern, keys)
        yield Look("-".join(filter(None, (name, state))), reader_of(rule), address)
        for role in rule.also:
            yield Look("-".join(filter(None, (name, state, role))), role, address)
        for tab, query in rule.states.items():
            yield Look(f"{name}-{tab}", reader_of(rule), f"{address}?{query}")


def empty_looks() -> Iterator[Look]:
    """The pages about nothing in particular, in a clinic where nothing has happened yet."""
    for name, pattern in patterns():
        rule = rule_of(name)
        if rule is not None and rule.page and not rule.of and isinstance(rule.get, frozenset):
            yield Look(f"{name}-empty", reader_of(rule), address_of(name, pattern, {}))


def reader_of(rule: Rule) -> Role | None:
    if rule.get is PUBLIC:
        return None
    if rule.get is SIGNED_IN:
        return Role.SCREENER
    if rule.get is ADMIN_SITE:
        return Role.ADMINISTRATOR
    return next(role for role in Role if role in rule.get)
