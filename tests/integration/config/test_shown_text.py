"""No page speaks two languages at once, but for names and for what is marked as being in the other one."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from django.conf import LazySettings
from django.test import Client

from records.models import Membership, Organization, PartnerClient, Patient, Practitioner, Role
from referrals.models import Hospital
from tests.factories import records as people
from tests.integration.config.conftest import signed_in
from tests.integration.config.looks import Look, empty_looks, looks
from tests.integration.config.shown_text import texts_in
from tests.integration.config.world import ordinary_day

FOREIGN = {"ko": re.compile(r"(?<![\w-])[A-Za-z]{3,}(?![A-Za-z\d_-])"), "en": re.compile("[가-힣]+")}
# Units, standards, formulas, formats and their fields, and the release of the tests' model: the same in every language.
SAME = {
    "AREDS",
    "CSV",
    "Enter",
    "ICDR",
    "JavaScript",
    "OCT",
    "OpenAPI",
    "PDF",
    "REST",
    "FHIR",
    "JWKS",
    "RFC",
    "UTF",
    "celsius",
    "https",
    "mmHg",
    "test",
    "time",
    "type",
}


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


def test_what_a_page_says_is_told_apart_by_language() -> None:
    page = (
        '<html lang="ko"><p>안녕 <b lang="en">hello<br>there</b> <kbd>Enter</kbd><img alt="눈"></p>끝</html>'
    )
    assert texts_in(page, "ko") == ["안녕", "눈", "끝"]
    assert texts_in(page, "en") == ["hello", "there"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_speaks_one_language(db: None, language: str) -> None:
    world, new = ordinary_day(), people.clinic("빈 보건소")
    newcomers = {role: people.member(new, role) for role in Role}
    faults = [
        *faults_of(looks(world), world.members, language),
        *faults_of(empty_looks(), newcomers, language),
    ]
    assert not faults, "\n".join(faults)


def faults_of(wanted: Iterable[Look], members: dict[str, Membership], language: str) -> Iterator[str]:
    """One line for each page with words of another language."""
    # Objects of the world are made when they are first looked for, and their names with them.
    wanted = list(wanted)
    names = names_of_all()

    @cache
    def reader(role: Role | None) -> Client:
        client = signed_in(members[role]) if role else Client()
        client.cookies["django_language"] = language
        return client

    for look in wanted:
        page = reader(look.role).get(look.address).content.decode()
        for text in texts_in(page, language):
            foreign = set(FOREIGN[language].findall(names.sub("", text))) - SAME
            if foreign:
                yield f"{look.name}: {sorted(foreign)} in {text!r}"


def names_of_all() -> re.Pattern[str]:
    """Every name that is stored, the longest first."""
    stored = (Hospital, Organization, PartnerClient, Patient, Practitioner)
    names = {name for model in stored for name in model.objects.values_list("name", flat=True)}
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
