"""The row of lists above a work-list, with how much is in each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.work_list_address import Address
from config.work_lists import COUNT_TO, KEYS, TEXTS, WorkList
from records.models import Role

ELSEWHERE: tuple[tuple[str, LazyText, str, tuple[str, ...]], ...] = (
    ("recalls", _("Overdue recalls"), "o", tuple(Role)),
    ("grading", _("To grade"), "d", (Role.GRADER,)),
    ("authorise", _("To authorise"), "u", (Role.PHYSICIAN, Role.PHARMACIST, Role.COORDINATOR)),
)


@dataclass(frozen=True)
class Tab:
    """`count`: in words, empty where nothing is counted. `key`: after g, it leads here."""

    address: str
    text: LazyText
    key: str
    count: str = ""
    current: bool = False


def tabs_of(address: Address | None, counts: Mapping[WorkList, int], role: str) -> list[Tab]:
    """The lists of a role; the current one is that of `address`, whose search and days are left behind."""
    own = [
        Tab(str(Address(which)), text, KEYS[which], _words(counts.get(which)), _is(address, which))
        for which, text in TEXTS.items()
    ]
    others = [
        Tab(reverse(name), text, key)
        for name, text, key, roles in ELSEWHERE
        if role in roles and _there(name)
    ]
    return [*own[:-2], *others, *own[-2:]]


def _is(address: Address | None, which: WorkList) -> bool:
    return address is not None and address.list is which


def _words(count: int | None) -> str:
    if count is None:
        return ""
    return str(count) if count < COUNT_TO else f"{COUNT_TO - 1}+"


def _there(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
