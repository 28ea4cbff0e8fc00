"""The pages of the main navigation, in the order a day goes, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.work_list_tabs import tabs_of
from records.models import Role
from records.permission import INTAKE_ROLES

EVERYONE = tuple(Role)
DECIDING = tuple(role for role in Role if role is not Role.SCREENER)
AUTHORISE_PAGES = ("authorise-medicine", "authorise-referral", "authorise-statistics")


@dataclass(frozen=True)
class Entry:
    """`pages`: further URL names that belong under this entry."""

    url_name: str
    text: LazyText
    roles: Iterable[str] = EVERYONE
    pages: tuple[str, ...] = ()


INTAKE_PAGES = (
    "intake-register",
    "intake-patient",
    "intake-amend",
    "intake-questions",
    "intake-photographs",
    "intake-progress",
)
NAVIGATION: tuple[Entry, ...] = (
    Entry("cases", _("Cases"), pages=("case",)),
    Entry("intake", _("Intake"), INTAKE_ROLES, INTAKE_PAGES),
    Entry(
        "grading",
        _("To grade"),
        (Role.GRADER, Role.PHYSICIAN),
        pages=("grading-task", "read-amend", "agreement"),
    ),
    Entry("authorise", _("To authorise"), DECIDING, AUTHORISE_PAGES),
    Entry("recalls", _("Recalls")),
    Entry("failed-work", _("Failed work")),
    Entry("agreement", _("Agreement"), (Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("partners", _("Partners"), (Role.ADMINISTRATOR,), pages=("partner-make", "partner-revoke")),
)


def navigation_of(role: str) -> list[Entry]:
    """The entries of a role, the first of which is where the day starts."""
    return [entry for entry in NAVIGATION if role in entry.roles]


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the reader's entries and which one is open, and the lists that keys lead to; nothing
    before they have a role.
    """
    membership = getattr(request, "membership", None)
    match = request.resolver_match
    return {
        "navigation": navigation_of(membership.role) if membership else [],
        "key_lists": tabs_of(None, {}, membership.role) if membership else [],
        "page_name": match.url_name if match else "",
    }
